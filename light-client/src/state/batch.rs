//! Presence and absence of many keys in one state tree, with the siblings that they share listed
//! once.
//!
//! ```text
//! batch = [count of steps, steps, [digest, …]]
//! ```
//! The tree is walked from the root, left before right. Where keys that are asked for lead, a step
//! says what is there; where none lead, a step says whether the subtree is empty:
//!
//! | step | where keys lead | elsewhere |
//! |---|---|---|
//! | 0 | nothing: all these keys are absent | an empty subtree |
//! | 1 | the leaf of the one of these keys that has a value; the others are absent | its digest is listed |
//! | 2 | another leaf, its key and value hash listed: all these keys are absent | – |
//! | 3 | two subtrees, which follow | – |
//!
//! Steps are two bits each, the first in the lowest bits of a byte; unused bits are clear. One
//! batch has one form for the keys that it answers.

use alloc::vec::Vec;

use super::proof::{Absence, EMPTY, Presence, StateProofError, bit, leaf, node};
use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::{Digest, Hasher},
    suite::Suite,
};

/// The most keys of one batch.
pub const MAX_BATCH_KEYS: usize = 1000;

/// More steps than the paths of that many keys can have.
const MAX_STEPS: usize = MAX_BATCH_KEYS * 257 * 2;

/// The deepest leaf: one level per bit of a key hash.
const MAX_DEPTH: usize = 256;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StateBatch {
    steps: Vec<Step>,
    digests: Vec<Digest>,
}

/// A key with the value that it is said to have, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimed<'a> {
    /// The key's hash.
    pub key: Digest,
    /// The value's bytes.
    pub value: Option<&'a [u8]>,
}

/// A single proof of one key, to be joined with others.
#[derive(Debug, Clone, Copy)]
pub enum Single<'a> {
    /// The key is absent.
    Absent(&'a Absence),
    /// The key has a value.
    Present(&'a Presence),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Empty,
    Listed,
    Other,
    Inner,
}

impl Step {
    const fn code(self) -> u8 {
        match self {
            Self::Empty => 0,
            Self::Listed => 1,
            Self::Other => 2,
            Self::Inner => 3,
        }
    }

    const fn from_code(code: u8) -> Self {
        match code & 3 {
            0 => Self::Empty,
            1 => Self::Listed,
            2 => Self::Other,
            _ => Self::Inner,
        }
    }
}

impl StateBatch {
    /// Checks what is claimed of keys, strictly ascending, in the tree of `root`.
    ///
    /// # Errors
    /// [`StateProofError::KeysOutOfOrder`] for keys that are none, too many, or not strictly
    /// ascending; [`StateProofError::Incomplete`] for a batch that does not answer exactly these
    /// keys; else as for a single proof.
    pub fn check(
        &self,
        suite: Suite,
        root: &Digest,
        claimed: &[Claimed<'_>],
    ) -> Result<(), StateProofError> {
        let ascending = claimed.windows(2).all(|pair| match pair {
            [a, b] => a.key < b.key,
            _ => false,
        });
        if claimed.is_empty() || claimed.len() > MAX_BATCH_KEYS || !ascending {
            return Err(StateProofError::KeysOutOfOrder);
        }
        let mut walk = Walk {
            suite,
            steps: self.steps.iter(),
            digests: self.digests.iter(),
        };
        let found = walk.subtree(claimed, 0)?;
        if walk.steps.next().is_some() || walk.digests.next().is_some() {
            return Err(StateProofError::Incomplete);
        }
        if found == *root {
            Ok(())
        } else {
            Err(StateProofError::RootMismatch)
        }
    }

    /// Joins single proofs of strictly ascending keys under one root.
    ///
    /// # Errors
    /// [`StateProofError::Incomplete`] if they are not proofs of these keys under one root.
    pub fn join(singles: &[(Digest, Single<'_>)]) -> Result<Self, StateProofError> {
        let mut batch = Self::default();
        batch.append(singles, 0)?;
        Ok(batch)
    }

    fn append(
        &mut self,
        singles: &[(Digest, Single<'_>)],
        depth: usize,
    ) -> Result<(), StateProofError> {
        let (_, first) = singles.first().ok_or(StateProofError::Incomplete)?;
        if first.depth() == depth {
            return self.append_end(singles);
        }
        self.steps.push(Step::Inner);
        let split = singles.partition_point(|(key, _)| !bit(key, depth));
        let (left, right) = singles.split_at(split);
        for (side, other) in [(left, right), (right, left)] {
            let Some((_, beside)) = other.first().filter(|_| side.is_empty()) else {
                self.append(side, depth + 1)?;
                continue;
            };
            match beside.sibling(depth) {
                None => self.steps.push(Step::Empty),
                Some(digest) => {
                    self.steps.push(Step::Listed);
                    self.digests.push(digest);
                }
            }
        }
        Ok(())
    }

    /// Where the ways of all these keys end.
    fn append_end(&mut self, singles: &[(Digest, Single<'_>)]) -> Result<(), StateProofError> {
        let mut present = singles
            .iter()
            .filter(|(_, single)| matches!(single, Single::Present(_)));
        match (present.next(), present.next()) {
            (Some(_), None) => self.steps.push(Step::Listed),
            (Some(_), Some(_)) => return Err(StateProofError::Incomplete),
            (None, _) => match singles.first() {
                Some((_, Single::Absent(absence))) => match absence.neighbour {
                    None => self.steps.push(Step::Empty),
                    Some((key, value_hash)) => {
                        self.steps.push(Step::Other);
                        self.digests.extend([key, value_hash]);
                    }
                },
                Some((_, Single::Present(_))) | None => return Err(StateProofError::Incomplete),
            },
        }
        Ok(())
    }
}

impl Single<'_> {
    fn siblings(&self) -> &[Option<Digest>] {
        match self {
            Self::Absent(absence) => absence.siblings.as_slice(),
            Self::Present(presence) => presence.0.as_slice(),
        }
    }

    fn depth(&self) -> usize {
        self.siblings().len()
    }

    /// The sibling below the node at `depth`; they are kept leaf first.
    fn sibling(&self, depth: usize) -> Option<Digest> {
        let from_leaf = self.depth().checked_sub(depth + 1)?;
        self.siblings().get(from_leaf).copied().flatten()
    }
}

struct Walk<'a> {
    suite: Suite,
    steps: core::slice::Iter<'a, Step>,
    digests: core::slice::Iter<'a, Digest>,
}

impl Walk<'_> {
    fn step(&mut self) -> Result<Step, StateProofError> {
        self.steps
            .next()
            .copied()
            .ok_or(StateProofError::Incomplete)
    }

    fn digest(&mut self) -> Result<Digest, StateProofError> {
        self.digests
            .next()
            .copied()
            .ok_or(StateProofError::Incomplete)
    }

    /// The digest of the subtree at `depth` to which these keys lead; no deeper than 256.
    fn subtree(
        &mut self,
        claimed: &[Claimed<'_>],
        depth: usize,
    ) -> Result<Digest, StateProofError> {
        match (self.step()?, claimed) {
            (Step::Empty, []) => Ok(Digest::from_bytes(EMPTY)),
            (Step::Listed, []) => self.digest(),
            (Step::Other | Step::Inner, []) => Err(StateProofError::Incomplete),
            (Step::Empty, _) => {
                none_present(claimed)?;
                Ok(Digest::from_bytes(EMPTY))
            }
            (Step::Listed, _) => self.own_leaf(claimed),
            (Step::Other, [first, ..]) => {
                none_present(claimed)?;
                self.other_leaf(claimed, &first.key, depth)
            }
            (Step::Inner, _) if depth >= MAX_DEPTH => Err(StateProofError::Incomplete),
            (Step::Inner, _) => {
                let split = claimed.partition_point(|one| !bit(&one.key, depth));
                let (left, right) = claimed.split_at(split);
                let left = self.subtree(left, depth + 1)?;
                let right = self.subtree(right, depth + 1)?;
                Ok(node(self.suite, &left, &right))
            }
        }
    }

    fn own_leaf(&self, claimed: &[Claimed<'_>]) -> Result<Digest, StateProofError> {
        let mut values = claimed
            .iter()
            .filter_map(|one| one.value.map(|value| (one.key, value)));
        let (Some((key, value)), None) = (values.next(), values.next()) else {
            return Err(StateProofError::Incomplete);
        };
        let mut hasher = Hasher::new(self.suite);
        hasher.update(value);
        Ok(leaf(self.suite, &key, &hasher.finish()))
    }

    /// A leaf that nobody asked for: it must lie in this very subtree, and be none of the keys.
    fn other_leaf(
        &mut self,
        claimed: &[Claimed<'_>],
        inside: &Digest,
        depth: usize,
    ) -> Result<Digest, StateProofError> {
        let (key, value_hash) = (self.digest()?, self.digest()?);
        if claimed.iter().any(|one| one.key == key) {
            return Err(StateProofError::KeyIsPresent);
        }
        if (0..depth).any(|level| bit(&key, level) != bit(inside, level)) {
            return Err(StateProofError::NeighbourElsewhere);
        }
        Ok(leaf(self.suite, &key, &value_hash))
    }
}

fn none_present(claimed: &[Claimed<'_>]) -> Result<(), StateProofError> {
    if claimed.iter().any(|one| one.value.is_some()) {
        return Err(StateProofError::Incomplete);
    }
    Ok(())
}

impl Wire for StateBatch {
    fn encode(&self, writer: &mut Writer) {
        let packed: Vec<u8> = self
            .steps
            .chunks(4)
            .map(|steps| {
                let codes = steps.iter().rev().map(|step| step.code());
                codes.fold(0, |byte, code| byte << 2 | code)
            })
            .collect();
        let count = u64::try_from(self.steps.len()).unwrap_or(u64::MAX);
        writer.array(3).uint(count).bytes(&packed);
        writer.list(&self.digests);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        let count = usize::try_from(reader.uint()?).unwrap_or(usize::MAX);
        if count > MAX_STEPS {
            return Err(DecodeError::TooLong { max: MAX_STEPS });
        }
        let packed = reader.bytes(MAX_STEPS / 4)?;
        let codes = packed
            .iter()
            .flat_map(|byte| [0, 2, 4, 6].map(|shift| byte >> shift));
        let steps: Vec<Step> = codes.take(count).map(Step::from_code).collect();
        let digests: Vec<Digest> = reader.list(MAX_STEPS)?;
        // Unused bits and surplus bytes differ from the one form and fail the re-encoding.
        if steps.len() != count {
            return Err(DecodeError::LengthMismatch);
        }
        if digests.contains(&Digest::from_bytes(EMPTY)) {
            return Err(DecodeError::NotCanonical);
        }
        Ok(Self { steps, digests })
    }
}

#[cfg(test)]
mod tests;
