//! The whole service over HTTP: a real database, real keys, and a real ledger in this process.
//!
//! The ledger is `ledger-core`'s `App` over its memory store, behind the HTTP API of a node; four
//! validators sign every block. Nothing of its logic is imitated here.

#![expect(clippy::unwrap_used, reason = "a failed test is the point")]
#![expect(unreachable_pub, reason = "modules of one test program")]

mod bad_input;
mod city;
mod crash;
mod invoices;
mod issuance;
mod ledger;
mod offers;
mod pages;
mod registration;
mod wallet;
