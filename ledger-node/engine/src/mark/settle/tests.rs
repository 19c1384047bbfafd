//! Single cases; and any number of crashes, at any point, around an engine that signs anything.

use std::collections::BTreeSet;

use super::*;

mod lives;

const PREVOTE: Step = Step::Prevote;
const PRECOMMIT: Step = Step::Precommit;

fn value(byte: u8) -> Option<Digest> {
    Some(Digest::from_bytes([byte; 32]))
}

const fn place(round: u32, step: Step) -> Place {
    Place {
        height: 5,
        round,
        step,
    }
}

fn sign(mark: &mut Marked, place: Place, value: Option<Digest>, course: Course) {
    let change = mark.sign(place, value, course).expect("may be signed");
    mark.apply(&change);
}

/// Votes at height 5: a whole round, and a prevote in the next.
fn marked() -> Marked {
    let mut mark = Marked::default();
    for (round, step, signed) in [
        (0, Step::Propose, value(1)),
        (0, PREVOTE, value(1)),
        (0, PRECOMMIT, None),
        (1, PREVOTE, value(2)),
    ] {
        sign(&mut mark, place(round, step), signed, Course::Logged);
    }
    mark
}

fn whole(places: &[(u32, Step, Option<Digest>)]) -> EngineLog {
    let places = places.iter().copied();
    let places = places.map(|(round, step, value)| ((round, step), value));
    EngineLog::Whole(places.collect())
}

/// The mark after a start with this log, and what that start forgot.
fn settled(mut mark: Marked, log: &EngineLog) -> (Marked, Vec<Place>) {
    let change = mark.settle(5, log);
    mark.apply(&change);
    (mark, change.removed)
}

const ROUND_0: [(u32, Step, Option<Digest>); 2] = [
    (0, PREVOTE, Some(Digest::from_bytes([1; 32]))),
    (0, PRECOMMIT, None),
];

#[test]
fn the_last_votes_that_the_log_lacks_may_be_cast_otherwise() {
    let (mut mark, forgotten) = settled(marked(), &whole(&ROUND_0));
    assert_eq!(forgotten, [place(1, PREVOTE)]);
    sign(&mut mark, place(1, PREVOTE), None, Course::Logged);
    let earlier = mark.sign(place(0, PRECOMMIT), value(1), Course::Logged);
    assert!(earlier.is_err(), "what is logged stays");
}

#[test]
fn with_everything_in_the_log_nothing_changes() {
    let log = whole(&[ROUND_0[0], ROUND_0[1], (1, PREVOTE, value(2))]);
    assert!(marked().settle(5, &log).is_empty());
}

#[test]
fn a_log_of_another_time_forgets_nothing_then_or_later() {
    for log in [
        EngineLog::Unusable,
        whole(&[]),
        whole(&[(0, PREVOTE, value(1))]),
        whole(&[(0, PREVOTE, value(9)), (0, PRECOMMIT, None)]),
        whole(&[ROUND_0[0], ROUND_0[1], (1, PREVOTE, value(3))]),
        whole(&[ROUND_0[0], ROUND_0[1], (1, PRECOMMIT, None)]),
    ] {
        let (mark, forgotten) = settled(marked(), &log);
        assert!(forgotten.is_empty(), "{log:?}");
        // The log that the engine has begun meanwhile looks as if there had been no other.
        let (mark, forgotten) = settled(mark, &whole(&ROUND_0));
        assert!(forgotten.is_empty(), "{log:?}");
        assert!(mark.sign(place(1, PREVOTE), None, Course::Logged).is_err());
    }
}

#[test]
fn what_was_signed_in_a_replay_stays_and_what_came_after_it_goes() {
    let mut mark = marked();
    sign(&mut mark, place(1, PREVOTE), value(2), Course::Unlogged);
    sign(&mut mark, place(2, PREVOTE), None, Course::Logged);
    let (mark, forgotten) = settled(mark, &whole(&ROUND_0));
    assert_eq!(forgotten, [place(2, PREVOTE)]);
    assert!(mark.sign(place(1, PREVOTE), None, Course::Logged).is_err());
}

#[test]
fn what_is_forgotten_leaves_the_heights_below_closed() {
    let mut mark = Marked::default();
    sign(&mut mark, place(0, PREVOTE), value(1), Course::Logged);
    let (mut mark, forgotten) = settled(mark, &whole(&[]));
    assert_eq!((forgotten.len(), mark.last_height()), (1, Some(4)));
    let below = Place {
        height: 4,
        round: 9,
        step: PRECOMMIT,
    };
    assert!(mark.sign(below, value(1), Course::Logged).is_err());
    sign(&mut mark, place(0, PREVOTE), None, Course::Logged);
    assert!(mark.settle(6, &whole(&[])).is_empty(), "another height's");
}

#[test]
fn a_prevote_that_a_polka_may_have_carried_out_stays() {
    let last = |round, signed| {
        let mut mark = Marked::default();
        sign(&mut mark, place(round, PREVOTE), signed, Course::Logged);
        settled(mark, &whole(&[])).1.len()
    };
    let (early, late) = (EARLY_POLKA_ROUND - 1, EARLY_POLKA_ROUND);
    assert_eq!((last(early, value(1)), last(late, value(1))), (1, 0));
    assert_eq!(last(late, None), 1, "there is no polka for nil");
}

#[test]
fn a_replay_is_over_once_the_log_grows() {
    let start = Start::replaying(5, 100);
    assert_eq!(start.course(5, 100), Course::Unlogged);
    assert_eq!(start.course(5, 12), Course::Unlogged, "if in doubt");
    assert_eq!(start.course(5, 101), Course::Logged);
    assert_eq!(start.course(6, 12), Course::Logged);
    assert_eq!(Start::fresh().course(5, 0), Course::Logged);
}
