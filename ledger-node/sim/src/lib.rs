//! N validators in one thread: the engine's consensus core and the ledger's App over a simulated
//! network, clock and disk, all decided by one number.
//!
//! ```
//! use ledger_sim::{Scenario, run};
//! let report = run(&Scenario { seed: 7, ..Scenario::default() })?;
//! assert!(report.height.0 >= Scenario::default().heights);
//! # Ok::<(), ledger_sim::Violation>(())
//! ```
//! Messages are delayed, lost and doubled; clocks differ; nodes die in the middle of an effect,
//! with a part of their write-ahead log lost, and start again. A checker watches from outside:
//! agreement, certificates as a light client sees them, no double signature, no broken lock, no
//! acknowledged transaction lost.
//!
//! # Invariants
//! - The same scenario gives the same run, to the last event: [`Report::log`] proves it.
//! - Nothing here is a stand-in for the ledger or the engine: both are the real ones. Only what
//!   surrounds them is simulated; the engine's network, disk and sync actors are not covered.

mod checker;
mod client;
mod context;
mod event;
mod message;
mod node;
mod random;
mod signing;
mod violation;
mod wal;
mod world;

use light_client::{hash::Digest, id::Height, suite::Suite};

pub use violation::Violation;
pub use wal::WalLoss;

/// What to simulate.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Decides everything that is left open.
    pub seed: u64,
    /// The suite of votes, trees and transactions.
    pub suite: Suite,
    /// How many validators; up to 50.
    pub validators: u8,
    /// The height to reach at least.
    pub heights: u64,
    /// How many transactions are submitted, the first two being registration and lease.
    pub transactions: usize,
    /// How many times a validator dies, one after another.
    pub crashes: usize,
    /// How many of a thousand messages are lost.
    pub loss_permille: u64,
    /// How many of a thousand messages arrive twice.
    pub duplicate_permille: u64,
    /// What a crash takes from the engine's write-ahead log.
    pub wal_loss: WalLoss,
    /// Whether the validators change their keys half-way.
    pub rotates: bool,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            seed: 0,
            suite: Suite::Intl,
            validators: 4,
            heights: 10,
            transactions: 20,
            crashes: 1,
            loss_permille: 10,
            duplicate_permille: 10,
            wal_loss: WalLoss::Unflushed,
            rotates: false,
        }
    }
}

/// What came of a run in which nothing was violated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// A hash over every event of the run, in order.
    pub log: Digest,
    /// The highest final height.
    pub height: Height,
    /// How many transactions were acknowledged, and are final on every node.
    pub transactions: usize,
    /// How many times a validator died.
    pub crashes: usize,
    /// How many epochs there were.
    pub epochs: usize,
    /// How long it took, in virtual time.
    pub virtual_ms: u64,
}

/// Runs a scenario to its end.
///
/// # Errors
/// The first [`Violation`]; [`Violation::NoProgress`] if the end is not reached.
pub fn run(scenario: &Scenario) -> Result<Report, Violation> {
    world::World::new(scenario)?.run()
}
