//! The committed vectors: one scenario per file, with its whole verdict.
//!
//! In `vectors/deposit/<suite>`, `original.txt` is the file, `<name>.deposit` what a verifier is
//! given with it and `<name>.json` what it must answer; `answer.cbor` and `original.salt` are what
//! `tallystick evidence join` makes `deposited.deposit` of. `TALLYSTICK_REGENERATE=1` writes them
//! anew, and the difference is reviewed.

use std::{fs, path::PathBuf};

use light_client::{
    cbor::to_bytes, deposit::Deposit, id::TimeMs, key::Signature, policy::Policy, suite::Suite,
    trust::TrustStore, verify_deposit,
};

use super::{
    DAY_MS, Scene,
    support::{
        Validators,
        deposits::{FILE, SALT, proof},
    },
};

struct Scenario {
    name: &'static str,
    expect: &'static str,
    bytes: Vec<u8>,
    /// Added to the head's time.
    later_ms: u64,
}

fn scenarios(scene: &Scene) -> Vec<Scenario> {
    let ledger = &scene.ledger;
    let genuine = scene.proof();
    let absent = proof(ledger, &[6; 32], FILE).to_bytes();
    let changed = |change: fn(&mut Deposit)| {
        let mut proof = genuine.clone();
        change(&mut proof);
        proof.to_bytes()
    };
    let scenario = |name, expect, bytes| Scenario {
        name,
        expect,
        bytes,
        later_ms: 0,
    };
    vec![
        scenario("deposited", "deposited", genuine.to_bytes()),
        scenario("not-deposited", "not_deposited", absent.clone()),
        scenario("other-salt", "file_mismatch", {
            changed(|proof| proof.salt = [7; 32])
        }),
        scenario("commit-forged", "certificate_signature", {
            changed(|proof| {
                proof.proofs.head.certificate.signatures[0].signature = Signature([1; 64]);
            })
        }),
        scenario("hand-off-withheld", "epoch_unknown", {
            changed(|proof| proof.proofs.handoffs.clear())
        }),
        Scenario {
            later_ms: 200 * DAY_MS,
            ..scenario("deposited-long-ago", "deposited", genuine.to_bytes())
        },
        Scenario {
            later_ms: 7 * DAY_MS,
            ..scenario("absent-a-week-ago", "absence_stale", absent)
        },
    ]
}

fn answer(scenario: &Scenario, trust: &TrustStore, now: TimeMs) -> String {
    let verdict = verify_deposit(FILE, &scenario.bytes, trust, &Policy::default(), now);
    let found = verdict.headline.reason();
    let found = found.map_or(verdict.headline.kind(), |reason| reason.code());
    assert_eq!(found, scenario.expect, "{}", scenario.name);
    let json = serde_json::to_string(&verdict).expect("serialisable");
    format!(
        "{{\"source\":\"light-client/tests/deposit/vectors.rs\",\"expect\":\"{}\",\
         \"now_ms\":{},\"verdict\":{json}}}\n",
        scenario.expect, now.0
    )
}

/// Compares with the committed file; writes it first if asked to.
fn check(file: &PathBuf, bytes: &[u8]) {
    if std::env::var_os("TALLYSTICK_REGENERATE").is_some() {
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, bytes).expect("written");
    }
    let committed = fs::read(file).expect("committed");
    assert!(committed == bytes, "{} differs", file.display());
}

#[test]
fn every_vector_has_its_verdict() {
    for (suite, prefix) in [(Suite::Sm, "sm"), (Suite::Intl, "intl")] {
        let mut scene = Scene::of(suite, 4);
        scene
            .ledger
            .block_ending_epoch(Validators::new(suite, 1, 4));
        scene.ledger.block();
        let trust = scene.ledger.trust();
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/deposit");
        let folder = folder.join(prefix);
        check(&folder.join("test.trust"), &trust.to_bytes());
        check(&folder.join("original.txt"), FILE);
        let salt = format!("{}\n", "05".repeat(32));
        check(&folder.join("original.salt"), salt.as_bytes());
        let proofs = proof(&scene.ledger, &SALT, FILE).proofs;
        check(&folder.join("answer.cbor"), &to_bytes(&proofs));
        for scenario in scenarios(&scene) {
            let now = TimeMs(scene.ledger.now().0 + scenario.later_ms);
            let answer = answer(&scenario, &trust, now);
            let file = |extension| folder.join(format!("{}.{extension}", scenario.name));
            check(&file("deposit"), &scenario.bytes);
            check(&file("json"), answer.as_bytes());
        }
    }
}
