//! A validator set by its difference from the one before: most agencies stay, most with new keys.
//!
//! ```text
//! changes = [[gone index, …], [[index, new key], …], [[agency, key], …]]
//! ```
//! Indices are places in the old set. Each of the three lists ascends.

use alloc::vec::Vec;

use super::{MAX_VALIDATORS, Validator, ValidatorSet};
use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    key::PublicKey,
};

/// What turns one set into the next; there is one such difference for any two sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetChanges {
    gone: Vec<Place>,
    rekeyed: Vec<Rekeyed>,
    joined: Vec<Validator>,
}

/// A validator's place in the old set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place(u8);

/// An agency that stays, with another key.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rekeyed {
    place: Place,
    key: PublicKey,
}

impl SetChanges {
    /// The difference.
    pub fn between(old: &ValidatorSet, new: &ValidatorSet) -> Self {
        let (mut gone, mut rekeyed) = (Vec::new(), Vec::new());
        for (place, validator) in (0..).map(Place).zip(old.validators()) {
            match find(new, validator) {
                None => gone.push(place),
                Some(now) if now.key != validator.key => rekeyed.push(Rekeyed {
                    place,
                    key: now.key.clone(),
                }),
                Some(_) => {}
            }
        }
        let joined = new.validators().iter();
        let joined = joined.filter(|validator| find(old, validator).is_none());
        Self {
            gone,
            rekeyed,
            joined: joined.cloned().collect(),
        }
    }

    /// The set of the epoch after `old`.
    ///
    /// # Errors
    /// [`DecodeError`]: these are not the changes between `old` and any set.
    pub fn apply(&self, old: &ValidatorSet) -> Result<ValidatorSet, DecodeError> {
        let wrong = DecodeError::FieldOutOfRange("changes");
        let epoch = old.epoch().next().ok_or(wrong)?;
        let mut validators = Vec::new();
        for (place, validator) in (0..).map(Place).zip(old.validators()) {
            if self.gone.contains(&place) {
                continue;
            }
            let rekeyed = self.rekeyed.iter().find(|one| one.place == place);
            let key = rekeyed.map_or(&validator.key, |one| &one.key);
            validators.push(Validator {
                agency: validator.agency.clone(),
                key: key.clone(),
            });
        }
        validators.extend(self.joined.iter().cloned());
        let new = ValidatorSet::new(epoch, validators)?;
        // A place that is not there, a key that does not change, an agency that goes and comes.
        if Self::between(old, &new) == *self {
            Ok(new)
        } else {
            Err(wrong)
        }
    }
}

fn find<'a>(set: &'a ValidatorSet, validator: &Validator) -> Option<&'a Validator> {
    let all = set.validators();
    let place = all.binary_search_by(|one| one.agency.cmp(&validator.agency));
    place.ok().and_then(|place| all.get(place))
}

impl Wire for Place {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(reader.small("place")?))
    }
}

impl Wire for Rekeyed {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.place).value(&self.key);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            place: reader.value()?,
            key: reader.value()?,
        })
    }
}

impl Wire for SetChanges {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(3)
            .list(&self.gone)
            .list(&self.rekeyed)
            .list(&self.joined);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            gone: reader.list(MAX_VALIDATORS)?,
            rekeyed: reader.list(MAX_VALIDATORS)?,
            joined: reader.list(MAX_VALIDATORS)?,
        })
    }
}
