//! The citizen's wallet and everybody's verifier, in the browser.
//!
//! The page asks for documents and proofs over the network and believes none of them. Every verdict
//! is computed by the [light client](light_client) in a worker on this device ([`VerifyTask`]) from
//! bytes and pinned trust anchors; what is stored is bytes, never a verdict.
//!
//! Invariants:
//! - No document, nor anything from it, is sent anywhere to be verified.
//! - Names of issuers come from the certified registry; before that they are called the issuer's own.
//! - A pinned trust anchor is never replaced by what a portal hands out.
//! - A verdict is shown with its age; what could not be checked is said to be unchecked.

mod app;
mod page;

mod component;

mod router;
mod session;
mod settings;

mod verification;
mod wallet;

mod browser;
mod i18n;

pub use app::App;
pub use verification::VerifyTask;
pub use verification::protocol::{Anchor, Answer, Command};
