//! What the processes have used, as the system and the nodes themselves count it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anyhow::{Context as _, Result};

/// The kernel's unit of processor time (`USER_HZ`, 100 on every Linux of today).
const TICKS_PER_SECOND: f64 = 100.0;

/// One node, or several added up, since their start.
#[derive(Clone, Debug, Default)]
pub(crate) struct Usage {
    /// Processor seconds.
    pub(crate) processor: f64,
    /// Bytes written to disk.
    pub(crate) written: f64,
    /// The most memory that was ever resident, of the largest, in bytes.
    pub(crate) peak_memory: f64,
    /// The nodes' own counters: `name{stage}` → value.
    pub(crate) stages: BTreeMap<String, f64>,
}

impl Usage {
    /// What the system says of a process.
    pub(crate) fn of(process: u32) -> Result<Self> {
        let read = |file: &str| {
            let path = format!("/proc/{process}/{file}");
            fs::read_to_string(&path).context(path)
        };
        let stat = read("stat")?;
        // The program's name, in parentheses, may hold spaces.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let times = fields.split_whitespace().skip(11).take(2);
        let ticks: f64 = times.filter_map(|text| text.parse::<f64>().ok()).sum();
        Ok(Self {
            processor: ticks / TICKS_PER_SECOND,
            written: field(&read("io")?, "write_bytes:"),
            peak_memory: field(&read("status")?, "VmHWM:") * 1024.0,
            stages: BTreeMap::new(),
        })
    }

    /// Takes in a node's own counters, from its metrics.
    pub(crate) fn count_stages(&mut self, metrics: &str) {
        for line in metrics.lines() {
            if let Some((name, value)) = line.rsplit_once(' ')
                && let Some(name) = name.strip_prefix("tallystick_stage_")
                && let Ok(value) = value.parse::<f64>()
            {
                *self.stages.entry(name.to_owned()).or_default() += value;
            }
        }
    }

    /// Adds another process.
    pub(crate) fn add(&mut self, other: &Self) {
        self.processor += other.processor;
        self.written += other.written;
        self.peak_memory = self.peak_memory.max(other.peak_memory);
        for (name, value) in &other.stages {
            *self.stages.entry(name.clone()).or_default() += value;
        }
    }

    /// What was used since `earlier`; the peak is that of all time.
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        let stages = self.stages.iter().map(|(name, value)| {
            let before = earlier.stages.get(name).copied().unwrap_or_default();
            (name.clone(), value - before)
        });
        Self {
            processor: self.processor - earlier.processor,
            written: self.written - earlier.written,
            peak_memory: self.peak_memory,
            stages: stages.collect(),
        }
    }

    /// Processor seconds of a stage.
    pub(crate) fn stage(&self, name: &str) -> f64 {
        self.counter("processor_seconds", name)
    }

    /// How often a stage was entered.
    pub(crate) fn calls(&self, name: &str) -> f64 {
        self.counter("calls", name)
    }

    /// Milliseconds from beginning to end of a stage, on average.
    pub(crate) fn elapsed_ms(&self, name: &str) -> f64 {
        self.counter("seconds", name) * 1000.0 / self.calls(name).max(1.0)
    }

    fn counter(&self, counter: &str, stage: &str) -> f64 {
        let name = format!("{counter}_total{{stage=\"{stage}\"}}");
        self.stages.get(&name).copied().unwrap_or_default()
    }
}

fn field(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let value = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    value.unwrap_or_default()
}

/// Bytes of all files in a folder.
pub(crate) fn disk(folder: &Path) -> Result<f64> {
    let mut bytes = 0.0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // A file that is compacted away meanwhile counts nothing.
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        bytes += match metadata.is_dir() {
            true => disk(&entry.path())?,
            // What is taken, not what is set aside: journals are longer than what is in them.
            false => metadata.blocks() as f64 * 512.0,
        };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_used_something() {
        let usage = Usage::of(std::process::id()).expect("Linux");
        assert!(usage.peak_memory > 100_000.0, "{usage:?}");
    }

    #[test]
    fn counters_add_up_and_differ() {
        let mut one = Usage::default();
        one.count_stages("tallystick_stage_calls_total{stage=\"read\"} 3\ntallystick_height 9\n");
        let before = one.clone();
        one.add(&before);
        assert_eq!(one.calls("read"), 6.0);
        assert_eq!(one.since(&before).calls("read"), 3.0);
        assert_eq!(one.calls("write"), 0.0);
    }
}
