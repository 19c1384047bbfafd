//! Every decoder of this crate that takes bytes from strangers, over mutants of good bytes: none
//! panics or believes a length, and what one takes is, byte for byte, what it would write.
//!
//! transactions (all kinds) · proposals · state and log answers · manifests and chunks of snapshots
//! · frames of archives. Rows of the node's own store are fsck's and the crash tests' matter.

use core::slice;

use ledger_core::{
    LogProof, StateAnswer, StateBatchAnswer,
    archive::Verifier,
    block::Proposal,
    snapshot::{Manifest, Restore},
    store::MemoryStore,
    transaction::SignedTransaction,
};
use ledger_reference::Dice;
use light_client::{
    cbor::{self, Wire},
    id::LeafIndex,
    record::issuer_key,
    suite::Suite,
};

use crate::{archives, kit::agency, permissions, snapshots};

const MUTANTS: u64 = 400;
const MAX_BYTES: usize = 8 << 20;

/// The sample itself, and mutants of it: flipped, cut, doubled, lengthened, of another claimed size.
fn mutants(sample: &[u8], seed: u64) -> impl Iterator<Item = Vec<u8>> {
    let mut dice = Dice::new(seed);
    let mutate = move |sample: &[u8]| {
        let mut bytes = sample.to_vec();
        for _ in 0..=dice.below(2) {
            let at = place(&mut dice, bytes.len());
            let to = at + place(&mut dice, (bytes.len() - at).min(24) + 1);
            match dice.below(6) {
                0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
                1 => bytes.truncate(at),
                2 => drop(bytes.drain(at..to.min(bytes.len()))),
                3 => {
                    let again = bytes[at..to.min(bytes.len())].to_vec();
                    bytes.splice(at..at, again).for_each(drop);
                }
                // A head of every kind, with the longest length it can claim.
                4 => {
                    let kind = u8::try_from(dice.below(8)).expect("below eight") << 5;
                    let head = [kind | 27, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
                    bytes.splice(at..to.min(bytes.len()), head).for_each(drop);
                }
                _ => bytes.push(u8::try_from(dice.below(256)).expect("a byte")),
            }
        }
        bytes
    };
    let first = std::iter::once(sample.to_vec());
    let sample = sample.to_vec();
    let mut mutate = mutate;
    first.chain((0..MUTANTS).map(move |_| mutate(&sample)))
}

fn place(dice: &mut Dice, end: usize) -> usize {
    let end = u64::try_from(end.max(1)).expect("a length");
    usize::try_from(dice.below(end)).expect("below a length")
}

/// Runs a body over samples and their mutants; the body says what it took, as it would write it.
/// Each sample must be taken, and some mutant refused.
fn run(samples: &[Vec<u8>], body: impl Fn(&[u8]) -> Option<Vec<u8>>) {
    assert!(!samples.is_empty());
    let mut refused = 0;
    for (seed, sample) in (0..).zip(samples) {
        assert_eq!(body(sample).as_ref(), Some(sample), "a good sample");
        for mutant in mutants(sample, seed) {
            match body(&mutant) {
                Some(written) => assert_eq!(written, mutant, "taken, and written otherwise"),
                None => refused += 1,
            }
        }
    }
    assert!(refused > samples.len());
}

fn canonical<T: Wire>(bytes: &[u8]) -> Option<Vec<u8>> {
    let taken: T = cbor::parse(bytes, MAX_BYTES).ok()?;
    Some(cbor::to_bytes(&taken))
}

#[test]
fn transactions_of_every_kind() {
    run(&permissions::every_kind(), |bytes| {
        Some(SignedTransaction::parse(bytes).ok()?.to_bytes())
    });
}

#[test]
fn proposals() {
    let mut kit = snapshots::ledger(Suite::Sm);
    let batch = kit.anchor(42, "tax", crate::kit::DEGREE, 9);
    let batch = kit.sign(42, ledger_core::transaction::Op::Anchor(batch));
    assert!(kit.submit(&batch).is_ok());
    let samples = [
        cbor::to_bytes(&kit.propose(0)),
        cbor::to_bytes(&kit.propose(1)),
    ];
    run(&samples, |bytes| {
        Some(cbor::to_bytes(&Proposal::parse(bytes).ok()?))
    });
}

#[test]
fn answers() {
    let kit = snapshots::ledger(Suite::Intl);
    let view = kit.app.view();
    let key = |name: &str| issuer_key(kit.suite(), &kit.ledger(), &agency(name));
    let (there, absent) = (key("tax"), key("nobody"));
    let one = |key| cbor::to_bytes(&view.state_proof(key, None).expect("an answer"));
    run(&[one(&there), one(&absent)], canonical::<StateAnswer>);
    let mut keys = [there, absent];
    keys.sort_by_key(|key| key.hash);
    let batch = view.state_proofs(&keys, None).expect("an answer");
    run(&[cbor::to_bytes(&batch)], canonical::<StateBatchAnswer>);
    let leaf = view.log_proof(LeafIndex(0), None).expect("a leaf");
    run(&[cbor::to_bytes(&leaf)], canonical::<LogProof>);
}

/// A manifest is believed for its header; chunks carry whatever names a liar gives them.
#[test]
fn snapshots_manifests_and_chunks() {
    let kit = snapshots::ledger(Suite::Intl);
    let good = snapshots::snapshot(&kit);
    run(&[good.manifest.to_bytes()], |bytes| {
        Some(Manifest::parse(bytes).ok()?.to_bytes())
    });
    let mut refused = 0;
    for (seed, chunk) in (0..).zip(&good.chunks).take(4) {
        for mutant in mutants(chunk, seed).skip(1) {
            let manifest =
                snapshots::renamed(&good.manifest, Suite::Intl, slice::from_ref(&mutant));
            let store = MemoryStore::default();
            let restore = Restore::begin(&store, &manifest, &kit.ledger());
            let mut restore = restore.expect("the same header");
            let taken = restore.chunk(&mutant).and_then(|()| restore.finish());
            refused += u64::from(taken.is_err());
        }
    }
    assert!(refused > MUTANTS / 2, "{refused}");
}

#[test]
fn archives_frames() {
    let kit = snapshots::ledger(Suite::Intl);
    let frames = archives::archive(&kit, 1, 4).expect("an archive");
    let mut refused = 0;
    for (seed, at) in (0..).zip(0..frames.len()) {
        for mutant in mutants(&frames[at], seed).skip(1) {
            let mut changed = frames.clone();
            let is_same = changed[at] == mutant;
            changed[at] = mutant;
            let taken = check(&changed, &kit);
            assert!(is_same || !taken, "a changed archive is believed");
            refused += u64::from(!taken);
        }
    }
    assert!(refused > MUTANTS, "{refused}");
}

fn check(frames: &[Vec<u8>], kit: &crate::kit::Kit) -> bool {
    let Ok(mut verifier) = Verifier::begin(&frames[0], &kit.ledger()) else {
        return false;
    };
    let blocks = frames[1..]
        .iter()
        .try_for_each(|frame| verifier.block(frame).map(drop));
    blocks.is_ok() && verifier.finish().is_ok()
}
