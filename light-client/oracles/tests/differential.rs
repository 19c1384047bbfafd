//! All implementations of SM2 agree; the large run is `cargo xtask soak sm2`.

use light_client::key::sm2::GeneratorTable;
use sm2_oracles::soak::{Tally, judge, round};

#[test]
fn t07_all_implementations_agree() {
    let generator = GeneratorTable::new();
    let mut tally = Tally::default();
    for number in 0..40 {
        match judge(&generator, &round(number)) {
            Ok(counts) => tally.add(&counts),
            Err(disagreement) => unreachable!("round {number}: {disagreement:?}"),
        }
    }
    assert!(2 * tally.refused() >= tally.cases(), "{tally}");
    for name in [
        "honest",
        "e fits",
        "sG = tP",
        "sG = -tP: infinity",
        "t = 0",
        "r = 0",
        "s = 0",
        "r + n",
        "s + n",
        "r = n",
        "s = n",
        "r = n - 1",
        "s = n - 1",
        "r = n + 1",
        "s = n + 1",
        "x of n or more",
        "x below p - n",
        "x + p for x",
        "29-bit limb edges",
        "64-bit limb edges",
        "tampered",
    ] {
        let [valid, refused] = tally.by_name.get(name).copied().unwrap_or_default();
        assert!(valid + refused > 0, "{name} is among the cases");
    }
}
