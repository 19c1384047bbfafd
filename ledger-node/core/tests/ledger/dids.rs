//! Agencies' DIDs; successors; suspended issuers; what is published.

use ledger_core::{
    Refusal,
    transaction::{
        Action, DidChange, DidKey, Op, Publication, SignedTransaction, Subject,
        did_possession_bytes,
    },
};
use light_client::{
    hash::Digest,
    record::{DecidingRole, Standing, StatusEntry, status_key},
    suite::Suite,
};

use crate::kit::{DEGREE, Kit, agency, document_type, member_name};

/// A change of `uni`'s DID.
pub(crate) fn change(kit: &Kit, add: &[u8], retire: &[u8], deactivate: bool) -> DidChange {
    let agency = agency("uni");
    let key = |seed: &u8| {
        let key = kit.pair(*seed).public();
        let bytes = did_possession_bytes(&kit.ledger(), &agency, &key);
        DidKey {
            key,
            possession: kit.pair(*seed).sign(&bytes),
        }
    };
    DidChange {
        add: add.iter().map(key).collect(),
        retire: retire.iter().map(|seed| kit.pair(*seed).public()).collect(),
        agency,
        deactivate,
    }
}

fn did(kit: &mut Kit, by: u8, add: &[u8], retire: &[u8], deactivate: bool) -> SignedTransaction {
    let op = Op::SetDid(change(kit, add, retire, deactivate));
    kit.sign(by, op)
}

#[test]
fn a_did_is_published_rotated_and_deactivated_by_its_own_keys() {
    for suite in [Suite::Sm, Suite::Intl] {
        let mut kit = Kit::new(suite);
        kit.register("uni", &[(30, DEGREE, None)]);
        let stranger = did(&mut kit, 31, &[50], &[], false);
        kit.assert_refused(&stranger, Refusal::NoRight);
        let first = did(&mut kit, 30, &[50], &[], false);
        kit.block(&[first]);
        // From now on its own keys decide, no longer the registry's.
        let outsider = did(&mut kit, 30, &[51], &[], false);
        kit.assert_refused(&outsider, Refusal::NoRight);
        let rotate = did(&mut kit, 50, &[51], &[50], false);
        kit.block(&[rotate]);
        let retired = did(&mut kit, 50, &[52], &[], false);
        kit.assert_refused(&retired, Refusal::NoRight);
        let reused = did(&mut kit, 51, &[50], &[], false);
        kit.assert_refused(&reused, Refusal::KeyReused);
        let empty = did(&mut kit, 51, &[], &[51], false);
        kit.assert_refused(&empty, Refusal::OutOfRange("keys"));
        let foreign = did(&mut kit, 51, &[], &[50], false);
        kit.assert_refused(&foreign, Refusal::OutOfRange("retire"));
        let both = did(&mut kit, 51, &[53], &[], true);
        kit.assert_refused(&both, Refusal::OutOfRange("keys"));
        let end = did(&mut kit, 51, &[], &[], true);
        kit.block(&[end]);
        let after = did(&mut kit, 51, &[52], &[], false);
        kit.assert_refused(&after, Refusal::Deactivated);
    }
}

#[test]
fn nobody_adds_a_key_that_is_not_theirs() {
    let mut kit = Kit::new(Suite::Intl);
    kit.register("uni", &[(30, DEGREE, None)]);
    let mut stolen = change(&kit, &[50, 51], &[], false);
    stolen.add[1].possession = stolen.add[0].possession;
    let stolen = kit.sign(30, Op::SetDid(stolen));
    kit.assert_refused(&stolen, Refusal::BadSignature);
}

#[test]
fn a_member_publishes_its_own_did_only() {
    let mut kit = Kit::new(Suite::Intl);
    let mut own = change(&kit, &[], &[], false);
    own.agency = member_name(2);
    let bytes = did_possession_bytes(&kit.ledger(), &own.agency, &kit.pair(50).public());
    own.add.push(DidKey {
        key: kit.pair(50).public(),
        possession: kit.pair(50).sign(&bytes),
    });
    let by_other = kit.sign(11, Op::SetDid(own.clone()));
    kit.assert_refused(&by_other, Refusal::NoRight);
    let by_itself = kit.sign(12, Op::SetDid(own));
    kit.block(&[by_itself]);
}

fn status(kit: &Kit, document: u8) -> StatusEntry {
    let document = Digest::from_bytes([document; 32]);
    let key = status_key(kit.suite(), &kit.ledger(), &agency("uni"), &document);
    let answer = kit.app.view().state_proof(&key, None).expect("an answer");
    let proof = answer.typed::<StatusEntry>().expect("a status");
    let entry = proof.check(kit.suite(), &answer.roots, &key);
    entry.expect("it holds").expect("an entry").clone()
}

#[test]
fn a_successor_answers_for_the_documents_of_a_suspended_issuer() {
    let mut kit = Kit::new(Suite::Intl);
    kit.register("uni", &[(30, DEGREE, None)]);
    kit.register("heir", &[(31, DEGREE, None)]);
    let decide = |kit: &mut Kit, action| {
        let transaction = kit.decide(1, action, &[0, 1, 2]);
        kit.block(&[transaction]);
    };
    decide(&mut kit, Action::SuspendIssuer(agency("uni")));
    let own = kit.sign(30, Op::SetStatus(kit.status("uni", 5, Standing::Revoked)));
    kit.assert_refused(&own, Refusal::NoRight);
    let anchor = kit.sign(30, Op::Anchor(kit.anchor(30, "uni", DEGREE, 7)));
    kit.assert_refused(&anchor, Refusal::NoRight);
    let again = kit.decide(1, Action::SuspendIssuer(agency("uni")), &[0, 1, 2]);
    kit.assert_refused(&again, Refusal::Unchanged);

    let heir = kit.sign(31, Op::SetStatus(kit.status("uni", 5, Standing::Revoked)));
    kit.assert_refused(&heir, Refusal::NoRight);
    decide(
        &mut kit,
        Action::NameSuccessor(agency("uni"), Some(agency("heir"))),
    );
    kit.block(&[heir]);
    let found = status(&kit, 5);
    assert_eq!(
        (found.role, found.by),
        (DecidingRole::Successor, agency("heir"))
    );

    let by_vote = Action::SetStatus(kit.status("uni", 6, Standing::Suspended));
    decide(&mut kit, by_vote);
    let found = status(&kit, 6);
    assert_eq!(
        (found.role, found.by),
        (DecidingRole::Governance, member_name(0))
    );

    decide(&mut kit, Action::NameSuccessor(agency("uni"), None));
    let late = kit.sign(31, Op::SetStatus(kit.status("uni", 7, Standing::Revoked)));
    kit.assert_refused(&late, Refusal::NoRight);
    for (action, refusal) in [
        (
            Action::NameSuccessor(agency("uni"), None),
            Refusal::Unchanged,
        ),
        (
            Action::NameSuccessor(agency("uni"), Some(agency("uni"))),
            Refusal::OutOfRange("successor"),
        ),
        (
            Action::NameSuccessor(agency("uni"), Some(agency("nobody"))),
            Refusal::UnknownIssuer,
        ),
        (
            Action::SuspendIssuer(agency("nobody")),
            Refusal::UnknownIssuer,
        ),
    ] {
        let transaction = kit.decide(1, action, &[0, 1, 2]);
        kit.assert_refused(&transaction, refusal);
    }
}

#[test]
fn schemas_releases_and_verifiers_are_published_by_vote() {
    let mut kit = Kit::new(Suite::Intl);
    let publication = |subject, purposes: &[&str]| Publication {
        subject,
        name: document_type("verifier-1.0"),
        digest: Digest::from_bytes([4; 32]),
        purposes: purposes.iter().map(|name| document_type(name)).collect(),
    };
    for (subject, purposes) in [
        (Subject::Schema, &[][..]),
        (Subject::Release, &[]),
        (Subject::Verifier, &["age", "open-account"]),
    ] {
        let action = Action::Publish(publication(subject, purposes));
        let transaction = kit.decide(1, action, &[0, 1, 2]);
        kit.block(&[transaction]);
    }
    for (subject, purposes) in [
        (Subject::Schema, &["age"][..]),
        (Subject::Verifier, &[]),
        (Subject::Verifier, &["b", "a"]),
    ] {
        let action = Action::Publish(publication(subject, purposes));
        let transaction = kit.decide(1, action, &[0, 1, 2]);
        kit.assert_refused(&transaction, Refusal::OutOfRange("purposes"));
    }
}
