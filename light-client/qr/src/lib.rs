//! QR codes of documents: drawn as pictures, and read from pictures.
//!
//! ```
//! use tally_qr::{Code, Picture};
//!
//! let code = Code::of_bytes(b"what is in it")?;
//! let png = code.to_picture(4).to_png();
//! assert_eq!(Picture::from_png(&png)?.codes(), [b"what is in it"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//! Invariants:
//! - no file, camera or clock: bytes go in and come out, so that the web can use it as it is;
//! - nothing is decided here: what a code holds is for the light client to judge;
//! - a picture has a limit before anything is allocated for it.
//!
//! Standards: ISO/IEC 18004:2015 (QR code), W3C PNG (third edition), SVG 1.1.

mod draw;
mod picture;
mod read;

pub use draw::{Code, TooLong};
pub use picture::{Picture, PictureError};
