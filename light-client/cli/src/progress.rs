//! How far it is, how fast it goes and how long it will take, on the standard error.

use std::{
    io::{self, IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

use crate::words::{Lang, Text};

/// Shows the progress of one part of the work.
pub(crate) struct Progress {
    manner: Option<Manner>,
    label: Text,
    lang: Lang,
    total: usize,
    started: Instant,
    shown: Instant,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// One line that is written over.
    Terminal,
    /// A line now and then, for a log.
    Lines,
}

impl Manner {
    const fn pause(self) -> Duration {
        match self {
            Self::Terminal => Duration::from_millis(250),
            Self::Lines => Duration::from_secs(10),
        }
    }
}

impl Progress {
    /// Begins; `asked` shows it even where nobody seems to look.
    pub(crate) fn begin(asked: bool, label: Text, total: usize, lang: Lang) -> Self {
        let manner = match (io::stderr().is_terminal(), asked) {
            // A single document needs none.
            (true, asked) if asked || total > 1 => Some(Manner::Terminal),
            (false, true) => Some(Manner::Lines),
            _ => None,
        };
        let now = Instant::now();
        Self {
            manner,
            label,
            lang,
            total,
            started: now,
            shown: now,
        }
    }

    /// So many are done.
    pub(crate) fn advance(&mut self, done: usize) {
        if let Some(manner) = self.manner
            && self.shown.elapsed() >= manner.pause()
        {
            self.shown = Instant::now();
            self.show(manner, done);
        }
    }

    /// It is over, with so many done.
    pub(crate) fn end(&self, done: usize) {
        if let Some(manner) = self.manner {
            self.show(manner, done);
            if manner == Manner::Terminal {
                eprintln!();
            }
        }
    }

    fn show(&self, manner: Manner, done: usize) {
        let text = self.text(done, self.started.elapsed());
        match manner {
            // To the beginning of the line, and away with what is longer.
            Manner::Terminal => eprint!("\r{text}\x1b[K"),
            Manner::Lines => eprintln!("{text}"),
        }
        // Progress that cannot be shown is no reason to stop.
        let _shown = io::stderr().flush();
    }

    fn text(&self, done: usize, elapsed: Duration) -> String {
        let (label, total) = (self.label.of(self.lang), self.total);
        let elapsed_ms = elapsed.as_millis().max(1);
        let done_wide = u128::try_from(done).unwrap_or(u128::MAX);
        let left = u128::try_from(total.saturating_sub(done)).unwrap_or(u128::MAX);
        let rate = done_wide.saturating_mul(1000) / elapsed_ms;
        let left_s = match done_wide {
            0 => None,
            done => Some(left.saturating_mul(elapsed_ms) / done / 1000),
        };
        match (self.lang, left_s) {
            (Lang::Zh, Some(left_s)) => {
                format!("{label} {done} / {total}，每秒 {rate}，约剩 {left_s} 秒")
            }
            (Lang::Zh, None) => format!("{label} {done} / {total}"),
            (Lang::En, Some(left_s)) => {
                format!("{label} {done} / {total}, {rate} per second, about {left_s} s left")
            }
            (Lang::En, None) => format!("{label} {done} / {total}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_and_remaining_time() {
        let mut progress = Progress::begin(false, Text::new("核对", "verified"), 10_000, Lang::En);
        assert_eq!(progress.text(0, Duration::ZERO), "verified 0 / 10000");
        assert_eq!(
            progress.text(2500, Duration::from_secs(5)),
            "verified 2500 / 10000, 500 per second, about 15 s left"
        );
        progress.lang = Lang::Zh;
        assert_eq!(
            progress.text(10_000, Duration::from_secs(5)),
            "核对 10000 / 10000，每秒 2000，约剩 0 秒"
        );
    }
}
