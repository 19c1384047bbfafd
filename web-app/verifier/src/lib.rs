//! The single-file verifier: one page, opened from disk, that reaches no network.
//!
//! [`Checker`] decides, by the light client; [`Photo`] finds the code in a picture; [`view`] and [`labels`] say in Chinese or English what
//! the page shows, in the words of the web app. The page itself (`page/`) only puts texts into
//! elements. `cargo xtask verifier` packs all of it into one file.
//!
//! Invariants:
//! - Nothing is fetched, sent or stored: what the page knows, somebody gave it as a file.
//! - What comes from a document leaves here as text, never as markup.
//! - A verdict depends on file, trust stores and time alone, as everywhere else.

mod checker;
mod labels;
mod picture;
mod view;

pub use checker::{Checker, Taken};
pub use labels::labels;
pub use picture::{Photo, is_picture};
pub use view::view;

use sha2::{Digest as _, Sha256};
use wasm_bindgen::prelude::wasm_bindgen;
use wording::Lang;

/// The release of which this is a copy.
#[wasm_bindgen]
pub fn release() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// SHA-256 in hex: of the checking program, so that people can compare their copy.
#[wasm_bindgen]
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The language of a BCP 47 tag as the page writes it into `lang`: `zh-CN` or `en`.
#[wasm_bindgen]
pub fn language(tag: &str) -> String {
    Lang::of_tag(tag).tag().to_owned()
}
