//! What the vectors must reach: every reason, and every attack that can be put into a bundle.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use light_client::{suite::Suite, verdict::Reason};
use serde_json::Value;

use crate::folder;

/// Reasons that no bundle has, and why.
const UNREACHED: [(Reason, &str); 1] = [(
    Reason::CertificateEpoch,
    "the set is looked up by the header's own epoch; in a hand-off any such fault is \
     handoff_invalid, and a succession of another epoch is refused before",
)];

/// Attacks on the light client that are no bundle, and what they are about instead.
const NOT_A_BUNDLE: [(u8, &str); 3] = [
    (24, "portals of one agency: whom a client asks"),
    (28, "a trust store that was changed where it is kept"),
    (29, "pinning a ledger again"),
];

/// T01–T13, T16, T21–T45, T48–T51: what the threat model gives to the light client.
fn attacks() -> impl Iterator<Item = u8> {
    let own = (1..=13).chain([16]).chain(21..=45).chain(48..=51);
    own.filter(|attack| NOT_A_BUNDLE.iter().all(|(other, _)| other != attack))
}

/// The vectors of one suite, by name.
fn vectors(suite: Suite) -> BTreeMap<String, Value> {
    let files = fs::read_dir(folder(suite)).expect("a folder");
    let paths = files.map(|file| file.expect("a file").path());
    paths
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let name = path.file_stem().and_then(|name| name.to_str());
            let text = fs::read(&path).expect("readable");
            let vector = serde_json::from_slice(&text).expect("JSON");
            (name.expect("a plain name").to_owned(), vector)
        })
        .collect()
}

fn text<'a>(vector: &'a Value, member: &str) -> &'a str {
    vector[member].as_str().expect("a text")
}

#[test]
fn every_reason_has_a_vector_in_both_suites() {
    for suite in [Suite::Sm, Suite::Intl] {
        let vectors = vectors(suite);
        let reached: BTreeSet<&str> = vectors.values().map(|one| text(one, "expect")).collect();
        for reason in Reason::ALL {
            let excused = UNREACHED.iter().any(|(unreached, _)| unreached == reason);
            let code = reason.code();
            assert_eq!(reached.contains(code), !excused, "{code}, {suite:?}");
        }
    }
}

#[test]
fn every_attack_that_fits_into_a_bundle_has_a_vector_in_both_suites() {
    for suite in [Suite::Sm, Suite::Intl] {
        let vectors = vectors(suite);
        for attack in attacks() {
            let prefix = format!("t{attack:02}-");
            let found = vectors.keys().any(|name| name.starts_with(&prefix));
            assert!(found, "{prefix} {suite:?}");
        }
    }
}

/// A clause is a file of the specification and what a heading, row or rule in it begins with.
#[test]
fn sources_and_clauses_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for suite in [Suite::Sm, Suite::Intl] {
        for (name, vector) in vectors(suite) {
            let source = root.join(text(&vector, "source"));
            let source = fs::read_to_string(source).expect("the source is there");
            assert!(source.contains(&format!("\"{name}\"")), "{name}");
            let (file, place) = text(&vector, "clause").split_once(' ').expect("two parts");
            let specification = fs::read_to_string(root.join("docs/spec").join(file));
            let specification = specification.expect("a file of the specification");
            let begins = |line: &str| {
                line.trim_start_matches(['#', '*', '|', ' '])
                    .starts_with(place)
            };
            assert!(
                specification.lines().any(begins),
                "{name}: {file} has no {place}"
            );
        }
    }
}
