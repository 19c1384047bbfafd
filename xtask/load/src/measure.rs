//! From one moment to another: what it took.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::net::{Heads, Net};
use crate::traffic::{Sent, Settled};
use crate::usage::Usage;

/// The moment at which something begins.
pub(crate) struct Begun {
    usage: Usage,
    own: f64,
    height: u64,
    start: Instant,
}

/// What was used from then on.
pub(crate) struct Measured {
    /// By all nodes.
    pub(crate) usage: Usage,
    /// Processor seconds of the load generator.
    pub(crate) own: f64,
    pub(crate) blocks: u64,
    pub(crate) time: Duration,
}

impl Begun {
    pub(crate) async fn now(net: &Net) -> Result<Self> {
        Ok(Self {
            usage: net.usage().await?,
            own: own()?,
            height: net.height().await?,
            start: Instant::now(),
        })
    }

    pub(crate) async fn end(self, net: &Net) -> Result<Measured> {
        Ok(Measured {
            time: self.start.elapsed(),
            blocks: net.height().await?.saturating_sub(self.height),
            own: own()? - self.own,
            usage: net.usage().await?.since(&self.usage),
        })
    }
}

fn own() -> Result<f64> {
    Ok(Usage::of(std::process::id())?.processor)
}

/// From the beginning of the load until the last of it was final.
pub(crate) fn until_final(sent: &Sent, settled: &Settled, heads: &Heads) -> Result<Duration> {
    let last = settled.finals.iter().map(|one| one.height).max();
    let seen = last.and_then(|height| heads.seen(height));
    let seen = seen.context("nothing became final")?;
    Ok(seen.saturating_duration_since(sent.start))
}

/// From when each was due until its block was seen, sorted.
pub(crate) fn latencies(settled: &Settled, heads: &Heads) -> Vec<Duration> {
    let mut times: Vec<Duration> = settled
        .finals
        .iter()
        .filter_map(|one| Some(heads.seen(one.height)?.saturating_duration_since(one.due)))
        .collect();
    times.sort();
    times
}
