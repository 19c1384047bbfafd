//! Signatures checked beside the ledger, and what they are worth when the ledger has moved on.

use ledger_core::{
    HeaderRefusal, Refusal, TxStatus,
    transaction::{Action, Op, SignedTransaction},
};
use light_client::{hash::Digest, id::LedgerId, record::Standing, suite::Suite};

use crate::kit::{DEGREE, Kit, agency};

fn kit(suite: Suite) -> Kit {
    let mut kit = Kit::new(suite);
    kit.register("uni", &[(30, DEGREE, None)]);
    kit
}

fn revocation(kit: &mut Kit, document: u8) -> SignedTransaction {
    let op = Op::SetStatus(kit.status("uni", document, Standing::Revoked));
    kit.sign(30, op)
}

fn suspension(kit: &mut Kit) -> SignedTransaction {
    kit.decide(1, Action::SuspendIssuer(agency("uni")), &[0, 1, 2])
}

#[test]
fn a_right_that_ended_between_the_signature_check_and_admission_is_no_right() {
    let mut kit = kit(Suite::Sm);
    let (before, after) = (revocation(&mut kit, 1), revocation(&mut kit, 2));
    // The issuer's entry is read here, and must not be remembered beyond its end.
    kit.block(&[before]);
    let checked = kit.app.checker().check(&[after.to_bytes()]);
    assert!(checked.iter().all(Result::is_ok));
    let suspension = suspension(&mut kit);
    kit.block(&[suspension]);
    let admitted = kit.app.admit(checked).expect("memory does not fail");
    assert_eq!(admitted, [Err(Refusal::NoRight)]);
    kit.assert_refused(&after, Refusal::NoRight);
}

#[test]
fn a_right_that_ends_earlier_in_the_same_block_is_no_right() {
    let mut kit = kit(Suite::Sm);
    let first = revocation(&mut kit, 1);
    kit.block(&[first]);
    let (suspension, late) = (suspension(&mut kit), revocation(&mut kit, 2));
    let forged = kit.forge(&[suspension.clone(), late.clone()]);
    let refused = HeaderRefusal::Transaction {
        index: 1,
        source: Refusal::NoRight,
    };
    assert_eq!(forged, Err(refused));

    // On the head it still holds, so that it waits; no block takes it any more.
    kit.submit(&suspension).expect("accepted");
    let id = kit.submit(&late).expect("accepted");
    let committed = kit.next_block();
    assert_eq!(committed.transactions.len(), 1);
    kit.next_block();
    let status = kit.app.transaction_status(&id).expect("a status");
    assert_eq!(status, Some(TxStatus::Refused(Refusal::NoRight)));
}

#[test]
fn an_issuer_that_was_unknown_is_known_from_its_block_on() {
    let mut kit = Kit::new(Suite::Sm);
    let early = revocation(&mut kit, 1);
    kit.assert_refused(&early, Refusal::UnknownIssuer);
    kit.register("uni", &[(30, DEGREE, None)]);
    kit.block(&[early]);
}

#[test]
fn each_of_many_has_the_outcome_that_it_has_alone() {
    for suite in [Suite::Sm, Suite::Intl] {
        let mut kit = kit(suite);
        // More than are verified together, so that a bad one meets only some of the others.
        let mut all: Vec<_> = (0..140).map(|at| revocation(&mut kit, at)).collect();
        all[3].signature.0[40] ^= 1;
        all[139].signature.0[0] ^= 1;
        let mut body = all[7].body.clone();
        body.ledger = LedgerId(Digest::from_bytes([1; 32]));
        all[7] = kit.sign_body(30, body);
        let mut all: Vec<_> = all.iter().map(SignedTransaction::to_bytes).collect();
        all[9].pop();
        all[11].clear();

        let checker = kit.app.checker();
        let together = checker.check(&all);
        assert_eq!(together.len(), all.len());
        for (at, (bytes, outcome)) in all.iter().zip(together).enumerate() {
            let alone = checker.check(std::slice::from_ref(bytes)).remove(0);
            assert_eq!(outcome.err(), alone.err(), "{at}");
            let bytes = std::slice::from_ref(bytes);
            let submitted = kit.fork().app.submit(bytes).expect("memory does not fail");
            let is_bad = [3, 7, 9, 11, 139].contains(&at);
            assert_eq!(submitted[0].is_err(), is_bad, "{at}");
        }
    }
}
