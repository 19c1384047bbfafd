//! A net's processes: started, killed, stopped, and what they said.

use std::cell::RefCell;
use std::fs;
use std::process::{Command, ExitStatus, Stdio};

use super::Net;

impl Net {
    /// Starts a node's process; its log goes to a file that a failed test leaves readable.
    pub(crate) fn run(&mut self, at: usize) {
        self.run_by(at, Command::new(env!("CARGO_BIN_EXE_ledger-node")));
    }

    /// The same; a file that may not grow further is an error to this one, as a full disk is, and
    /// not the signal that ends a process.
    pub(crate) fn run_without_signal(&mut self, at: usize) {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]);
        shell.arg(env!("CARGO_BIN_EXE_ledger-node"));
        self.run_by(at, shell);
    }

    fn run_by(&self, at: usize, mut program: Command) {
        assert!(self.nodes[at].borrow().is_none(), "node {at} runs");
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.node_dir(at).join("log"))
            .expect("a log");
        program.arg("run").arg("--dir").arg(self.node_dir(at));
        program.stdout(Stdio::null()).stderr(log);
        let child = program.spawn().expect("the program runs");
        self.nodes[at].replace(Some(child));
    }

    /// Kill -9, and a start, while others use the net.
    pub(crate) fn crash(&self, at: usize) {
        self.kill_now(at);
        self.run_by(at, Command::new(env!("CARGO_BIN_EXE_ledger-node")));
    }

    /// Kill -9.
    pub(crate) fn kill(&mut self, at: usize) {
        self.kill_now(at);
    }

    fn kill_now(&self, at: usize) {
        let mut child = self.nodes[at].take().expect("the node runs");
        let ended = child.try_wait().expect("a process");
        assert_eq!(ended, None, "node {at} ended by itself");
        child.kill().expect("a process to kill");
        child.wait().expect("a process that ended");
    }

    /// Stops a node as an operator would, and waits until it has ended.
    pub(crate) async fn stop(&mut self, at: usize) {
        self.signal(at, "-TERM");
        assert!(self.ended(at).await.success(), "it ends in order");
    }

    /// Sends a signal, by the name that `kill` knows.
    pub(crate) fn signal(&self, at: usize, name: &str) {
        let process = self.process(at).to_string();
        let told = Command::new("kill").args([name, &process]).status();
        assert!(told.expect("kill runs").success(), "kill {name}");
    }

    /// The number of a node's process.
    pub(crate) fn process(&self, at: usize) -> u32 {
        let child = self.nodes[at].borrow();
        child.as_ref().expect("the node runs").id()
    }

    /// Waits for a node that ends by itself.
    pub(crate) async fn ended(&mut self, at: usize) -> ExitStatus {
        let mut child = self.nodes[at].take().expect("the node runs");
        let child = RefCell::new(&mut child);
        let ended = async || child.borrow_mut().try_wait().expect("a process");
        self.until("the node to end", ended).await
    }

    /// What a node wrote to its log.
    pub(crate) fn log(&self, at: usize) -> String {
        fs::read_to_string(self.node_dir(at).join("log")).expect("a log")
    }
}
