//! What people read of a verdict, in Chinese and in English: one source for every page.
//!
//! A [`report::Report`] is the light client's verdict as read back from its JSON; [`headline`], [`question`]
//! and [`fields`] put it into words of the catalogue (`web-app/i18n`). The web app and the
//! single-file verifier show the same words because they take them from here.
//!
//! ```
//! use wording::{Key, Lang};
//!
//! assert_eq!(Lang::En.text(Key::VerdictValid), "Valid");
//! assert_eq!(Lang::Zh.text(Key::VerdictValid), "有效");
//! ```
//!
//! Invariants:
//! - Nothing is decided here: a report says what the light client decided.
//! - Every reason of the light client has words, without a catch-all.
//! - Nothing is shown by this crate; what it returns is text, never markup.

pub mod report;

pub mod fields;
mod words;

pub mod clock;
mod i18n;

pub use i18n::{Key, Lang};
pub use words::{Headline, Sort, Tone, check, headline, outcome, question};
