//! State proofs: what they prove, what they refuse, and that each has one form.

mod support;

use light_client::{
    cbor::{self, DecodeError, to_bytes},
    hash::{Digest, Tag, hash},
    state::{Absence, Presence, Siblings, StateProofError},
    suite::Suite,
};
use support::SparseTree;

const SUITE: Suite = Suite::Sm;

fn key(n: u32) -> Digest {
    hash(SUITE, Tag::STATE_KEY, &[&n.to_be_bytes()])
}

fn tree(count: u32) -> SparseTree {
    SparseTree::new(
        SUITE,
        (0..count).map(|n| (key(n), n.to_be_bytes().to_vec())),
    )
}

#[test]
fn present_and_absent_in_trees_of_every_size() {
    for count in [0, 1, 2, 3, 5, 17, 200] {
        let tree = tree(count);
        let root = tree.root();
        for n in 0..count {
            let proof = tree.presence(&key(n));
            assert_eq!(proof.check(SUITE, &root, &key(n), &n.to_be_bytes()), Ok(()));
            let bytes = to_bytes(&proof);
            assert_eq!(cbor::parse::<Presence>(&bytes, 16_384), Ok(proof));
        }
        for n in count..count + 20 {
            let proof = tree.absence(&key(n));
            assert_eq!(proof.check(SUITE, &root, &key(n)), Ok(()));
            let bytes = to_bytes(&proof);
            assert_eq!(cbor::parse::<Absence>(&bytes, 16_384), Ok(proof));
        }
    }
}

#[test]
fn t37_absence_is_not_provable_for_a_present_key() {
    let tree = tree(17);
    let root = tree.root();
    let own = tree.absence(&key(3));
    assert_eq!(
        own.check(SUITE, &root, &key(3)),
        Err(StateProofError::KeyIsPresent)
    );
    let Presence(siblings) = tree.presence(&key(3));
    let hidden = Absence {
        siblings,
        neighbour: None,
    };
    assert_eq!(
        hidden.check(SUITE, &root, &key(3)),
        Err(StateProofError::RootMismatch)
    );
}

#[test]
fn t37_presence_is_not_provable_for_an_absent_key() {
    let tree = tree(17);
    let Absence { siblings, .. } = tree.absence(&key(99));
    let proof = Presence(siblings);
    let outcome = proof.check(SUITE, &tree.root(), &key(99), &99u32.to_be_bytes());
    assert_eq!(outcome, Err(StateProofError::RootMismatch));
}

#[test]
fn t38_t39_a_neighbour_elsewhere_proves_nothing() {
    let tree = tree(17);
    let root = tree.root();
    let foreign = tree.absence(&key(99));
    let mut told_apart = 0;
    for n in 100..140 {
        if tree.absence(&key(n)) != foreign {
            told_apart += 1;
            assert!(foreign.check(SUITE, &root, &key(n)).is_err());
        }
    }
    assert!(told_apart > 20);
    let single = self::tree(1);
    let elsewhere = Absence {
        siblings: Siblings::new(vec![]).expect("none"),
        neighbour: None,
    };
    assert_eq!(
        elsewhere.check(SUITE, &single.root(), &key(5)),
        Err(StateProofError::RootMismatch),
        "an empty place in a tree of one leaf"
    );
}

/// T33: the two digests below the root, taken for the key and the value of a leaf.
#[test]
fn t33_an_inner_node_is_no_leaf() {
    for count in [2, 3, 17] {
        let tree = tree(count);
        let posed = Absence {
            siblings: Siblings::new(vec![]).expect("none"),
            neighbour: Some(tree.below_root()),
        };
        for n in 0..count + 20 {
            let outcome = posed.check(SUITE, &tree.root(), &key(n));
            assert_eq!(outcome, Err(StateProofError::RootMismatch));
        }
    }
}

/// T35: one sibling a level, on the side that the key's bit leaves, and every one is hashed.
#[test]
fn t35_a_sibling_has_one_side_and_counts() {
    let tree = tree(17);
    let root = tree.root();
    let other = Digest::from_bytes([1; 32]);
    for n in 0..17 {
        let Presence(siblings) = tree.presence(&key(n));
        let path = path(&siblings, n);
        let check = |path: Vec<Option<Digest>>| {
            let proof = Presence(Siblings::new(path).expect("a path"));
            proof.check(SUITE, &root, &key(n), &n.to_be_bytes())
        };
        assert_eq!(check(path.clone()), Ok(()));
        for level in 0..path.len() {
            let mut changed = path.clone();
            changed[level] = match changed[level] {
                Some(_) => None,
                None => Some(other),
            };
            assert_eq!(check(changed), Err(StateProofError::RootMismatch));
        }
        for level in 0..=path.len() {
            for more in [None, Some(other), path.first().copied().flatten()] {
                let mut longer = path.clone();
                longer.insert(level, more);
                assert_eq!(check(longer), Err(StateProofError::RootMismatch));
            }
        }
    }
    // [depth 1, bitmap 0b1, [digest, digest]]: one that no level has, so that nothing would hash it.
    let mut unhashed = vec![0x83, 0x01, 0x41, 0x01, 0x82];
    for _ in 0..2 {
        unhashed.extend(to_bytes(&other));
    }
    assert_eq!(
        cbor::parse::<Siblings>(&unhashed, 128),
        Err(DecodeError::LengthMismatch)
    );
}

/// The siblings of a key's path, the leaf's own first.
fn path(siblings: &Siblings, n: u32) -> Vec<Option<Digest>> {
    let empty = Digest::from_bytes(*b"SPARSE_MERKLE_PLACEHOLDER_HASH__");
    let key = key(n);
    let steps = siblings.steps(&key);
    let siblings = steps.map(|step| (step.sibling != empty).then_some(step.sibling));
    siblings.collect()
}

/// T36: key and value hash of a neighbour are hashed side by side; only their lengths keep them
/// apart, and only one length is read.
#[test]
fn t36_bytes_do_not_move_between_key_and_value() {
    let single = tree(1);
    let absence = single.absence(&key(5));
    let (near, value) = absence.neighbour.expect("the only leaf");
    let joined = [*near.as_bytes(), *value.as_bytes()].concat();
    for at in 0..=64 {
        let (left, right) = joined.split_at(at);
        // [[0, empty bitmap, []], [key, value hash]]
        let mut bytes = vec![0x82, 0x83, 0x00, 0x40, 0x80, 0x82];
        for part in [left, right] {
            bytes.extend([0x58, u8::try_from(part.len()).expect("small")]);
            bytes.extend(part);
        }
        let read = cbor::parse::<Absence>(&bytes, 256);
        assert_eq!(read.is_ok(), at == 32, "{at} bytes in the key");
    }
}

/// T38, T39: in the trees of one and of two leaves, too, nothing that is there can be hidden: not
/// behind an empty place, at whatever depth, nor behind the other leaf, nor behind itself.
#[test]
fn t38_t39_no_leaf_of_a_small_tree_can_be_hidden() {
    let mut tried = 0;
    for (first, count) in (0..40).flat_map(|first| [(first, 1), (first, 2)]) {
        let numbers: Vec<u32> = (0..count).map(|n| first + 100 * n).collect();
        let entries = numbers.iter().map(|n| (key(*n), n.to_be_bytes().to_vec()));
        let tree = SparseTree::new(SUITE, entries);
        let proofs: Vec<Absence> = numbers.iter().map(|n| tree.absence(&key(*n))).collect();
        let elsewhere = tree.absence(&key(7777));
        for n in &numbers {
            let paths = proofs.iter().chain([&elsewhere]);
            for (siblings, neighbour) in paths.flat_map(|proof| {
                let ways = [&proof.siblings, &proofs[0].siblings];
                ways.map(|siblings| (siblings.clone(), proof.neighbour))
            }) {
                for neighbour in [None, neighbour] {
                    let siblings = siblings.clone();
                    let hidden = Absence {
                        siblings,
                        neighbour,
                    };
                    assert!(hidden.check(SUITE, &tree.root(), &key(*n)).is_err());
                    tried += 1;
                }
            }
        }
        assert_eq!(elsewhere.check(SUITE, &tree.root(), &key(7777)), Ok(()));
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn t34_the_empty_tree_proves_every_absence_and_no_presence() {
    let empty = tree(0);
    assert_eq!(
        empty.absence(&key(1)).check(SUITE, &empty.root(), &key(1)),
        Ok(())
    );
    let proof = Presence(Siblings::new(vec![]).expect("none"));
    assert_eq!(
        proof.check(SUITE, &empty.root(), &key(1), &[]),
        Err(StateProofError::RootMismatch)
    );
}

#[test]
fn t44_a_value_under_another_key_is_refused() {
    let tree = tree(17);
    let proof = tree.presence(&key(3));
    let outcome = proof.check(SUITE, &tree.root(), &key(4), &3u32.to_be_bytes());
    assert_eq!(outcome, Err(StateProofError::RootMismatch));
}

#[test]
fn t40_t41_siblings_have_one_form() {
    assert_eq!(
        Siblings::new(vec![None; 257]).map(|_| ()),
        Err(DecodeError::TooLong { max: 256 })
    );
    let empty = Digest::from_bytes(*b"SPARSE_MERKLE_PLACEHOLDER_HASH__");
    assert_eq!(
        Siblings::new(vec![Some(empty)]).map(|_| ()),
        Err(DecodeError::NotCanonical),
        "an empty subtree written out"
    );
    // [depth 1, bitmap 0b10, []]: a bit beyond the depth.
    let unused_bit = [0x83, 0x01, 0x41, 0x02, 0x80];
    assert_eq!(
        cbor::parse::<Siblings>(&unused_bit, 64),
        Err(DecodeError::NotCanonical)
    );
    // [depth 1, bitmap 0b1, []]: a digest too few.
    let too_few = [0x83, 0x01, 0x41, 0x01, 0x80];
    assert_eq!(
        cbor::parse::<Siblings>(&too_few, 64),
        Err(DecodeError::LengthMismatch)
    );
    // [depth 257, …]
    let too_deep = [0x83, 0x19, 0x01, 0x01, 0x40, 0x80];
    assert_eq!(
        cbor::parse::<Siblings>(&too_deep, 64),
        Err(DecodeError::TooLong { max: 256 })
    );
}
