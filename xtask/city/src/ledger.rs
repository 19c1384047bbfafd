//! The city's ledger: one process per validator, each with its own folder, API and engine port.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::http::Client;
use crate::port;
use crate::process::Process;
use crate::story;

/// How long a node may take until it follows the ledger, on a busy machine.
const START_PATIENCE: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(100);

/// The validators of one ledger.
pub struct Ledger {
    program: PathBuf,
    folder: PathBuf,
    nodes: Vec<Node>,
}

struct Node {
    folder: PathBuf,
    api_port: u16,
    process: Option<Process>,
}

/// The newest header as a node tells it, unchecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its height.
    pub height: u64,
    /// Its hash.
    pub header_hash: String,
    /// The ledger's fingerprint.
    pub ledger_id: String,
}

impl Ledger {
    /// Founds a ledger with that many validators; none runs yet.
    ///
    /// # Errors
    /// When the program cannot be run or refuses.
    pub fn found(program: &Path, folder: &Path, validators: usize) -> Result<()> {
        let mut init = Command::new(program);
        init.args(["init", "--unsealed"])
            .arg("--dir")
            .arg(folder)
            .args(["--name", story::LEDGER_NAME]);
        let named = story::NODES.iter().map(|name| (*name).to_owned());
        let others = (story::NODES.len()..validators).map(|at| format!("agency-{at}"));
        for agency in named.chain(others).take(validators) {
            init.args(["--agency", &agency]);
        }
        let output = init
            .stdin(Stdio::null())
            .output()
            .context("cannot start ledger-node")?;
        if !output.status.success() {
            bail!(
                "ledger-node init: {}",
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        Ok(())
    }

    /// Opens the ledger of a folder, on ports that are free now.
    ///
    /// # Errors
    /// When the folder holds no ledger.
    pub fn open(program: &Path, folder: &Path) -> Result<Self> {
        let node_folder = |at: usize| folder.join(format!("node{at}"));
        let count = (0..)
            .take_while(|at| node_folder(*at).join("node.json").is_file())
            .count();
        if count == 0 {
            bail!("{} holds no ledger", folder.display());
        }
        let ports = Ports::choose(count)?;
        let mut nodes = Vec::new();
        for at in 0..count {
            let folder = node_folder(at);
            ports.write(at, &folder.join("node.json"))?;
            nodes.push(Node {
                folder,
                api_port: ports.api[at],
                process: None,
            });
        }
        Ok(Self {
            program: program.to_path_buf(),
            folder: folder.to_path_buf(),
            nodes,
        })
    }

    /// How many validators there are.
    pub fn validators(&self) -> usize {
        self.nodes.len()
    }

    /// Where a node's API is.
    pub fn url(&self, node: usize) -> String {
        format!("http://127.0.0.1:{}", self.nodes[node].api_port)
    }

    /// The keys by which the founding members govern.
    pub fn governance_keys(&self) -> Vec<PathBuf> {
        self.nodes
            .iter()
            .map(|node| node.folder.join("governance.key"))
            .collect()
    }

    /// Starts every node that does not run, and waits until all follow the ledger.
    ///
    /// # Errors
    /// When one does not start.
    pub fn start(&mut self) -> Result<()> {
        for at in 0..self.nodes.len() {
            self.launch(at)?;
        }
        (0..self.nodes.len()).try_for_each(|at| self.wait_ready(at))
    }

    /// Starts one node and waits until it follows the ledger.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_node(&mut self, node: usize) -> Result<()> {
        self.launch(node)?;
        self.wait_ready(node)
    }

    fn launch(&mut self, at: usize) -> Result<()> {
        let node = &mut self.nodes[at];
        if node.process.is_none() {
            let arguments = ["run".as_ref(), "--dir".as_ref(), node.folder.as_os_str()];
            let name = format!("ledger-node-{at}");
            node.process = Some(Process::start(
                &name,
                &self.program,
                arguments,
                &self.folder,
            )?);
        }
        Ok(())
    }

    fn wait_ready(&mut self, at: usize) -> Result<()> {
        let url = format!("{}/readyz", self.url(at));
        let process = self.nodes[at]
            .process
            .as_mut()
            .context("the node does not run")?;
        let client = Client::anonymous();
        process.wait_until(START_PATIENCE, || client.is_ready(&url))
    }

    /// Looks whether every node that was started still runs.
    ///
    /// # Errors
    /// With the last words of one that has ended by itself.
    pub fn check_alive(&mut self) -> Result<()> {
        let mut running = self
            .nodes
            .iter_mut()
            .filter_map(|node| node.process.as_mut());
        running.try_for_each(Process::check_alive)
    }

    /// Stops every node, as an operator would.
    ///
    /// # Errors
    /// When one does not stop cleanly.
    pub fn stop(&mut self) -> Result<()> {
        let running: Vec<Process> = self
            .nodes
            .iter_mut()
            .filter_map(|node| node.process.take())
            .collect();
        running.into_iter().try_for_each(Process::stop)
    }

    /// Kills one node with no warning.
    ///
    /// # Errors
    /// When it does not run.
    pub fn kill(&mut self, node: usize) -> Result<()> {
        let process = self.nodes[node].process.take();
        process
            .with_context(|| format!("node {node} does not run"))?
            .kill()
    }

    /// The newest header a node knows.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn head(&self, node: usize) -> Result<Head> {
        let head = Client::anonymous().get_json(&format!("{}/v1/head", self.url(node)))?;
        let text = |name: &str| {
            let text = head.get(name).and_then(Value::as_str).map(str::to_owned);
            text.with_context(|| format!("node {node} answers without {name}: {head}"))
        };
        let height = head.get("height").and_then(Value::as_u64);
        Ok(Head {
            height: height
                .with_context(|| format!("node {node} answers without height: {head}"))?,
            header_hash: text("header_hash")?,
            ledger_id: text("ledger_id")?,
        })
    }

    /// The certified header of a height, as one node hands it out.
    ///
    /// # Errors
    /// When it does not have it.
    pub fn header(&self, node: usize, height: u64) -> Result<Vec<u8>> {
        Client::anonymous().get_bytes(&format!("{}/v1/headers/{height}", self.url(node)))
    }

    /// Waits until a node has reached a height.
    ///
    /// # Errors
    /// When it has not within `patience`.
    pub fn wait_for_height(&self, node: usize, height: u64, patience: Duration) -> Result<()> {
        let start = Instant::now();
        loop {
            let reached = self.head(node).map(|head| head.height);
            if reached.as_ref().is_ok_and(|reached| *reached >= height) {
                return Ok(());
            }
            if start.elapsed() > patience {
                let seconds = patience.as_secs();
                bail!("node {node} is at {reached:?}, not at {height}, after {seconds} s");
            }
            std::thread::sleep(POLL);
        }
    }
}

/// Which node listens where.
struct Ports {
    api: Vec<u16>,
    p2p: Vec<u16>,
}

impl Ports {
    fn choose(nodes: usize) -> Result<Self> {
        let mut api = port::free_ports(2 * nodes)?;
        let p2p = api.split_off(nodes);
        Ok(Self { api, p2p })
    }

    /// Puts them into the settings of node `at`, whatever stood there: a port that was free when
    /// the ledger was founded may be taken today.
    fn write(&self, at: usize, settings: &Path) -> Result<()> {
        let text = fs::read(settings).with_context(|| settings.display().to_string())?;
        let mut value: Value = serde_json::from_slice(&text).context("settings of a node")?;
        let others = |ports: &[u16], address: fn(u16) -> String| -> Vec<String> {
            let others = ports.iter().enumerate().filter(|(other, _)| *other != at);
            others.map(|(_, port)| address(*port)).collect()
        };
        let p2p = |port| format!("/ip4/127.0.0.1/tcp/{port}");
        value["api"] = json!(format!("127.0.0.1:{}", self.api[at]));
        value["p2p"] = json!(p2p(self.p2p[at]));
        value["p2p_peers"] = json!(others(&self.p2p, p2p));
        value["api_peers"] = json!(others(&self.api, |port| format!("http://127.0.0.1:{port}")));
        fs::write(settings, serde_json::to_vec_pretty(&value)?)?;
        Ok(())
    }
}
