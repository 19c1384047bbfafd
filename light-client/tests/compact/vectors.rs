//! The committed vectors: one scenario per file, with its whole verdict.
//!
//! In `vectors/compact/<suite>`, `<name>.tally` is what a verifier is given that has followed the
//! ledger (`test.trust`), `<name>.json` what it must answer. `<name>.code` is the text of a short
//! code, whose `<name>.json` says what comes of comparing it with `proof`. `TALLYSTICK_REGENERATE=1`
//! writes them anew, and the difference is reviewed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use credentials_schemas::invoice::{Fen, PartyId, Printed, PrintedParts};
use light_client::{
    compact::Compact,
    hash::Digest,
    id::{LedgerId, TimeMs},
    key::Signature,
    policy::Policy,
    short_code::{ShortCode, ShortCodeMismatch},
    suite::Suite,
    trust::{Profile, TrustStore},
    verdict::{Headline, Reason},
    verify,
};

use super::Scene;

/// What the vectors were made to show.
struct Scenario {
    name: &'static str,
    clause: &'static str,
    expect: &'static str,
    bytes: Vec<u8>,
    /// Added to the head's time.
    later_ms: u64,
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

fn changed(compact: &Compact, change: impl FnOnce(&mut Compact)) -> Compact {
    let mut compact = compact.clone();
    change(&mut compact);
    compact
}

fn reprinted(compact: &Compact, change: impl FnOnce(&mut PrintedParts)) -> Compact {
    changed(compact, |one| {
        let mut parts = one.figures.printed.parts().clone();
        change(&mut parts);
        one.figures.printed = Printed::new(parts).expect("figures that go together");
    })
}

/// Genuine, and of a batch or figures that are not what was signed.
fn about_figures(blue: &Compact, red: &Compact) -> Vec<Scenario> {
    let altered = |name, change: &dyn Fn(&mut Compact)| {
        let bytes = changed(blue, |one| change(one)).to_bytes();
        scenario(name, "T46", "document_altered", bytes)
    };
    let gross = |face: &mut PrintedParts| {
        face.net = Fen::new(face.net.get() * 10).expect("in range");
    };
    vec![
        scenario("blue", "design §6", "registry_unchecked", blue.to_bytes()),
        scenario("red", "design §6", "registry_unchecked", red.to_bytes()),
        scenario(
            "amount-altered",
            "T46",
            "document_altered",
            reprinted(blue, gross).to_bytes(),
        ),
        altered("salt-of-another", &|one| {
            one.figures.salt = red.figures.salt
        }),
        altered("root-of-another", &|one| {
            one.figures.root = red.figures.root
        }),
        altered("figures-of-another", &|one| {
            one.figures = red.figures.clone();
        }),
        altered("batch-of-another", &|one| one.batch = red.batch.clone()),
    ]
}

/// What comes after the batch, and the form of it all.
fn about_the_rest(scene: &Scene, blue: &Compact) -> Vec<Scenario> {
    let header = &scene.ledger.headers.last().expect("a block").header;
    let fourth = scene.ledger.validators.commit(header, 3);
    vec![
        scenario("batch-signature-forged", "K6", "batch_signature_invalid", {
            changed(blue, |one| {
                one.batch.signature.signature = Signature([1; 64])
            })
            .to_bytes()
        }),
        scenario("log-path-forged", "K4", "certificate_signature", {
            changed(blue, |one| {
                one.batch.log_path.path[0] = Digest::from_bytes([1; 32])
            })
            .to_bytes()
        }),
        scenario("rest-hash-forged", "K4", "certificate_signature", {
            changed(blue, |one| one.head.rest = Digest::from_bytes([1; 32])).to_bytes()
        }),
        scenario("commit-forged", "T04", "certificate_signature", {
            changed(blue, |one| {
                one.head.certificate.signatures[0].signature = Signature([1; 64])
            })
            .to_bytes()
        }),
        scenario("quorum-less-one", "T01", "certificate_quorum", {
            changed(blue, |one| one.head.certificate.signatures.truncate(2)).to_bytes()
        }),
        scenario("quorum-and-one", "T01", "certificate_quorum", {
            changed(blue, |one| one.head.certificate.signatures.push(fourth)).to_bytes()
        }),
        scenario("signer-twice", "T02", "malformed", {
            changed(blue, |one| one.head.certificate.signatures[2].signer = 1).to_bytes()
        }),
        scenario("signer-unknown", "T03", "certificate_unknown_signer", {
            changed(blue, |one| one.head.certificate.signatures[2].signer = 9).to_bytes()
        }),
        scenario("other-ledger", "T05", "ledger_unknown", {
            changed(blue, |one| {
                one.ledger = LedgerId(Digest::from_bytes([1; 32]))
            })
            .to_bytes()
        }),
        scenario("epoch-not-followed", "T10", "epoch_unknown", {
            changed(blue, |one| one.head.epoch.0 = 2).to_bytes()
        }),
        scenario("path-too-short", "T40", "malformed", {
            changed(blue, |one| one.batch.log_path.path.truncate(0)).to_bytes()
        }),
        scenario("before-the-first-block", "T40", "malformed", {
            changed(blue, |one| one.batch.height.0 = one.head.height.0 + 1).to_bytes()
        }),
        scenario("trailing-byte", "T41", "malformed", {
            let mut bytes = blue.to_bytes();
            bytes.push(0);
            bytes
        }),
        Scenario {
            later_ms: 7 * 24 * 3_600_000,
            ..scenario("a-week-later", "T21", "registry_unchecked", blue.to_bytes())
        },
    ]
}

/// Figures in each of their forms. Nobody has signed them: what is asked is whether they are read.
fn about_forms(blue: &Compact) -> Vec<Scenario> {
    let with = |name, change: &dyn Fn(&mut PrintedParts)| {
        let bytes = reprinted(blue, |face| change(face)).to_bytes();
        scenario(name, "document.md §3.1", "document_altered", bytes)
    };
    vec![
        with("names-in-utf8", &|face| {
            face.seller_name = "Haizhou Bearings".to_owned();
            face.buyer_name = "\"Müller\\\" & 𠮷".to_owned();
        }),
        with("buyer-of-before-2015", &|face| {
            face.buyer_id = PartyId::of_print("31011560723456X").ok();
        }),
        with("buyer-resident", &|face| {
            face.buyer_id = PartyId::of_print("11010519491231002X").ok();
        }),
        with("buyer-without-number", &|face| face.buyer_id = None),
    ]
}

/// The answer as it is committed.
fn answer(scenario: &Scenario, trust: &TrustStore, now: TimeMs) -> String {
    let verdict = verify(&scenario.bytes, trust, &Policy::default(), now);
    let found = verdict.headline.reason().map(|reason| reason.code());
    assert_eq!(found, Some(scenario.expect), "{}", scenario.name);
    let json = serde_json::to_string(&verdict).expect("serialisable");
    format!(
        "{{\"source\":\"light-client/tests/compact/vectors.rs\",\"clause\":\"{}\",\"expect\":\"{}\",\
         \"now_ms\":{},\"verdict\":{json}}}\n",
        scenario.clause, scenario.expect, now.0
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

fn folder(prefix: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/compact");
    root.join(prefix)
}

#[test]
fn every_vector_has_its_verdict() {
    for (suite, prefix) in [(Suite::Sm, "sm"), (Suite::Intl, "intl")] {
        let scene = Scene::of(suite, 4);
        let (trust, folder) = (scene.trust(), folder(prefix));
        check(&folder.join("test.trust"), &trust.to_bytes());
        let blue = scene.compact();
        let red = Compact::from_bundle(&scene.red.bundle(&scene.ledger)).expect("an invoice");
        let mut scenarios = about_figures(&blue, &red);
        scenarios.extend(about_the_rest(&scene, &blue));
        scenarios.extend(about_forms(&blue));
        for scenario in scenarios {
            let now = TimeMs(scene.ledger.now().0 + scenario.later_ms);
            let answer = answer(&scenario, &trust, now);
            let file = |extension| folder.join(format!("{}.{extension}", scenario.name));
            check(&file("tally"), &scenario.bytes);
            check(&file("json"), answer.as_bytes());
        }
    }
}

/// What comes of a code, and the path of the figure that differs.
fn compared(text: &str, proof: &Compact) -> (&'static str, Option<&'static str>) {
    let Ok(code) = ShortCode::parse(text) else {
        return ("malformed", None);
    };
    match code.check(&ShortCode::from_compact(proof)) {
        Ok(()) => ("same", None),
        Err(ShortCodeMismatch::Commitment) => ("another_commitment", None),
        Err(ShortCodeMismatch::Figure { path }) => ("another_figure", Some(path)),
        Err(ShortCodeMismatch::Ledger) => ("another_ledger", None),
        Err(other) => unreachable!("{other}"),
    }
}

fn codes(blue: &Compact) -> Vec<(&'static str, &'static str, String)> {
    let text = |compact: &Compact| {
        let text = ShortCode::from_compact(compact).to_text("https://fapiao.haizhou.example");
        text.expect("it fits")
    };
    let dearer = reprinted(blue, |face| {
        face.net = Fen::new(face.net.get() * 10).expect("in range");
    });
    let salted = changed(blue, |one| one.figures.salt = [0; 16]);
    let abroad = changed(blue, |one| one.ledger.0 = Digest::from_bytes([1; 32]));
    vec![
        ("code", "same", text(blue)),
        ("code-amount-altered", "another_figure", text(&dearer)),
        ("code-salt-altered", "another_commitment", text(&salted)),
        ("code-other-ledger", "another_ledger", text(&abroad)),
        ("code-digit-more", "malformed", text(blue) + "0"),
        ("code-cut-short", "malformed", {
            let text = text(blue);
            text[..text.len() - 17].to_owned()
        }),
    ]
}

#[test]
fn every_code_has_its_answer() {
    for (suite, prefix) in [(Suite::Sm, "sm"), (Suite::Intl, "intl")] {
        let blue = Scene::of(suite, 4).compact();
        for (name, expect, text) in codes(&blue) {
            let (found, path) = compared(&text, &blue);
            assert_eq!(found, expect, "{name}");
            let path = path.map_or("null".to_owned(), |path| format!("\"{path}\""));
            // Whatever it is compared with: by itself it proves nothing.
            let trust = TrustStore::new(Profile::Production);
            let verdict = verify(text.as_bytes(), &trust, &Policy::default(), TimeMs(0));
            let alone = match expect {
                "malformed" => Headline::Invalid(Reason::Malformed),
                _ => Headline::Undetermined(Reason::NotAnchored),
            };
            assert_eq!(verdict.headline, alone, "{name}");
            let verdict = serde_json::to_string(&verdict).expect("serialisable");
            let answer = format!(
                "{{\"source\":\"light-client/tests/compact/vectors.rs\",\"clause\":\"ledger.md, A short \
                 code\",\"expect\":\"{expect}\",\"path\":{path},\"proof\":\"blue\",\"now_ms\":0,\
                 \"verdict\":{verdict}}}\n"
            );
            let file = |extension| folder(prefix).join(format!("{name}.{extension}"));
            check(&file("code"), text.as_bytes());
            check(&file("json"), answer.as_bytes());
        }
    }
}
