//! The description in `docs/api` names the paths that there are, and no others. What they answer
//! is compared with it in a process test.

use std::collections::BTreeSet;

use serde_json::Value;

const DESCRIPTION: &str = include_str!("../../../docs/api/ledger-node.json");

#[test]
fn every_route_is_described_and_every_described_route_exists() {
    let description: Value = serde_json::from_str(DESCRIPTION).expect("JSON");
    let described = description["paths"].as_object().expect("paths").keys();
    let described: BTreeSet<&str> = described.map(String::as_str).collect();
    let routes = super::routes();
    let there: BTreeSet<&str> = routes.iter().map(|(path, _)| *path).collect();
    assert_eq!(described, there);
    assert_eq!(there.len(), routes.len(), "no path is there twice");
}
