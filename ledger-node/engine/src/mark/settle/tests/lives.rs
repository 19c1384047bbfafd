//! A validator that lives many times at one height. The engine is replaced by dice that sign
//! anything that the mark allows; what is checked is that nothing ever goes out twice in one place.

use super::*;

/// A process with its disk; whatever is not on it is gone after a crash.
#[derive(Default)]
struct Life {
    mark: Marked,
    synced: Vec<(Place, Option<Digest>)>,
    buffered: Vec<(Place, Option<Digest>)>,
    start: Start,
    /// Whether the log still is the one in which everything sent was written.
    is_log_usable: bool,
    sent: BTreeMap<Place, BTreeSet<Option<Digest>>>,
    forgotten: usize,
}

/// The numbers of Knuth's MMIX.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        let (a, c) = (6_364_136_223_846_793_005, 1_442_695_040_888_963_407);
        self.0 = self.0.wrapping_mul(a).wrapping_add(c);
        (self.0 >> 33) % sides
    }

    fn value(&mut self) -> Option<Digest> {
        let byte = u8::try_from(self.roll(3)).expect("below three");
        (byte > 0).then(|| Digest::from_bytes([byte; 32]))
    }
}

impl Life {
    fn size(&self) -> u64 {
        u64::try_from(self.synced.len() + self.buffered.len()).expect("a few")
    }

    /// Starts, with the log as the last crash left it, or without it; and replays it.
    fn start(&mut self, dice: &mut Dice) {
        let kept = dice.roll(u64::try_from(self.buffered.len()).expect("a few") + 1);
        let kept = usize::try_from(kept).expect("a few");
        self.buffered.truncate(kept);
        self.synced.append(&mut self.buffered);
        if dice.roll(8) == 0 {
            // Lost, or emptied; the engine begins another.
            self.synced.clear();
            self.is_log_usable = false;
        }
        let log = if self.is_log_usable {
            let votes = self
                .synced
                .iter()
                .filter(|(at, _)| at.step != Step::Propose);
            EngineLog::Whole(
                votes
                    .map(|(at, value)| ((at.round, at.step), *value))
                    .collect(),
            )
        } else {
            EngineLog::Unusable
        };
        let change = self.mark.settle(5, &log);
        self.forgotten += change.removed.len();
        self.mark.apply(&change);
        self.is_log_usable = true;
        self.start = if self.synced.is_empty() {
            Start::fresh()
        } else {
            Start::replaying(5, self.size())
        };
        if self.start != Start::fresh() && dice.roll(2) == 0 {
            let (place, value) = (
                place(u32::try_from(dice.roll(4)).expect("few"), PREVOTE),
                dice.value(),
            );
            if self.sign(place, value) && dice.roll(2) == 0 {
                self.send(place, value);
            }
        }
    }

    fn sign(&mut self, place: Place, value: Option<Digest>) -> bool {
        let course = self.start.course(5, self.size());
        let change = self.mark.sign(place, value, course);
        change.map(|change| self.mark.apply(&change)).is_ok()
    }

    fn send(&mut self, place: Place, value: Option<Digest>) {
        self.sent.entry(place).or_default().insert(value);
    }

    /// One input: it is logged, and up to two votes of one round follow from it, each signed, logged
    /// and, once all is synced, sent. The process may die after every step.
    fn live(&mut self, dice: &mut Dice) -> Option<()> {
        let survive = |dice: &mut Dice| (dice.roll(12) > 0).then_some(());
        let round = u32::try_from(dice.roll(4)).expect("few");
        let input = Place {
            height: 5,
            round: u32::MAX,
            step: Step::Propose,
        };
        self.buffered.push((input, None));
        let votes = [
            (place(round, PREVOTE), dice.value()),
            (place(round, PRECOMMIT), dice.value()),
        ];
        let (from, to) = (dice.roll(2), 1 + dice.roll(2));
        let range =
            usize::try_from(from).expect("few")..usize::try_from(to.max(from)).expect("few");
        let mut signed = Vec::new();
        for (place, value) in &votes[range] {
            if !self.sign(*place, *value) {
                break;
            }
            survive(dice)?;
            self.buffered.push((*place, *value));
            signed.push((*place, *value));
            survive(dice)?;
        }
        self.synced.append(&mut self.buffered);
        survive(dice)?;
        for (place, value) in signed {
            self.send(place, value);
            survive(dice)?;
        }
        Some(())
    }
}

#[test]
fn nothing_is_sent_twice_in_one_place_however_often_the_process_dies() {
    let (mut forgotten, mut sent) = (0, 0);
    for seed in 0..20_000 {
        let mut dice = Dice(seed);
        let mut life = Life {
            is_log_usable: true,
            ..Life::default()
        };
        for _ in 0..8 {
            life.start(&mut dice);
            while life.live(&mut dice).is_some() && dice.roll(10) > 0 {}
        }
        for (place, values) in &life.sent {
            assert!(values.len() == 1, "seed {seed}: {values:?} at {place:?}");
        }
        forgotten += life.forgotten;
        sent += life.sent.len();
    }
    assert!(forgotten > 1000 && sent > 10_000, "{forgotten} {sent}");
}
