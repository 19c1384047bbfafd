//! Archives verify alone, pruned nodes serve what is left, and an auditor's replay catches a
//! quorum that certified what the rules do not produce.

use ledger_core::{
    PruneError, Refusal,
    archive::{self, ArchiveError, Verifier},
    fsck, prune_blocks,
    replay::{Replay, ReplayError},
    store::MemoryStore,
    transaction::Op,
};
use light_client::{
    certificate::CertifiedHeader,
    hash::Digest,
    id::{Height, LedgerId},
    record::Standing,
    suite::Suite,
};

use crate::{
    kit::{DEGREE, Kit},
    snapshots::ledger,
};

pub(crate) fn archive(kit: &Kit, from: u64, through: u64) -> Result<Vec<Vec<u8>>, ArchiveError> {
    let mut frames = Vec::new();
    let (from, through) = (Height(from), Height(through));
    archive::make(kit.app.store(), from, through, &mut |frame| {
        frames.push(frame.to_vec());
        Ok(())
    })?;
    Ok(frames)
}

fn verify(frames: &[Vec<u8>], trusted: &LedgerId) -> Result<u64, ArchiveError> {
    let mut verifier = Verifier::begin(&frames[0], trusted)?;
    let mut blocks = 0;
    for frame in &frames[1..] {
        verifier.block(frame)?;
        blocks += 1;
    }
    verifier.finish()?;
    Ok(blocks)
}

#[test]
fn any_range_of_blocks_verifies_alone() {
    for suite in [Suite::Sm, Suite::Intl] {
        let kit = ledger(suite);
        let head = kit.app.head().height.0;
        for (from, through) in [(1, head), (1, 1), (3, 4), (4, head), (head, head)] {
            let frames = archive(&kit, from, through).expect("an archive");
            let blocks = verify(&frames, &kit.ledger()).expect("a good archive");
            assert_eq!(blocks, through - from + 1, "{from}..={through}");
        }
        for (from, through) in [(0, 3), (5, 4), (1, head + 1)] {
            let refused = archive(&kit, from, through);
            assert!(matches!(refused, Err(ArchiveError::OutOfRange { .. })));
        }
    }
}

#[test]
fn t66_a_changed_or_truncated_archive_is_refused() {
    let kit = ledger(Suite::Intl);
    let head = kit.app.head().height.0;
    let good = archive(&kit, 2, head).expect("an archive");
    let other = LedgerId(Digest::from_bytes([1; 32]));
    assert!(matches!(
        verify(&good, &other),
        Err(ArchiveError::OtherLedger { .. })
    ));
    for (index, frame) in good.iter().enumerate() {
        for at in (0..frame.len()).step_by(11) {
            let mut frames = good.clone();
            frames[index][at] ^= 1 << (at % 8);
            assert!(
                verify(&frames, &kit.ledger()).is_err(),
                "frame {index}, byte {at}"
            );
        }
    }
    for index in 1..good.len() {
        let mut frames = good.clone();
        frames.remove(index);
        assert!(
            verify(&frames, &kit.ledger()).is_err(),
            "without frame {index}"
        );
    }
    let truncated = verify(&good[..good.len() - 1], &kit.ledger());
    assert!(matches!(truncated, Err(ArchiveError::Incomplete { .. })));
}

#[test]
fn a_pruned_node_goes_on_and_has_no_damage() {
    let mut kit = Kit::new(Suite::Intl);
    kit.age(1105);
    let store = kit.app.store();
    assert!(matches!(prune_blocks(store, 999), Err(PruneError::TooFew)));
    let head = kit.app.head().height;
    let earliest = prune_blocks(store, 1000).expect("memory does not fail");
    assert_eq!(earliest.0, head.0 - 999);
    assert_eq!(kit.app.view().earliest_block().expect("a height"), earliest);
    assert_eq!(fsck::check(store).damage, []);
    assert_eq!(kit.app.view().header(Height(5)).expect("memory"), None);
    // What was anchored in a block that is gone is still proved.
    kit.app
        .view()
        .log_proof(light_client::id::LeafIndex(0), None)
        .expect("a proof");
    kit.next_block();
    assert_eq!(fsck::check(kit.app.store()).damage, []);
    assert!(archive(&kit, 5, 9).is_err());
    let frames = archive(&kit, earliest.0, head.0).expect("an archive");
    verify(&frames, &kit.ledger()).expect("a good archive");
}

#[test]
fn t14_a_replay_catches_what_a_quorum_certified_against_the_rules() {
    let mut kit = Kit::with_validators(Suite::Sm, 4);
    kit.register("tax", &[(42, DEGREE, None)]);
    let status = Op::SetStatus(kit.status("tax", 1, Standing::Revoked));
    let transaction = kit.sign(42, status);
    kit.block(&[transaction]);
    let store = MemoryStore::default();
    let mut replay = Replay::begin(store, &kit.genesis).expect("a new ledger");
    for height in [1, 2].map(Height) {
        let header = kit.app.view().header(height).expect("memory");
        let body = kit.app.view().body(height).expect("memory");
        replay
            .block(&header.expect("a header"), body.expect("a body"))
            .expect("a good block");
    }
    // All validators conspire to forget the revocation: another state root.
    let mut proposal = kit.propose(0);
    proposal.header.rest.state_root = Digest::from_bytes([7; 32]);
    let certified = CertifiedHeader {
        certificate: kit.certify(&proposal, 0),
        header: proposal.header.clone(),
    };
    certified.check(&kit.genesis.validators).expect("certified");
    let caught = replay.block(&certified, proposal.body);
    let Err(ReplayError::Lunatic {
        height,
        refusal,
        signers,
    }) = caught
    else {
        unreachable!("it was followed");
    };
    assert_eq!(height, Height(3));
    assert_eq!(refusal, ledger_core::HeaderRefusal::StateRoot);
    assert_eq!(signers.len(), 3, "a quorum of four");
    // A block against a rule, by a quorum too.
    let again = kit.status("tax", 1, Standing::Reinstated);
    let forged = kit.sign(42, Op::SetStatus(again));
    let mut proposal = kit.propose(0);
    proposal.body = ledger_core::block::BlockBody::new(vec![forged.to_bytes()]).expect("a body");
    proposal.header.rest.body_root = proposal.body.root(Suite::Sm);
    let certified = CertifiedHeader {
        certificate: kit.certify(&proposal, 0),
        header: proposal.header.clone(),
    };
    let caught = replay.block(&certified, proposal.body);
    let Err(ReplayError::Lunatic { refusal, .. }) = caught else {
        unreachable!("it was followed");
    };
    let rule = ledger_core::HeaderRefusal::Transaction {
        index: 0,
        source: Refusal::BadTransition,
    };
    assert_eq!(refusal, rule);
}
