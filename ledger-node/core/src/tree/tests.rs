use light_client::{
    hash::Hasher,
    id::LedgerId,
    state::{Kind, StateProofError},
};

use super::*;
use crate::store::MemoryStore;

const LEDGER: LedgerId = LedgerId(Digest::from_bytes([7; 32]));

fn key(suite: Suite, number: u32) -> StateKey {
    StateKey::new(suite, &LEDGER, Kind::Used, &[&number.to_be_bytes()])
}

fn value(number: u32) -> Vec<u8> {
    [b"value ", &number.to_be_bytes()[..]].concat()
}

fn apply(
    store: &MemoryStore,
    suite: Suite,
    heads: &TreeHeads,
    height: u64,
    changes: &Changes,
) -> TreeHeads {
    let mut batch = Batch::default();
    let heads = heads
        .update(
            (store, &Remembered::default()),
            suite,
            Height(height),
            changes,
            &mut batch,
        )
        .expect("memory does not fail");
    store.commit(batch).expect("memory does not fail");
    heads
}

fn filled(suite: Suite, keys: u32) -> (MemoryStore, TreeHeads) {
    let store = MemoryStore::default();
    let changes = (0..keys).map(|n| (key(suite, n), Some(value(n)))).collect();
    let heads = apply(&store, suite, &TreeHeads::empty(), 1, &changes);
    (store, heads)
}

/// jmt's own proof and verdicts beside ours, for one key.
fn compare<H: SimpleHasher>(
    store: &MemoryStore,
    suite: Suite,
    heads: &TreeHeads,
    number: u32,
    expected: Option<&[u8]>,
) {
    let (asked, other) = (key(suite, number), key(suite, number + 1_000_000));
    let roots = heads.roots();
    let root = roots.of(Namespace::Invoice);
    let head = heads.of(Namespace::Invoice);
    let reader = NodeReader {
        store,
        namespace: Namespace::Invoice,
    };
    let hash = |key: &StateKey| KeyHash(*key.hash.as_bytes());
    let theirs = JellyfishMerkleTree::<_, H>::new(&reader)
        .get_with_proof(hash(&asked), head.version.expect("a version"));
    let (found, theirs) = theirs.expect("a proof");
    assert_eq!(found.as_deref(), expected);
    let their_root = RootHash(*root.as_bytes());
    match heads.prove(store, suite, &asked).expect("a proof") {
        KeyProof::Present(value, presence) => {
            assert_eq!(Some(value.as_slice()), expected);
            let theirs_holds = |key, value: &[u8]| theirs.verify_existence(their_root, key, value);
            assert!(theirs_holds(hash(&asked), &value).is_ok());
            assert!(theirs_holds(hash(&other), &value).is_err());
            assert!(theirs_holds(hash(&asked), b"another").is_err());
            assert!(
                theirs
                    .verify_nonexistence(their_root, hash(&asked))
                    .is_err()
            );
            assert_eq!(presence.check(suite, root, &asked.hash, &value), Ok(()));
            let mismatch = Err(StateProofError::RootMismatch);
            assert_eq!(presence.check(suite, root, &other.hash, &value), mismatch);
            assert_eq!(
                presence.check(suite, root, &asked.hash, b"another"),
                mismatch
            );
        }
        KeyProof::Absent(absence) => {
            assert_eq!(expected, None);
            assert!(theirs.verify_nonexistence(their_root, hash(&asked)).is_ok());
            assert!(
                theirs
                    .verify_existence(their_root, hash(&asked), b"")
                    .is_err()
            );
            assert_eq!(absence.check(suite, root, &asked.hash), Ok(()));
            let wrong = Digest::from_bytes([1; 32]);
            let elsewhere = absence.check(suite, &wrong, &asked.hash);
            assert_eq!(elsewhere, Err(StateProofError::RootMismatch));
            // What this proof says of another key, both say alike.
            let agreed = theirs.verify_nonexistence(their_root, hash(&other)).is_ok();
            assert_eq!(absence.check(suite, root, &other.hash).is_ok(), agreed);
        }
    }
}

#[test]
fn t37_compact_proofs_agree_with_jmt_in_trees_of_all_shapes() {
    for suite in [Suite::Sm, Suite::Intl] {
        for keys in [1, 2, 3, 17, 1000] {
            let (store, heads) = filled(suite, keys);
            let present = (0..keys).step_by(usize::try_from(keys / 20 + 1).expect("small"));
            let absent = 2000..2040;
            for number in present.chain(absent) {
                let expected = (number < keys).then(|| value(number));
                let expected = expected.as_deref();
                match suite {
                    Suite::Sm => compare::<Sm3Hasher>(&store, suite, &heads, number, expected),
                    Suite::Intl => {
                        compare::<Sha256Hasher>(&store, suite, &heads, number, expected);
                    }
                }
            }
        }
    }
}

#[test]
fn t34_the_empty_tree_proves_absence_and_nothing_else() {
    for suite in [Suite::Sm, Suite::Intl] {
        let (store, heads) = filled(suite, 0);
        let (roots, asked) = (heads.roots(), key(suite, 1));
        let KeyProof::Absent(absence) = heads.prove(&store, suite, &asked).expect("a proof") else {
            unreachable!("nothing is in the tree");
        };
        let root = roots.of(Namespace::Invoice);
        assert_eq!(absence.check(suite, root, &asked.hash), Ok(()));
        let (_, other) = filled(suite, 1);
        let other = other.roots();
        let other = other.of(Namespace::Invoice);
        let refused = absence.check(suite, other, &asked.hash);
        assert_eq!(refused, Err(StateProofError::RootMismatch));
    }
}

#[test]
fn a_leaf_is_hashed_as_the_light_client_documents_it() {
    for suite in [Suite::Sm, Suite::Intl] {
        let (_, heads) = filled(suite, 1);
        let digest = |parts: &[&[u8]]| {
            let mut hasher = Hasher::new(suite);
            parts.iter().for_each(|part| hasher.update(part));
            hasher.finish()
        };
        let value = digest(&[&value(0)]);
        let key = key(suite, 0);
        let leaf = digest(&[b"JMT::LeafNode", key.hash.as_bytes(), value.as_bytes()]);
        assert_eq!(*heads.roots().of(Namespace::Invoice), leaf);
    }
}

#[test]
fn the_root_depends_on_the_entries_not_on_their_history() {
    let suite = Suite::Intl;
    let (_, direct) = filled(suite, 50);
    let store = MemoryStore::default();
    let mut heads = TreeHeads::empty();
    for number in 0..80u32 {
        let changes = Changes::from([(key(suite, number), Some(value(number + 1)))]);
        heads = apply(&store, suite, &heads, u64::from(number), &changes);
    }
    let mut changes: Changes = (50..80).map(|n| (key(suite, n), None)).collect();
    changes.extend((0..50).map(|n| (key(suite, n), Some(value(n)))));
    heads = apply(&store, suite, &heads, 80, &changes);
    assert_eq!(heads.roots(), direct.roots());
    let all_gone = (0..50).map(|n| (key(suite, n), None)).collect();
    heads = apply(&store, suite, &heads, 81, &all_gone);
    assert_eq!(heads.roots(), StateRoots::empty());
    let newest = heads.newest(&store, &key(suite, 1)).expect("a read");
    assert_eq!(newest.value(), None);
}

/// The same writes, all at once and key by key: roots, nodes and what they make stale are the same.
fn assert_batches_agree<H: SimpleHasher>(suite: Suite) {
    let (store, mut heads) = (MemoryStore::default(), TreeHeads::empty());
    let mut dice = 7u32;
    let mut roll = |below: u32| {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (dice >> 8) % below
    };
    for height in 1..=60u64 {
        // Few keys, so that many are written again; now and then all are removed.
        let mut changes = Changes::new();
        for _ in 0..=roll(40) {
            let write = roll(9) > 0 || height % 3 > 0;
            let value = write.then(|| value(roll(1000)));
            changes.insert(key(suite, roll(300)), value);
        }
        if height % 20 == 0 {
            changes = (0..300).map(|n| (key(suite, n), None)).collect();
        }
        changes.retain(|key, value| {
            value.is_some() || heads.newest(&store, key).expect("a read").value().is_some()
        });
        let head = heads.of(Namespace::Invoice);
        let version = head.version.map_or(0, |version| version + 1);
        let reader = NodeReader {
            store: &store,
            namespace: Namespace::Invoice,
        };
        let writes = || {
            changes
                .iter()
                .map(|(key, value)| (KeyHash(*key.hash.as_bytes()), value.clone()))
        };
        let together = updated::<H>(&reader, writes().collect(), version).expect("an update");
        let singly = JellyfishMerkleTree::<_, H>::new(&reader)
            .put_value_set(writes(), version)
            .expect("an update");
        assert_eq!(together, singly, "height {height}");
        heads = apply(&store, suite, &heads, height, &changes);
    }
}

#[test]
fn keys_written_together_make_the_tree_that_they_make_one_by_one() {
    assert_batches_agree::<Sm3Hasher>(Suite::Sm);
    assert_batches_agree::<Sha256Hasher>(Suite::Intl);
}

#[test]
fn pruning_keeps_exactly_what_kept_heights_need() {
    let (suite, store) = (Suite::Intl, MemoryStore::default());
    let mut heads = vec![TreeHeads::empty()];
    for height in 1..=30u32 {
        let mut changes = Changes::from([
            (key(suite, height), Some(value(height))),
            (key(suite, 1000), Some(value(height))),
        ]);
        if height > 5 {
            changes.insert(key(suite, height - 5), None);
        }
        let before = heads.last().expect("at least one");
        let next = apply(&store, suite, before, u64::from(height), &changes);
        heads.push(next);
    }
    let unpruned = store.len(Column::Nodes);
    let earliest = 20u32;
    let mut batch = Batch::default();
    let from = prune(
        &store,
        (Height(0), Height(earliest.into())),
        usize::MAX,
        &mut batch,
    );
    let from = from.expect("memory does not fail");
    store.commit(batch).expect("memory does not fail");
    assert!(store.len(Column::Nodes) < unpruned / 2);
    for height in 1..=30u32 {
        let heads = &heads[usize::try_from(height).expect("small")];
        let kept = height >= earliest;
        let proof = heads.prove(&store, suite, &key(suite, 1000));
        assert_eq!(proof.is_ok(), kept, "height {height}");
        if !kept {
            continue;
        }
        for number in height - 8..=height + 2 {
            let asked = key(suite, number);
            let present = number <= height && number + 5 > height;
            let roots = heads.roots();
            let root = roots.of(Namespace::Invoice);
            match heads.prove(&store, suite, &asked).expect("a kept height") {
                KeyProof::Present(found, presence) => {
                    assert!(present && found == value(number));
                    assert_eq!(presence.check(suite, root, &asked.hash, &found), Ok(()));
                }
                KeyProof::Absent(absence) => {
                    assert!(!present);
                    assert_eq!(absence.check(suite, root, &asked.hash), Ok(()));
                }
            }
            let read = heads.newest(&store, &asked).expect("a read");
            assert_eq!(read.value(), present.then(|| value(number)).as_deref());
        }
    }
    // With nothing left to keep, one version remains.
    let mut batch = Batch::default();
    prune(&store, (from, Height(30)), usize::MAX, &mut batch).expect("memory does not fail");
    store.commit(batch).expect("memory does not fail");
    assert_eq!(store.len(Column::Stale), 0);
    assert_eq!(store.len(Column::Values), 6);
    assert_eq!(store.len(Column::Newest), 6, "deleted keys are forgotten");
}

/// The block that writes a key again may be the one that lets go of the deletion's row.
#[test]
fn a_key_that_comes_and_goes_is_found_whatever_is_pruned_meanwhile() {
    let (suite, store) = (Suite::Sm, MemoryStore::default());
    let asked = key(suite, 1);
    for kept in 0..4 {
        let (mut heads, mut from) = (vec![TreeHeads::empty()], Height(0));
        let store = store.clone();
        for height in 1..=20u32 {
            let there = height % 3 != 0;
            let changes = Changes::from([
                (asked, there.then(|| value(height))),
                (key(suite, 2), Some(value(height))),
            ]);
            let mut batch = Batch::default();
            let before = heads.last().expect("at least one");
            let at = Height(height.into());
            let read = (&store, &Remembered::default());
            let next = before.update(read, suite, at, &changes, &mut batch);
            heads.push(next.expect("memory does not fail"));
            let earliest = Height(u64::from(height).saturating_sub(kept).max(1));
            from = prune(&store, (from, earliest), usize::MAX, &mut batch).expect("as above");
            store.commit(batch).expect("as above");
            for kept in earliest.0..=at.0 {
                let heads = &heads[usize::try_from(kept).expect("small")];
                let read = heads.newest(&store, &asked).expect("a read");
                let expected = (kept % 3 != 0).then(|| value(u32::try_from(kept).expect("small")));
                assert_eq!(read.value(), expected.as_deref(), "{kept} of {height}");
            }
        }
        assert_eq!(store.len(Column::Newest), 2);
    }
}
