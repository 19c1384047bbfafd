//! The committed vectors: one scenario per file, with its whole verdict.
//!
//! `vectors/bundle/<suite>/<name>.tally` is what a verifier is given, `<name>.json` what it must
//! answer. The same files are run in the browser (`e2e/tests/verifier.rs`) and by the second
//! verifier, in Python, so that none of the three can disagree. Format changes are deliberate:
//! `TALLYSTICK_REGENERATE=1 cargo test -p light-client --test vectors` writes the files anew, and
//! the difference is reviewed.

mod catalogue;
mod certificates;
mod checkpoints;
mod clocks;
mod credentials;
mod encodings;
mod epochs;
mod invoices;
mod scenario;
#[path = "../support/mod.rs"]
mod support;
mod trees;

use std::{collections::BTreeSet, fs, path::Path, path::PathBuf};

use light_client::{
    key::KnownKeys, policy::Policy, suite::Suite, trust::TrustStore, verify, verify_with,
};
use scenario::{Scenario, Scene};

/// What a file in this folder asks.
type Scenarios = fn(&Scene) -> Vec<Scenario>;

/// Those files.
const GROUPS: [(&str, Scenarios); 8] = [
    ("certificates", certificates::scenarios),
    ("checkpoints", checkpoints::scenarios),
    ("clocks", clocks::scenarios),
    ("credentials", credentials::scenarios),
    ("encodings", encodings::scenarios),
    ("epochs", epochs::scenarios),
    ("invoices", invoices::scenarios),
    ("trees", trees::scenarios),
];

/// The vectors of one suite.
fn folder(suite: Suite) -> PathBuf {
    let name = match suite {
        Suite::Sm => "sm",
        Suite::Intl => "intl",
    };
    let bundles = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/bundle");
    bundles.join(name)
}

/// Compares with the committed file; writes it first if asked to. Building a scenario again must
/// give the same file: the bytes are pinned, too.
fn check(file: &Path, bytes: &[u8]) {
    if std::env::var_os("TALLYSTICK_REGENERATE").is_some() {
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, bytes).expect("written");
    }
    let committed = fs::read(file).unwrap_or_default();
    assert!(committed == bytes, "{} differs", file.display());
}

/// Checks all files of a scenario; the names of those files.
fn check_one(folder: &Path, source: &str, scenario: &Scenario) -> [String; 3] {
    let (trust, store) = &scenario.trust;
    let names = [
        format!("{}.tally", scenario.name),
        format!("{}.json", scenario.name),
        format!("{trust}.trust"),
    ];
    let [file, answer, trust] = names.each_ref().map(|name| folder.join(name));
    check(&file, &scenario.bytes);
    check(&answer, scenario.answer(source).as_bytes());
    check(&trust, &store.to_bytes());
    assert_eq!(TrustStore::parse(&store.to_bytes()).as_ref(), Ok(store));
    names
}

#[test]
fn every_vector_has_its_verdict() {
    for suite in [Suite::Sm, Suite::Intl] {
        let (scene, folder) = (Scene::new(suite), folder(suite));
        let mut made = BTreeSet::new();
        let mut count = 0;
        for (group, scenarios) in GROUPS {
            let source = format!("light-client/tests/vectors/{group}.rs");
            for scenario in scenarios(&scene) {
                made.extend(check_one(&folder, &source, &scenario));
                count += 1;
            }
        }
        let vectors = made.iter().filter(|name| name.ends_with(".json")).count();
        assert_eq!(vectors, count, "two scenarios of one name");
        let files = fs::read_dir(&folder).expect("a folder");
        let found: BTreeSet<String> = files
            .map(|file| file.expect("a file").file_name().into_string())
            .map(|name| name.expect("a plain name"))
            .collect();
        assert_eq!(found, made, "files that nothing makes");
    }
}

/// A memory of keys, with tables from the sixth scenario on, changes no verdict.
#[test]
fn known_keys_change_no_verdict() {
    for suite in [Suite::Sm, Suite::Intl] {
        let scene = Scene::new(suite);
        let mut keys = KnownKeys::with_tables(16);
        let groups = GROUPS.iter().flat_map(|(_, scenarios)| scenarios(&scene));
        for scenario in groups {
            let (trust, policy): (_, &Policy) = (&scenario.trust.1, &scenario.policy);
            assert_eq!(
                verify_with(&scenario.bytes, trust, policy, scenario.now, &mut keys),
                verify(&scenario.bytes, trust, policy, scenario.now),
                "{}",
                scenario.name
            );
        }
        assert_eq!(keys.table_bytes() > 0, suite == Suite::Sm);
    }
}
