//! Why a document may be believed.
//!
//! The light client takes a bundle, a trust store, a policy and the time, and decides:
//! keys → hash → header → certificate → proof → document → verdict. The same source runs
//! natively, in the browser and in the ledger's own nodes, which build on these types: the light
//! client *defines* what is provable, a node only produces it.
//!
//! # Invariants
//! - No clock, socket, file, randomness or global: everything is an argument.
//! - No panic is reachable from input; work is bounded by the limits of each format.
//! - A fact that has been checked is a type that only its check can make
//!   ([`certificate::FinalizedHeader`], [`handoff::Succession`]).
//! - What could not be decided is `Undetermined`: never `Invalid`, never `Valid`.
//!
//! # Standards
//! GB/T 32918 (SM2), GB/T 32905 (SM3), RFC 8949 §4.2 (deterministic CBOR), RFC 9162 §2.1 (logs),
//! RFC 9901 (SD-JWT), RFC 8785 (JCS).

#![no_std]
#![warn(clippy::as_conversions)]

extern crate alloc;

pub mod bundle;
pub mod cbor;
pub mod certificate;
pub mod compact;
pub mod conflict;
pub mod deposit;
pub mod document;
pub mod genesis;
pub mod handoff;
pub mod hash;
pub mod header;
pub mod id;
pub mod key;
pub mod merkle;
pub mod policy;
pub mod record;
pub mod short_code;
pub mod state;
pub mod suite;
pub mod trust;
pub mod validator_set;
pub mod verdict;
mod verify;
pub mod vote;
#[cfg(feature = "bindings")]
pub mod wasm;

pub use verify::{verify, verify_conflict, verify_deposit, verify_with};
