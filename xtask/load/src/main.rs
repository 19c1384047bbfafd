//! The load generator of `cargo xtask bench ledger`.
//!
//! It founds a ledger of real validators, one process each, and brings it more than it can take:
//! signed operations, anchored documents, invoices. Whatever was acknowledged is proved at the end
//! by the light client, after all validators were killed.
//!
//! **Invariant:** it speaks to the nodes as anyone would, by their HTTP API; nothing is counted that
//! is not final.

mod anchoring;
mod author;
mod bench;
mod bundles;
mod cast;
mod documents;
mod http;
mod invoicing;
mod join;
mod measure;
mod net;
mod operations;
mod options;
mod proofs;
mod report;
mod signer;
mod traffic;
mod usage;

use anyhow::Result;
use clap::Parser as _;

use crate::options::Options;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    bench::run(&Options::parse()).await
}
