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

#[cfg(all(feature = "byzantine", not(debug_assertions)))]
compile_error!("the feature `byzantine` is for tests: no program that is shipped has it");

mod admin;
mod api;
mod batch;
mod build;
pub mod cli;
mod clock;
pub mod command;
pub mod config;
pub mod consensus;
mod disk;
mod gossip;
pub mod init;
mod intake;
pub mod key;
pub mod keys;
pub mod ledger;
pub mod logging;
pub mod mark;
mod metrics;
pub mod network_key;
pub mod node;
pub mod ops;
mod problem;
mod reports;
pub mod seal;
mod signed;
mod stages;
pub mod status;
pub mod store;
pub mod voter;
