//! What must stop the node: it is never the fault of a transaction or a proposal.

use light_client::cbor::DecodeError;

use crate::store::StoreError;

/// The store failed, or holds what the ledger never wrote.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A row is another one's.
    #[error("the store holds another row in the place of {0}")]
    Misplaced(&'static str),
    /// A row is missing that must be there.
    #[error("the store lacks {0}")]
    Missing(&'static str),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A row does not decode.
    #[error("the store holds a broken row")]
    Unreadable(#[from] DecodeError),
}
