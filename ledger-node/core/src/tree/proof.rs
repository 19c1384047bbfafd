//! From jmt's proofs to the light client's compact ones.
//!
//! jmt's siblings carry both children of each node (65 bytes); verifying needs their hash only.
//! Its fields are private, so the proof is read through its borsh form, which is part of jmt's
//! own wire format.

use borsh::BorshDeserialize;
use jmt::proof::{INTERNAL_DOMAIN_SEPARATOR, LEAF_DOMAIN_SEPARATOR};
use light_client::{
    hash::{Digest, Hasher},
    state::{Absence, Presence, Siblings},
    suite::Suite,
};

use super::KeyProof;
use crate::fault::Fault;

/// The borsh form of jmt's `SparseMerkleProof`.
#[derive(Debug, BorshDeserialize)]
pub(super) struct Foreign {
    leaf: Option<Pair>,
    /// Leaf first.
    siblings: Vec<Sibling>,
}

/// Key hash and value hash, or left and right child.
#[derive(Debug, BorshDeserialize)]
struct Pair([u8; 32], [u8; 32]);

#[derive(Debug, BorshDeserialize)]
enum Sibling {
    Null,
    Internal(Pair),
    Leaf(Pair),
}

/// The answer in a tree that never had an entry.
pub(super) fn of_empty() -> Result<KeyProof, Fault> {
    Ok(KeyProof::Absent(Absence {
        siblings: Siblings::new(Vec::new())?,
        neighbour: None,
    }))
}

/// The same proof in compact form.
pub(super) fn compact(
    suite: Suite,
    value: Option<Vec<u8>>,
    proof: &Foreign,
) -> Result<KeyProof, Fault> {
    let siblings = proof.siblings.iter().map(|sibling| sibling.digest(suite));
    let siblings = Siblings::new(siblings.collect())?;
    Ok(match value {
        Some(value) => KeyProof::Present(value, Presence(siblings)),
        None => {
            let neighbour = proof.leaf.as_ref().map(|Pair(key, value_hash)| {
                (Digest::from_bytes(*key), Digest::from_bytes(*value_hash))
            });
            KeyProof::Absent(Absence {
                siblings,
                neighbour,
            })
        }
    })
}

impl Sibling {
    fn digest(&self, suite: Suite) -> Option<Digest> {
        let (tag, Pair(first, second)) = match self {
            Self::Null => return None,
            Self::Internal(children) => (INTERNAL_DOMAIN_SEPARATOR, children),
            Self::Leaf(leaf) => (LEAF_DOMAIN_SEPARATOR, leaf),
        };
        let mut hasher = Hasher::new(suite);
        hasher.update(tag);
        hasher.update(first);
        hasher.update(second);
        Some(hasher.finish())
    }
}
