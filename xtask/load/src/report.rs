//! What is said while it is measured, and the table at the end, ready for `docs/benchmarks.md`.
#![expect(
    clippy::print_stdout,
    reason = "this module is the terminal of a command-line tool"
)]

use std::time::Duration;

use crate::measure::Measured;

/// The figures so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<(String, String)>,
}

impl Report {
    /// Says what is done now.
    pub(crate) fn step(text: &str) {
        println!("\n==> {text}");
    }

    /// Says something by the way.
    pub(crate) fn note(text: &str) {
        println!("    {text}");
    }

    /// Adds a figure.
    pub(crate) fn figure(&mut self, what: impl Into<String>, value: impl Into<String>) {
        let (what, value) = (what.into(), value.into());
        println!("    {what}: {value}");
        self.rows.push((what, value));
    }

    /// Adds what a number of things cost the nodes, by stage.
    pub(crate) fn costs(&mut self, name: &str, count: usize, measured: &Measured, nodes: usize) {
        let (count, nodes) = (count as f64, nodes as f64);
        let usage = &measured.usage;
        let micros = |seconds: f64| format!("{:.0}", seconds * 1e6 / count / nodes);
        let stages = ["submit", "propose", "check", "commit", "mark"];
        let staged: f64 = stages.iter().map(|stage| usage.stage(stage)).sum();
        let mut parts: Vec<String> = stages
            .iter()
            .map(|stage| format!("{stage} {}", micros(usage.stage(stage))))
            .collect();
        parts.push(format!("all else {}", micros(usage.processor - staged)));
        self.figure(
            format!("{name}: CPU-µs each per node"),
            format!("{} = {}", micros(usage.processor), parts.join(" + ")),
        );
        self.figure(
            format!("{name}: of that in the store"),
            format!(
                "reading {} ({:.1} reads), writing and syncing {}",
                micros(usage.stage("read")),
                usage.calls("read") / count / nodes,
                micros(usage.stage("write"))
            ),
        );
        let blocks = measured.blocks.max(1) as f64;
        self.figure(
            format!("{name}: per block"),
            format!(
                "{:.0} each, {:.1} blocks/s; fsyncs per node: store {:.1} (of {:.1} ms), \
                 mark {:.1} (of {:.1} ms)",
                count / blocks,
                blocks / measured.time.as_secs_f64(),
                usage.calls("sync") / blocks / nodes,
                usage.elapsed_ms("sync"),
                usage.calls("mark") / blocks / nodes,
                usage.elapsed_ms("mark")
            ),
        );
        self.figure(
            format!("{name}: processors"),
            format!(
                "nodes {:.2} busy, load generator {:.2}",
                usage.processor / measured.time.as_secs_f64(),
                measured.own / measured.time.as_secs_f64()
            ),
        );
        self.figure(
            format!("{name}: written to disk, each per node"),
            format!("{:.0} bytes", usage.written / count / nodes),
        );
    }

    /// Prints the table.
    pub(crate) fn print(&self) {
        println!("\n| | |\n|---|---|");
        for (what, value) in &self.rows {
            println!("| {what} | {value} |");
        }
    }
}

/// Milliseconds at a share of sorted times.
pub(crate) fn at_share(sorted: &[Duration], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    // As many places as there are times, so the share of a place is one of them.
    let place = (last as f64 * share).round() as usize;
    sorted.get(place).map_or(0.0, Duration::as_secs_f64) * 1000.0
}

/// A share in percent.
pub(crate) fn percent(part: usize, whole: usize) -> String {
    format!("{:.2} %", part as f64 * 100.0 / whole.max(1) as f64)
}
