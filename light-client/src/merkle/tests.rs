use super::*;

const SUITE: Suite = Suite::Sm;

fn leaves(count: u8) -> Vec<Digest> {
    (0..count)
        .map(|i| hash(SUITE, Tag::LOG_LEAF, &[&[i]]))
        .collect()
}

#[test]
fn every_leaf_of_every_small_tree_is_proved_and_nothing_else() {
    for count in 1..=20 {
        let leaves = leaves(count);
        let root = root(Tree::Log, SUITE, &leaves);
        let size = TreeSize(u64::from(count));
        for (at, leaf) in (0..).zip(&leaves) {
            let proof = prove(Tree::Log, SUITE, &leaves, LeafIndex(at)).expect("in the tree");
            assert_eq!(proof.root(Tree::Log, SUITE, *leaf, size), Ok(root));
            assert_eq!(path_length(LeafIndex(at), size), Some(proof.path.len()));
            for other in (0..u64::from(count)).filter(|other| *other != at) {
                let moved = Inclusion {
                    index: LeafIndex(other),
                    ..proof.clone()
                };
                assert_ne!(moved.root(Tree::Log, SUITE, *leaf, size), Ok(root));
            }
            assert_eq!(path_length(LeafIndex(u64::from(count)), size), None);
            // A tree of one leaf is its leaf; there the leaf's own tag tells trees apart.
            if count > 1 {
                assert_ne!(proof.root(Tree::Batch, SUITE, *leaf, size), Ok(root));
            }
        }
    }
}

#[test]
fn the_frontier_and_its_kept_subtrees_agree_with_the_definition() {
    let leaves = leaves(13);
    let mut frontier = Frontier::new();
    let mut kept = Vec::new();
    for (count, leaf) in leaves.iter().enumerate() {
        assert_eq!(
            frontier.root(Tree::Log, SUITE),
            root(Tree::Log, SUITE, &leaves[..count])
        );
        frontier.append(Tree::Log, SUITE, *leaf, |level, index, digest| {
            kept.push((level, index, digest));
        });
    }
    for (level, index, digest) in kept {
        let first = usize::try_from(index << level).expect("small");
        assert_eq!(
            digest,
            root(Tree::Log, SUITE, &leaves[first..first + (1 << level)])
        );
    }
    let bytes = crate::cbor::to_bytes(&frontier);
    assert_eq!(crate::cbor::parse(&bytes, 4096), Ok(frontier));
}

#[test]
fn t32_an_odd_leaf_is_not_doubled() {
    let three = leaves(3);
    let mut four = three.clone();
    four.push(three[2]);
    assert_ne!(
        root(Tree::Log, SUITE, &three),
        root(Tree::Log, SUITE, &four)
    );
}

#[test]
fn t31_t33_an_inner_node_is_not_a_leaf() {
    let two = leaves(2);
    let node = root(Tree::Log, SUITE, &two);
    let mut raw = two[0].as_bytes().to_vec();
    raw.extend_from_slice(two[1].as_bytes());
    assert_ne!(hash(SUITE, Tag::LOG_LEAF, &[&raw]), node);
}

#[test]
fn t34_an_empty_tree_proves_nothing() {
    let leaf = leaves(1)[0];
    let proof = Inclusion {
        index: LeafIndex(0),
        path: Vec::new(),
    };
    assert_eq!(
        proof.root(Tree::Log, SUITE, leaf, TreeSize(0)),
        Err(MerkleError::IndexBeyondTree { index: 0, size: 0 })
    );
    assert_ne!(Tree::Log.empty(SUITE), leaf);
    assert_eq!(prove(Tree::Log, SUITE, &[], LeafIndex(0)), None);
}

#[test]
fn t40_t42_length_and_index_must_be_those_of_the_tree() {
    let leaves = leaves(5);
    let proof = prove(Tree::Log, SUITE, &leaves, LeafIndex(3)).expect("in the tree");
    let mut longer = proof.clone();
    longer.path.push(leaves[0]);
    let mut shorter = proof.clone();
    shorter.path.pop();
    let beyond = Inclusion {
        index: LeafIndex(5),
        ..proof
    };
    let size = TreeSize(5);
    assert_eq!(
        longer.root(Tree::Log, SUITE, leaves[3], size),
        Err(MerkleError::PathLength)
    );
    assert_eq!(
        shorter.root(Tree::Log, SUITE, leaves[3], size),
        Err(MerkleError::PathLength)
    );
    assert_eq!(
        beyond.root(Tree::Log, SUITE, leaves[3], size),
        Err(MerkleError::IndexBeyondTree { index: 5, size: 5 })
    );
}
