//! The hand-off from one epoch's validator set to the next: the ratchet of trust.
//!
//! ```text
//! hand-off = [certified header of the epoch's last block, next set]
//! ```
//! The set of epoch e + 1 is believed because a quorum of epoch e signed its hash, never because
//! it signed for itself.

mod catch_up;

pub use catch_up::CatchUp;

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    certificate::{CertificateError, CertifiedHeader},
    id::{Height, LedgerId},
    key::KnownKeys,
    validator_set::ValidatorSet,
};

/// An epoch's last header and the set that follows, as nodes hand it out: unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handoff {
    /// The epoch's last header, certified by the epoch's own set.
    pub last: CertifiedHeader,
    /// The set of the next epoch.
    pub next_set: ValidatorSet,
}

/// Why a hand-off is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HandoffError {
    /// The last header is not certified by the epoch's set.
    #[error("last header of the epoch is not certified")]
    Certificate(#[source] CertificateError),
    /// The header is of a later epoch than the set: a hand-off before this one is missing.
    #[error("header of an epoch that is not reached yet")]
    EpochAhead,
    /// The set is not that of the very next epoch.
    #[error("set is not that of the next epoch")]
    EpochGap,
    /// The header is of another ledger.
    #[error("header of another ledger")]
    LedgerMismatch,
    /// The header does not end its epoch, or names another next set.
    #[error("header does not name this next set")]
    NextSetMismatch,
}

/// A checked hand-off: the next set, and where the old one ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    next_set: ValidatorSet,
    last_height: Height,
}

impl Succession {
    /// The set that decides from the next height on.
    pub const fn next_set(&self) -> &ValidatorSet {
        &self.next_set
    }

    /// The old epoch's last height: its headers beyond it count for nothing.
    pub const fn last_height(&self) -> Height {
        self.last_height
    }
}

impl Handoff {
    /// Checks the hand-off from `current`, a set the caller trusts.
    ///
    /// # Errors
    /// [`HandoffError`].
    pub fn check(
        &self,
        ledger: &LedgerId,
        current: &ValidatorSet,
    ) -> Result<Succession, HandoffError> {
        self.check_with(ledger, current, &mut KnownKeys::none())
    }

    /// [`Self::check`], sooner where the validators' keys are known.
    ///
    /// # Errors
    /// The same.
    pub fn check_with(
        &self,
        ledger: &LedgerId,
        current: &ValidatorSet,
        keys: &mut KnownKeys,
    ) -> Result<Succession, HandoffError> {
        let core = &self.last.header.core;
        if core.ledger != *ledger {
            return Err(HandoffError::LedgerMismatch);
        }
        if core.epoch > current.epoch() {
            return Err(HandoffError::EpochAhead);
        }
        if current.epoch().next() != Some(self.next_set.epoch()) {
            return Err(HandoffError::EpochGap);
        }
        if self.last.header.rest.next_set_hash != Some(self.next_set.hash(core.suite)) {
            return Err(HandoffError::NextSetMismatch);
        }
        self.last
            .check_with(current, keys)
            .map_err(HandoffError::Certificate)?;
        Ok(Succession {
            next_set: self.next_set.clone(),
            last_height: core.height,
        })
    }
}

impl Wire for Handoff {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.last).value(&self.next_set);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            last: reader.value()?,
            next_set: reader.value()?,
        })
    }
}
