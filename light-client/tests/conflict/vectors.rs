//! The committed vectors: one scenario per file, with its whole verdict.
//!
//! In `vectors/conflict/<suite>`, `<name>.conflict` is what a verifier is given and `<name>.json`
//! what it must answer, with `test.trust` as `verdict`, without a trust store as `alone`; `one.cbor`
//! and `other.cbor` are two answers of which `tallystick evidence conflict` makes `one-round`.
//! `TALLYSTICK_REGENERATE=1` writes them anew, and the difference is reviewed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use light_client::{
    cbor::to_bytes,
    key::Signature,
    suite::Suite,
    verdict::{ConflictHeadline, ConflictVerdict},
    verify_conflict,
};

use super::{
    conflict, ledger, other, same_height,
    support::{Ledger, Validators},
};

struct Scenario {
    name: &'static str,
    expect: &'static str,
    bytes: Vec<u8>,
}

fn scenarios(ledger: &Ledger) -> Vec<Scenario> {
    let strangers = super::ledger(ledger.suite, 5);
    let [one, second] = same_height(ledger, [0, 0]);
    let file = |headers| conflict(ledger, headers).to_bytes();
    let mut forged = second.clone();
    forged.certificate.signatures[1].signature = Signature([1; 64]);
    let mut moved = second.clone();
    moved.certificate.signatures[0].signer = 0;
    let genuine = file([one.clone(), second]);
    let scenario = |name, expect, bytes| Scenario {
        name,
        expect,
        bytes,
    };
    let mut scenarios = vec![
        scenario("one-round", "equivocation", genuine.clone()),
        scenario("two-rounds", "fork", file(same_height(ledger, [0, 2]))),
        scenario(
            "one-header",
            "same_header",
            file([one.clone(), one.clone()]),
        ),
        scenario(
            "commit-forged",
            "certificate_signature",
            file([one.clone(), forged]),
        ),
        scenario("signer-moved", "certificate_signature", file([one, moved])),
        scenario("trailing-byte", "malformed", [&genuine[..], &[0]].concat()),
        scenario("other-ledger", "ledger_unknown", {
            conflict(&strangers, same_height(&strangers, [0, 0])).to_bytes()
        }),
    ];
    scenarios.extend(over_time(ledger));
    scenarios
}

/// Headers of different heights.
fn over_time(ledger: &Ledger) -> [Scenario; 4] {
    let next = Validators::new(ledger.suite, 1, 4);
    let (mut ends, mut goes_on, mut forks) = (ledger.clone(), ledger.clone(), ledger.clone());
    let end = ends.block_ending_epoch(next);
    let file = |headers| conflict(ledger, headers).to_bytes();
    let newer = conflict(&ends, same_height(&ends, [0, 0])).to_bytes();
    let before = goes_on.block();
    let beyond = goes_on.block();
    let forked = other(&forks.draft(None));
    forks.seal(forked);
    let follows = forks.block();
    [
        ("past-the-end", "fork", file([end, beyond.clone()])),
        ("other-previous", "fork", file([before.clone(), follows])),
        ("one-history", "one_history", file([before, beyond])),
        ("next-epoch", "epoch_unknown", newer),
    ]
    .map(|(name, expect, bytes)| Scenario {
        name,
        expect,
        bytes,
    })
}

fn kind(headline: &ConflictHeadline) -> &'static str {
    headline
        .reason()
        .map_or(headline.kind(), |reason| reason.code())
}

fn answer(scenario: &Scenario, verdict: &ConflictVerdict) -> String {
    assert_eq!(
        kind(&verdict.headline),
        scenario.expect,
        "{}",
        scenario.name
    );
    let json = |verdict| serde_json::to_string(verdict).expect("serialisable");
    format!(
        "{{\"source\":\"light-client/tests/conflict/vectors.rs\",\"expect\":\"{}\",\
         \"verdict\":{},\"alone\":{}}}\n",
        scenario.expect,
        json(verdict),
        json(&verify_conflict(&scenario.bytes, None))
    )
}

/// Compares with the committed file; writes it first if asked to.
fn check(file: &Path, bytes: &[u8]) {
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
        let ledger = ledger(suite, 4);
        let trust = ledger.trust();
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/conflict");
        let folder = folder.join(prefix);
        check(&folder.join("test.trust"), &trust.to_bytes());
        let [one, other] = same_height(&ledger, [0, 0]).map(|header| to_bytes(&header));
        check(&folder.join("one.cbor"), &one);
        check(&folder.join("other.cbor"), &other);
        for scenario in scenarios(&ledger) {
            let verdict = verify_conflict(&scenario.bytes, Some(&trust));
            let answer = answer(&scenario, &verdict);
            let file = |extension| folder.join(format!("{}.{extension}", scenario.name));
            check(&file("conflict"), &scenario.bytes);
            check(&file("json"), answer.as_bytes());
        }
    }
}
