//! One validator's key in two processes (T20): the net goes on, and the contradiction is kept.

use std::fs;
use std::process::{Child, Command, Stdio};

use ledger_node::config::NodeDir;

use crate::net::{self, Net};
use crate::operator::{refused, text};

/// A process beside the net's.
struct Beside {
    dir: NodeDir,
    child: Child,
}

impl Beside {
    fn run(dir: NodeDir) -> Self {
        let child = Self::spawn(&dir);
        Self { dir, child }
    }

    fn spawn(dir: &NodeDir) -> Child {
        let mut log = fs::File::options();
        log.create(true).append(true);
        let log = log.open(dir.path().join("log")).expect("a log");
        let child = Command::new(env!("CARGO_BIN_EXE_ledger-node"))
            .args(["run", "--dir", text(dir.path())])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        child.expect("the program runs")
    }

    /// Its mark, which it has from the other, may stop it where that one voted: it comes again.
    fn keep_running(&mut self) {
        if self.child.try_wait().expect("a process").is_some() {
            self.child = Self::spawn(&self.dir);
        }
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A folder with an identity of its own on the network, and the validator key of node 3.
async fn twin(net: &Net) -> NodeDir {
    let dir = net.place("twin");
    let (from, ledger) = (net.url(0, ""), net.genesis.ledger_id().to_string());
    let ports = net::free_ports(2);
    let api = format!("127.0.0.1:{ports}");
    let p2p = format!("/ip4/127.0.0.1/tcp/{}", ports + 1);
    let join = ["join", "--unsealed", "--dir", text(&dir), "--from", &from];
    let listen = ["--trust", &ledger, "--api", &api, "--p2p", &p2p];
    net.done(&[&join[..], &listen].concat()).await;
    let dir = NodeDir::new(dir);
    fs::remove_dir_all(dir.keys()).expect("its own keys");
    fs::create_dir(dir.keys()).expect("a folder");
    let key = net.validator_key(3);
    for file in [key.path().to_owned(), key.mark_file().to_owned()] {
        let name = file.file_name().expect("a name");
        fs::copy(&file, dir.keys().join(name)).expect("a copy");
    }
    dir
}

#[tokio::test]
async fn t20_two_processes_with_one_key_are_found_out_and_stop_nobody() {
    let mut net = Net::start(4);
    net.until_all_at(1).await;
    // Two processes in one folder: the second one does not start.
    let second = net.command(&["run", "--dir", &net.dir(3)]).await;
    assert_ne!(refused(&second).0, 0, "a second process in one folder");

    net.kill(3);
    let dir = twin(&net).await;
    net.run(3);
    let mut twin = Beside::run(dir);
    let transaction = net.registration("beside-the-twins");
    net.finalize(0, &transaction).await;
    // At their turns they propose two blocks, or vote for two.
    let found = async || {
        twin.keep_running();
        let mut most = 0;
        for at in 0..3 {
            most = most.max(net.metric(at, "tallystick_evidence").await?);
        }
        (most > 0).then_some(())
    };
    net.until("evidence against the twins", found).await;
    let height = net.highest().await;
    for at in 0..3 {
        net.until_height(at, height + 3).await;
    }
    net.until_final(2, &transaction).await;
    net.assert_one_history().await;
}
