//! The committed vectors: one scenario per file, with its whole verdict.
//!
//! In `vectors/deposit/<suite>`, `original.txt` is the file, `<name>.deposit` what a verifier is
//! given with it and `<name>.json` what it must answer; `answer.cbor` and `original.salt` are what
//! `tallystick evidence join` makes `deposited.deposit` of. `TALLYSTICK_REGENERATE=1` writes them
//! anew, and the difference is reviewed.

use std::{collections::BTreeSet, fs, path::Path, path::PathBuf};

use light_client::{
    bundle::SuccessionProof,
    cbor::to_bytes,
    deposit::Deposit,
    hash::Digest,
    id::{Height, LedgerId, TimeMs},
    key::Signature,
    policy::Policy,
    record::{EvidenceEntry, evidence_digest, evidence_key, issuer_key},
    state::StateProof,
    suite::Suite,
    trust::TrustStore,
    verdict::DepositReason,
    verify_deposit,
};

use super::{
    DAY_MS, Scene,
    support::{
        Ledger, Validators,
        deposits::{FILE, SALT, deposit, proof},
        documents::Agency,
    },
};

struct Scenario {
    name: &'static str,
    /// File of `docs/spec` and place in it.
    clause: &'static str,
    expect: &'static str,
    bytes: Vec<u8>,
    now: TimeMs,
}

impl Scenario {
    fn later(self, ms: u64) -> Self {
        let now = TimeMs(self.now.0 + ms);
        Self { now, ..self }
    }
}

/// The ledger of the vectors: one epoch after the file was deposited.
fn scene(suite: Suite) -> Scene {
    let mut scene = Scene::of(suite, 4);
    scene
        .ledger
        .block_ending_epoch(Validators::new(suite, 1, 4));
    scene.ledger.block();
    scene
}

fn scenarios(scene: &Scene) -> Vec<Scenario> {
    let mut all = on_the_way(scene);
    all.extend(found(scene));
    all.extend(missing(scene));
    all.extend(other_entries(scene));
    all
}

fn asked(
    ledger: &Ledger,
    (name, clause, expect): (&'static str, &'static str, &'static str),
    bytes: Vec<u8>,
) -> Scenario {
    Scenario {
        name,
        clause,
        expect,
        bytes,
        now: ledger.now(),
    }
}

fn changed(proof: &Deposit, change: impl FnOnce(&mut Deposit)) -> Vec<u8> {
    let mut proof = proof.clone();
    change(&mut proof);
    proof.to_bytes()
}

/// Reasons that bundles have, too.
fn on_the_way(scene: &Scene) -> Vec<Scenario> {
    let genuine = scene.proof();
    let ask = |what, change: &dyn Fn(&mut Deposit)| {
        let bytes = changed(&genuine, |proof| change(proof));
        asked(&scene.ledger, what, bytes)
    };
    let future = ("future-header", "verdict.md D4", "future_header");
    let mut future = ask(future, &|_| {});
    future.now.0 -= 300_001;
    let trailing = [&genuine.to_bytes()[..], &[0]].concat();
    vec![
        future,
        asked(
            &scene.ledger,
            ("t41-trailing-byte", "verdict.md D1", "malformed"),
            trailing,
        ),
        ask(
            ("commit-forged", "verdict.md 3.3", "certificate_signature"),
            &|proof| {
                proof.proofs.head.certificate.signatures[0].signature = Signature([1; 64]);
            },
        ),
        ask(
            (
                "t01-quorum-less-one",
                "verdict.md 3.3",
                "certificate_quorum",
            ),
            &|proof| {
                proof.proofs.head.certificate.signatures.pop();
            },
        ),
        ask(
            ("hand-off-withheld", "verdict.md L5", "epoch_unknown"),
            &|proof| {
                proof.proofs.handoffs.clear();
            },
        ),
        superseded(scene, "t12-superseded", "superseded_epoch", false),
        superseded(scene, "succession", "deposited", true),
    ]
}

/// The proof of before, when the epoch has ended since.
fn superseded(
    scene: &Scene,
    name: &'static str,
    expect: &'static str,
    with_history: bool,
) -> Scenario {
    let mut ledger = scene.ledger.clone();
    ledger.block_ending_epoch(Validators::new(ledger.suite, 2, 4));
    let newest = ledger.block();
    let path = ledger.history_path(Height(4));
    let bytes = changed(&scene.proof(), |proof| {
        proof.proofs.handoffs.clone_from(&ledger.handoffs);
        proof.proofs.succession = with_history.then_some(SuccessionProof { newest, path });
    });
    asked(&ledger, (name, "verdict.md L6", expect), bytes)
}

fn found(scene: &Scene) -> Vec<Scenario> {
    let ledger = &scene.ledger;
    let genuine = scene.proof();
    let ask = |what, bytes| asked(ledger, what, bytes);
    let deposited = |name| ask((name, "verdict.md D8", "deposited"), genuine.to_bytes());
    vec![
        deposited("deposited"),
        deposited("deposited-long-ago").later(200 * DAY_MS),
        ask(("agency-withheld", "verdict.md D8", "deposited"), {
            changed(&genuine, |proof| proof.proofs.agency = None)
        }),
        ask(
            ("agency-of-another", "verdict.md D8", "agency_proof_invalid"),
            {
                let nobody = light_client::id::IssuerId::parse("nobody").expect("a name");
                let key = issuer_key(ledger.suite, &ledger.id, &nobody);
                changed(&genuine, |proof| {
                    proof.proofs.agency = Some(ledger.prove(key))
                })
            },
        ),
        ask(("other-salt", "verdict.md D5", "file_mismatch"), {
            changed(&genuine, |proof| proof.salt = [7; 32])
        }),
        ask(
            ("proof-of-another-file", "verdict.md D5", "file_mismatch"),
            proof(ledger, &[3; 32], b"another file").to_bytes(),
        ),
    ]
}

fn missing(scene: &Scene) -> Vec<Scenario> {
    let ledger = &scene.ledger;
    let absent = proof(ledger, &[6; 32], FILE);
    let ask = |what, bytes| asked(ledger, what, bytes);
    let not = |name, expect| ask((name, "verdict.md D6", expect), absent.to_bytes());
    let hidden = changed(&scene.proof(), |proof| {
        proof.proofs.entry = absent.proofs.entry.clone();
        proof.proofs.agency = None;
    });
    vec![
        not("not-deposited", "not_deposited"),
        not("absent-a-week-ago", "absence_stale").later(7 * DAY_MS),
        ask(
            (
                "agency-beside-an-absence",
                "verdict.md D6",
                "unexpected_part",
            ),
            {
                changed(&absent, |absent| {
                    absent.proofs.agency = scene.proof().proofs.agency
                })
            },
        ),
        ask(
            ("t37-absence-of-another", "verdict.md D5", "file_mismatch"),
            hidden,
        ),
    ]
}

/// The ledger with an entry that it would not have written.
fn other_entries(scene: &Scene) -> Vec<Scenario> {
    let with = |name, change: fn(&mut EvidenceEntry)| {
        let mut ledger = scene.ledger.clone();
        let digest = evidence_digest(ledger.suite, &SALT, FILE);
        let StateProof::Present(mut entry, _) = scene.proof().proofs.entry else {
            unreachable!("deposited");
        };
        change(&mut entry);
        ledger.put(evidence_key(ledger.suite, &ledger.id, &digest), &entry);
        ledger.block();
        let bytes = proof(&ledger, &SALT, FILE).to_bytes();
        asked(&ledger, (name, "verdict.md D7", "entry_mismatch"), bytes)
    };
    vec![
        with("entry-of-a-later-block", |entry| entry.recorded = Height(9)),
        with("entry-of-a-later-time", |entry| {
            entry.recorded_ms = TimeMs(u64::MAX)
        }),
        with("t45-entry-of-another-ledger", |entry| {
            entry.ledger = LedgerId(Digest::from_bytes([1; 32]));
        }),
        second_epoch_deposit(scene),
    ]
}

/// A file that another agency deposited in the second epoch.
fn second_epoch_deposit(scene: &Scene) -> Scenario {
    let mut ledger = scene.ledger.clone();
    let bureau = Agency::register(&mut ledger, "haizhou-bureau", 701, &[]);
    deposit(&mut ledger, &bureau.id, &[8; 32], FILE);
    ledger.block();
    let bytes = proof(&ledger, &[8; 32], FILE).to_bytes();
    let what = (
        "deposited-in-the-second-epoch",
        "verdict.md D8",
        "deposited",
    );
    asked(&ledger, what, bytes)
}

fn answer(scenario: &Scenario, trust: &TrustStore) -> String {
    let policy = Policy::default();
    let verdict = verify_deposit(FILE, &scenario.bytes, trust, &policy, scenario.now);
    let found = verdict.headline.reason();
    let found = found.map_or(verdict.headline.kind(), |reason| reason.code());
    assert_eq!(found, scenario.expect, "{}", scenario.name);
    let json = serde_json::to_string(&verdict).expect("serialisable");
    format!(
        "{{\"source\":\"light-client/tests/deposit/vectors.rs\",\"clause\":\"{}\",\
         \"expect\":\"{}\",\"trust\":\"test.trust\",\"max_age_ms\":{},\"now_ms\":{},\
         \"verdict\":{json}}}\n",
        scenario.clause, scenario.expect, policy.max_age_ms, scenario.now.0
    )
}

/// Compares with the committed file; writes it first if asked to.
fn check(file: &Path, bytes: &[u8]) {
    if std::env::var_os("TALLYSTICK_REGENERATE").is_some() {
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, bytes).expect("written");
    }
    let committed = fs::read(file).unwrap_or_default();
    assert!(committed == bytes, "{} differs", file.display());
}

fn folder(prefix: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/deposit");
    folder.join(prefix)
}

#[test]
fn every_vector_has_its_verdict() {
    for (suite, prefix) in [(Suite::Sm, "sm"), (Suite::Intl, "intl")] {
        let (scene, folder) = (scene(suite), folder(prefix));
        let trust = scene.ledger.trust();
        check(&folder.join("test.trust"), &trust.to_bytes());
        check(&folder.join("original.txt"), FILE);
        let salt = format!("{}\n", "05".repeat(32));
        check(&folder.join("original.salt"), salt.as_bytes());
        let proofs = proof(&scene.ledger, &SALT, FILE).proofs;
        check(&folder.join("answer.cbor"), &to_bytes(&proofs));
        let scenarios = scenarios(&scene);
        for scenario in &scenarios {
            let file = |extension| folder.join(format!("{}.{extension}", scenario.name));
            check(&file("deposit"), &scenario.bytes);
            check(&file("json"), answer(scenario, &trust).as_bytes());
        }
        let names: BTreeSet<&str> = scenarios.iter().map(|scenario| scenario.name).collect();
        assert_eq!(names.len(), scenarios.len(), "two scenarios of one name");
        let files = fs::read_dir(&folder).expect("a folder").count();
        assert_eq!(files, 2 * names.len() + 4, "files that nothing makes");
    }
}

/// Why no vector has a reason, if none has.
fn unreached(reason: DepositReason) -> Option<&'static str> {
    match reason {
        DepositReason::FileTooLong => Some("a file of more than 1 GiB is not committed"),
        DepositReason::AbsenceStale
        | DepositReason::AgencyProofInvalid
        // Those of the way to the header are a bundle's, too.
        | DepositReason::Chain(_)
        | DepositReason::EntryMismatch
        | DepositReason::FileMismatch
        | DepositReason::Malformed
        | DepositReason::UnexpectedPart => None,
    }
}

#[test]
fn every_reason_of_its_own_has_a_vector() {
    let own = [
        DepositReason::AbsenceStale,
        DepositReason::AgencyProofInvalid,
        DepositReason::EntryMismatch,
        DepositReason::FileMismatch,
        DepositReason::FileTooLong,
        DepositReason::Malformed,
        DepositReason::UnexpectedPart,
    ];
    let scene = scene(Suite::Intl);
    let scenarios = scenarios(&scene);
    for reason in own {
        let reached = scenarios
            .iter()
            .any(|scenario| scenario.expect == reason.code());
        assert_eq!(reached, unreached(reason).is_none(), "{}", reason.code());
    }
}
