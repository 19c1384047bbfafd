//! Inclusion proofs as somebody would bend them: the attacks of the catalogue on trees of every
//! small size, for each kind of tree that a verifier follows.

use light_client::{
    hash::{Digest, Tag, hash},
    id::{LeafIndex, TreeSize},
    merkle::{Inclusion, MerkleError, Tree, prove, root},
    suite::Suite,
};

const SUITE: Suite = Suite::Sm;
const TREES: [(Tree, Tag); 3] = [
    (Tree::Batch, Tag::BATCH_LEAF),
    (Tree::History, Tag::HISTORY_LEAF),
    (Tree::Log, Tag::LOG_LEAF),
];

fn leaves(tag: Tag, count: u8) -> Vec<Digest> {
    (0..count).map(|n| hash(SUITE, tag, &[&[n]])).collect()
}

fn size(leaves: &[Digest]) -> TreeSize {
    TreeSize(u64::try_from(leaves.len()).expect("small"))
}

/// Each leaf of each small tree with its proof.
fn every_proof(mut check: impl FnMut(Tree, &[Digest], usize, &Inclusion)) {
    for (tree, tag) in TREES {
        for count in 1..=17 {
            let leaves = leaves(tag, count);
            for at in 0..leaves.len() {
                let index = LeafIndex(u64::try_from(at).expect("small"));
                let proof = prove(tree, SUITE, &leaves, index).expect("in the tree");
                let found = proof.root(tree, SUITE, leaves[at], size(&leaves));
                assert_eq!(found, Ok(root(tree, SUITE, &leaves)));
                check(tree, &leaves, at, &proof);
            }
        }
    }
}

/// T31: the node above two leaves is no leaf: its path is a level too short, at every place.
#[test]
fn t31_an_inner_node_is_no_leaf_of_the_tree() {
    let mut tried = 0;
    every_proof(|tree, leaves, at, proof| {
        let Some((sibling, above)) = proof.path.split_first() else {
            return;
        };
        let (left, right) = if at % 2 == 1 {
            (sibling, &leaves[at])
        } else {
            (&leaves[at], sibling)
        };
        let node = tree.node(SUITE, left, right);
        for index in 0..=proof.index.0 {
            let posed = Inclusion {
                index: LeafIndex(index),
                path: above.to_vec(),
            };
            let found = posed.root(tree, SUITE, node, size(leaves));
            assert_ne!(found, Ok(root(tree, SUITE, leaves)));
            tried += 1;
        }
    });
    assert!(tried > 1000, "{tried}");
}

/// T32: CVE-2012-2459. The last of an odd number is carried up, so it cannot be there twice.
#[test]
fn t32_the_last_of_an_odd_number_is_there_once() {
    for (tree, tag) in TREES {
        for count in (3..=17).step_by(2) {
            let leaves = leaves(tag, count);
            let last = leaves[leaves.len() - 1];
            let doubled = [&leaves[..], &[last]].concat();
            assert_ne!(root(tree, SUITE, &leaves), root(tree, SUITE, &doubled));
            for index in [u64::from(count) - 1, u64::from(count)] {
                let proof = prove(tree, SUITE, &doubled, LeafIndex(index)).expect("in it");
                let found = proof.root(tree, SUITE, last, size(&leaves));
                assert_ne!(found, Ok(root(tree, SUITE, &leaves)));
            }
        }
    }
}

/// T33: two digests, 64 bytes, as the content of a leaf do not hash to the node above them, and a
/// node's content in a leaf's form does not either.
#[test]
fn t33_a_leaf_of_64_bytes_is_no_inner_node() {
    for (tree, tag) in TREES {
        let pair = leaves(tag, 2);
        let joined = [*pair[0].as_bytes(), *pair[1].as_bytes()].concat();
        let node = tree.node(SUITE, &pair[0], &pair[1]);
        assert_eq!(node, root(tree, SUITE, &pair));
        assert_ne!(hash(SUITE, tag, &[&joined]), node);
        let fields: [&[u8]; 2] = [pair[0].as_bytes(), pair[1].as_bytes()];
        assert_ne!(hash(SUITE, tag, &fields), node);
        // As the one leaf of a tree it would be the root.
        let alone = Inclusion {
            index: LeafIndex(0),
            path: Vec::new(),
        };
        let posed = hash(SUITE, tag, &[&joined]);
        let found = alone.root(tree, SUITE, posed, TreeSize(1));
        assert_ne!(found, Ok(node));
    }
}

/// T34: no leaf is in the tree of none, and a path of none leads from the root of one leaf only.
#[test]
fn t34_nothing_is_in_the_empty_tree_and_no_path_is_empty_but_one() {
    let empty = Inclusion {
        index: LeafIndex(0),
        path: Vec::new(),
    };
    every_proof(|tree, leaves, at, proof| {
        let nothing = empty.root(tree, SUITE, leaves[at], TreeSize(0));
        assert_eq!(
            nothing,
            Err(MerkleError::IndexBeyondTree { index: 0, size: 0 })
        );
        let pathless = Inclusion {
            index: proof.index,
            path: Vec::new(),
        };
        let found = pathless.root(tree, SUITE, leaves[at], size(leaves));
        let expected = match leaves.len() {
            1 => Ok(leaves[at]),
            _ => Err(MerkleError::PathLength),
        };
        assert_eq!(found, expected);
    });
}

/// T35: the range proofs that were forged had a left and a right side of which one was not hashed.
/// Ours has one digest per level, its side is the place's, and each of them counts.
#[test]
fn t35_every_digest_of_a_path_is_hashed_and_there_is_none_more() {
    every_proof(|tree, leaves, at, proof| {
        let found = |path: Vec<Digest>| {
            let index = proof.index;
            let changed = Inclusion { index, path };
            changed.root(tree, SUITE, leaves[at], size(leaves))
        };
        let other = Digest::from_bytes([1; 32]);
        for level in 0..proof.path.len() {
            let mut path = proof.path.clone();
            path[level] = other;
            assert_ne!(found(path), Ok(root(tree, SUITE, leaves)));
        }
        for level in 0..=proof.path.len() {
            for more in [other, leaves[at]] {
                let mut path = proof.path.clone();
                path.insert(level, more);
                assert_eq!(found(path), Err(MerkleError::PathLength));
            }
        }
    });
}

/// T36: fields have a length in front, so bytes that move from one to the next change the hash.
#[test]
fn t36_bytes_do_not_move_between_two_siblings() {
    for (tree, tag) in TREES {
        let pair = leaves(tag, 2);
        let joined = [*pair[0].as_bytes(), *pair[1].as_bytes()].concat();
        let node = tree.node(SUITE, &pair[0], &pair[1]);
        let node_tag = match tree {
            Tree::Batch => Tag::BATCH_NODE,
            Tree::Body => Tag::BODY_NODE,
            Tree::Fields => Tag::FIELD_NODE,
            Tree::History => Tag::HISTORY_NODE,
            Tree::Log => Tag::LOG_NODE,
        };
        for at in 0..=64 {
            let (left, right) = joined.split_at(at);
            let same = hash(SUITE, node_tag, &[left, right]) == node;
            assert_eq!(same, at == 32, "{at} bytes on the left");
        }
        assert_ne!(hash(SUITE, node_tag, &[&joined]), node);
    }
}

/// T40, T42: length and place are those of the tree, whatever size somebody claims.
#[test]
fn t40_t42_a_path_fits_one_place_in_trees_of_its_shape_only() {
    every_proof(|tree, leaves, at, proof| {
        let mut shorter = proof.clone();
        if shorter.path.pop().is_some() {
            let found = shorter.root(tree, SUITE, leaves[at], size(leaves));
            assert_eq!(found, Err(MerkleError::PathLength));
        }
        for index in 0..20 {
            let moved = Inclusion {
                index: LeafIndex(index),
                path: proof.path.clone(),
            };
            let found = moved.root(tree, SUITE, leaves[at], size(leaves));
            let same = found == Ok(root(tree, SUITE, leaves));
            assert_eq!(same, index == proof.index.0);
            if index >= size(leaves).0 {
                let (index, size) = (index, size(leaves).0);
                assert_eq!(found, Err(MerkleError::IndexBeyondTree { index, size }));
            }
        }
    });
}

/// T43: immudb proved by a tree, and by a list of links where the tree did not reach; the seam was
/// forgeable. We have the tree alone: the list of all other leaves is no proof of any of them.
#[test]
fn t43_there_is_no_linear_part() {
    let mut tried = 0;
    every_proof(|tree, leaves, at, proof| {
        let mut others = leaves.to_vec();
        others.remove(at);
        // Where the list is as long as the path, it is the path.
        if others.len() == proof.path.len() {
            return;
        }
        tried += 1;
        for path in [others.clone(), others.into_iter().rev().collect()] {
            let index = proof.index;
            let linear = Inclusion { index, path };
            let found = linear.root(tree, SUITE, leaves[at], size(leaves));
            assert_eq!(found, Err(MerkleError::PathLength));
        }
    });
    assert!(tried > 400, "{tried}");
}
