//! Flip any single bit of a compact proof: it is not found genuine, and nothing panics.

use light_client::{policy::Policy, suite::Suite, verify};

use super::{GENUINE, Scene};

#[test]
fn no_flipped_bit_is_accepted() {
    // SM2 costs ten times as much to verify: one validator there.
    for (suite, validators) in [(Suite::Intl, 4), (Suite::Sm, 1)] {
        let scene = Scene::of(suite, validators);
        let (trust, now) = (scene.trust(), scene.ledger.now());
        let decide = |bytes: &[u8]| verify(bytes, &trust, &Policy::default(), now).headline;
        let mut bytes = scene.compact().to_bytes();
        assert_eq!(decide(&bytes), GENUINE);
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(decide(&bytes), GENUINE, "bit {bit} of {}", bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
}
