//! Proposing and committing.

use ledger_core::{App, CommitError, ProposeError, store::MemoryStore};
use light_client::{
    certificate::CertificateError,
    hash::Digest,
    id::{Height, Round, TimeMs},
    key::Signature,
    suite::Suite,
};

use crate::kit::{Kit, origin};

#[test]
fn blocks_follow_each_other_and_their_certificates_hold() {
    for suite in [Suite::Sm, Suite::Intl] {
        let mut kit = Kit::with_validators(suite, 4);
        let mut previous = kit.ledger().0;
        for height in 1..=5 {
            let committed = kit.next_block();
            let header = &committed.header.header;
            assert_eq!(header.core.height, Height(height));
            assert_eq!(header.rest.previous, previous);
            let checked = committed.header.check(&kit.genesis.validators);
            assert_eq!(checked.expect("final").signers(), 3);
            previous = header.hash();
            let stored = kit.app.view().header(Height(height)).expect("a row");
            assert_eq!(stored, Some(committed.header));
        }
        assert_eq!(kit.app.head().header_hash, previous);
    }
}

#[test]
fn a_certificate_that_does_not_hold_commits_nothing() {
    let mut kit = Kit::with_validators(Suite::Sm, 4);
    let proposal = kit.propose(0);
    let hash = proposal.header.hash();
    let good = kit.certify(&proposal, 0);
    let mut short = good.clone();
    short.signatures.pop();
    let mut forged = good.clone();
    forged.signatures[0].signature = Signature([1; 64]);
    let mut round = good.clone();
    round.round = Round(1);
    for bad in [short, forged, round] {
        let refused = kit.app.commit(&hash, &bad);
        assert!(
            matches!(refused, Err(CommitError::Certificate(_))),
            "{refused:?}"
        );
        assert_eq!(kit.app.head().height, Height(0));
    }
    let unknown = kit.app.commit(&Digest::from_bytes([1; 32]), &good);
    assert!(matches!(unknown, Err(CommitError::UnknownProposal)));
    assert!(kit.app.commit(&hash, &good).is_ok());
}

#[test]
fn t01_a_certificate_of_too_few_is_refused_for_that_reason() {
    let mut kit = Kit::with_validators(Suite::Intl, 4);
    let proposal = kit.propose(0);
    let mut short = kit.certify(&proposal, 0);
    short.signatures.pop();
    let refused = kit.app.commit(&proposal.header.hash(), &short);
    let Err(CommitError::Certificate(error)) = refused else {
        unreachable!("refused: {refused:?}");
    };
    let expected = CertificateError::QuorumMismatch {
        found: 2,
        quorum: 3,
    };
    assert_eq!(error, expected);
}

#[test]
fn committing_the_head_again_changes_nothing() {
    let mut kit = Kit::new(Suite::Intl);
    let proposal = kit.propose(0);
    let certificate = kit.certify(&proposal, 0);
    let first = kit.app.commit(&proposal.header.hash(), &certificate);
    let again = kit.app.commit(&proposal.header.hash(), &certificate);
    let (first, again) = (first.expect("final"), again.expect("final"));
    assert_eq!(first.header, again.header);
    assert_eq!(kit.app.head().height, Height(1));
}

#[test]
fn a_follower_that_checks_and_commits_has_the_same_ledger() {
    let mut kit = Kit::with_validators(Suite::Intl, 4);
    let mut follower = App::found(MemoryStore::default(), &kit.genesis).expect("a new ledger");
    for _ in 0..10 {
        let proposal = kit.propose(0);
        let (hash, certificate) = (proposal.header.hash(), kit.certify(&proposal, 0));
        let proposer = kit.validators[0].public().id(kit.suite());
        let checked = follower.check(kit.now, &proposal, &origin(proposer));
        assert_eq!(checked.expect("memory does not fail"), Ok(hash));
        kit.app.commit(&hash, &certificate).expect("final");
        follower.commit(&hash, &certificate).expect("final");
        assert_eq!(kit.app.head(), follower.head());
    }
}

#[test]
fn asked_again_for_the_same_round_the_same_proposal_comes_back() {
    let mut kit = Kit::new(Suite::Intl);
    let first = kit.propose(3);
    assert_eq!(kit.propose(3), first);
    // Another round, at another time, is another proposal.
    assert_ne!(kit.propose(4), first);
    let mut reopened = App::open(kit.app.store().clone()).expect("a ledger");
    let me = kit.validators[0].public().id(kit.suite());
    let again = reopened.propose(TimeMs(9_999_999), Height(1), Round(3), me);
    assert_eq!(again.expect("a proposal"), first);
}

#[test]
fn only_the_next_height_is_proposed() {
    let mut kit = Kit::new(Suite::Intl);
    let me = kit.validators[0].public().id(kit.suite());
    for height in [0, 2, u64::MAX] {
        let refused = kit.app.propose(kit.now, Height(height), Round(0), me);
        let next = Height(1);
        let refused = refused.expect_err("another height");
        assert!(matches!(refused, ProposeError::WrongHeight { next: n } if n == next));
    }
}

#[test]
fn a_store_is_of_one_ledger() {
    let kit = Kit::new(Suite::Intl);
    let store = kit.app.store().clone();
    let reopened = App::found(store.clone(), &kit.genesis).expect("the same");
    assert_eq!(reopened.head(), kit.app.head());
    let mut other = kit.genesis.clone();
    other.name = "another".into();
    let refused = App::found(store, &other).expect_err("another ledger");
    assert!(matches!(refused, ledger_core::OpenError::LedgerMismatch));
    let refused = App::open(MemoryStore::default()).expect_err("an empty store");
    assert!(matches!(refused, ledger_core::OpenError::NotFounded));
    let mut other_suite = kit.genesis;
    other_suite.suite = Suite::Sm;
    let refused = App::found(MemoryStore::default(), &other_suite).expect_err("Ed25519 keys");
    assert!(matches!(refused, ledger_core::OpenError::UnusableKey));
}
