//! 海州市, a made-up city that exists in the demo and in the journeys of `e2e/`.
//!
//! It runs the real programs (`ledger-node`, `issuer-service`) as child processes on free ports,
//! and is spoken to as everyone else would: public HTTP for the agencies' desks and the citizen's
//! wallet, files and the command line for verification. The story, all names and numbers, is in
//! [`story`].
//!
//! **Invariant:** nothing in here verifies a document, and nothing reaches into a service's
//! database or a node's store.

pub mod bundle;
pub mod city;
pub mod desk;
pub mod folder;
pub mod http;
pub mod ledger;
pub mod papers;
pub mod port;
pub mod process;
pub mod programs;
pub mod service;
pub mod story;
pub mod verifier;
pub mod wallet;
