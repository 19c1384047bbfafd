//! Epochs and hand-offs.

use ledger_core::{
    App, Refusal,
    transaction::{Op, SetRotation, possession_bytes},
};
use light_client::{
    handoff::HandoffError,
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
        approvals: Vec::new(),
    }
}

fn rotate(kit: &mut Kit, epoch: u64, seeds: &[u8]) -> ledger_core::Committed {
    let op = Op::RotateSet(rotation(kit, epoch, seeds));
    let transaction = kit.approve(1, op, &[0, 1, 2]);
    let committed = kit.block(&[transaction]);
    kit.validators = seeds.iter().map(|seed| kit.pair(*seed)).collect();
    committed
}

#[test]
fn the_block_that_chooses_a_set_ends_its_epoch() {
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
    assert_eq!(skipped, Err(HandoffError::EpochGap));
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
        (
            rotation(&kit, 1, &[20, 50]),
            &[0, 1, 2],
            Refusal::OutOfRange("validator key"),
        ),
    ];
    for (rotation, members, refusal) in cases {
        let transaction = kit.approve(1, Op::RotateSet(rotation), members);
        kit.assert_refused(&transaction, refusal);
    }
    // One change at a time: a second in the same block is of the wrong epoch.
    let one = kit.approve(1, Op::RotateSet(good), &[0, 1, 2]);
    let two = Op::RotateSet(rotation(&kit, 1, &[60]));
    let two = kit.approve(1, two, &[0, 1, 2]);
    let expected = ledger_core::HeaderRefusal::Transaction {
        index: 1,
        source: Refusal::WrongEpoch,
    };
    assert_eq!(kit.forge(&[one, two]), Err(expected));
}
