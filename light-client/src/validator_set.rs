//! The validators of one epoch: one vote per agency, keys distinct.
//!
//! ```text
//! set      = [1, epoch, [[agency, key], …]]      agencies strictly ascending
//! set hash = H("tally/validator-set/1", set)
//! quorum   = ⌊2n/3⌋ + 1
//! ```

mod changes;

use alloc::{collections::BTreeSet, vec::Vec};

pub use changes::SetChanges;

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer, to_bytes},
    hash::{Digest, Tag, hash},
    id::{Epoch, IssuerId},
    key::PublicKey,
    suite::Suite,
};

/// The most validators a set can have.
const MAX_VALIDATORS: usize = 100;

/// One agency's validator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validator {
    /// The agency that answers for it.
    pub agency: IssuerId,
    /// Its key for this epoch.
    pub key: PublicKey,
}

impl Wire for Validator {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.agency).value(&self.key);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            agency: reader.value()?,
            key: reader.value()?,
        })
    }
}

/// A set that keeps the rules above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidatorSet {
    epoch: Epoch,
    validators: Vec<Validator>,
}

impl ValidatorSet {
    /// Takes the validators of `epoch`, in any order.
    ///
    /// # Errors
    /// [`DecodeError`] if there are none or too many, or an agency or a key is there twice.
    pub fn new(epoch: Epoch, mut validators: Vec<Validator>) -> Result<Self, DecodeError> {
        validators.sort_by(|a, b| a.agency.cmp(&b.agency));
        Self::from_sorted(epoch, validators)
    }

    fn from_sorted(epoch: Epoch, validators: Vec<Validator>) -> Result<Self, DecodeError> {
        if validators.len() > MAX_VALIDATORS {
            return Err(DecodeError::TooLong {
                max: MAX_VALIDATORS,
            });
        }
        let ascending = validators
            .iter()
            .zip(validators.iter().skip(1))
            .all(|(a, b)| a.agency < b.agency);
        let keys: BTreeSet<_> = validators.iter().map(|validator| &validator.key).collect();
        if validators.is_empty() || !ascending || keys.len() != validators.len() {
            return Err(DecodeError::FieldOutOfRange("validators"));
        }
        Ok(Self { epoch, validators })
    }

    /// The epoch in which this set decides.
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The validators, ascending by agency: a signer's index in a certificate.
    pub fn validators(&self) -> &[Validator] {
        &self.validators
    }

    /// How many signatures make a decision: ⌊2n/3⌋ + 1.
    pub fn quorum(&self) -> usize {
        self.validators.len() * 2 / 3 + 1
    }

    /// How many validators may be faulty without harm: ⌊(n − 1)/3⌋.
    pub fn tolerated_faults(&self) -> usize {
        (self.validators.len() - 1) / 3
    }

    /// How many validators any two quorums have in common, at the least: 2q − n, more than may be
    /// faulty.
    pub fn quorum_overlap(&self) -> usize {
        2 * self.quorum() - self.validators.len()
    }

    /// The hash by which headers name this set.
    pub fn hash(&self, suite: Suite) -> Digest {
        hash(suite, Tag::SET, &[&to_bytes(self)])
    }
}

impl Wire for ValidatorSet {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(3)
            .uint(1u8)
            .value(&self.epoch)
            .list(&self.validators);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        reader.version(1)?;
        Self::from_sorted(reader.value()?, reader.list(MAX_VALIDATORS)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyKind;

    fn validator(agency: &str, key: u8) -> Validator {
        let key = PublicKey::new(KeyKind::Ed25519, &[key; 32]).expect("a key");
        Validator {
            agency: IssuerId::parse(agency).expect("a name"),
            key,
        }
    }

    #[test]
    fn t11_empty_sets_and_duplicates_are_refused() {
        assert!(ValidatorSet::new(Epoch(0), Vec::new()).is_err());
        assert!(
            ValidatorSet::new(Epoch(0), alloc::vec![validator("a", 1), validator("b", 1)]).is_err()
        );
        assert!(
            ValidatorSet::new(Epoch(0), alloc::vec![validator("a", 1), validator("a", 2)]).is_err()
        );
    }

    #[test]
    fn quorum_outvotes_the_faulty() {
        let expected = [
            (1, 1, 0),
            (2, 2, 0),
            (3, 3, 0),
            (4, 3, 1),
            (7, 5, 2),
            (30, 21, 9),
            (100, 67, 33),
        ];
        for (count, quorum, faults) in expected {
            let validators = (0..count)
                .map(|i| validator(&alloc::format!("a{i}"), i))
                .collect();
            let set = ValidatorSet::new(Epoch(0), validators).expect("a set");
            assert_eq!((set.quorum(), set.tolerated_faults()), (quorum, faults));
            assert!(set.quorum_overlap() > faults);
        }
    }
}
