//! From the desk to finality, over HTTP, on one validator: how long one takes, how many go through.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use demo_city::city::{City, Plan};
use demo_city::desk::Desk;
use demo_city::port;
use demo_city::programs::Programs;
use demo_city::service::Doorway;
use demo_city::story;

use crate::test::PROGRAMS;
use crate::workspace::Workspace;
use crate::{progress, shell, web};

const SINGLE: usize = 41;
const MANY: usize = 800;
const CLERKS: usize = 4;
const POLL: Duration = Duration::from_millis(5);

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    progress::step("Building the programs (dev profile: cryptography optimised, the rest not)");
    shell::run(&mut workspace.cargo(PROGRAMS))?;
    progress::step("Issuing on one validator, over HTTP");
    let folder = workspace.target("bench-city");
    web::empty(&folder)?;
    let port = port::free_ports(1)?[0];
    let plan = Plan {
        folder,
        programs: Programs::inside(&workspace.target("debug"))?,
        validators: 1,
        doorway: Doorway {
            port,
            public_url: None,
            web: None,
        },
    };
    let mut city = City::open(plan, &mut |_| {})?;
    one_by_one(&city)?;
    many_at_once(&city)?;
    city.stop()
}

/// Each waits for the one before: the time one clerk sees.
fn one_by_one(city: &City) -> Result<()> {
    let desk = city.service.desk(story::TAX)?;
    let mut times = Vec::new();
    for _ in 0..SINGLE {
        let start = Instant::now();
        let document = desk.issue_invoice(&story::bearings_invoice())?;
        while desk.progress(&document)?.state != "anchored" {
            std::thread::sleep(POLL);
        }
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    progress::note(&format!(
        "invoice, from the desk's request to final: median {:.0} ms, 90 % {:.0} ms, worst {:.0} ms",
        at(0.5),
        at(0.9),
        at(1.0)
    ));
    Ok(())
}

/// Several clerks at once, then the wait until the last document is final.
fn many_at_once(city: &City) -> Result<()> {
    let start = Instant::now();
    let issued: Vec<Result<Vec<String>>> = std::thread::scope(|scope| {
        let clerks = (0..CLERKS).map(|_| scope.spawn(|| issue(&city.service.desk(story::TAX)?)));
        let clerks: Vec<_> = clerks.collect();
        let joined = clerks.into_iter().map(|clerk| clerk.join());
        joined
            .map(|clerk| clerk.unwrap_or_else(|_| Ok(Vec::new())))
            .collect()
    });
    let desk = city.service.desk(story::TAX)?;
    let mut count = 0_usize;
    for clerk in issued {
        for document in clerk? {
            let progress = desk.settled(&document)?;
            ensure!(
                progress.state == "anchored",
                "not anchored: {}",
                progress.answer
            );
            count += 1;
        }
    }
    ensure!(count == MANY, "only {count} of {MANY} were issued");
    let seconds = start.elapsed().as_secs_f64();
    let rate = count as f64 / seconds;
    progress::note(&format!(
        "{count} invoices by {CLERKS} clerks: {rate:.0} per second, all final"
    ));
    Ok(())
}

fn issue(desk: &Desk) -> Result<Vec<String>> {
    let invoice = story::bearings_invoice();
    (0..MANY / CLERKS)
        .map(|_| desk.issue_invoice(&invoice))
        .collect()
}
