//! Flip any single bit of a proof: the file is never found deposited, and nothing panics.

use light_client::{
    id::TimeMs, policy::Policy, suite::Suite, trust::TrustStore, verdict::DepositHeadline,
    verify_deposit,
};

use super::{
    Scene,
    support::{
        Ledger, Validators,
        deposits::{FILE, SALT, proof},
    },
};

fn trust(ledger: &Ledger) -> TrustStore {
    let mut trust = ledger.trust();
    let head = ledger.headers.last().expect("a block");
    trust
        .advance(&ledger.id, &ledger.handoffs, head)
        .expect("it follows");
    trust
}

/// Where the salt lies: after the heads of array, text and bytes, and the text.
const SALT_BITS: std::ops::Range<usize> = 19 * 8..51 * 8;

/// Neither answer survives a flip. Under another salt another digest is looked for, and it may
/// well be true that this one was not deposited either.
fn flip_all_bits(file: &[u8], bytes: &[u8], trust: &TrustStore, now: TimeMs) {
    let decide = |bytes: &[u8]| {
        let verdict = verify_deposit(file, bytes, trust, &Policy::default(), now);
        verdict.headline
    };
    assert!(decide(bytes).reason().is_none(), "{:?}", decide(bytes));
    let mut bytes = bytes.to_vec();
    for bit in 0..bytes.len() * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        let headline = decide(&bytes);
        let refused = match headline {
            DepositHeadline::Deposited => false,
            DepositHeadline::NotDeposited => SALT_BITS.contains(&bit),
            DepositHeadline::Invalid(_) | DepositHeadline::Undetermined(_) => true,
        };
        assert!(refused, "bit {bit} of {}: {headline:?}", bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}

#[test]
fn no_flipped_bit_is_accepted() {
    // SM2 costs ten times as much to verify: one validator there.
    for (suite, validators) in [(Suite::Intl, 4), (Suite::Sm, 1)] {
        let mut scene = Scene::of(suite, validators);
        let present = proof(&scene.ledger, &SALT, FILE).to_bytes();
        flip_all_bits(FILE, &present, &trust(&scene.ledger), scene.ledger.now());
        let next = Validators::new(suite, 1, validators);
        scene.ledger.block_ending_epoch(next);
        scene.ledger.block();
        let (trust, now) = (trust(&scene.ledger), scene.ledger.now());
        let present = proof(&scene.ledger, &SALT, FILE).to_bytes();
        flip_all_bits(FILE, &present, &trust, now);
        let absent = proof(&scene.ledger, &SALT, b"a draft").to_bytes();
        flip_all_bits(b"a draft", &absent, &trust, now);
    }
}
