//! The ledger as a library without I/O.
pub mod block;
mod ledger;
pub mod limits;
pub mod refusal;
pub mod store;
pub mod transaction;
