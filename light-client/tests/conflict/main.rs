//! Conflict files: which two headers prove what, of whom, and what is refused.

mod attacks;
mod bit_flips;
mod search;
#[path = "../support/mod.rs"]
mod support;
mod vectors;

use light_client::{
    certificate::CertifiedHeader,
    conflict::{Conflict, ConflictError, Contradiction, Fault, Unproven},
    hash::Digest,
    header::Header,
    id::Round,
    suite::Suite,
    validator_set::Validator,
};
use support::{Ledger, Validators};

/// A ledger with a few blocks; the set of its epoch 0 is about to certify two things at once.
fn ledger(suite: Suite, validators: u16) -> Ledger {
    let mut ledger = Ledger::new(suite, validators);
    ledger.block();
    ledger.block();
    ledger
}

/// Another header in the place of this one.
fn other(header: &Header) -> Header {
    let mut other = header.clone();
    other.rest.body_root = Digest::from_bytes([9; 32]);
    other
}

/// Two headers of the next height, the first by the first quorum of the set, the second by the
/// last, so that as few as possible signed both.
fn same_height(ledger: &Ledger, rounds: [u32; 2]) -> [CertifiedHeader; 2] {
    let (set, header) = (&ledger.validators.set, ledger.draft(None));
    let (count, quorum) = (set.validators().len(), set.quorum());
    let certify = |round, header, from: usize| {
        let signers = from..from + quorum;
        ledger.validators.certify_by(Round(round), header, signers)
    };
    let second = other(&header);
    [
        certify(rounds[0], header, 0),
        certify(rounds[1], second, count - quorum),
    ]
}

fn conflict(ledger: &Ledger, [one, other]: [CertifiedHeader; 2]) -> Conflict {
    Conflict::new(ledger.validators.set.clone(), one, other)
}

/// Reads the file again, so that what is checked is what another reader has.
fn check(conflict: &Conflict) -> Result<Fault, ConflictError> {
    let read = Conflict::parse(&conflict.to_bytes()).expect("its own bytes");
    assert_eq!(read, *conflict);
    read.check().map(|proven| proven.fault().clone())
}

fn names(validators: &[Validator]) -> Vec<&str> {
    let names = validators.iter();
    names.map(|validator| validator.agency.as_str()).collect()
}

fn culprits(conflict: &Conflict) -> Vec<Validator> {
    let culprits = match check(conflict).expect("a conflict") {
        Fault::Equivocation { culprits } => Some(culprits),
        Fault::Fork { .. } => None,
    };
    culprits.expect("one height and one round")
}

fn suspects(conflict: &Conflict, expected: Contradiction) -> Vec<Validator> {
    let suspects = match check(conflict).expect("a conflict") {
        Fault::Equivocation { .. } => None,
        Fault::Fork {
            contradiction,
            suspects,
        } => (contradiction == expected).then_some(suspects),
    };
    suspects.expect("this contradiction, and nobody accused")
}

#[test]
fn t13_same_round_names_more_than_f_culprits() {
    for (suite, count) in [
        (Suite::Sm, 4),
        (Suite::Intl, 1),
        (Suite::Intl, 4),
        (Suite::Intl, 5),
        (Suite::Intl, 6),
        (Suite::Intl, 30),
    ] {
        let ledger = ledger(suite, count);
        let set = &ledger.validators.set;
        let culprits = culprits(&conflict(&ledger, same_height(&ledger, [3, 3])));
        assert!(culprits.len() > set.tolerated_faults(), "{count}");
        assert_eq!(culprits.len(), set.quorum_overlap());
        let (first, last) = (set.validators().len() - set.quorum(), set.quorum());
        assert_eq!(culprits, set.validators()[first..last]);
    }
}

#[test]
fn t13_other_round_names_suspects_only() {
    let ledger = ledger(Suite::Intl, 4);
    for rounds in [[0, 1], [5, 2]] {
        let file = conflict(&ledger, same_height(&ledger, rounds));
        let suspects = suspects(&file, Contradiction::SameHeight);
        assert_eq!(names(&suspects), ["agency-001", "agency-002"]);
        let proven = file.check().expect("proven");
        assert_eq!(proven.rounds().map(|round| round.0), {
            let mut ascending = rounds;
            ascending.sort_unstable();
            ascending
        });
    }
}

#[test]
fn t13_two_next_sets() {
    let mut ledger = ledger(Suite::Intl, 4);
    let mut fork = ledger.clone();
    let one = ledger.block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
    let other = fork.block_ending_epoch(Validators::new(Suite::Intl, 1, 7));
    let set = ledger.genesis.validators.clone();
    assert_eq!(culprits(&Conflict::new(set, one, other)).len(), 3);
}

#[test]
fn t13_an_epoch_that_ends_twice() {
    let mut ledger = ledger(Suite::Intl, 4);
    let mut fork = ledger.clone();
    let next = Validators::new(Suite::Intl, 1, 4);
    let set = ledger.genesis.validators.clone();
    let end = ledger.block_ending_epoch(next.clone());
    fork.block();
    let later = fork.block();
    let second_end = fork.block_ending_epoch(next);
    for beyond in [later, second_end] {
        // In whatever order they are found.
        for [one, other] in [[&end, &beyond], [&beyond, &end]] {
            let file = Conflict::new(set.clone(), one.clone(), other.clone());
            assert_eq!(suspects(&file, Contradiction::PastEnd).len(), 3);
        }
    }
}

#[test]
fn t13_a_header_that_follows_another() {
    let mut ledger = ledger(Suite::Intl, 4);
    let mut fork = ledger.clone();
    let one = ledger.block();
    let forked = other(&fork.draft(None));
    fork.seal(forked);
    let next = fork.block();
    let file = conflict(&ledger, [one.clone(), next]);
    assert_eq!(suspects(&file, Contradiction::OtherPrevious).len(), 3);
    // What does follow it proves nothing.
    let next = ledger.block();
    assert_eq!(
        check(&conflict(&ledger, [one, next])),
        Err(ConflictError::Unproven(Unproven::OneHistory))
    );
}

#[test]
fn what_proves_nothing_by_itself() {
    let mut ledger = ledger(Suite::Intl, 4);
    let set = ledger.genesis.validators.clone();
    let mut fork = ledger.clone();
    let one = ledger.block();
    let again = ledger
        .validators
        .certify_by(Round(1), one.header.clone(), 1..4);
    let end = ledger.block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
    let next_epoch = ledger.block();
    let forked = other(&fork.draft(None));
    fork.seal(forked);
    fork.block();
    // Of another history, but two headers of different heights do not show it.
    let far = fork.block();
    let early_end = {
        let mut fork = ledger_of(&fork, 2);
        fork.block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
        fork.block()
    };
    let unproven = |one: &CertifiedHeader, other: &CertifiedHeader| {
        let conflict = Conflict::new(set.clone(), one.clone(), other.clone());
        match check(&conflict).expect_err("no conflict") {
            ConflictError::Unproven(unproven) => Some(unproven),
            ConflictError::Certificate(_) => None,
        }
        .expect("decided before any signature")
    };
    assert_eq!(unproven(&one, &again), Unproven::SameHeader);
    assert_eq!(unproven(&one, &far), Unproven::OneHistory);
    assert_eq!(unproven(&one, &next_epoch), Unproven::OneHistory);
    assert_eq!(unproven(&end, &next_epoch), Unproven::OneHistory);
    // The next epoch's set signed at a height that was the old one's: whose fault it is, only the
    // hand-off by which it came to sign there can tell.
    assert_eq!(early_end.header.core.height, end.header.core.height);
    assert_eq!(unproven(&end, &early_end), Unproven::DifferentSets);
    // An epoch has one set, at whatever height.
    let usurpers = Validators::new(Suite::Intl, 0, 7);
    let mut usurped = far.header;
    usurped.core.set_hash = usurpers.set.hash(Suite::Intl);
    let usurped = usurpers.certify(usurped);
    assert_eq!(unproven(&one, &usurped), Unproven::DifferentSets);
    let strangers = Ledger::new(Suite::Intl, 7).block();
    assert_eq!(unproven(&one, &strangers), Unproven::LedgerMismatch);
}

/// The ledger as it was after so many blocks.
fn ledger_of(ledger: &Ledger, blocks: usize) -> Ledger {
    let mut earlier = ledger.clone();
    earlier.headers.truncate(blocks);
    earlier
}

/// Small enough for a mail or a few printed codes; names as short as here, and as long as can be.
#[test]
fn size_at_thirty_and_a_hundred_validators() {
    for (count, expected) in [(30, [4845, 6503]), (100, [14567, 20075])] {
        let mut ledger = ledger(Suite::Sm, count);
        let short = conflict(&ledger, same_height(&ledger, [0, 0])).to_bytes();
        ledger.validators = long_names(count);
        let long = conflict(&ledger, same_height(&ledger, [70_000, 70_000]));
        assert!(check(&long).is_ok());
        let long = long.to_bytes();
        assert_eq!([short.len(), long.len()], expected, "{count} validators");
        assert!(count > 30 || long.len() <= 10_000);
    }
}

fn long_names(count: u16) -> Validators {
    let mut validators = Validators::new(Suite::Sm, 0, count);
    let long = validators.set.validators().iter().map(|validator| {
        let name = format!("{}-{:0>53}", validator.agency.as_str(), 0);
        assert_eq!(name.len(), 64);
        Validator {
            agency: light_client::id::IssuerId::parse(&name).expect("a name"),
            key: validator.key.clone(),
        }
    });
    let set =
        light_client::validator_set::ValidatorSet::new(validators.set.epoch(), long.collect());
    validators.set = set.expect("a set");
    validators
}
