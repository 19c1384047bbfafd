//! Who decides, and where: heights, names, sets.

use std::fmt;

use arc_malachitebft_core_types::{self as engine, VotingPower};
use light_client::key;
use light_client::suite::Suite;
use light_client::validator_set;

use crate::context::TallyContext;

/// A block height; the genesis state is height 0, the first block 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Height(pub u64);

impl fmt::Display for Height {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl engine::Height for Height {
    const ZERO: Self = Self(0);
    const INITIAL: Self = Self(1);

    fn increment_by(&self, n: u64) -> Self {
        Self(self.0.saturating_add(n))
    }

    fn decrement_by(&self, n: u64) -> Option<Self> {
        self.0.checked_sub(n).map(Self)
    }

    fn as_u64(&self) -> u64 {
        self.0
    }
}

/// The engine's name for a validator: the id of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address(pub key::KeyId);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.0.fmt(f)
    }
}

impl engine::Address for Address {}

/// A member of a set: one agency, one vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator {
    /// Its name.
    pub address: Address,
    /// Its key.
    pub key: key::PublicKey,
}

impl engine::Validator<TallyContext> for Validator {
    fn address(&self) -> &Address {
        &self.address
    }

    fn public_key(&self) -> &key::PublicKey {
        &self.key
    }

    fn voting_power(&self) -> VotingPower {
        1
    }
}

/// The validators of one epoch, in the order of the ledger's set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidatorSet {
    validators: Vec<Validator>,
}

impl ValidatorSet {
    /// The engine's form of a set of the ledger.
    pub fn new(set: &validator_set::ValidatorSet, suite: Suite) -> Self {
        let validators = set.validators().iter().map(|validator| Validator {
            address: Address(validator.key.id(suite)),
            key: validator.key.clone(),
        });
        Self {
            validators: validators.collect(),
        }
    }

    /// The validator whose turn this is, counted from the first.
    pub(crate) fn in_turn(&self, turn: u64) -> &Validator {
        let count = u64::try_from(self.validators.len()).expect("a set has at most 100 validators");
        let index = usize::try_from(turn % count).expect("less than the count");
        &self.validators[index]
    }
}

impl engine::ValidatorSet<TallyContext> for ValidatorSet {
    fn count(&self) -> usize {
        self.validators.len()
    }

    fn total_voting_power(&self) -> VotingPower {
        u64::try_from(self.validators.len()).expect("a set has at most 100 validators")
    }

    fn get_by_address(&self, address: &Address) -> Option<&Validator> {
        self.validators
            .iter()
            .find(|validator| validator.address == *address)
    }

    fn get_by_index(&self, index: usize) -> Option<&Validator> {
        self.validators.get(index)
    }
}
