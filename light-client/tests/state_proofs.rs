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
