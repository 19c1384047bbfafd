//! What can go wrong inside, whatever was asked. Callers outside see a code, never the detail.

use light_client::{cbor::DecodeError, document::DocumentError};

use crate::{
    credential::MakeError, ledger_client::LedgerError, random::NoRandomness, signing::SignError,
};

/// A failure that is not the caller's.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The clock has not been set.
    #[error("clock is before 1970")]
    Clock,
    /// A credential cannot be made.
    #[error("credential")]
    Credential(#[from] MakeError),
    /// The database.
    #[error("database")]
    Database(#[from] sqlx::Error),
    /// What the ledger or the database holds is not of its format.
    #[error("stored or received bytes")]
    Decode(#[from] DecodeError),
    /// A document in the database breaks the rules it kept when it was made.
    #[error("stored document")]
    Document(#[from] DocumentError),
    /// Work was given up half-way.
    #[error("work was given up half-way")]
    Interrupted,
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

/// An error with everything that led to it, for the log.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
