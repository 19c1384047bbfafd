//! What must never happen.

use std::error::Error;

use light_client::{certificate::CertificateError, hash::Digest, id::Height};

/// A broken promise, found by the simulator. The seed of the run reproduces it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// The ledger and the reference differ over an invoice.
    #[error("the reference differs: {0}")]
    Books(String),
    /// A certificate does not verify.
    #[error("the certificate at {height} does not verify")]
    BadCertificate {
        /// The height.
        height: Height,
        /// What is wrong with it.
        source: CertificateError,
    },
    /// Two nodes committed different blocks.
    #[error("two blocks at {height}: {first} and {second}")]
    Disagreement {
        /// The height.
        height: Height,
        /// One block.
        first: Digest,
        /// The other.
        second: Digest,
    },
    /// A validator signed two votes of one kind, or two proposals, for one round.
    #[error("node {node} signed twice at {height}")]
    DoubleSign {
        /// The validator.
        node: usize,
        /// The height.
        height: Height,
    },
    /// The engine reported an error.
    #[error("the engine: {0}")]
    Engine(String),
    /// Evidence that proves nothing, or is against an honest validator.
    #[error("evidence: {0}")]
    Evidence(String),
    /// The ledger reported a fault, or refused what it must not.
    #[error("the ledger: {0}")]
    Ledger(String),
    /// A validator that had locked on one block voted for another without cause.
    #[error("node {node} broke its lock at {height}")]
    LockBroken {
        /// The validator.
        node: usize,
        /// The height.
        height: Height,
    },
    /// An acknowledged transaction did not become final.
    #[error("an acknowledged transaction was lost on node {node}")]
    Lost {
        /// The node that does not know it.
        node: usize,
    },
    /// A submission got no answer.
    #[error("a submission got no answer")]
    NoAnswer,
    /// The network stood still.
    #[error("no progress beyond {0}")]
    NoProgress(Height),
    /// A decision came without a quorum.
    #[error("a decision without a quorum at {0}")]
    NoQuorum(u64),
    /// A validator proposed or voted for a block that its software cannot execute.
    #[error("node {node} spoke for a block at {height} that it cannot execute")]
    SpokeBlindly {
        /// The validator.
        node: usize,
        /// The height.
        height: Height,
    },
    /// A node's state is not the one its header commits to.
    #[error("node {node} has another state than its header at {height}")]
    StateMismatch {
        /// The node.
        node: usize,
        /// The height.
        height: Height,
    },
    /// An honest peer's block was rejected.
    #[error("a synced block at {0} was rejected: {1}")]
    SyncRejected(u64, String),
}

impl Violation {
    /// Wraps a fault with its causes.
    pub(crate) fn fault(error: &dyn Error) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(source) = cause {
            text = format!("{text}: {source}");
            cause = source.source();
        }
        Self::Ledger(text)
    }
}
