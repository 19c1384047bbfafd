//! Very many seeds: what they came to, in an order that does not depend on who ran them.

mod summary;

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

use light_client::{
    hash::{Digest, Hasher},
    suite::Suite,
};

use crate::{Counted, Mix, OPERATIONS_PER_SEED, Report, Scenario, Tally, Violation};

/// Which scenarios the seeds stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// [`Scenario::of_seed`].
    Faults,
    /// [`Scenario::of_invoices`].
    Invoices,
}

impl Kind {
    /// The scenario of a seed.
    pub fn scenario(self, seed: u64) -> Scenario {
        match self {
            Self::Faults => Scenario::of_seed(seed),
            Self::Invoices => Scenario::of_invoices(seed),
        }
    }
}

/// What the seeds from one number on, up to another, came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    kind: Kind,
    from: u64,
    next: u64,
    /// Over the logs of all runs, in order.
    log: Digest,
    heights: u64,
    transactions: u64,
    virtual_ms: u64,
    mixes: BTreeMap<Mix, u64>,
    tally: Tally,
    failed: Vec<(u64, String)>,
}

/// A saved campaign that does not read as one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a saved campaign: {0:?}")]
pub struct MalformedCampaign(String);

impl Campaign {
    /// Begins at a seed.
    pub fn new(kind: Kind, from: u64) -> Self {
        Self {
            kind,
            from,
            next: from,
            log: Digest::from_bytes([0; 32]),
            heights: 0,
            transactions: 0,
            virtual_ms: 0,
            mixes: BTreeMap::new(),
            tally: Tally::default(),
            failed: Vec::new(),
        }
    }

    /// Which scenarios it runs.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The first seed.
    pub const fn from(&self) -> u64 {
        self.from
    }

    /// The seed that comes next.
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// Seeds that failed, and how.
    pub fn failed(&self) -> &[(u64, String)] {
        &self.failed
    }

    /// Takes in what came of the next seed.
    pub fn take(&mut self, outcome: &Result<Report, Violation>) {
        let seed = self.next;
        self.count_mix(seed);
        let mut hasher = Hasher::new(Suite::Intl);
        hasher.update(self.log.as_bytes());
        match outcome {
            Ok(report) => {
                hasher.update(report.log.as_bytes());
                self.heights += report.height.0;
                self.transactions += u64::try_from(report.transactions).unwrap_or(0);
                self.virtual_ms += report.virtual_ms;
                self.tally.add_all(&report.tally);
            }
            Err(violation) => {
                hasher.update(violation.to_string().as_bytes());
                self.failed.push((seed, violation.to_string()));
            }
        }
        self.log = hasher.finish();
        self.next += 1;
    }

    fn count_mix(&mut self, seed: u64) {
        match self.kind {
            Kind::Faults => *self.mixes.entry(Mix::of_seed(seed)).or_default() += 1,
            Kind::Invoices => {}
        }
    }

    /// As text, to go on later.
    pub fn save(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &dyn fmt::Display| {
            // Writing to a string does not fail.
            writeln!(text, "{name}={value}").unwrap_or(());
        };
        line("from", &self.from);
        line("next", &self.next);
        line("log", &self.log);
        line("heights", &self.heights);
        line("transactions", &self.transactions);
        line("virtual ms", &self.virtual_ms);
        for kind in Counted::ALL {
            line(kind.name(), &self.tally.of(kind));
        }
        for (seed, violation) in &self.failed {
            line(
                "failed",
                &format_args!("{seed} {}", violation.replace('\n', " ")),
            );
        }
        text
    }

    /// What was saved.
    ///
    /// # Errors
    /// [`MalformedCampaign`].
    pub fn load(kind: Kind, text: &str) -> Result<Self, MalformedCampaign> {
        let mut campaign = Self::new(kind, 0);
        for line in text.lines() {
            let read = line.split_once('=').and_then(|(name, value)| {
                let number = value.parse::<u64>();
                match name {
                    "from" => campaign.from = number.ok()?,
                    "next" => campaign.next = number.ok()?,
                    "log" => campaign.log = digest(value)?,
                    "heights" => campaign.heights = number.ok()?,
                    "transactions" => campaign.transactions = number.ok()?,
                    "virtual ms" => campaign.virtual_ms = number.ok()?,
                    "failed" => {
                        let (seed, how) = value.split_once(' ')?;
                        campaign.failed.push((seed.parse().ok()?, how.to_owned()));
                    }
                    name => {
                        let mut kinds = Counted::ALL.into_iter();
                        let kind = kinds.find(|kind| kind.name() == name)?;
                        campaign.tally.add(kind, number.ok()?);
                    }
                }
                Some(())
            });
            read.ok_or_else(|| MalformedCampaign(line.to_owned()))?;
        }
        for seed in campaign.from..campaign.next {
            campaign.count_mix(seed);
        }
        Ok(campaign)
    }
}

fn digest(text: &str) -> Option<Digest> {
    let pair = |at: usize| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..32).map(pair).collect();
    Some(Digest::from_bytes(bytes?.try_into().ok()?))
}

/// The summary, in Markdown.
impl fmt::Display for Campaign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.next.saturating_sub(1);
        writeln!(f, "| what | how much |\n|---|---:|")?;
        writeln!(
            f,
            "| seeds | {} to {last}: {} |",
            self.from,
            self.next - self.from
        )?;
        writeln!(f, "| **violations** | **{}** |", self.failed.len())?;
        if self.kind == Kind::Invoices {
            let operations = (self.next - self.from) * OPERATIONS_PER_SEED;
            writeln!(f, "| operations on invoices | {operations} |")?;
        }
        writeln!(f, "| heights decided | {} |", self.heights)?;
        writeln!(
            f,
            "| transactions acknowledged, final everywhere | {} |",
            self.transactions
        )?;
        writeln!(f, "| virtual time | {} s |", self.virtual_ms / 1000)?;
        for (mix, seeds) in &self.mixes {
            writeln!(f, "| seeds of the mix *{}* | {seeds} |", mix.name())?;
        }
        for kind in Counted::ALL {
            writeln!(f, "| {} | {} |", kind.name(), self.tally.of(kind))?;
        }
        writeln!(
            f,
            "\nHash of all logs, in the order of the seeds: `{}`",
            self.log
        )?;
        for (seed, violation) in &self.failed {
            let scenario = self.kind.scenario(*seed);
            writeln!(f, "\n- seed {seed}: {violation}; {scenario:?}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_saved_half_way_ends_like_one_that_was_not() {
        let outcome = |seed| crate::run(&Scenario::of_seed(seed));
        let mut whole = Campaign::new(Kind::Faults, 3);
        let mut resumed = Campaign::new(Kind::Faults, 3);
        for seed in 3..7 {
            whole.take(&outcome(seed));
            resumed.take(&outcome(seed));
            resumed = Campaign::load(Kind::Faults, &resumed.save()).expect("what was saved");
        }
        whole.take(&Err(Violation::NoAnswer));
        resumed.take(&Err(Violation::NoAnswer));
        assert_eq!(
            Campaign::load(Kind::Faults, &resumed.save()).as_ref(),
            Ok(&whole)
        );
        assert_eq!((whole.next(), whole.failed().len()), (8, 1));
        assert!(Campaign::load(Kind::Faults, "next=x").is_err());
    }
}
