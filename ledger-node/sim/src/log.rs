//! Everything that happens in a run, in order: its hash, and its text for whoever replays it.

use std::fmt;

use light_client::{
    hash::{Digest, Hasher},
    suite::Suite,
};

/// The log of a run. Two runs are the same if their logs have the same hash.
pub(crate) struct Log {
    hasher: Hasher,
    lines: Option<Vec<String>>,
}

impl Log {
    /// A log that keeps its lines, or only their hash.
    pub(crate) fn new(keeps_lines: bool) -> Self {
        Self {
            hasher: Hasher::new(Suite::Intl),
            lines: keeps_lines.then(Vec::new),
        }
    }

    pub(crate) fn line(&mut self, now_us: u64, what: fmt::Arguments<'_>) {
        let line = format!("{:>10}.{:03} {what}", now_us / 1000, now_us % 1000);
        self.hasher.update(line.as_bytes());
        self.hasher.update(b"\n");
        if let Some(lines) = &mut self.lines {
            lines.push(line);
        }
    }

    pub(crate) fn lines(&mut self) -> Vec<String> {
        self.lines.take().unwrap_or_default()
    }

    pub(crate) fn finish(self) -> Digest {
        self.hasher.finish()
    }
}

/// The first bytes of something long.
pub(crate) struct Short<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.0.iter().take(6);
        first
            .into_iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
