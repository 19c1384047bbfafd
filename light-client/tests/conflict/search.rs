//! What `tallystick evidence conflict` makes of two files: the earliest conflict of those in them.

use light_client::{
    bundle::Proofs,
    cbor::{Writer, to_bytes},
    certificate::{CertificateError, CertifiedHeader},
    conflict::{Contradiction, Fault, SearchError, Source, SourceError, Unproven, find},
    id::{Height, Round},
    key::Signature,
    suite::Suite,
    trust::TrustError,
};

use super::{
    culprits,
    support::{
        Ledger, Validators,
        deposits::{FILE, SALT, deposit, proof},
        documents::{Agency, Anchored, IDENTITY},
    },
};

/// A ledger in its second epoch with one document, and what two portals say happened next.
struct Scene {
    document: Anchored,
    agency: Agency,
    one: Ledger,
    other: Ledger,
}

impl Scene {
    fn new() -> Self {
        let mut ledger = Ledger::new(Suite::Intl, 4);
        let agency = Agency::register(&mut ledger, "haizhou-police", 500, &[IDENTITY]);
        ledger.block();
        let text = agency.credential(&ledger, IDENTITY, 0);
        let documents = Anchored::credentials(&mut ledger, &agency, &[text], IDENTITY);
        ledger.block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
        ledger.block();
        let (one, mut other) = (ledger.clone(), ledger);
        deposit(&mut other, &agency.id, &SALT, FILE);
        let mut scene = Self {
            document: documents.into_iter().next().expect("one"),
            agency,
            one,
            other,
        };
        scene.one.block();
        scene.other.block();
        scene
    }

    fn bundle(&self, ledger: &Ledger) -> Vec<u8> {
        self.document.bytes(ledger)
    }
}

fn source(bytes: &[u8]) -> Source {
    Source::parse(bytes).expect("a source")
}

fn newest(ledger: &Ledger) -> &CertifiedHeader {
    ledger.headers.last().expect("a block")
}

#[test]
fn t13_every_file_with_a_header_is_a_source() {
    let scene = Scene::new();
    let proofs: Proofs = scene.document.proofs(&scene.one);
    let mut trust = scene.one.trust();
    let advanced = trust.advance(&scene.one.id, &scene.one.handoffs, newest(&scene.one));
    advanced.expect("it follows");
    let digest_proof = proof(&scene.other, &SALT, FILE);
    // The one side, and the other: each file brings the hand-off with the set, or is met by one.
    let ones = [
        scene.bundle(&scene.one),
        proofs.to_bytes(),
        trust.to_bytes(),
    ];
    let others = [
        scene.bundle(&scene.other),
        digest_proof.to_bytes(),
        to_bytes(&digest_proof.proofs),
        to_bytes(newest(&scene.other)),
    ];
    for one in &ones {
        for other in &others {
            let found = find(&source(one), &source(other), &[]).expect("a conflict");
            assert_eq!(culprits(&found).len(), 3);
            let again = find(&source(other), &source(one), &[]).expect("a conflict");
            assert_eq!(again, found, "in whatever order they are named");
        }
    }
}

#[test]
fn t13_a_set_that_no_file_brings_is_asked_for() {
    let scene = Scene::new();
    let headers = [&scene.one, &scene.other].map(|ledger| source(&to_bytes(newest(ledger))));
    assert_eq!(
        find(&headers[0], &headers[1], &[]),
        Err(SearchError::SetUnknown { epoch: 1 })
    );
    let mut handoffs = Writer::default();
    handoffs.list(&scene.one.handoffs);
    let sets = source(&handoffs.finish()).sets;
    assert!(find(&headers[0], &headers[1], &sets).is_ok());
}

#[test]
fn t13_the_earliest_conflict_is_found() {
    let scene = Scene::new();
    let mut fork = Ledger::new(Suite::Intl, 4);
    Agency::register(&mut fork, "haizhou-school", 501, &[IDENTITY]);
    fork.block();
    fork.block();
    fork.block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
    fork.block();
    let conflict = |trust: &Ledger| {
        let digest_proof = proof(&fork, &SALT, FILE);
        let sets = Source::from(&trust.trust()).sets;
        find(
            &source(&scene.bundle(&scene.one)),
            &source(&digest_proof.to_bytes()),
            &sets,
        )
    };
    let found = conflict(&fork).expect("a conflict");
    // The heads are of one height and of one set, too; but the hand-offs disagree already.
    let proven = found.check().expect("proven");
    assert_eq!(found.set().epoch().0, 0);
    assert_eq!(
        proven
            .headers()
            .each_ref()
            .map(|header| header.header().core.height),
        [Height(2), Height(3)]
    );
    assert!(matches!(
        proven.fault(),
        Fault::Fork {
            contradiction: Contradiction::PastEnd,
            ..
        }
    ));
}

#[test]
fn t13_culprits_are_preferred_to_suspects_and_the_lower_to_the_higher() {
    let mut one = super::ledger(Suite::Intl, 4);
    let mut fork = one.clone();
    let forked = super::other(&fork.draft(None));
    fork.seal(forked);
    (0..2).for_each(|_| drop((one.block(), fork.block())));
    let sets = [one.genesis.validators.clone()];
    let heights = |fork: &Ledger| {
        let sources = [&one, fork].map(|ledger| Source {
            headers: ledger.headers.clone(),
            sets: Vec::new(),
        });
        let found = find(&sources[0], &sources[1], &sets).expect("a conflict");
        assert_eq!(culprits(&found).len(), 3);
        let proven = found.check().expect("proven");
        let headers = proven.headers().each_ref();
        headers.map(|header| header.header().core.height.0)
    };
    assert_eq!(heights(&fork), [3, 3]);
    let (set, first) = (&fork.validators, fork.headers[2].header.clone());
    fork.headers[2] = set.certify_by(Round(1), first, 0..3);
    assert_eq!(heights(&fork), [4, 4]);
}

#[test]
fn a_forged_header_hides_no_conflict_and_makes_none() {
    let scene = Scene::new();
    let one = source(&scene.bundle(&scene.one));
    let mut other = source(&scene.bundle(&scene.other));
    let mut forged = other.headers[0].clone();
    forged.certificate.signatures[0].signature = Signature([1; 64]);
    let genuine = other.headers.clone();
    other.headers.insert(0, forged.clone());
    assert_eq!(
        culprits(&find(&one, &other, &[]).expect("a conflict")).len(),
        3
    );
    other.headers.retain(|header| *header != genuine[0]);
    assert!(matches!(
        find(&one, &other, &[]),
        Err(SearchError::Certificate(
            CertificateError::SignatureMismatch { signer: 0, .. }
        ))
    ));
}

#[test]
fn two_files_of_one_history() {
    let scene = Scene::new();
    let mut later = scene.one.clone();
    later.block();
    let one = source(&scene.bundle(&scene.one));
    let other = source(&scene.bundle(&later));
    assert_eq!(
        find(&one, &other, &[]),
        Err(SearchError::Unproven(Unproven::OneHistory))
    );
    let mut nothing = scene.one.trust();
    nothing
        .pin(Ledger::new(Suite::Intl, 7).genesis)
        .expect("production");
    assert_eq!(
        find(&one, &Source::from(&nothing), &[]),
        Err(SearchError::NoHeaders)
    );
    let strange = Ledger::new(Suite::Intl, 7).block();
    assert_eq!(
        find(&one, &source(&to_bytes(&strange)), &[]),
        Err(SearchError::Unproven(Unproven::LedgerMismatch))
    );
}

#[test]
fn what_is_no_source() {
    let scene = Scene::new();
    let bundle = scene.bundle(&scene.one);
    assert!(matches!(
        Source::parse(&bundle[..bundle.len() - 1]),
        Err(SourceError::Decode(_))
    ));
    let mut trust = scene.one.trust().to_bytes();
    trust.push(0);
    assert!(matches!(
        Source::parse(&trust),
        Err(SourceError::Trust(TrustError::Decode(_)))
    ));
    let head = br#"{"height":3,"epoch":0,"header_hash":"00"}"#;
    for bytes in [
        &head[..],
        b"",
        b"\x80\x00",
        &to_bytes(&scene.agency.signer.public()),
    ] {
        assert_eq!(Source::parse(bytes), Err(SourceError::Unknown));
    }
    let found = find(&source(&bundle), &source(&scene.bundle(&scene.other)), &[]);
    let conflict = found.expect("a conflict").to_bytes();
    assert_eq!(Source::parse(&conflict), Err(SourceError::Unknown));
}
