//! Where a node's time goes, stage by stage: counters that cost next to nothing.
//!
//! Processor time is that of the thread, so that a stage is not charged for waiting its turn on a
//! busy machine. Stages nest: reading and writing the store is part of whatever asked for it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What a node spends its time on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stage {
    /// Checking transactions that come in, and keeping them.
    Submit,
    /// Making a block.
    Propose,
    /// Judging another's block.
    Check,
    /// Making a decided block durable.
    Commit,
    /// Reading rows of the store.
    Read,
    /// Writing to the store, and syncing it.
    Write,
    /// Of that, what waits until it is on disk.
    Sync,
    /// Setting the double-sign mark, synced.
    Mark,
}

impl Stage {
    const ALL: [Self; 8] = [
        Self::Submit,
        Self::Propose,
        Self::Check,
        Self::Commit,
        Self::Read,
        Self::Write,
        Self::Sync,
        Self::Mark,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Propose => "propose",
            Self::Check => "check",
            Self::Commit => "commit",
            Self::Read => "read",
            Self::Write => "write",
            Self::Sync => "sync",
            Self::Mark => "mark",
        }
    }

    /// One call of so many is timed, where a call takes about as long as two looks at the clock.
    const fn sampled(self) -> u64 {
        match self {
            Self::Read => 16,
            Self::Submit
            | Self::Propose
            | Self::Check
            | Self::Commit
            | Self::Write
            | Self::Sync
            | Self::Mark => 1,
        }
    }

    fn counters(self) -> &'static Counters {
        &COUNTERS[self as usize]
    }
}

#[derive(Debug)]
struct Counters {
    calls: AtomicU64,
    processor_ns: AtomicU64,
    elapsed_ns: AtomicU64,
}

impl Counters {
    const fn new() -> Self {
        Self {
            calls: AtomicU64::new(0),
            processor_ns: AtomicU64::new(0),
            elapsed_ns: AtomicU64::new(0),
        }
    }
}

/// Of this process, which is one node.
static COUNTERS: [Counters; Stage::ALL.len()] = [const { Counters::new() }; Stage::ALL.len()];

/// Does `work`, and counts it to a stage.
pub(crate) fn timed<T>(stage: Stage, work: impl FnOnce() -> T) -> T {
    let counters = stage.counters();
    let call = counters.calls.fetch_add(1, Ordering::Relaxed);
    let weight = stage.sampled();
    if !call.is_multiple_of(weight) {
        return work();
    }
    let (processor, elapsed) = (processor_time(), Instant::now());
    let done = work();
    let processor = processor_time().saturating_sub(processor);
    add(&counters.processor_ns, processor, weight);
    add(&counters.elapsed_ns, elapsed.elapsed(), weight);
    done
}

fn add(counter: &AtomicU64, time: Duration, weight: u64) {
    let ns = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    counter.fetch_add(ns.saturating_mul(weight), Ordering::Relaxed);
}

/// The thread's processor time.
#[cfg(unix)]
fn processor_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let (seconds, ns) = (u64::try_from(now.tv_sec), u32::try_from(now.tv_nsec));
    Duration::new(seconds.unwrap_or(0), ns.unwrap_or(0))
}

/// Where the system does not tell: nothing.
#[cfg(not(unix))]
fn processor_time() -> Duration {
    Duration::ZERO
}

type Value = fn(&Counters) -> f64;

/// Name, help, and value of each counter.
const COUNTED: [(&str, &str, Value); 3] = [
    (
        "tallystick_stage_calls",
        "Times that a stage was entered.",
        |stage| stage.calls.load(Ordering::Relaxed) as f64,
    ),
    (
        "tallystick_stage_processor_seconds",
        "Processor time of a stage and what it asked for.",
        |stage| seconds(&stage.processor_ns),
    ),
    (
        "tallystick_stage_seconds",
        "Time from a stage's beginning to its end.",
        |stage| seconds(&stage.elapsed_ns),
    ),
];

fn seconds(ns: &AtomicU64) -> f64 {
    Duration::from_nanos(ns.load(Ordering::Relaxed)).as_secs_f64()
}

/// All counters in Prometheus' text form.
pub(crate) fn text() -> String {
    let mut text = String::new();
    for (name, help, value) in COUNTED {
        text += &format!("# HELP {name} {help}\n# TYPE {name} counter\n");
        for stage in Stage::ALL {
            let (label, value) = (stage.name(), value(stage.counters()));
            text += &format!("{name}_total{{stage=\"{label}\"}} {value}\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_counted_to_its_stage() {
        let calls = || Stage::Mark.counters().calls.load(Ordering::Relaxed);
        let before = calls();
        assert_eq!(timed(Stage::Mark, || 7), 7);
        assert!(calls() > before);
        let line = text();
        for stage in Stage::ALL {
            let label = format!(
                "tallystick_stage_calls_total{{stage=\"{}\"}} ",
                stage.name()
            );
            assert_eq!(line.matches(&label).count(), 1, "{label}");
        }
    }
}
