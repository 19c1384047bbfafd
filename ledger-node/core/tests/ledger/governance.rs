//! Epochs and hand-offs.

use ledger_core::{
    App, Refusal,
    transaction::{Action, Op, Readiness, SetRotation, possession_bytes},
};
use light_client::{
    handoff::HandoffError,
    hash::Digest,
    id::Epoch,
    suite::Suite,
    validator_set::{Validator, ValidatorSet},
};

use crate::kit::{Kit, agency};

/// A rotation to validators with these keys.
fn rotation(kit: &Kit, epoch: u64, seeds: &[u8]) -> SetRotation {
    let validators = seeds.iter().map(|seed| Validator {
        agency: agency(&format!("agency-{seed}")),
        key: kit.pair(*seed).public(),
    });
    let next = ValidatorSet::new(Epoch(epoch), validators.collect()).expect("a set");
    let bytes = possession_bytes(&kit.ledger(), &next);
    SetRotation {
        possession: seeds
            .iter()
            .map(|seed| kit.pair(*seed).sign(&bytes))
            .collect(),
        next,
    }
}

/// Chooses a set and has it be ready: the block that hands over.
pub(crate) fn rotate(kit: &mut Kit, epoch: u64, seeds: &[u8]) -> ledger_core::Committed {
    let action = Action::RotateSet(rotation(kit, epoch, seeds));
    let transaction = kit.decide(1, action, &[0, 1, 2]);
    assert_eq!(kit.block(&[transaction]).next_set, None);
    let ready = kit.ready(seeds);
    let committed = kit.block(&ready);
    kit.validators = seeds.iter().map(|seed| kit.pair(*seed)).collect();
    committed
}

#[test]
fn the_block_in_which_the_next_set_is_ready_ends_the_epoch() {
    for suite in [Suite::Sm, Suite::Intl] {
        let mut kit = Kit::new(suite);
        kit.next_block();
        let last = rotate(&mut kit, 1, &[50, 51, 52, 53]);
        let next_set = last.next_set.expect("the next set");
        let header = &last.header.header;
        assert_eq!(header.rest.next_set_hash, Some(next_set.hash(suite)));
        assert_eq!(header.core.epoch, Epoch(0));
        assert_eq!(kit.app.validator_set(), &next_set);
        assert_eq!(kit.app.head().epoch, Epoch(1));
        let first = kit.next_block();
        assert_eq!(first.header.header.core.epoch, Epoch(1));
        assert!(first.header.check(&next_set).is_ok());
        assert!(first.header.check(&kit.genesis.validators).is_err());
        assert_eq!(first.header.header.rest.next_set_hash, None);
        // It is all on disk.
        let reopened = App::open(kit.app.store().clone()).expect("a ledger");
        assert_eq!(reopened.validator_set(), &next_set);
    }
}

#[test]
fn t10_hand_offs_lead_from_the_genesis_to_now_in_order() {
    let mut kit = Kit::new(Suite::Sm);
    rotate(&mut kit, 1, &[50, 51, 52, 53]);
    kit.next_block();
    rotate(&mut kit, 2, &[60, 61]);
    rotate(&mut kit, 3, &[70]);
    kit.next_block();
    let handoffs = kit.app.view().handoffs(Epoch(0)).expect("rows");
    assert_eq!(handoffs.len(), 3);
    let mut set = kit.genesis.validators.clone();
    for handoff in &handoffs {
        let succession = handoff.check(&kit.ledger(), &set).expect("a hand-off");
        set = succession.next_set().clone();
        let stored = kit.app.view().validator_set(set.epoch()).expect("a row");
        assert_eq!(stored.as_ref(), Some(&set));
    }
    assert_eq!(&set, kit.app.validator_set());
    let skipped = handoffs[1].check(&kit.ledger(), &kit.genesis.validators);
    assert_eq!(skipped, Err(HandoffError::EpochAhead));
    let later = kit.app.view().handoffs(Epoch(2)).expect("rows");
    assert_eq!(later, handoffs[2..]);
}

#[test]
fn t09_a_set_needs_members_possession_and_fresh_keys() {
    let mut kit = Kit::new(Suite::Intl);
    let good = rotation(&kit, 1, &[50, 51]);
    let mut stolen = good.clone();
    stolen.possession[1] = stolen.possession[0];
    let mut missing = good.clone();
    missing.possession.pop();
    let cases = [
        (good.clone(), &[0, 1][..], Refusal::BadApproval),
        (stolen, &[0, 1, 2], Refusal::BadSignature),
        (missing, &[0, 1, 2], Refusal::BadSignature),
        (rotation(&kit, 0, &[50]), &[0, 1, 2], Refusal::WrongEpoch),
        (rotation(&kit, 2, &[50]), &[0, 1, 2], Refusal::WrongEpoch),
        (rotation(&kit, 1, &[20, 50]), &[0, 1, 2], Refusal::KeyReused),
    ];
    for (rotation, members, refusal) in cases {
        let transaction = kit.decide(1, Action::RotateSet(rotation), members);
        kit.assert_refused(&transaction, refusal);
    }
    // One change at a time.
    let one = kit.decide(1, Action::RotateSet(good), &[0, 1, 2]);
    let two = Action::RotateSet(rotation(&kit, 1, &[60]));
    let two = kit.decide(1, two, &[0, 1, 2]);
    let expected = ledger_core::HeaderRefusal::Transaction {
        index: 1,
        source: Refusal::SetWaits,
    };
    assert_eq!(kit.forge(&[one, two]), Err(expected));
}

#[test]
fn a_key_of_any_earlier_epoch_never_decides_again() {
    let mut kit = Kit::new(Suite::Intl);
    rotate(&mut kit, 1, &[50]);
    rotate(&mut kit, 2, &[60]);
    for (epoch, old) in [(3, 20), (3, 50), (3, 60)] {
        let action = Action::RotateSet(rotation(&kit, epoch, &[old, 70]));
        let transaction = kit.decide(1, action, &[0, 1, 2]);
        kit.assert_refused(&transaction, Refusal::KeyReused);
    }
}

#[test]
fn a_set_hands_over_only_once_a_quorum_of_it_is_ready() {
    let mut kit = Kit::new(Suite::Intl);
    let action = Action::RotateSet(rotation(&kit, 1, &[50, 51, 52, 53]));
    let chosen = kit.decide(1, action, &[0, 1, 2]);
    kit.block(&[chosen]);
    let ready = kit.ready(&[50, 51, 52, 53, 20]);
    assert_eq!(kit.block(&ready[..2]).next_set, None);
    let again = kit.ready(&[50]).remove(0);
    kit.assert_refused(&again, Refusal::Unchanged);
    kit.assert_refused(&ready[4], Refusal::NoRight);
    let other = kit.sign(
        52,
        Op::PostReadiness(Readiness {
            set: Digest::from_bytes([1; 32]),
        }),
    );
    kit.assert_refused(&other, Refusal::NoSetWaits);
    let waiting = kit.app.view().waiting_set().expect("a row").expect("a set");
    assert_eq!(waiting.ready, [agency("agency-50"), agency("agency-51")]);
    assert!(kit.block(&ready[2..3]).next_set.is_some());
    assert_eq!(kit.app.view().waiting_set().expect("a row"), None);
    kit.validators = [50, 51, 52, 53].map(|seed| kit.pair(seed)).to_vec();
    kit.assert_refused(&ready[3], Refusal::NoSetWaits);
}

#[test]
fn a_set_that_is_not_ready_in_time_is_dropped() {
    let mut kit = Kit::new(Suite::Intl);
    let action = Action::RotateSet(rotation(&kit, 1, &[50]));
    let chosen = kit.decide(1, action, &[0, 1, 2]);
    let height = kit.block(&[chosen]).header.header.core.height.0;
    while kit.app.head().height.0 < height + 99 {
        kit.next_block();
    }
    assert!(kit.app.view().waiting_set().expect("a row").is_some());
    assert_eq!(kit.next_block().next_set, None);
    assert_eq!(kit.app.view().waiting_set().expect("a row"), None);
    // The keys were never used, so the same set can be chosen again.
    rotate(&mut kit, 1, &[50]);
}
