//! What a validator refuses to vote for.

use ledger_core::{
    App, Arrival, HeaderRefusal, Module, Origin,
    block::{BlockBody, Proposal},
    store::MemoryStore,
    transaction::{Action, Op},
};
use light_client::{
    cbor::to_bytes,
    hash::Digest,
    id::{Epoch, Height, LedgerId, Round, TimeMs, TreeSize},
    record::Standing,
    suite::Suite,
};

use crate::kit::{DEGREE, Kit, origin};

/// A proposal with a transaction in it, and a follower that has not seen it.
fn proposed() -> (Kit, Proposal, App<MemoryStore>) {
    let mut kit = Kit::with_validators(Suite::Sm, 4);
    kit.register("uni", &[(30, DEGREE, None)]);
    let batch = kit.anchor(30, "uni", DEGREE, 1);
    let transaction = kit.sign(30, Op::Anchor(batch));
    let follower = App::open(kit.app.store().clone()).expect("a ledger");
    kit.submit(&transaction).expect("accepted");
    let proposal = kit.propose(0);
    (kit, proposal, follower)
}

fn verdict(
    follower: &mut App<MemoryStore>,
    now: TimeMs,
    proposal: &Proposal,
    arrival: Arrival,
) -> Result<Digest, HeaderRefusal> {
    let proposer = follower.validator_set().validators()[0]
        .key
        .id(follower.suite());
    let origin = Origin {
        arrival,
        ..origin(proposer)
    };
    let verdict = follower.check(now, proposal, &origin);
    verdict.expect("memory does not fail")
}

#[test]
fn a_good_proposal_is_good_and_parses_back() {
    let (kit, proposal, mut follower) = proposed();
    assert_eq!(
        Proposal::parse(&to_bytes(&proposal)).as_ref(),
        Ok(&proposal)
    );
    let hash = proposal.header.hash();
    assert_eq!(
        verdict(&mut follower, kit.now, &proposal, Arrival::New),
        Ok(hash)
    );
    let stored = follower.undecided(kit.next_height()).expect("rows");
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].1, proposal);
    assert_eq!(
        follower.undecided_proposal(&hash).expect("a row"),
        Some(proposal)
    );
}

#[test]
fn t18_every_wrong_field_is_refused_by_name() {
    type Change = fn(&mut Proposal);
    let next = Height(2);
    let cases: [(Change, HeaderRefusal); 15] = [
        (|p| p.header.core.suite = Suite::Intl, HeaderRefusal::Ledger),
        (
            |p| p.header.core.ledger = LedgerId(Digest::from_bytes([9; 32])),
            HeaderRefusal::Ledger,
        ),
        (
            |p| p.header.core.height = Height(1),
            HeaderRefusal::WrongHeight { next },
        ),
        (
            |p| p.header.core.height = Height(3),
            HeaderRefusal::WrongHeight { next },
        ),
        (
            |p| p.header.core.epoch = Epoch(1),
            HeaderRefusal::EpochOrSet,
        ),
        (
            |p| p.header.core.set_hash = Digest::from_bytes([9; 32]),
            HeaderRefusal::EpochOrSet,
        ),
        (|p| p.header.core.log_size = TreeSize(0), HeaderRefusal::Log),
        (
            |p| p.header.core.log_root = Digest::from_bytes([9; 32]),
            HeaderRefusal::Log,
        ),
        (
            |p| p.header.rest.previous = Digest::from_bytes([9; 32]),
            HeaderRefusal::Previous,
        ),
        (
            |p| p.header.rest.body_root = Digest::from_bytes([9; 32]),
            HeaderRefusal::BodyRoot,
        ),
        (|p| p.body = BlockBody::default(), HeaderRefusal::BodyRoot),
        (
            |p| p.header.rest.state_root = Digest::from_bytes([9; 32]),
            HeaderRefusal::StateRoot,
        ),
        (
            |p| p.header.rest.history_root = Digest::from_bytes([9; 32]),
            HeaderRefusal::HistoryRoot,
        ),
        (
            |p| p.header.rest.next_set_hash = Some(Digest::from_bytes([9; 32])),
            HeaderRefusal::NextSet,
        ),
        (
            |p| p.header.core.time_ms = TimeMs(0),
            HeaderRefusal::TimeNotIncreasing,
        ),
    ];
    let (kit, proposal, mut follower) = proposed();
    for (at, (change, refusal)) in cases.into_iter().enumerate() {
        let mut changed = proposal.clone();
        change(&mut changed);
        let found = verdict(&mut follower, kit.now, &changed, Arrival::New);
        assert_eq!(found, Err(refusal), "case {at}");
    }
    assert!(
        follower
            .undecided(kit.next_height())
            .expect("rows")
            .is_empty()
    );
}

#[test]
fn a_changed_leaf_time_is_noticed() {
    // The time enters the log leaf, so it cannot be changed without the roots.
    let (kit, mut proposal, mut follower) = proposed();
    proposal.header.core.time_ms.0 += 1;
    let found = verdict(&mut follower, kit.now, &proposal, Arrival::New);
    assert_eq!(found, Err(HeaderRefusal::Log));
}

#[test]
fn t19_only_a_new_proposal_is_held_against_the_clock() {
    let (kit, proposal, _) = proposed();
    let time = proposal.header.core.time_ms.0;
    let repeated = Arrival::Repeated {
        valid_round: Round(0),
    };
    for (now, off) in [
        (time - 5001, Some(5001)),
        (time - 5000, None),
        (time + 5000, None),
        (time + 5001, Some(5001)),
        (time + 1_000_000, Some(1_000_000)),
    ] {
        let now = TimeMs(now);
        let expected = match off {
            None => Ok(proposal.header.hash()),
            Some(off_ms) => Err(HeaderRefusal::TimeOff { off_ms }),
        };
        let open = || App::open(kit.app.store().clone()).expect("a ledger");
        let found = verdict(&mut open(), now, &proposal, Arrival::New);
        assert_eq!(found, expected);
        for arrival in [repeated, Arrival::Synced] {
            assert!(verdict(&mut open(), now, &proposal, arrival).is_ok());
        }
    }
}

#[test]
fn what_came_in_time_does_not_become_late_by_coming_again() {
    let (kit, proposal, mut follower) = proposed();
    let in_time = proposal.header.core.time_ms;
    let late = TimeMs(in_time.0 + 60_000);
    let mut at = |now, arrival| verdict(&mut follower, now, &proposal, arrival);
    let repeated = Arrival::Repeated {
        valid_round: Round(0),
    };
    // Who says that a quorum has judged the time has not had it judged here.
    assert!(at(late, repeated).is_ok());
    let too_late = Err(HeaderRefusal::TimeOff { off_ms: 60_000 });
    assert_eq!(at(late, Arrival::New), too_late);
    assert!(at(in_time, Arrival::New).is_ok());
    assert!(at(late, Arrival::New).is_ok());
    let mut other = App::open(kit.app.store().clone()).expect("a ledger");
    assert_eq!(verdict(&mut other, late, &proposal, Arrival::New), too_late);
}

#[test]
fn t19_a_head_ahead_of_all_clocks_is_followed_by_the_least_time_only() {
    let mut kit = Kit::new(Suite::Intl);
    kit.now = TimeMs(10_000_000);
    kit.next_block();
    let head = kit.app.head().time_ms.0;
    let hour = 3_600_000;
    // The clock of the proposer, that of the follower, and how far the proposal is off, if it is.
    for (proposer, follower, off) in [
        (head - hour, head - hour, None),
        (head + 2, head - hour, Some(hour + 2)),
        // The least time is no excuse for lagging behind.
        (head - hour, head + hour, Some(hour - 1)),
    ] {
        let open = || App::open(kit.app.store().clone()).expect("a ledger");
        let (mut other, mut fresh) = (open(), open());
        let me = other.validator_set().validators()[0].key.id(other.suite());
        let proposed = other.propose(TimeMs(proposer), kit.next_height(), Round(0), me);
        let proposal = proposed.expect("a proposal");
        let expected = match off {
            None => Ok(proposal.header.hash()),
            Some(off_ms) => Err(HeaderRefusal::TimeOff { off_ms }),
        };
        let found = verdict(&mut fresh, TimeMs(follower), &proposal, Arrival::New);
        assert_eq!(found, expected);
    }
}

#[test]
fn a_clock_behind_the_head_still_proposes_an_increasing_time() {
    let mut kit = Kit::new(Suite::Intl);
    kit.next_block();
    let head = kit.app.head().time_ms;
    kit.now = TimeMs(0);
    let proposal = kit.propose(0);
    assert_eq!(proposal.header.core.time_ms, TimeMs(head.0 + 1));
}

#[test]
fn a_body_with_any_changed_byte_is_refused() {
    let (kit, proposal, mut follower) = proposed();
    let bytes = proposal.body.transactions()[0].clone();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        let mut proposal = proposal.clone();
        proposal.body = BlockBody::new(vec![changed]).expect("a body");
        // A liar makes the header fit the body.
        proposal.header.rest.body_root = proposal.body.root(kit.suite());
        let found = verdict(&mut follower, kit.now, &proposal, Arrival::New);
        let refused = matches!(found, Err(HeaderRefusal::Transaction { index: 0, .. }));
        assert!(refused, "byte {at}: {found:?}");
    }
}

#[test]
fn one_bad_transaction_spoils_the_block() {
    let mut kit = Kit::new(Suite::Intl);
    kit.register("uni", &[(30, DEGREE, None)]);
    let good = kit.sign(30, Op::SetStatus(kit.status("uni", 1, Standing::Revoked)));
    let bad = kit.sign(31, Op::SetStatus(kit.status("uni", 2, Standing::Revoked)));
    let expected = HeaderRefusal::Transaction {
        index: 1,
        source: ledger_core::Refusal::NoRight,
    };
    assert_eq!(kit.forge(&[good, bad]), Err(expected));
}

/// T68: nothing of a validator, a member or an issuer expires by a date, so no date stops all of
/// them at once (fabric#4875). What ends, ends by a transaction, or has its term on the ledger.
#[test]
fn t68_a_century_later_all_keys_still_count() {
    const CENTURY_MS: u64 = 100 * 366 * 24 * 3_600_000;
    for suite in [Suite::Sm, Suite::Intl] {
        let mut kit = Kit::new(suite);
        kit.register("uni", &[(30, DEGREE, None)]);
        kit.now.0 += CENTURY_MS;
        let batch = kit.anchor(30, "uni", DEGREE, 1);
        let anchored = kit.sign(30, Op::Anchor(batch));
        let freeze = kit.decide(1, Action::Freeze(Module::Did), &[0, 1, 2]);
        let committed = kit.block(&[anchored, freeze]);
        assert_eq!(committed.events.len(), 3, "anchored; frozen, by a decision");
        assert_eq!(kit.app.head().time_ms, kit.now);
    }
}
