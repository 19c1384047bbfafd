//! Proposing and committing.

use ledger_core::{
    App, Arrival, CommitError, Origin, ProposeError, store::MemoryStore, transaction::Op,
};
use light_client::{
    certificate::CertificateError,
    hash::Digest,
    id::{Height, Round, TimeMs},
    key::Signature,
    record::Standing,
    suite::Suite,
};

use crate::kit::{DEGREE, INVOICE, Kit, origin};

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

/// A ledger on which 8 batches of 400 invoices wait: 801 keys each.
fn heavy() -> Kit {
    let mut kit = Kit::new(Suite::Intl);
    kit.register("tax", &[(40, INVOICE, None)]);
    let lease = kit.lease(41, "tax", 1, 4000);
    let lease = kit.sign(40, Op::Lease(lease));
    kit.block(&[lease]);
    for batch in 0..8 {
        let numbers = 400 * batch + 1..=400 * batch + 400;
        let lines: Vec<(u64, u64)> = numbers.map(|number| (number, 1)).collect();
        let issue = kit.issue(41, "tax", 1, &lines);
        let issue = kit.sign(41, Op::Issue(issue));
        kit.submit(&issue).expect("an accepted transaction");
    }
    kit
}

#[test]
fn blocks_of_a_heavy_pool_are_bounded_and_shrink_from_round_to_round() {
    let mut kit = heavy();
    let mut lengths =
        |rounds: [u32; 5]| rounds.map(|round| kit.propose(round).body.transactions().len());
    let first = lengths([0, 1, 2, 3, 40]);
    assert!((1..8).contains(&first[0]), "{first:?}");
    // Never less than one: a transaction too heavy for any room must come some time.
    assert_eq!(first, [3, 1, 1, 1, 1]);
    let mut blocks = 0;
    while kit.app.pending() > 0 {
        kit.next_block();
        blocks += 1;
    }
    assert_eq!(blocks, 3);
}

#[test]
fn what_is_proposed_again_is_valid_however_late_the_round() {
    let mut kit = heavy();
    let mut follower = App::open(kit.app.store().clone()).expect("a ledger");
    let proposal = kit.propose(0);
    assert!(proposal.body.transactions().len() > 1);
    let me = kit.validators[0].public().id(kit.suite());
    for round in [1, 9, u32::MAX] {
        let again = Origin {
            round: Round(round),
            proposer: me,
            arrival: Arrival::Repeated {
                valid_round: Round(0),
            },
        };
        let verdict = follower.check(kit.now, &proposal, &again);
        let verdict = verdict.expect("memory does not fail");
        assert_eq!(verdict, Ok(proposal.header.hash()));
    }
}

#[test]
fn many_small_transactions_wait_their_turn_in_order() {
    let mut kit = Kit::new(Suite::Intl);
    kit.register("school", &[(30, DEGREE, None)]);
    let sent: Vec<_> = (0..20)
        .map(|document| {
            let status = kit.status("school", document, Standing::Suspended);
            kit.sign(30, Op::SetStatus(status)).to_bytes()
        })
        .collect();
    let answers = kit.app.submit(&sent).expect("memory does not fail");
    assert!(answers.iter().all(Result::is_ok));
    // In a round of little room the oldest go first, and none of the later overtakes.
    let few = kit.propose(8).body;
    let taken = few.transactions().len();
    assert!((2..20).contains(&taken), "{taken}");
    assert_eq!(few.transactions(), &sent[..taken]);
    assert_eq!(kit.propose(0).body.transactions(), sent);
}
