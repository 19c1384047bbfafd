//! Validators that die: one of four is missed by nobody, two of four stop the ledger, not for good.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use demo_city::city::City;
use demo_city::story;

use crate::progress;

const PATIENCE: Duration = Duration::from_secs(120);
/// How long a waiting document is watched: many times what it takes a ledger that goes on.
const STALL: Duration = Duration::from_secs(8);
const POLL: Duration = Duration::from_millis(50);

/// Kills one and restarts it, then kills two and restarts them.
pub(super) fn run(city: &mut City) -> Result<()> {
    one_of_four(city)?;
    two_of_four(city)
}

fn one_of_four(city: &mut City) -> Result<()> {
    city.ledger.kill(3)?;
    let killed_at = city.ledger.head(0)?.height;
    let document = issue(city)?;
    settle(city, &document)?;
    progress::note("one of four killed: an invoice is issued and anchored all the same");
    city.ledger.start_node(3)?;
    let height = city.ledger.head(0)?.height;
    ensure!(
        height > killed_at,
        "the ledger stood still at {height} without one of four"
    );
    city.ledger.wait_for_height(3, height, PATIENCE)?;
    agree(city)?;
    progress::note(&format!(
        "restarted: it has caught up to {height} and says the same"
    ));
    Ok(())
}

fn two_of_four(city: &mut City) -> Result<()> {
    city.ledger.kill(2)?;
    city.ledger.kill(3)?;
    // An idle ledger stands still as well: there must be something that wants to go on.
    let document = issue(city)?;
    let desk = city.service.desk(story::TAX)?;
    let start = Instant::now();
    while start.elapsed() < STALL {
        let state = desk.progress(&document)?.state;
        ensure!(
            state != "anchored",
            "two of four validators anchored a document"
        );
        std::thread::sleep(POLL);
    }
    let height = city.ledger.head(0)?.height;
    progress::note(&format!(
        "two of four killed: an invoice waits, and the ledger stands still at {height}"
    ));
    city.ledger.start()?;
    city.ledger.wait_for_height(0, height + 1, PATIENCE)?;
    settle(city, &document)?;
    progress::note("both restarted: the ledger goes on, and the invoice is anchored");
    agree(city)
}

fn issue(city: &City) -> Result<String> {
    city.service
        .desk(story::TAX)?
        .issue_invoice(&story::bearings_invoice())
}

fn settle(city: &City, document: &str) -> Result<()> {
    let progress = city.service.desk(story::TAX)?.settled(document)?;
    ensure!(
        progress.state == "anchored",
        "the invoice is {}",
        progress.answer
    );
    Ok(())
}

/// All validators name the same header at the same height.
fn agree(city: &City) -> Result<()> {
    for node in 1..city.ledger.validators() {
        let start = Instant::now();
        loop {
            let (one, other) = (city.ledger.head(0)?, city.ledger.head(node)?);
            if one.height == other.height {
                ensure!(
                    one == other,
                    "nodes 0 and {node} differ: {one:?}, {other:?}"
                );
                break;
            }
            if start.elapsed() > PATIENCE {
                bail!("node {node} stays behind: {one:?}, {other:?}");
            }
            std::thread::sleep(POLL);
        }
    }
    Ok(())
}
