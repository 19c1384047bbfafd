//! The agencies' doorway: it issues documents, brings them onto the ledger and hands out proofs.
//!
//! ```text
//! desk ──▶ offer ──▶ wallet claims ──▶ credential ─┐
//! desk ──▶ draft ──▶ invoice ──────────────────────┼─▶ outbox ──▶ ledger ──▶ proofs ──▶ anyone
//! desk ──▶ revocation ─────────────────────────────┘
//! ```
//! Reading order: `migrations/`, then the modules as listed.
//!
//! # Invariants
//! - Nothing here is evidence: no verifier ever has to believe this service or its database.
//! - A transaction's bytes are in the database before they leave; what is decided becomes final
//!   once, whatever crashes in between.
//! - Secrets that others hold (offers, codes, tokens, nonces) are kept as hashes only.
//! - The time is read in [`clock`], randomness in [`random`], keys are used through
//!   [`signing::Signer`].
//!
//! # Standards
//! OpenID4VCI 1.0 (pre-authorized code flow), RFC 9901 (SD-JWT), RFC 9457 (problem details),
//! W3C `did:key`.

mod command;

pub mod config;
pub mod db;
pub mod directory;
pub mod install;
pub mod registration;
pub mod service;

pub mod offer;

pub mod holder_proof;
pub mod nonce;

pub mod credential;
pub mod invoice;

pub mod document;
pub mod lease;
pub mod standing;

pub mod ledger_client;
pub mod outbox;

pub mod proofs;

pub mod http;

pub mod catalogue;
pub mod clock;
pub mod did;
pub mod error;
pub mod random;
pub mod signing;

pub use command::{Arguments, Command, Init, Keys, Register, Run};
