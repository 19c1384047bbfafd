use alloc::{collections::BTreeMap, vec};

use super::*;
use crate::{
    cbor::{parse, to_bytes},
    state::Siblings,
};

const SUITE: Suite = Suite::Intl;

/// A tree made the slow and obvious way, as an independent judge.
struct Tree(BTreeMap<Digest, Vec<u8>>);

fn value_hash(value: &[u8]) -> Digest {
    let mut hasher = Hasher::new(SUITE);
    hasher.update(value);
    hasher.finish()
}

impl Tree {
    fn root(&self, under: &[(Digest, Digest)], depth: usize) -> Digest {
        match under {
            [] => Digest::from_bytes(EMPTY),
            [(key, value)] => leaf(SUITE, key, value),
            _ => {
                let split = under.partition_point(|(key, _)| !bit(key, depth));
                let (left, right) = under.split_at(split);
                node(
                    SUITE,
                    &self.root(left, depth + 1),
                    &self.root(right, depth + 1),
                )
            }
        }
    }

    fn leaves(&self) -> Vec<(Digest, Digest)> {
        let leaves = self.0.iter();
        leaves
            .map(|(key, value)| (*key, value_hash(value)))
            .collect()
    }

    /// Siblings leaf first, and the leaf at the end of the way.
    fn way(&self, key: &Digest) -> (Siblings, Option<(Digest, Digest)>) {
        let all = self.leaves();
        let (mut under, mut depth, mut siblings) = (all.as_slice(), 0, Vec::new());
        while under.len() > 1 {
            let split = under.partition_point(|(key, _)| !bit(key, depth));
            let (left, right) = under.split_at(split);
            let (on, beside) = if bit(key, depth) {
                (right, left)
            } else {
                (left, right)
            };
            let digest = self.root(beside, depth + 1);
            siblings.push((digest != Digest::from_bytes(EMPTY)).then_some(digest));
            (under, depth) = (on, depth + 1);
        }
        siblings.reverse();
        (
            Siblings::new(siblings).expect("canonical"),
            under.first().copied(),
        )
    }

    fn batch(&self, keys: &[Digest]) -> StateBatch {
        let ways: Vec<_> = keys.iter().map(|key| self.way(key)).collect();
        let (mut absences, mut presences) = (Vec::new(), Vec::new());
        for (key, (siblings, end)) in keys.iter().zip(ways) {
            if end.is_some_and(|(at, _)| at == *key) {
                presences.push((*key, Presence(siblings)));
            } else {
                let neighbour = end;
                let absence = Absence {
                    siblings,
                    neighbour,
                };
                absences.push((*key, absence));
            }
        }
        let absent = absences
            .iter()
            .map(|(key, one)| (*key, Single::Absent(one)));
        let present = presences
            .iter()
            .map(|(key, one)| (*key, Single::Present(one)));
        let mut singles: Vec<_> = absent.chain(present).collect();
        singles.sort_by_key(|(key, _)| *key);
        StateBatch::join(&singles).expect("proofs of one tree")
    }

    fn claims<'a>(&'a self, keys: &[Digest]) -> Vec<Claimed<'a>> {
        let claim = |key: &Digest| Claimed {
            key: *key,
            value: self.0.get(key).map(Vec::as_slice),
        };
        keys.iter().map(claim).collect()
    }
}

/// Keys that share up to four bits, so that all shapes occur in small trees.
fn key(n: u64) -> Digest {
    value_hash(&n.to_be_bytes())
}

fn tree(size: u64) -> (Tree, Digest) {
    let entries = (0..size).map(|n| (key(n), n.to_be_bytes().to_vec()));
    let tree = Tree(entries.collect());
    let root = tree.root(&tree.leaves(), 0);
    (tree, root)
}

fn sorted(keys: impl Iterator<Item = u64>) -> Vec<Digest> {
    let mut keys: Vec<Digest> = keys.map(key).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn every_tree_size_answers_present_and_absent_keys() {
    for size in 0..40 {
        let (tree, root) = tree(size);
        for count in [1, 2, 5, 30] {
            let keys = sorted((0..count).map(|n| n * 3));
            let batch = tree.batch(&keys);
            let claims = tree.claims(&keys);
            assert_eq!(batch.check(SUITE, &root, &claims), Ok(()), "{size} {count}");
            let bytes = to_bytes(&batch);
            assert_eq!(parse::<StateBatch>(&bytes, 1 << 20), Ok(batch));
        }
    }
}

#[test]
fn no_claim_can_be_turned_round() {
    let (tree, root) = tree(25);
    let keys = sorted(0..50);
    let batch = tree.batch(&keys);
    let honest = tree.claims(&keys);
    for at in 0..keys.len() {
        let mut claims = honest.clone();
        claims[at].value = match claims[at].value {
            Some(_) => None,
            None => Some(b"anything"),
        };
        assert!(batch.check(SUITE, &root, &claims).is_err(), "{at}");
        let mut claims = honest.clone();
        if claims[at].value.is_some() {
            claims[at].value = Some(b"another");
            let refused = Err(StateProofError::RootMismatch);
            assert_eq!(batch.check(SUITE, &root, &claims), refused);
        }
        let mut fewer = honest.clone();
        fewer.remove(at);
        // A key whose end others share is answered along with them; a lie it never is.
        if batch.check(SUITE, &root, &fewer).is_ok() {
            assert_eq!(honest[at].value, None);
        }
    }
    let mut swapped = honest;
    swapped.swap(0, 1);
    let refused = Err(StateProofError::KeysOutOfOrder);
    assert_eq!(batch.check(SUITE, &root, &swapped), refused);
    assert_eq!(batch.check(SUITE, &root, &[]), refused);
}

#[test]
fn t41_any_changed_bit_of_a_batch_is_refused() {
    let (tree, root) = tree(25);
    let keys = sorted((0..12).map(|n| n * 4));
    let (batch, claims) = (tree.batch(&keys), tree.claims(&keys));
    let bytes = to_bytes(&batch);
    for at in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[at / 8] ^= 1 << (at % 8);
        let verdict = parse::<StateBatch>(&changed, 1 << 20)
            .map(|changed| changed.check(SUITE, &root, &claims));
        assert!(!matches!(verdict, Ok(Ok(()))), "bit {at}");
    }
}

#[test]
fn a_leaf_from_elsewhere_proves_no_absence() {
    let (tree, root) = tree(2);
    let absent = sorted(5..6);
    let batch = tree.batch(&absent);
    let present = sorted(0..1);
    let claims = [Claimed {
        key: present[0],
        value: None,
    }];
    assert!(batch.check(SUITE, &root, &claims).is_err());
    let forged = StateBatch {
        steps: vec![Step::Other],
        digests: vec![present[0], value_hash(&[0; 8])],
    };
    let refused = Err(StateProofError::KeyIsPresent);
    assert_eq!(forged.check(SUITE, &root, &claims), refused);
}

#[test]
fn a_way_deeper_than_a_key_is_refused() {
    let (tree, root) = tree(1);
    let deep = StateBatch {
        steps: vec![Step::Inner; 400],
        digests: Vec::new(),
    };
    let keys = sorted(0..1);
    let refused = deep.check(SUITE, &root, &tree.claims(&keys));
    assert_eq!(refused, Err(StateProofError::Incomplete));
}

#[test]
fn shared_siblings_are_listed_once() {
    let (tree, _) = tree(1000);
    let keys = sorted(0..100);
    let together = to_bytes(&tree.batch(&keys)).len();
    let alone: usize = keys
        .iter()
        .map(|key| to_bytes(&tree.batch(&[*key])).len())
        .sum();
    assert!(together * 2 < alone, "{together} bytes instead of {alone}");
}
