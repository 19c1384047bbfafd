//! What can go wrong inside, whatever was asked. Callers outside see a code, never the detail.

use light_client::cbor::DecodeError;

use crate::{ledger_client::LedgerError, random::NoRandomness, signing::SignError};

/// A failure that is not the caller's.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The database.
    #[error("database")]
    Database(#[from] sqlx::Error),
    /// What the ledger or the database holds is not of its format.
    #[error("stored or received bytes")]
    Decode(#[from] DecodeError),
    /// The ledger node.
    #[error("ledger node")]
    Ledger(#[from] LedgerError),
    /// No randomness.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// A key's holder did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}
