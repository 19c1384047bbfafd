//! Times verifications in wasm, in Chromium, beside one SM2 signature.
//!
//! CPU time of the page's main thread, median over interleaved rounds; `cargo xtask bench` runs it
//! after packaging the verifier.

#![expect(clippy::print_stdout, reason = "printing is its purpose")]

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, Look, target_folder};
use light_client::bundle::Bundle;
use light_client::trust::TrustStore;
use light_client::vote::{Ballot, precommit};
use serde_json::{Value, json};

const ROUNDS: usize = 41;
/// Runs of a case in one round: enough to rise above the clock's grain.
const REPEAT: u32 = 10;

const LOAD: &str = r#"
    const [glue, wasm, trust, identity, invoice, key, message, signature, now, done] = arguments;
    const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    import(URL.createObjectURL(new Blob([glue], { type: 'text/javascript' }))).then(async (module) => {
        await module.default({ module_or_path: bytes(wasm) });
        const verifier = new module.Verifier(bytes(trust));
        const verdict = (bundle) => verifier.verify(bundle, 86400000n, BigInt(now));
        const valid = (bundle) => verdict(bundle).startsWith('{"headline":{"kind":"valid"');
        const [d, i, k, m, s] = [identity, invoice, key, message, signature].map(bytes);
        window.cases = [() => module.verify_signature(k, m, s), () => valid(d), () => valid(i)];
        done(window.cases.every((run) => run()));
    }).catch((error) => done(String(error)));
"#;

const CASES: [&str; 3] = [
    "one SM2 signature",
    "credential, new header",
    "invoice, new header",
];

/// A real precommit of the identity's header: key, message, signature.
fn one_signature(bundle: &Bundle, trust: &TrustStore) -> Result<[String; 3]> {
    let head = &bundle.proofs.head;
    let ledger = trust
        .ledger(&bundle.proofs.ledger)
        .context("the ledger is pinned")?;
    let mut known = ledger.clone();
    known.follow(&bundle.proofs.handoffs)?;
    let core = &head.header.core;
    let set = known.set_of(core.epoch).context("the epoch is known")?;
    let commit = head.certificate.signatures.first().context("a signature")?;
    let key = &set.validators()[usize::from(commit.signer)].key;
    let ballot = Ballot {
        ledger: core.ledger,
        height: core.height,
        round: head.certificate.round,
    };
    let message = precommit(&ballot, Some(&head.header.hash()), &key.id(core.suite));
    Ok([
        hex::encode(key.to_bytes()),
        hex::encode(message),
        hex::encode(commit.signature.0),
    ])
}

#[tokio::main]
async fn main() -> Result<()> {
    let module = target_folder("verifier")?;
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../light-client/vectors/bundle/sm");
    let identity = fs::read(vectors.join("identity.tally"))?;
    let invoice = fs::read(vectors.join("invoice.tally"))?;
    let trust = fs::read(vectors.join("test.trust"))?;
    let answer: Value = serde_json::from_slice(&fs::read(vectors.join("identity.json"))?)?;
    let bundle = Bundle::parse(&identity)?;
    let [key, message, signature] = one_signature(&bundle, &TrustStore::parse(&trust)?)?;

    let browser = Browser::open("bench", Look::ENGLISH).await?;
    browser.go("data:text/html,<title>bench</title>").await?;
    let glue = fs::read_to_string(module.join("light_client.js"))?;
    let wasm = fs::read(module.join("light_client_bg.wasm"))?;
    let arguments = [
        &glue,
        &hex::encode(&wasm),
        &hex::encode(&trust),
        &hex::encode(&identity),
        &hex::encode(&invoice),
        &key,
        &message,
        &signature,
    ];
    let mut arguments: Vec<Value> = arguments.iter().map(|text| json!(text)).collect();
    arguments.push(answer["now_ms"].clone());
    let loaded = browser.evaluate_async(LOAD, arguments).await?;
    ensure!(loaded == json!(true), "a case does not hold: {loaded}");

    let mut times: [Vec<f64>; 3] = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (case, times) in times.iter_mut().enumerate() {
            let before = browser.script_cpu_seconds().await?;
            // In a task of the page's own: what the driver runs directly is not counted as script.
            let run = format!(
                "const done = arguments[arguments.length - 1]; setTimeout(() => {{ \
                 for (let n = 0; n < {REPEAT}; n += 1) window.cases[{case}](); done(true); }}, 0);"
            );
            browser.evaluate_async(&run, Vec::new()).await?;
            let spent = browser.script_cpu_seconds().await? - before;
            times.push(spent * 1e3 / f64::from(REPEAT));
        }
    }
    ensure!(
        times.iter().flatten().all(|spent| *spent > 0.0),
        "Chromium counted no CPU time"
    );
    report(
        &mut times,
        bundle.proofs.head.certificate.signatures.len(),
        bundle.proofs.handoffs.len(),
    );
    browser.close().await
}

fn report(times: &mut [Vec<f64>; 3], quorum: usize, handoffs: usize) {
    println!("in Chromium, {quorum} signatures a certificate, {handoffs} hand-off, CPU time");
    let medians = times.each_mut().map(|times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    });
    for (name, median) in CASES.iter().zip(medians) {
        println!(
            "  {name:<28} {median:>9.3} ms  {:>6.2} × one",
            median / medians[0]
        );
    }
}
