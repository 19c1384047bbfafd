//! The committed vectors: one scenario per file, with its whole verdict.
//!
//! `vectors/bundle/<name>.tally` is what a verifier is given, `<name>.json` what it must answer.
//! The same files are run in the browser (`e2e/tests/verifier_wasm.rs`), so that native and wasm
//! cannot disagree. Format changes are deliberate: `TALLYSTICK_REGENERATE=1 cargo test -p
//! light-client --test vectors` writes the files anew, and the difference is reviewed.

mod support;

use std::{fs, path::PathBuf};

use light_client::{
    bundle::Bundle,
    cbor::to_bytes,
    document::CredentialIssuer,
    hash::Digest,
    id::TimeMs,
    key::{KnownKeys, Signature},
    policy::Policy,
    record::Standing,
    suite::Suite,
    trust::TrustStore,
    verify, verify_with,
};
use support::{
    Ledger, Signer, Validators,
    documents::{self, Agency, Anchored, IDENTITY, INVOICE},
};

/// What the vectors were made to show.
struct Scenario {
    name: &'static str,
    clause: &'static str,
    expect: &'static str,
    bytes: Vec<u8>,
    /// Added to the head's time.
    later_ms: u64,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/bundle")
}

fn scenario(
    name: &'static str,
    clause: &'static str,
    expect: &'static str,
    bytes: Vec<u8>,
) -> Scenario {
    Scenario {
        name,
        clause,
        expect,
        bytes,
        later_ms: 0,
    }
}

fn changed(bundle: &Bundle, change: impl FnOnce(&mut Bundle)) -> Vec<u8> {
    let mut bundle = bundle.clone();
    change(&mut bundle);
    to_bytes(&bundle)
}

struct Scene {
    ledger: Ledger,
    police: Agency,
    school: Agency,
    identity: Anchored,
    invoice: Anchored,
    revoked: Anchored,
}

fn scene(suite: Suite) -> Scene {
    let mut ledger = Ledger::new(suite, 4);
    let police = Agency::register(&mut ledger, "haizhou-police", 500, &[IDENTITY]);
    let tax = Agency::register(&mut ledger, "haizhou-tax", 501, &[INVOICE]);
    let school = Agency::register(&mut ledger, "haizhou-school", 502, &[INVOICE]);
    ledger.block();
    let texts: Vec<String> = (0..2)
        .map(|number| police.credential(&ledger, IDENTITY, number))
        .collect();
    let mut credentials = Anchored::credentials(&mut ledger, &police, &texts, IDENTITY);
    let invoice = Anchored::invoice(&mut ledger, &tax, &Signer::new(suite, 600), "200");
    ledger.block_ending_epoch(Validators::new(suite, 1, 4));
    let revoked = credentials.remove(1);
    revoked.set_status(&mut ledger, Standing::Revoked);
    ledger.block();
    Scene {
        ledger,
        police,
        school,
        identity: credentials.remove(0),
        invoice,
        revoked,
    }
}

fn scenarios(scene: &Scene) -> Vec<Scenario> {
    let ledger = &scene.ledger;
    let identity = scene.identity.bundle(ledger);
    let invoice = scene.invoice.bundle(ledger);
    let unentitled = scene.school.credential(ledger, IDENTITY, 7);
    let unanchored = scene.police.credential(ledger, IDENTITY, 8);
    let bare_key = Signer::new(ledger.suite, 9);
    let bare = CredentialIssuer::DidKey(bare_key.public());
    let bare = documents::credential(&bare_key, &bare, IDENTITY, 9).into_bytes();
    let mut scenarios = vec![
        scenario("identity", "design §2", "valid", to_bytes(&identity)),
        scenario("invoice", "design §6", "valid", to_bytes(&invoice)),
        scenario(
            "revoked",
            "design §5 status",
            "revoked",
            scene.revoked.bytes(ledger),
        ),
        scenario(
            "not-entitled",
            "design §2 registry",
            "issuer_not_authorised",
            Anchored::unanchored(ledger, &scene.school, &unentitled).bytes(ledger),
        ),
        scenario("not-anchored", "design §2 origin", "not_anchored", {
            Anchored::unanchored(ledger, &scene.police, &unanchored).bytes(ledger)
        }),
        scenario("bare-did-key", "design §3 did:key", "bare_did_key", bare),
    ];
    scenarios.extend([
        scenario("invoice-altered", "T46", "document_altered", {
            let seller = Signer::new(ledger.suite, 600);
            let other = documents::invoice_document(&seller, "300");
            changed(&invoice, |bundle| bundle.document = other)
        }),
        scenario("quorum-less-one", "T01", "certificate_quorum", {
            changed(&identity, |bundle| {
                bundle.proofs.head.certificate.signatures.pop();
            })
        }),
        scenario("signer-twice", "T02", "certificate_signers", {
            changed(&identity, |bundle| {
                let signatures = &mut bundle.proofs.head.certificate.signatures;
                signatures[2] = signatures[1];
            })
        }),
        scenario("signer-unknown", "T03", "certificate_unknown_signer", {
            changed(&identity, |bundle| {
                bundle.proofs.head.certificate.signatures[2].signer = 9;
            })
        }),
        scenario("commit-forged", "T04", "certificate_signature", {
            changed(&identity, |bundle| {
                bundle.proofs.head.certificate.signatures[0].signature = Signature([1; 64]);
            })
        }),
        scenario("hand-off-withheld", "T10", "epoch_unknown", {
            changed(&identity, |bundle| bundle.proofs.handoffs.clear())
        }),
        scenario("roots-swapped", "T44", "state_root_mismatch", {
            changed(&identity, |bundle| {
                bundle.proofs.roots = light_client::state::StateRoots::empty();
            })
        }),
        scenario("status-of-another", "T37", "status_proof_invalid", {
            let other = scene.invoice.proofs(ledger).status;
            changed(&scene.revoked.bundle(ledger), |bundle| {
                bundle.proofs.status = other
            })
        }),
        scenario("status-withheld", "T37", "status_unchecked", {
            changed(&identity, |bundle| bundle.proofs.status = None)
        }),
        scenario("other-document", "T46", "document_altered", {
            let other = scene.revoked.document.clone();
            changed(&identity, |bundle| bundle.document = other)
        }),
        scenario(
            "batch-signature-forged",
            "design §3",
            "batch_signature_invalid",
            {
                changed(&identity, |bundle| {
                    let origin = bundle.proofs.origin.as_mut().expect("anchored");
                    origin.signature.signature = Signature([1; 64]);
                })
            },
        ),
        scenario("other-ledger", "T05", "ledger_unknown", {
            changed(&identity, |bundle| {
                bundle.proofs.ledger = light_client::id::LedgerId(Digest::from_bytes([1; 32]));
            })
        }),
        scenario("trailing-byte", "T41", "malformed", {
            let mut bytes = to_bytes(&identity);
            bytes.push(0);
            bytes
        }),
        Scenario {
            later_ms: 7 * 24 * 3_600_000,
            ..scenario("a-week-later", "T21", "status_stale", to_bytes(&identity))
        },
    ]);
    scenarios
}

/// The answer as it is committed.
fn answer(scenario: &Scenario, trust: &TrustStore, now: TimeMs) -> String {
    let verdict = verify(&scenario.bytes, trust, &Policy::default(), now);
    let json = serde_json::to_string(&verdict).expect("serialisable");
    format!(
        "{{\"source\":\"light-client/tests/vectors.rs\",\"clause\":\"{}\",\"expect\":\"{}\",\
         \"now_ms\":{},\"verdict\":{json}}}\n",
        scenario.clause, scenario.expect, now.0
    )
}

#[test]
fn every_vector_has_its_verdict() {
    let regenerate = std::env::var_os("TALLYSTICK_REGENERATE").is_some();
    for (suite, prefix) in [(Suite::Sm, "sm"), (Suite::Intl, "intl")] {
        let scene = scene(suite);
        let trust = scene.ledger.trust();
        let mut keys = KnownKeys::with_tables(16);
        let folder = folder().join(prefix);
        if regenerate {
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(folder.join("test.trust"), trust.to_bytes()).expect("written");
        }
        let committed = fs::read(folder.join("test.trust")).expect("committed");
        assert_eq!(TrustStore::parse(&committed), Ok(trust.clone()));
        for scenario in scenarios(&scene) {
            let now = TimeMs(scene.ledger.now().0 + scenario.later_ms);
            let answer = answer(&scenario, &trust, now);
            // A memory of keys, with tables from the sixth scenario on, changes no verdict.
            let policy = Policy::default();
            assert_eq!(
                verify_with(&scenario.bytes, &trust, &policy, now, &mut keys),
                verify(&scenario.bytes, &trust, &policy, now),
                "{}",
                scenario.name
            );
            let file = |extension| folder.join(format!("{}.{extension}", scenario.name));
            if regenerate {
                fs::write(file("tally"), &scenario.bytes).expect("written");
                fs::write(file("json"), &answer).expect("written");
            }
            // The bytes are pinned too: building the scenario again must give the same file.
            assert_eq!(
                fs::read(file("tally")).expect("committed"),
                scenario.bytes,
                "{}",
                scenario.name
            );
            assert_eq!(fs::read_to_string(file("json")).expect("committed"), answer);
            let reason = format!("\"reason\":\"{}\"", scenario.expect);
            let valid = scenario.expect == "valid" && answer.contains("\"kind\":\"valid\"");
            assert!(
                valid || answer.contains(&reason),
                "{}: {answer}",
                scenario.name
            );
        }
        assert_eq!(keys.table_bytes() > 0, suite == Suite::Sm);
    }
}
