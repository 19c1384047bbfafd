//! Portals that tell the truth, that lie, and that tell two truths.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its own input is wrong"
)]

#[path = "../../tests/support/mod.rs"]
mod ledger;
#[path = "support/server.rs"]
mod server;
mod support;

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use ledger::{Ledger, Validators};
use light_client::{
    cbor::{self, Writer, to_bytes},
    certificate::CertifiedHeader,
    handoff::Handoff,
    suite::Suite,
    trust::TrustStore,
};
use serde_json::json;
use server::{Answers, serve};
use support::{code, stderr, stdout, tallystick};
use tempfile::TempDir;

const NOW: &str = "2026-09-21T15:00:00Z";

/// A trust store on disk that knows the ledger's genesis.
struct Client {
    folder: TempDir,
}

impl Client {
    fn new(trust: &TrustStore) -> Self {
        let client = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::write(client.path(), trust.to_bytes()).unwrap();
        client
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("test.trust")
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.path()).unwrap()
    }

    fn height(&self) -> u64 {
        let trust = TrustStore::parse(&self.bytes()).unwrap();
        let newest = trust.ledgers().next().unwrap().newest_header().cloned();
        newest.map_or(0, |newest| newest.header().core.height.0)
    }

    fn command(&self, portals: &[String], options: &[&str]) -> Command {
        let mut command = tallystick();
        command
            .args(["sync", "--now", NOW, "--trust"])
            .arg(self.path());
        command.args(options).arg("--from").args(portals);
        // The portals are here, whatever proxy there may be.
        for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            command.env_remove(name);
        }
        command
    }

    fn sync(&self, portals: &[String]) -> Output {
        self.command(portals, &[]).output().unwrap()
    }

    /// The headers that were kept for an auditor.
    fn kept(&self) -> Vec<CertifiedHeader> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let heads = paths.filter(|path| path.extension().is_some_and(|found| found == "head"));
        heads
            .map(|path| cbor::parse(&fs::read(path).unwrap(), 1 << 20).unwrap())
            .collect()
    }
}

fn a_ledger(blocks: usize) -> Ledger {
    let mut ledger = Ledger::new(Suite::Sm, 4);
    for _ in 0..blocks {
        ledger.block();
    }
    ledger
}

/// Everything a node with this ledger answers.
fn answers(ledger: &Ledger, operator: &str) -> Answers {
    let mut answers = Answers::new();
    let status = json!({"operator": operator, "name": "node"}).to_string();
    answers.insert("/v1/status".to_owned(), (200, status.into_bytes()));
    for header in &ledger.headers {
        let height = header.header.core.height;
        answers.insert(format!("/v1/headers/{height}"), (200, to_bytes(header)));
    }
    let newest = ledger.headers.last().unwrap();
    answers.insert("/v1/headers/latest".to_owned(), (200, to_bytes(newest)));
    for first in 0..=ledger.handoffs.len() {
        let body = list(&ledger.handoffs[first..]);
        answers.insert(format!("/v1/handoffs?from_epoch={first}"), (200, body));
    }
    answers
}

fn list(handoffs: &[Handoff]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.list(handoffs);
    writer.finish()
}

fn portal(ledger: &Ledger, operator: &str) -> String {
    serve(answers(ledger, operator))
}

#[test]
fn a_client_catches_up_over_epochs_and_never_goes_back() {
    let mut ledger = a_ledger(2);
    let client = Client::new(&ledger.trust());
    let old = portal(&ledger, "海州");
    ledger.block_ending_epoch(Validators::new(Suite::Sm, 1, 4));
    ledger.block();
    ledger.block_ending_epoch(Validators::new(Suite::Sm, 2, 7));
    ledger.block();
    let new = portal(&ledger, "青山");
    let output = client.sync(&[new.clone(), old.clone()]);
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    assert!(
        stdout(&output).contains("block 0 → 6, 2 agencies agree"),
        "{}",
        stdout(&output)
    );
    assert_eq!(client.height(), 6);
    let synced = client.bytes();
    for portals in [vec![old.clone()], vec![new.clone()], vec![old, new]] {
        let output = client.sync(&portals);
        assert_eq!(code(&output), 0, "{}", stdout(&output));
        assert!(client.bytes() == synced, "{}", stdout(&output));
    }
    let names = fs::read_dir(client.folder.path()).unwrap().count();
    assert_eq!(names, 2, "the store and its lock, nothing half written");
}

#[test]
fn t24_portals_of_one_agency_count_once() {
    let ledger = a_ledger(3);
    let client = Client::new(&ledger.trust());
    let before = client.bytes();
    let (one, same, other) = (
        portal(&ledger, "海州"),
        portal(&ledger, "海州"),
        portal(&ledger, "青山"),
    );
    let run = |portals: &[String]| {
        let mut command = client.command(portals, &["--agencies", "2"]);
        command.output().unwrap()
    };
    let output = run(&[one.clone(), same.clone()]);
    assert_eq!(code(&output), 2, "{}", stdout(&output));
    assert!(
        stdout(&output).contains("1 agencies answered"),
        "{}",
        stdout(&output)
    );
    assert!(client.bytes() == before);
    let output = run(&[one, same, other]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert_eq!(client.height(), 3);
}

/// Each lie, beside a portal that tells the truth.
#[test]
fn a_lie_is_not_learned() {
    let ledger = a_ledger(3);
    let mut longer = ledger.clone();
    longer.block();
    let newest = longer.headers.last().unwrap().clone();
    let with_head = |body: Vec<u8>| {
        let mut answers = answers(&longer, "liar");
        answers.insert("/v1/headers/latest".to_owned(), (200, body));
        answers
    };
    let mut forged = newest.clone();
    forged.certificate.signatures[1].signature.0[40] ^= 1;
    let mut few = newest;
    few.certificate.signatures.pop();
    let mut future = longer.draft(None);
    future.core.time_ms.0 += 86_400_000;
    let future = longer.validators.certify(future);
    let mut strangers = Ledger::new(Suite::Sm, 7);
    strangers.block();
    let mut usurped = ledger.clone();
    usurped.validators = Validators::new(Suite::Sm, 5, 4);
    let usurped = Handoff {
        last: usurped.block(),
        next_set: Validators::new(Suite::Sm, 1, 4).set,
    };
    let mut hand_over = longer.clone();
    hand_over.block_ending_epoch(Validators::new(Suite::Sm, 1, 4));
    hand_over.block();
    let mut usurping = answers(&hand_over, "liar");
    let path = "/v1/handoffs?from_epoch=0".to_owned();
    usurping.insert(path, (200, list(&[usurped])));
    let mut failing = answers(&longer, "liar");
    failing.insert("/v1/headers/latest".to_owned(), (500, Vec::new()));
    let lies: [(Answers, &str); 8] = [
        (with_head(to_bytes(&forged)), "not hold"),
        (with_head(to_bytes(&few)), "not hold"),
        (with_head(to_bytes(&future)), "ahead of the clock"),
        (with_head(b"<html>".to_vec()), "formats"),
        (answers(&strangers, "liar"), "not in the trust store"),
        (usurping, "not hold"),
        (failing, "HTTP 500"),
        (Answers::new(), "HTTP 404"),
    ];
    for (lie, part) in lies {
        let client = Client::new(&ledger.trust());
        let output = client.sync(&[serve(lie), portal(&ledger, "海州")]);
        assert_eq!(code(&output), 0, "{part}: {}", stdout(&output));
        assert!(
            stdout(&output).contains(part),
            "{part}: {}",
            stdout(&output)
        );
        assert!(
            stdout(&output).contains("1 agencies agree"),
            "{}",
            stdout(&output)
        );
        assert_eq!(client.height(), 3, "{part}");
    }
}

#[test]
fn nobody_answers() {
    let ledger = a_ledger(1);
    let client = Client::new(&ledger.trust());
    let before = client.bytes();
    let output = client.sync(&["http://127.0.0.1:9".to_owned()]);
    assert_eq!(code(&output), 2, "{}", stdout(&output));
    assert!(
        stdout(&output).contains("does not answer"),
        "{}",
        stdout(&output)
    );
    assert!(client.bytes() == before);
    let output = client.sync(&["https://portal.example".to_owned()]);
    assert_eq!(code(&output), 64);
}

/// Two ledgers from one genesis: their validators signed both.
fn a_fork(common: usize, more: usize) -> [Ledger; 2] {
    let trunk = a_ledger(common);
    let mut branches = [trunk.clone(), trunk];
    let other = Validators::new(Suite::Sm, 9, 4).set.hash(Suite::Sm);
    let mut draft = branches[1].draft(None);
    draft.rest.body_root = other;
    branches[1].seal(draft);
    for (place, branch) in branches.iter_mut().enumerate() {
        for _ in place..more {
            branch.block();
        }
    }
    branches
}

#[test]
fn t23_two_heads_of_one_height_are_kept_and_neither_is_learned() {
    // The second is longer: what counts is the height that both have.
    let [one, mut other] = a_fork(2, 1);
    other.block();
    let client = Client::new(&one.trust());
    let before = client.bytes();
    let output = client.sync(&[portal(&one, "海州"), portal(&other, "青山")]);
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    assert!(
        stdout(&output).contains("has forked"),
        "{}",
        stdout(&output)
    );
    assert!(client.bytes() == before);
    let kept = client.kept();
    assert_eq!(kept.len(), 2, "{}", stdout(&output));
    assert_eq!(kept[0].header.core.height, kept[1].header.core.height);
    assert_ne!(kept[0].header, kept[1].header);
    let set = &one.validators.set;
    assert!(
        kept.iter().all(|head| head.check(set).is_ok()),
        "both certified"
    );
    let again = client.sync(&[portal(&one, "海州"), portal(&other, "青山")]);
    assert_eq!(
        (code(&again), client.kept().len()),
        (1, 2),
        "again is as good"
    );
}

/// One portal is enough, if it contradicts what this client itself has verified.
#[test]
fn a_portal_that_contradicts_what_is_known_is_found_out() {
    let [ours, mut theirs] = a_fork(2, 1);
    let mut trust = ours.trust();
    trust
        .advance(&ours.id, &[], ours.headers.last().unwrap())
        .unwrap();
    theirs.block();
    theirs.block();
    let client = Client::new(&trust);
    let before = client.bytes();
    let output = client.sync(&[portal(&theirs, "青山")]);
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    assert!(client.bytes() == before);
    assert_eq!(client.kept().len(), 2);
}

/// An epoch that ends below a header that is known: another end than the one that will come.
#[test]
fn a_hand_off_that_contradicts_what_is_known_is_found_out() {
    let mut ours = a_ledger(2);
    let mut theirs = ours.clone();
    ours.block();
    ours.block();
    let mut trust = ours.trust();
    trust
        .advance(&ours.id, &[], ours.headers.last().unwrap())
        .unwrap();
    theirs.block_ending_epoch(Validators::new(Suite::Sm, 1, 4));
    theirs.block();
    theirs.block();
    let client = Client::new(&trust);
    let output = client.sync(&[portal(&theirs, "青山")]);
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    let mut heights: Vec<u64> = client
        .kept()
        .iter()
        .map(|head| head.header.core.height.0)
        .collect();
    heights.sort_unstable();
    assert_eq!(
        heights,
        [3, 4],
        "the end of the epoch, and what is beyond it"
    );
    // The same between two portals, for a client that knows neither.
    let client = Client::new(&ours.trust());
    let before = client.bytes();
    let output = client.sync(&[portal(&theirs, "青山"), portal(&ours, "海州")]);
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    assert!(client.bytes() == before);
    assert!(
        client
            .kept()
            .iter()
            .any(|head| head.header.core.height.0 == 3)
    );
}
