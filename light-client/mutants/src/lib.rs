//! Genuine files, changed: nobody may make the verifier say of one what is not so.
//!
//! ```text
//! vectors ─► subject ─► item (a tree of CBOR) ─► mutation ─► bytes ─► verdict ─► tally
//! ```
//! A mutation knows the structure, so that most mutants are still well-formed and get as far as the
//! signatures. Each is made of its number alone: a finding is named by it and made again.

mod campaign;
mod item;
mod mutation;
mod subject;
mod tally;

pub use campaign::{Campaign, Finding};
pub use subject::{Subject, Subjects};
pub use tally::Tally;
