//! `init` and `join` ask a person at a terminal for what they were not told.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use ledger_node::config::NodeDir;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::Value;

use crate::net::{Net, free_ports};

/// Longer than any question takes to come.
const PATIENCE: Duration = Duration::from_secs(90);

const PASSPHRASE: &str = "correct horse battery staple";

/// A person at a terminal, and the program that asks.
struct Dialogue {
    child: Child,
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    seen: String,
}

impl Dialogue {
    fn start(arguments: &[&str]) -> Self {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&terminal).expect("a terminal");
        unlockpt(&terminal).expect("a terminal");
        let name = ptsname(&terminal, Vec::new()).expect("a name");
        let name = Path::new(OsStr::from_bytes(name.as_bytes()));
        let side = || {
            let opened = OpenOptions::new().read(true).write(true).open(name);
            Stdio::from(opened.expect("the terminal"))
        };
        let child = Command::new(env!("CARGO_BIN_EXE_ledger-node"))
            .args(arguments)
            .env_remove("TALLYSTICK_PASSPHRASE")
            .env_remove("TALLYSTICK_PASSPHRASE_FILE")
            .stdin(side())
            .stdout(side())
            .stderr(side())
            .spawn()
            .expect("the program runs");
        let keyboard = File::from(terminal);
        let mut picture = keyboard.try_clone().expect("a handle");
        let (shown, screen) = channel();
        // Ends with the terminal, when the program has ended.
        thread::spawn(move || {
            let mut part = [0; 1024];
            while let Ok(read @ 1..) = picture.read(&mut part) {
                if shown.send(part[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            keyboard,
            screen,
            seen: String::new(),
        }
    }

    /// Waits for a question, and answers it.
    fn answers(&mut self, question: &str, answer: &str) {
        let from = self.seen.len();
        while !self.seen[from..].contains(question) {
            let part = self.screen.recv_timeout(PATIENCE);
            let part = part.unwrap_or_else(|_| unreachable!("{question}? {}", self.seen));
            self.seen.push_str(&String::from_utf8_lossy(&part));
        }
        writeln!(self.keyboard, "{answer}").expect("the program listens");
    }

    /// All that was on the screen.
    fn ends(mut self) -> String {
        while let Ok(part) = self.screen.recv_timeout(PATIENCE) {
            self.seen.push_str(&String::from_utf8_lossy(&part));
        }
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "{status}: {}", self.seen);
        self.seen
    }
}

#[tokio::test]
async fn a_new_ledger_is_asked_for_and_explained() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = place.path().join("haizhou");
    let dir = dir.to_str().expect("text");
    let mut dialogue = Dialogue::start(&["init"]);
    dialogue.answers("Folder to make", dir);
    dialogue.answers("Name of the ledger", "海州");
    dialogue.answers("For production or demo", "perhaps");
    dialogue.answers("For production or demo", "production");
    dialogue.answers("Suite", "");
    dialogue.answers("Agencies", "Tax Bureau");
    dialogue.answers("Agencies", "tax, education");
    dialogue.answers("assphrase", PASSPHRASE);
    dialogue.answers("gain", PASSPHRASE);
    let seen = dialogue.ends();
    assert!(!seen.contains(PASSPHRASE), "nothing of it is on the screen");
    let node = NodeDir::new(place.path().join("haizhou/node1"));
    let genesis = node.genesis().expect("a genesis");
    assert!(seen.contains(&genesis.ledger_id().to_string()), "{seen}");
    let agencies: Vec<_> = genesis
        .members
        .iter()
        .map(|one| one.agency.as_str())
        .collect();
    assert_eq!(agencies, ["tax", "education"]);
    assert_eq!(genesis.name, "海州");
    let key = std::fs::read_to_string(node.governance_key_file()).expect("a key");
    assert!(key.contains("argon2id"), "sealed");
}

#[tokio::test]
async fn a_new_node_is_asked_for_and_follows() {
    let net = Net::start(1);
    net.until_height(0, 2).await;
    let dir = net.place("joined");
    let dir = dir.to_str().expect("text");
    let ports = free_ports(2);
    let api = format!("127.0.0.1:{ports}");
    let p2p = format!("/ip4/127.0.0.1/tcp/{}", ports + 1);
    let places = ["join", "--api", &api, "--p2p", &p2p];
    let mut dialogue = Dialogue::start(&places);
    dialogue.answers("Folder to make", dir);
    dialogue.answers("APIs of its nodes", &net.url(0, "/"));
    dialogue.answers("Fingerprint", "not one");
    dialogue.answers("Fingerprint", &net.genesis.ledger_id().to_string());
    dialogue.answers("Who operates", "IT centre");
    dialogue.answers("Who answers", "Haizhou Health Bureau");
    dialogue.answers("assphrase", PASSPHRASE);
    dialogue.answers("gain", "something else");
    dialogue.answers("assphrase", PASSPHRASE);
    dialogue.answers("gain", PASSPHRASE);
    let seen = dialogue.ends();
    assert!(seen.contains("validator key"), "{seen}");
    let settings = std::fs::read_to_string(NodeDir::new(dir).config_file()).expect("settings");
    for part in ["//", "IT centre", "Haizhou Health Bureau"] {
        assert!(settings.contains(part), "{part} is not in {settings}");
    }

    let mut joined = Command::new(env!("CARGO_BIN_EXE_ledger-node"))
        .args(["run", "--dir", dir])
        .env("TALLYSTICK_PASSPHRASE", PASSPHRASE)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    let target = net.height(0).await.expect("a height") + 3;
    let follows = async || {
        let answer = net.client.get(format!("http://{api}/v1/status"));
        let status: Value = answer.send().await.ok()?.json().await.ok()?;
        (status["head"]["height"].as_u64()? >= target).then_some(())
    };
    net.until("the new node follows", follows).await;
    joined.kill().expect("it runs");
    joined.wait().expect("it ends");
}
