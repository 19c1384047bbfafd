//! The outbox: what was decided here becomes final on the ledger, once, whatever crashes between.
//!
//! ```text
//! open ──sign, store──▶ signed ──send──▶ submitted ──ask──▶ final
//!   ▲                     │ ▲                │               refused
//!   │                     │ └── unknown ─────┤
//!   └── expired: can never become final any more
//! ```
//! One row is one transaction. Its bytes are in the database before they leave, so a crash at any
//! point leads to sending the same bytes again; the ledger knows them by their idempotency key
//! and takes them once. New bytes are only made when the old ones have expired unseen, which
//! means that no later block can take them.

mod batch;
mod entry;
mod transaction;
mod worker;

pub use entry::{EntryState, Kind, NewEntry, OutboxEntry};
pub use worker::{Progress, run, step};

pub(crate) use entry::{find, insert};
