//! Presence and absence in one state tree, in compact form.
//!
//! ```text
//! siblings = [depth, bitmap, [digest, …]]     leaf first; bit i (lowest first) set: sibling i is listed,
//!                                             clear: it is an empty subtree
//! presence = siblings
//! absence  = [siblings, null | [neighbour's key hash, neighbour's value hash]]
//! ```
//! One proof has one form: an empty subtree written out, a depth above 256, unused bits that are
//! set, or digests too few or too many are refused at decoding.

use alloc::vec::Vec;

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::{Digest, Hasher},
    suite::Suite,
};

/// The commitment to an empty subtree; also the root of a tree without entries.
pub(super) const EMPTY: [u8; 32] = *b"SPARSE_MERKLE_PLACEHOLDER_HASH__";

/// The deepest leaf: one level per bit of a key hash.
const MAX_DEPTH: usize = 256;

/// Siblings on the way from a leaf, or from an empty place, to the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Siblings(Vec<Option<Digest>>);

/// Why a state proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateProofError {
    /// The batch does not answer exactly the keys that are asked for.
    #[error("the proof does not answer these keys")]
    Incomplete,
    /// The neighbour is the key itself, which is therefore present.
    #[error("the key is present")]
    KeyIsPresent,
    /// The keys of a batch are none, too many, or not strictly ascending.
    #[error("keys are not strictly ascending")]
    KeysOutOfOrder,
    /// The neighbour lies elsewhere: it says nothing about the key.
    #[error("neighbour is not where the key would be")]
    NeighbourElsewhere,
    /// The proof leads to another root.
    #[error("proof leads to another root")]
    RootMismatch,
}

impl Siblings {
    /// Takes the siblings, leaf first; none stands for an empty subtree.
    ///
    /// # Errors
    /// [`DecodeError`] if there are more than 256, or an empty subtree is written out.
    pub fn new(siblings: Vec<Option<Digest>>) -> Result<Self, DecodeError> {
        if siblings.len() > MAX_DEPTH {
            return Err(DecodeError::TooLong { max: MAX_DEPTH });
        }
        if siblings.contains(&Some(Digest::from_bytes(EMPTY))) {
            return Err(DecodeError::NotCanonical);
        }
        Ok(Self(siblings))
    }

    /// The siblings, leaf first.
    pub(super) fn as_slice(&self) -> &[Option<Digest>] {
        &self.0
    }

    /// The way of `key` to the root, the leaf's own sibling first.
    pub fn steps(&self, key: &Digest) -> impl Iterator<Item = Step> {
        let levels = (0..self.0.len()).rev();
        let siblings = self.0.iter().zip(levels);
        siblings.map(|(sibling, level)| Step {
            sibling: sibling.unwrap_or(Digest::from_bytes(EMPTY)),
            sibling_first: bit(key, level),
        })
    }

    fn root(&self, suite: Suite, key: &Digest, bottom: Digest) -> Digest {
        self.steps(key)
            .fold(bottom, |digest, step| step.up(suite, &digest))
    }
}

/// One level up in a state tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The other child; an empty subtree by its own constant.
    pub sibling: Digest,
    /// Whether that child comes first.
    pub sibling_first: bool,
}

impl Step {
    /// The node above `digest` and the sibling.
    pub fn up(&self, suite: Suite, digest: &Digest) -> Digest {
        if self.sibling_first {
            node(suite, &self.sibling, digest)
        } else {
            node(suite, digest, &self.sibling)
        }
    }
}

/// The bit of `key` that decides at `level`; the root decides by bit 0, the highest.
pub(super) fn bit(key: &Digest, level: usize) -> bool {
    key.as_bytes()
        .get(level / 8)
        .is_some_and(|byte| byte >> (7 - level % 8) & 1 == 1)
}

pub(super) fn node(suite: Suite, left: &Digest, right: &Digest) -> Digest {
    tagged(suite, b"JMT::IntrnalNode", left, right)
}

pub(super) fn leaf(suite: Suite, key: &Digest, value_hash: &Digest) -> Digest {
    tagged(suite, b"JMT::LeafNode", key, value_hash)
}

fn tagged(suite: Suite, tag: &[u8], first: &Digest, second: &Digest) -> Digest {
    let mut hasher = Hasher::new(suite);
    hasher.update(tag);
    hasher.update(first.as_bytes());
    hasher.update(second.as_bytes());
    hasher.finish()
}

/// Proof that a key has a certain value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence(pub Siblings);

impl Presence {
    /// Checks that `value` is under `key` in the tree of `root`.
    ///
    /// # Errors
    /// [`StateProofError::RootMismatch`].
    pub fn check(
        &self,
        suite: Suite,
        root: &Digest,
        key: &Digest,
        value: &[u8],
    ) -> Result<(), StateProofError> {
        let mut hasher = Hasher::new(suite);
        hasher.update(value);
        let bottom = leaf(suite, key, &hasher.finish());
        if self.0.root(suite, key, bottom) == *root {
            Ok(())
        } else {
            Err(StateProofError::RootMismatch)
        }
    }
}

/// Proof that nothing is under a key: its place is empty, or another leaf has the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// The way from that place to the root.
    pub siblings: Siblings,
    /// The leaf that has the place: key hash and hash of its value.
    pub neighbour: Option<(Digest, Digest)>,
}

impl Absence {
    /// Checks that nothing is under `key` in the tree of `root`.
    ///
    /// # Errors
    /// [`StateProofError`].
    pub fn check(&self, suite: Suite, root: &Digest, key: &Digest) -> Result<(), StateProofError> {
        let bottom = match &self.neighbour {
            None => Digest::from_bytes(EMPTY),
            Some((neighbour, _)) if neighbour == key => return Err(StateProofError::KeyIsPresent),
            Some((neighbour, value_hash)) => {
                let depth = self.siblings.0.len();
                if (0..depth).any(|level| bit(neighbour, level) != bit(key, level)) {
                    return Err(StateProofError::NeighbourElsewhere);
                }
                leaf(suite, neighbour, value_hash)
            }
        };
        if self.siblings.root(suite, key, bottom) == *root {
            Ok(())
        } else {
            Err(StateProofError::RootMismatch)
        }
    }
}

impl Wire for Siblings {
    fn encode(&self, writer: &mut Writer) {
        let mut bitmap = alloc::vec![0u8; self.0.len().div_ceil(8)];
        for (at, byte) in bitmap.iter_mut().enumerate() {
            for (bit, sibling) in self.0.iter().skip(at * 8).take(8).enumerate() {
                *byte |= u8::from(sibling.is_some()) << bit;
            }
        }
        let listed: Vec<Digest> = self.0.iter().flatten().copied().collect();
        writer
            .array(3)
            .uint(u16::try_from(self.0.len()).unwrap_or(u16::MAX));
        writer.bytes(&bitmap).list(&listed);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        let depth: u16 = reader.small("depth")?;
        let depth = usize::from(depth);
        if depth > MAX_DEPTH {
            return Err(DecodeError::TooLong { max: MAX_DEPTH });
        }
        let bitmap = reader.bytes(MAX_DEPTH / 8)?;
        let listed: Vec<Digest> = reader.list(MAX_DEPTH)?;
        let mut listed = listed.into_iter();
        let mut siblings = Vec::with_capacity(depth);
        for level in 0..depth {
            let byte = bitmap.get(level / 8).ok_or(DecodeError::LengthMismatch)?;
            siblings.push(if byte >> (level % 8) & 1 == 1 {
                Some(listed.next().ok_or(DecodeError::LengthMismatch)?)
            } else {
                None
            });
        }
        // Unused bits and surplus bytes differ from the one form and fail the re-encoding.
        if listed.next().is_some() {
            return Err(DecodeError::LengthMismatch);
        }
        Self::new(siblings)
    }
}

impl Wire for Presence {
    fn encode(&self, writer: &mut Writer) {
        self.0.encode(writer);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Siblings::decode(reader).map(Self)
    }
}

struct Neighbour(Digest, Digest);

impl Wire for Neighbour {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.0).value(&self.1);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self(reader.value()?, reader.value()?))
    }
}

impl Wire for Absence {
    fn encode(&self, writer: &mut Writer) {
        let neighbour = self
            .neighbour
            .map(|(key, value_hash)| Neighbour(key, value_hash));
        writer
            .array(2)
            .value(&self.siblings)
            .option(neighbour.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        let siblings = reader.value()?;
        let neighbour = reader
            .option::<Neighbour>()?
            .map(|Neighbour(key, hash)| (key, hash));
        Ok(Self {
            siblings,
            neighbour,
        })
    }
}
