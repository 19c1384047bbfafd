//! A validator of a Tallystick ledger.
//!
//! The program translates between the world and the ledger core, which has no I/O of its own: the
//! consensus engine's messages ([`consensus`]), the store on disk ([`store`]), HTTP (`api`). What a
//! verifier believes is decided in `light-client`, never here.
//!
//! # Invariants
//! - The engine is known to [`consensus`] only.
//! - A block is on disk before the engine is told of it; a decision is on disk, in one atomic
//!   commit, before the next height starts.
//! - Nothing is signed before its [`mark`] is on disk.

mod api;
pub mod cli;
mod clock;
pub mod config;
pub mod consensus;
mod gossip;
pub mod init;
mod intake;
pub mod key;
pub mod ledger;
pub mod mark;
mod metrics;
pub mod node;
mod problem;
mod stages;
pub mod status;
pub mod store;
