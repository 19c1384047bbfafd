//! What a client starts from and what it has learned since, per ledger.
//!
//! ```text
//! trust store = ["tally/trust/1", profile, [ledger, …]]
//! ledger      = [genesis, [hand-off, …], newest header | null]                pinned by its genesis
//!             | [genesis, checkpoint, [hand-off, …], newest header | null]    pinned by a later epoch
//! ```
//! Ledgers ascend by id. Reading a store checks all of it again, so a store that was tampered
//! with on disk is refused, and learning only ever moves forward.

mod checkpoint;
mod ledger;
mod wire;

use alloc::{collections::BTreeMap, vec::Vec};

pub use checkpoint::Checkpoint;
pub use ledger::TrustedLedger;
use wire::{PinWire, StoreWire};

use crate::{
    bundle::Proofs,
    cbor::{self, DecodeError, to_bytes},
    certificate::{CertificateError, CertifiedHeader},
    genesis::{Genesis, Purpose},
    handoff::{CatchUp, Handoff, HandoffError},
    id::{LedgerId, TimeMs},
    key::KnownKeys,
    policy::{MAX_CLOCK_SKEW_MS, Policy},
};

/// The largest trust store that is read.
const MAX_BYTES: usize = 16 << 20;

/// Which ledgers a store accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Production ledgers only.
    Production,
    /// Demonstration ledgers too.
    Demo,
}

/// Why a trust store, or something it was offered, is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// A header is not certified by the newest set.
    #[error("newest header is not certified")]
    Certificate(#[source] CertificateError),
    /// A checkpoint is not of the ledger whose genesis came with it.
    #[error("checkpoint of another ledger")]
    OtherLedger,
    /// A production store was offered a demonstration ledger.
    #[error("a production trust store refuses a demonstration ledger")]
    DemoLedger,
    /// The bytes are not a trust store.
    #[error("not a trust store")]
    Decode(#[source] DecodeError),
    /// A hand-off does not hold.
    #[error("hand-off does not hold")]
    Handoff(#[source] HandoffError),
    /// A header is at or below the last height of the epoch before its own.
    #[error("a header of epoch {epoch} is not within its epoch")]
    OutsideEpoch {
        /// The epoch that the header names.
        epoch: u64,
    },
    /// A hand-off differs from the one this client verified before.
    #[error("hand-off of epoch {epoch} differs from the one verified before")]
    HandoffConflict {
        /// The epoch that the hand-off ends.
        epoch: u64,
    },
    /// Hand-offs do not ascend.
    #[error("hand-offs do not ascend")]
    HandoffOrder,
    /// The ledger is not in the store.
    #[error("ledger is not in the trust store")]
    UnknownLedger,
}

/// All ledgers that a client trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustStore {
    profile: Profile,
    ledgers: BTreeMap<LedgerId, TrustedLedger>,
}

impl TrustStore {
    /// A store that trusts nothing yet.
    pub const fn new(profile: Profile) -> Self {
        Self {
            profile,
            ledgers: BTreeMap::new(),
        }
    }

    /// Reads a store and checks everything in it again.
    ///
    /// # Errors
    /// [`TrustError`]: a store of which any part does not hold is not used at all.
    pub fn parse(bytes: &[u8]) -> Result<Self, TrustError> {
        let wire: StoreWire = cbor::parse(bytes, MAX_BYTES).map_err(TrustError::Decode)?;
        let mut store = Self::new(wire.profile);
        let mut keys = KnownKeys::none();
        for pin in &wire.pins {
            let id = match &pin.checkpoint {
                None => store.pin(pin.genesis.clone())?,
                Some(checkpoint) => {
                    store.pin_checkpoint(pin.genesis.clone(), checkpoint.clone())?
                }
            };
            let ledger = store
                .ledgers
                .get_mut(&id)
                .ok_or(TrustError::UnknownLedger)?;
            ledger.follow_with(&pin.handoffs, &mut keys)?;
            if let Some(newest) = &pin.newest {
                ledger.learn(newest, &mut keys)?;
            }
        }
        // A ledger listed twice, out of order, or with something left over shows here.
        if store.to_bytes() == bytes {
            Ok(store)
        } else {
            Err(TrustError::Decode(DecodeError::NotCanonical))
        }
    }

    /// The store's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let pins = self.ledgers.values().map(|ledger| PinWire {
            genesis: ledger.genesis().clone(),
            checkpoint: ledger.checkpoint().cloned(),
            handoffs: ledger.handoffs().to_vec(),
            newest: ledger.newest_certified().cloned(),
        });
        to_bytes(&StoreWire {
            profile: self.profile,
            pins: pins.collect(),
        })
    }

    /// Which ledgers the store accepts.
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// Trusts a genesis; a ledger that is already there stays as it is.
    ///
    /// # Errors
    /// [`TrustError::DemoLedger`].
    pub fn pin(&mut self, genesis: Genesis) -> Result<LedgerId, TrustError> {
        self.admits(&genesis)?;
        let ledger = TrustedLedger::from_genesis(genesis);
        let id = ledger.id();
        self.ledgers.entry(id).or_insert(ledger);
        Ok(id)
    }

    /// Trusts a ledger from a later epoch on. One that is there already, and has come as far, stays
    /// as it is; one that has not goes on from the checkpoint.
    ///
    /// # Errors
    /// [`TrustError::DemoLedger`], [`TrustError::OtherLedger`]; [`TrustError::HandoffConflict`] if
    /// what this client has verified of the ledger is another history. The store is unchanged then.
    pub fn pin_checkpoint(
        &mut self,
        genesis: Genesis,
        checkpoint: Checkpoint,
    ) -> Result<LedgerId, TrustError> {
        self.admits(&genesis)?;
        if !checkpoint.is_of(&genesis) {
            return Err(TrustError::OtherLedger);
        }
        let id = genesis.ledger_id();
        let goes_on = match self.ledgers.get(&id) {
            None => true,
            Some(known) => !known.has_reached(&checkpoint)?,
        };
        if goes_on {
            let ledger = TrustedLedger::from_checkpoint(genesis, checkpoint);
            self.ledgers.insert(id, ledger);
        }
        Ok(id)
    }

    fn admits(&self, genesis: &Genesis) -> Result<(), TrustError> {
        if self.profile == Profile::Production && genesis.purpose == Purpose::Demo {
            return Err(TrustError::DemoLedger);
        }
        Ok(())
    }

    /// The ledgers, ascending by id.
    pub fn ledgers(&self) -> impl Iterator<Item = &TrustedLedger> {
        self.ledgers.values()
    }

    /// One ledger.
    pub fn ledger(&self, id: &LedgerId) -> Option<&TrustedLedger> {
        self.ledgers.get(id)
    }

    /// Follows what leads a client that was away up to the present: the ledger's newest set after it.
    ///
    /// # Errors
    /// [`TrustError`]; the store is unchanged then.
    pub fn catch_up(&mut self, catch_up: &CatchUp) -> Result<LedgerId, TrustError> {
        self.catch_up_with(catch_up, &mut KnownKeys::none())
    }

    /// [`Self::catch_up`], sooner where the validators' keys are known.
    ///
    /// # Errors
    /// The same.
    pub fn catch_up_with(
        &mut self,
        catch_up: &CatchUp,
        keys: &mut KnownKeys,
    ) -> Result<LedgerId, TrustError> {
        let id = catch_up.ledger();
        let ledger = self.ledgers.get_mut(&id);
        let ledger = ledger.ok_or(TrustError::UnknownLedger)?;
        let set = ledger.set_of(catch_up.from());
        let set = set.ok_or(TrustError::Handoff(HandoffError::EpochAhead))?;
        let handoffs = catch_up.handoffs(ledger.suite(), set);
        let handoffs = handoffs.map_err(TrustError::Decode)?;
        ledger.follow_with(&handoffs, keys)?;
        ledger.settle();
        Ok(id)
    }

    /// Follows hand-offs and keeps a newer header: what a client calls after a verification, so
    /// that the next one need not start from the pin.
    ///
    /// # Errors
    /// [`TrustError`]; the store is unchanged then.
    pub fn advance(
        &mut self,
        id: &LedgerId,
        handoffs: &[Handoff],
        header: &CertifiedHeader,
    ) -> Result<(), TrustError> {
        self.advance_with(id, handoffs, header, &mut KnownKeys::none())
    }

    /// [`Self::advance`], sooner where the validators' keys are known.
    ///
    /// # Errors
    /// The same.
    pub fn advance_with(
        &mut self,
        id: &LedgerId,
        handoffs: &[Handoff],
        header: &CertifiedHeader,
        keys: &mut KnownKeys,
    ) -> Result<(), TrustError> {
        let mut ledger = self
            .ledgers
            .get(id)
            .ok_or(TrustError::UnknownLedger)?
            .clone();
        ledger.follow_with(handoffs, keys)?;
        ledger.learn(header, keys)?;
        ledger.settle();
        self.ledgers.insert(*id, ledger);
        Ok(())
    }

    /// Learns what `proofs` show of their ledger, if that is newer; whether it did.
    ///
    /// Proofs that do not hold teach nothing, nor does a header ahead of `now`. Nor can proofs
    /// renew a pin: a ledger of which nothing was heard for longer than `policy` allows stays as
    /// it is.
    pub fn learn(
        &mut self,
        proofs: &Proofs,
        policy: &Policy,
        now: TimeMs,
        keys: &mut KnownKeys,
    ) -> bool {
        let Some(ledger) = self.ledger(&proofs.ledger) else {
            return false;
        };
        let head = &proofs.head.header.core;
        let is_current = now.0.saturating_sub(ledger.learned_ms().0) <= policy.max_pin_age_ms;
        let is_future = head.time_ms.0 > now.0.saturating_add(MAX_CLOCK_SKEW_MS);
        let newest = ledger.newest_header();
        let is_newer = newest.is_none_or(|newest| newest.header().core.height < head.height);
        is_current
            && !is_future
            && is_newer
            && self
                .advance_with(&proofs.ledger, &proofs.handoffs, &proofs.head, keys)
                .is_ok()
    }
}
