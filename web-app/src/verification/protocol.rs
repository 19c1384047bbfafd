//! What the app asks the worker, and what the worker answers.
//!
//! The messages travel as bincode, so a verdict is carried as its JSON text.

use serde::{Deserialize, Serialize};

/// A question to the light client.
#[derive(Serialize, Deserialize)]
pub enum Command {
    /// A bundle of the document in `file` with `proofs`.
    Compose {
        /// A document or a bundle.
        file: Vec<u8>,
        /// The proofs, as the portal hands them out.
        proofs: Vec<u8>,
    },
    /// What a trust store file pins.
    Describe {
        /// The trust store file.
        trust_file: Vec<u8>,
    },
    /// The digest under which a document is registered.
    Digest {
        /// A document or a bundle.
        file: Vec<u8>,
        /// The trust store files of this device.
        trust_files: Vec<Vec<u8>>,
    },
    /// The trust store file after what `file` proves of its ledger: newer validators, a newer
    /// header. From then on older ones do not count by themselves.
    Learn {
        /// A bundle.
        file: Vec<u8>,
        /// The trust store file that knows the bundle's ledger.
        trust_file: Vec<u8>,
    },
    /// The verdict on a file.
    Verify {
        /// A document or a bundle.
        file: Vec<u8>,
        /// The trust store files of this device.
        trust_files: Vec<Vec<u8>>,
        /// Unix time in milliseconds.
        now_ms: u64,
    },
}

/// The light client's answer.
#[derive(Serialize, Deserialize)]
pub enum Answer {
    /// To [`Command::Describe`].
    Anchors(Vec<Anchor>),
    /// To [`Command::Compose`].
    Bundle(Vec<u8>),
    /// To [`Command::Digest`], in hex.
    Digest(String),
    /// The bytes are not of the kind asked for.
    Malformed,
    /// To [`Command::Learn`].
    TrustFile(Vec<u8>),
    /// To [`Command::Verify`]: the verdict's JSON.
    Verdict(String),
}

/// A ledger from which everything else is trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// Ledger id in hex: a hash over the ledger's whole genesis, so it is the fingerprint too.
    pub ledger: String,
    /// The ledger's name, from its genesis.
    pub name: String,
    /// Whether its documents are for demonstration only.
    pub demo: bool,
}
