//! N validators in one thread: the engine's consensus core and the ledger's App over a simulated
//! network, clock and disk, all decided by one number.
//!
//! ```
//! use ledger_sim::{Scenario, run};
//! let report = run(&Scenario { seed: 7, ..Scenario::default() })?;
//! assert!(report.height.0 >= Scenario::default().heights);
//! # Ok::<(), ledger_sim::Violation>(())
//! ```
//! Messages are delayed, lost, doubled and reordered; the network falls apart and heals; clocks
//! differ and jump; nodes are slow, stand still, and die in the middle of an effect or on either
//! side of a commit, with a part of their write-ahead log lost, and start again; one may be
//! Byzantine ([`Behaviour`]). A checker watches from outside: agreement, certificates as a light
//! client sees them, no double signature, no broken lock, evidence that proves what it says, no
//! acknowledged transaction lost, and progress once the faults are over.
//!
//! `docs/simulation.md` lists the faults with their tests, and says what is not simulated.
//!
//! # Invariants
//! - The same scenario gives the same run, to the last event: [`Report::log`] proves it.
//! - Nothing here is a stand-in for the ledger or the engine: both are the real ones. Only what
//!   surrounds them is simulated; the engine's network, disk and sync actors are not covered.

mod byzantine;
mod campaign;
mod checker;
mod client;
mod clock;
mod event;
mod evidence;
mod invoices;
mod log;
mod message;
mod node;
mod random;
mod report;
mod scenario;
mod signing;
mod store;
mod violation;
mod wal;
mod world;

pub use byzantine::Behaviour;
pub use campaign::{Campaign, Kind, MalformedCampaign};
pub use report::{Counted, Report, Tally};
pub use scenario::{Faults, Mix, Mutation, OPERATIONS_PER_SEED, PlannedCrash, Scenario, Upgrade};
pub use store::CommitCrash;
pub use violation::Violation;

/// Runs a scenario to its end.
///
/// # Errors
/// The first [`Violation`]; [`Violation::NoProgress`] if the end is not reached.
pub fn run(scenario: &Scenario) -> Result<Report, Violation> {
    world::World::new(scenario, false)?.run().1
}

/// Runs a scenario and keeps its log, line by line.
///
/// # Errors
/// Those of a world that cannot be founded; what comes of the run is in the answer.
pub fn replay(scenario: &Scenario) -> Result<(Vec<String>, Result<Report, Violation>), Violation> {
    Ok(world::World::new(scenario, true)?.run())
}
