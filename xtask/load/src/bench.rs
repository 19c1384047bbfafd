//! The benchmark, part by part.

use std::sync::Arc;

use anyhow::{Result, ensure};

use crate::anchoring::{self, Anchored, BATCH, Presses};
use crate::bundles;
use crate::cast::Cast;
use crate::invoicing::{Invoices, Numbers};
use crate::measure::{Begun, latencies, until_final};
use crate::net::{Heads, Net};
use crate::operations::Operations;
use crate::options::{Options, Part, What};
use crate::proofs::{self, Claim};
use crate::report::{Report, at_share, percent};
use crate::traffic::{self, Load, Pace, Sent, Settled};

/// More operations than could be taken, so that no load ends for want of them.
const OPERATIONS_PER_SECOND: f64 = 8_000.0;
/// The load under which finality is measured, as a share of what was reached.
const STEADY: f64 = 0.7;
/// The spike, as a multiple of what was reached, and how long it lasts.
const SPIKE: (f64, f64) = (2.0, 10.0);
/// Documents whose bundles are judged.
const JUDGED: usize = 1_000;
/// Proofs that are fetched to see how fast they come.
const PROOFS: usize = 20_000;
/// Proofs under one header: fetched in well under the thousand blocks for which its state is kept.
const PROVED_AT_ONCE: usize = 100_000;
/// A minute, twice: the time for which the anchoring target asks.
const TWO_MINUTES: f64 = 120.0;
/// Batches of invoices that wait at once: each connection waits for its own.
const BATCH_CONNECTIONS: usize = 8;
/// Batches of invoices that are signed and sent in one go while the state is filled.
const FILL: usize = 40;

/// A ledger under measurement.
struct Bench<'a> {
    what: &'a What,
    net: Net,
    cast: Arc<Cast>,
    heads: Arc<Heads>,
    report: Report,
    numbers: Numbers,
    invoices: usize,
    /// Everything that was acknowledged and is final.
    claims: Vec<Claim>,
    /// What became of all that was acknowledged, for the last word.
    acknowledged: usize,
    lost: usize,
}

/// Runs what is asked for, and prints the figures.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let what = &options.what;
    let mut report = Report::default();
    if Part::OF_MANY.iter().any(|part| what.has(*part)) {
        let mut bench = Bench::found(options, "many", what.validators, report).await?;
        bench.measure().await?;
        report = bench.end()?;
    }
    if what.has(Part::Single) {
        let mut bench = Bench::found(options, "single", 1, report).await?;
        bench.invoices("one validator, ").await?;
        report = bench.end()?;
    }
    report.print();
    Ok(())
}

impl<'a> Bench<'a> {
    async fn found(
        options: &'a Options,
        name: &str,
        validators: usize,
        report: Report,
    ) -> Result<Self> {
        Report::step(&format!("Founding a ledger of {validators} validator(s)"));
        let net = Net::found(&options.node, options.folder.join(name), validators)?;
        let cast = Arc::new(Cast::register(&net).await?);
        let heads = Arc::new(Heads::watch(&net));
        Report::note("1,000 keys of 100 agencies and 20 sellers are registered");
        Ok(Self {
            what: &options.what,
            net,
            cast,
            heads,
            report,
            numbers: Numbers::default(),
            invoices: 0,
            claims: Vec::new(),
            acknowledged: 0,
            lost: 0,
        })
    }

    async fn measure(&mut self) -> Result<()> {
        let what = self.what;
        if what.has(Part::Ops) || what.has(Part::Finality) || what.has(Part::Spike) {
            let rate = self.stress().await?;
            if what.has(Part::Finality) {
                self.steady(rate * STEADY).await?;
            }
            if what.has(Part::Spike) {
                self.spike(rate * SPIKE.0).await?;
            }
        }
        if what.has(Part::Anchor) {
            self.anchor().await?;
        }
        if what.has(Part::Invoices) {
            self.invoices("").await?;
        }
        if what.has(Part::Crash) {
            self.crash().await?;
        }
        Ok(())
    }

    fn end(self) -> Result<Report> {
        self.net.stop()?;
        Ok(self.report)
    }

    /// As many operations as the ledger takes; returns how many per second.
    async fn stress(&mut self) -> Result<f64> {
        Report::step("Signed operations, as fast as they are taken");
        let load = Load {
            pace: Pace::AsTaken,
            seconds: self.what.seconds,
            connections: self.what.connections,
            batch: self.what.batch,
        };
        let count = OPERATIONS_PER_SECOND * self.what.seconds;
        let operations = self.sign(count).await?;
        let begun = Begun::now(&self.net).await?;
        let sent = traffic::send(&self.net, &operations.pool, 0, load).await?;
        let settled = self.settle(&sent).await?;
        let measured = begun.end(&self.net).await?;
        self.claims.extend(operations.claims(&settled));

        let time = until_final(&sent, &settled, &self.heads)?;
        let finals = settled.finals.len();
        let rate = finals as f64 / time.as_secs_f64();
        self.report.figure(
            "signed operations, all final",
            format!(
                "**{rate:.0} per second** ({finals} in {:.1} s)",
                time.as_secs_f64()
            ),
        );
        let answer = format!(
            "{} of {}; told to wait {} times; {:?}",
            percent(finals, sent.all.len()),
            sent.all.len(),
            sent.again,
            sent.refusals()
        );
        self.report.figure("stress: success", answer);
        let nodes = self.net.nodes.len();
        self.report.costs("operations", finals, &measured, nodes);
        self.memory(measured.usage.peak_memory);
        Ok(rate)
    }

    /// A load below what was reached.
    async fn steady(&mut self, rate: f64) -> Result<()> {
        Report::step(&format!("{rate:.0} operations per second: finality"));
        let (sent, settled) = self.at_rate(rate, self.what.seconds).await?;
        let times = latencies(&settled, &self.heads);
        self.report.figure(
            format!("finality at 70 % ({rate:.0} per second)"),
            format!(
                "p50 {:.0} ms, **p99 {:.0} ms**, worst {:.0} ms",
                at_share(&times, 0.5),
                at_share(&times, 0.99),
                at_share(&times, 1.0)
            ),
        );
        self.success("stability", &sent, &settled);
        Ok(())
    }

    /// Twice what was reached: what is refused, and how soon all is well again.
    async fn spike(&mut self, rate: f64) -> Result<()> {
        let seconds = SPIKE.1.min(self.what.seconds);
        Report::step(&format!(
            "{rate:.0} operations per second for {seconds:.0} s: a spike"
        ));
        let (sent, settled) = self.at_rate(rate, seconds).await?;
        self.success("spike", &sent, &settled);
        let all_final = until_final(&sent, &settled, &self.heads)?;
        self.report.figure(
            "spike: all that was accepted is final after it ended by",
            format!("{:.1} s", (all_final.as_secs_f64() - seconds).max(0.0)),
        );
        Ok(())
    }

    async fn at_rate(&mut self, rate: f64, seconds: f64) -> Result<(Sent, Settled)> {
        let operations = self.sign(rate * seconds).await?;
        let load = Load {
            pace: Pace::PerSecond(rate),
            seconds,
            connections: 4 * self.what.connections,
            batch: self.what.batch,
        };
        let sent = traffic::send(&self.net, &operations.pool, 0, load).await?;
        let settled = self.settle(&sent).await?;
        self.claims.extend(operations.claims(&settled));
        Ok((sent, settled))
    }

    async fn sign(&self, count: f64) -> Result<Operations> {
        // Rounded down: less than one operation.
        let count = count as usize;
        let start = std::time::Instant::now();
        let operations = Operations::sign(&self.net, &self.cast, count).await?;
        let seconds = start.elapsed().as_secs_f64();
        Report::note(&format!("signed {count} operations in {seconds:.1} s"));
        Ok(operations)
    }

    async fn settle(&mut self, sent: &Sent) -> Result<Settled> {
        let settled = traffic::settle(&self.net, sent).await?;
        self.acknowledged += settled.finals.len() + settled.refused;
        self.lost += settled.refused;
        Ok(settled)
    }

    fn success(&mut self, name: &str, sent: &Sent, settled: &Settled) {
        let answer = format!(
            "{} of {} are final; sent in time {}, refused {:?}",
            percent(settled.finals.len(), sent.pool.len()),
            sent.pool.len(),
            sent.all.len(),
            sent.refusals()
        );
        self.report.figure(format!("{name}: success"), answer);
    }

    fn memory(&mut self, peak: f64) {
        let value = format!("{:.0} MB", peak / 1e6);
        self.report
            .figure("memory of a node, the most so far", value);
    }

    /// Documents made, signed, hashed and anchored inside the run.
    async fn anchor(&mut self) -> Result<()> {
        let seconds = if self.what.full {
            TWO_MINUTES
        } else {
            self.what.seconds
        };
        Report::step(&format!("Anchoring documents for {seconds:.0} s"));
        let presses = Arc::new(Presses::new(&self.net, &self.cast)?);
        let begun = Begun::now(&self.net).await?;
        let anchored = anchoring::anchor(&self.net, &presses, &self.heads, seconds).await?;
        let settled = self.settle(&anchored.sent).await?;
        let measured = begun.end(&self.net).await?;
        self.claims.extend(anchored.claims(&settled));
        self.anchored(&anchored, &settled)?;
        let nodes = self.net.nodes.len();
        self.report
            .costs("anchored batches", settled.finals.len(), &measured, nodes);
        let judged = bundles::verify_some(&self.net, &presses, &anchored, &settled, JUDGED).await?;
        self.report.figure(
            "documents chosen at random whose bundle the light client finds valid",
            format!("{judged} of {JUDGED}"),
        );
        Ok(())
    }

    fn anchored(&mut self, anchored: &Anchored, settled: &Settled) -> Result<()> {
        let refusals = anchored.sent.refusals();
        ensure!(refusals.is_empty(), "batches were refused: {refusals:?}");
        let documents = settled.finals.len() as f64 * BATCH as f64;
        let time = until_final(&anchored.sent, settled, &self.heads)?.as_secs_f64();
        self.report.figure(
            "documents made, signed, hashed and anchored, all final",
            format!(
                "**{:.0} per second** ({documents:.0} in {time:.1} s)",
                documents / time
            ),
        );
        Ok(())
    }

    fn disk_each(&mut self, name: &str, empty: f64) -> Result<()> {
        let kept = (self.net.disk()? - empty) / self.invoices as f64;
        let value = format!("{kept:.0} bytes, with journals, bodies and old versions");
        self.report
            .figure(format!("{name}: disk of a node, each"), value);
        Ok(())
    }

    /// Invoices per second, at growing sizes of the state.
    async fn invoices(&mut self, prefix: &str) -> Result<()> {
        let sizes: &[usize] = if self.what.full {
            &[10_000, 100_000, 1_000_000]
        } else {
            &[10_000]
        };
        let empty = self.net.disk()?;
        for size in sizes {
            Report::step(&format!("Invoices, {prefix}at {size} live"));
            while self.invoices < *size {
                let missing = (*size - self.invoices).div_ceil(self.what.invoice_batch);
                self.issue(missing.min(FILL), f64::INFINITY).await?;
                Report::note(&format!("{} invoices are live", self.invoices));
            }
            let name = format!("invoices, {prefix}at {size} live");
            self.issue_measured(&name).await?;
            self.disk_each(&name, empty)?;
        }
        Ok(())
    }

    async fn issue_measured(&mut self, name: &str) -> Result<()> {
        let before = self.invoices;
        let begun = Begun::now(&self.net).await?;
        // More than a second's worth for every second: the load ends by the clock.
        let batches = OPERATIONS_PER_SECOND * self.what.seconds / self.what.invoice_batch as f64;
        let (sent, settled) = self.issue(batches as usize, self.what.seconds).await?;
        let measured = begun.end(&self.net).await?;
        let issued = self.invoices - before;
        let time = until_final(&sent, &settled, &self.heads)?.as_secs_f64();
        let rate = issued as f64 / time;
        let value = format!("**{rate:.0} per second** ({issued} in {time:.1} s)");
        self.report.figure(name, value);
        self.report
            .costs(name, issued, &measured, self.net.nodes.len());
        self.memory(measured.usage.peak_memory);
        Ok(())
    }

    async fn issue(&mut self, batches: usize, seconds: f64) -> Result<(Sent, Settled)> {
        let size = self.what.invoice_batch;
        let plan = (batches, size);
        let invoices = Invoices::sign(&self.net, &self.cast, &mut self.numbers, plan).await?;
        let load = Load {
            pace: Pace::AsFinal,
            seconds: seconds.min(3600.0),
            connections: BATCH_CONNECTIONS,
            batch: 1,
        };
        let sent = traffic::send(&self.net, &invoices.pool, 0, load).await?;
        let refusals = sent.refusals();
        ensure!(refusals.is_empty(), "invoices were refused: {refusals:?}");
        let settled = self.settle(&sent).await?;
        self.invoices += settled.finals.len() * size;
        self.claims.extend(invoices.claims(&settled));
        Ok((sent, settled))
    }

    /// Fetches a proof of each claim; how many there were.
    async fn prove_all(&mut self) -> Result<usize> {
        let all = std::mem::take(&mut self.claims);
        let mut proved = 0;
        // Each part under a header of its time: of old ones the state is not kept.
        for some in all.chunks(PROVED_AT_ONCE) {
            proved += proofs::prove(&self.net, &some.into()).await?.count;
            Report::note(&format!("{proved} of {} proved", all.len()));
        }
        Ok(proved)
    }

    /// Kill -9, restart, and a proof of everything that was acknowledged.
    async fn crash(&mut self) -> Result<()> {
        Report::step("Kill -9 of all validators at once, and a restart");
        let restart = self.net.kill_and_restart()?;
        let value = format!("{:.1} s", restart.as_secs_f64());
        self.report
            .figure("restart after kill -9, until all follow again", value);
        ensure!(
            self.lost == 0,
            "{} acknowledged transactions were refused",
            self.lost
        );
        let some = self.claims.iter().take(PROOFS).cloned().collect();
        let proved = proofs::prove(&self.net, &some).await?;
        let rate = proved.count as f64 / proved.time.as_secs_f64();
        let bytes = proved.bytes / proved.count.max(1);
        self.report.figure(
            "proofs by all nodes over HTTP, checked",
            format!("{rate:.0} per second, {bytes} bytes each"),
        );
        let what = format!(
            "an empty node joins by a snapshot, at {} invoices",
            self.invoices
        );
        let joined = self.net.join().await?;
        self.report.figure(what, joined.to_string());
        let proved = self.prove_all().await?;
        self.report.figure(
            "acknowledged transactions, each proved after the restart",
            format!("{} ({proved} proofs)", self.acknowledged),
        );
        Ok(())
    }
}
