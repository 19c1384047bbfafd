//! What the node and the simulator tell the consensus engine, word for word the same: what a
//! height, a value, a vote and a validator are ([`TallyContext`]), which bytes a signature is made
//! over ([`Intent`], [`EngineVerifier`]), and what a key may sign at all ([`Marked`]).
//!
//! ```
//! use ledger_engine::{Course, Marked, Place, Step};
//! let mut mark = Marked::default();
//! let place = Place { height: 7, round: 0, step: Step::Prevote };
//! let change = mark.sign(place, None, Course::Logged)?;
//! // Here the change is written to a disk and synced; only then is anything signed.
//! mark.apply(&change);
//! # Ok::<(), ledger_engine::Refusal>(())
//! ```
//!
//! # Invariants
//! - No I/O, no clock, no thread: the node keeps the mark in a file, the simulator on a disk of its
//!   own, and both ask these rules.
//! - Of the engine only its types are known here, never its actors.

#![forbid(unsafe_code)]

mod context;
mod mark;
mod message;
mod signing;
mod validators;

pub use context::{NoPrivateKey, Scheme, TallyContext};
pub use mark::{
    Change, Course, EARLY_POLKA_ROUND, EngineLog, Logged, Marked, Place, Refusal, Signed, Start,
    Step,
};
pub use message::{HeaderValue, Part, PartInit, Proposal, StreamHead, ValueId, Vote};
pub use signing::{Check, EngineVerifier, Intent};
pub use validators::{Address, Height, Validator, ValidatorSet};
