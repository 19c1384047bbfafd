//! A validator's idea of the time.

use light_client::id::TimeMs;

/// When a run begins.
pub(crate) const EPOCH_MS: u64 = 1_790_000_000_000;
const MILLION: i128 = 1_000_000;

/// A clock that is off, and runs too fast or too slow.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Clock {
    pub(crate) skew_ms: i64,
    pub(crate) drift_ppm: i64,
}

impl Clock {
    /// What it shows.
    pub(crate) fn read(&self, now_us: u64) -> TimeMs {
        let elapsed_ms = i128::from(now_us) * self.rate() / MILLION / 1000;
        let shown = i128::from(EPOCH_MS) + elapsed_ms + i128::from(self.skew_ms);
        TimeMs(u64::try_from(shown).unwrap_or(EPOCH_MS))
    }

    /// How long it really takes until this clock has gone on for so long.
    pub(crate) fn really_us(&self, shown_us: u64) -> u64 {
        let really = i128::from(shown_us) * MILLION / self.rate();
        u64::try_from(really).unwrap_or(shown_us)
    }

    fn rate(&self) -> i128 {
        MILLION + i128::from(self.drift_ppm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_clock_shows_more_and_its_timers_fire_early() {
        let clock = Clock {
            skew_ms: -5,
            drift_ppm: 250_000,
        };
        assert_eq!(clock.read(4_000_000), TimeMs(EPOCH_MS + 5_000 - 5));
        assert_eq!(clock.really_us(1_250_000), 1_000_000);
    }
}
