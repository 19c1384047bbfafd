//! The single-file verifier, opened from disk: the verdicts of the vectors in both languages,
//! without a network, and no way out for a document that would like one.
//!
//! `cargo xtask verifier` makes the page.

mod in_browser;
mod page;
