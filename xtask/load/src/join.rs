//! A node that joins by a snapshot, as an operator would have it: made, fetched, run.

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use demo_city::{port, process::Process};
use serde_json::Value;

use crate::http::Connection;
use crate::net::{Net, height};

/// What lets a node fetch snapshots.
const TICKET: &str = "for the benchmark alone";
/// How long the new node may take until it follows.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often it is asked.
const POLL: Duration = Duration::from_millis(20);

/// How long each step took.
pub(crate) struct Joined {
    /// The first node writes the snapshot, beside its other work.
    pub(crate) made: Duration,
    /// The new node fetches and checks it, chunk by chunk.
    pub(crate) fetched: Duration,
    /// It starts, and has the newest block.
    pub(crate) followed: Duration,
    /// Its bytes on disk then.
    pub(crate) disk: f64,
}

impl fmt::Display for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = [self.made, self.fetched, self.followed];
        let all: Duration = steps.iter().sum();
        let [made, fetched, followed] = steps.map(|step| step.as_secs_f64());
        write!(
            f,
            "{:.1} s: made {made:.1}, fetched and checked {fetched:.1}, started and following \
             {followed:.1}; {:.0} MB on its disk",
            all.as_secs_f64(),
            self.disk / 1e6
        )
    }
}

/// Lets whoever has the ticket fetch a node's snapshots, from its next start on.
pub(crate) fn serve_snapshots(node: &Path) -> Result<()> {
    let path = node.join("node.json");
    let mut settings: Value = serde_json::from_slice(&fs::read(&path)?)?;
    settings["snapshot_ticket"] = TICKET.into();
    fs::write(&path, serde_json::to_vec_pretty(&settings)?)?;
    Ok(())
}

/// Lets an empty node join, and ends it.
pub(crate) async fn join(net: &Net, program: &Path, folder: &Path) -> Result<Joined> {
    let dir = folder.join("joined");
    let start = Instant::now();
    run(Command::new(program)
        .args(["snapshot", "--dir"])
        .arg(folder.join("node0")))?;
    let made = start.elapsed();
    let ports = port::free_ports(2)?;
    let [api, p2p] = ports.as_slice() else {
        unreachable!("two were asked for");
    };
    let start = Instant::now();
    let mut join = Command::new(program);
    join.args([
        "join",
        "--unsealed",
        "--snapshot",
        "--ticket",
        TICKET,
        "--dir",
    ]);
    join.arg(&dir);
    join.args(["--from", &format!("http://{}", net.nodes[0])]);
    join.args(["--trust", &net.id().to_string()]);
    join.args(["--api", &format!("127.0.0.1:{api}")]);
    join.args(["--p2p", &format!("/ip4/127.0.0.1/tcp/{p2p}")]);
    join.args(["--operator", "benchmark", "--responsible", "benchmark"]);
    run(&mut join)?;
    let fetched = start.elapsed();
    let followed = follow(net, program, &dir, *api).await?;
    Ok(Joined {
        made,
        fetched,
        followed,
        disk: crate::usage::disk(&dir.join("data"))?,
    })
}

/// Runs the new node until it has what the others have.
async fn follow(net: &Net, program: &Path, dir: &Path, api: u16) -> Result<Duration> {
    let start = Instant::now();
    let folder = dir.parent().context("a folder")?;
    let arguments = ["run".as_ref(), "--dir".as_ref(), dir.as_os_str()];
    let _node = Process::start("joined", program, arguments, folder)?;
    let wanted = net.height().await?;
    let mut connection = Connection::new(([127, 0, 0, 1], api).into());
    while !height(&mut connection)
        .await
        .is_ok_and(|height| height >= wanted)
    {
        ensure!(
            start.elapsed() < PATIENCE,
            "the node that joined does not follow"
        );
        tokio::time::sleep(POLL).await;
    }
    Ok(start.elapsed())
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {}", said.trim());
    Ok(())
}
