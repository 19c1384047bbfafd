//! The short code: what is printed of an invoice, for any phone, and the way to its proof.
//!
//! ```text
//! text       = portal "/v#" digits          https://fapiao.haizhou.example/v#06917529…
//! digits     = short-code, 7 bytes as 17 decimal digits, the last group as it comes
//! short-code = [1, first four bytes of the ledger's id, figures]
//! ```
//! It proves nothing. It says which figures belong to which commitment, and the full proof must say
//! the same: [`ShortCode::check`]. What follows `#` is sent to no server. Digits, because a QR code
//! holds three of them in ten bits: base64url in bytes would take a third more.

mod digits;

use alloc::string::String;

use credentials_schemas::invoice::PRINTED_FIELDS;

use crate::{
    bundle::Bundle,
    cbor::{self, DecodeError, Reader, Wire, Writer, to_bytes},
    compact::{Compact, CompactError, Figures},
    id::LedgerId,
};

/// What a short code may take of a QR code, modes and counts included: with error correction M it
/// then has 57 modules a side (version 10), half a millimetre each on 28 mm.
pub const MAX_QR_BYTES: usize = 210;

/// What stands between the portal and the digits.
const SEPARATOR: &str = "/v#";
/// The longest text that is read.
const MAX_TEXT: usize = 1_000;
/// The longest payload that is read.
const MAX_PAYLOAD: usize = 420;

/// Printed figures and what binds them to a commitment, with the beginning of the ledger's id.
///
/// # Security
/// Anybody can print one. It is worth what the proof is worth that is compared with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortCode {
    ledger: [u8; 4],
    figures: Figures,
}

/// Why a text is not a short code, or a short code cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShortCodeError {
    /// The digits are not a payload in its one form.
    #[error("payload of a short code is malformed")]
    Payload(#[source] DecodeError),
    /// Not a portal's address, `/v#` and digits.
    #[error("not the address of a short code")]
    Text,
    /// With these names and this portal it does not fit: print the compact proof alone.
    #[error("takes {bytes} bytes of a QR code, at most {MAX_QR_BYTES} are allowed")]
    TooLong {
        /// What it would take.
        bytes: usize,
    },
}

/// Where a short code and a proof differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShortCodeMismatch {
    /// The figures are the same, but bound to another commitment.
    #[error("the proof is of another commitment")]
    Commitment,
    /// A printed figure; the number comes first, as it says that the proof is of another invoice.
    #[error("the proof has another {path}")]
    Figure {
        /// Its JSON Pointer.
        path: &'static str,
    },
    /// The proof is of another ledger.
    #[error("the proof is of another ledger")]
    Ledger,
}

impl ShortCode {
    /// The short code of an invoice's bundle. Nothing is verified.
    ///
    /// # Errors
    /// [`CompactError::NotAnInvoice`], [`CompactError::Document`].
    pub fn from_bundle(bundle: &Bundle) -> Result<Self, CompactError> {
        let figures = Figures::from_bundle(bundle)?;
        Ok(Self::of(&bundle.proofs.ledger, figures))
    }

    /// The short code that belongs on the paper of a compact proof. Nothing is verified.
    pub fn from_compact(compact: &Compact) -> Self {
        Self::of(&compact.ledger, compact.figures.clone())
    }

    fn of(ledger: &LedgerId, figures: Figures) -> Self {
        let [a, b, c, d, ..] = *ledger.0.as_bytes();
        Self {
            ledger: [a, b, c, d],
            figures,
        }
    }

    /// Reads the text of a scanned code. Who the portal is does not matter.
    ///
    /// # Errors
    /// [`ShortCodeError::Text`], [`ShortCodeError::Payload`].
    pub fn parse(text: &str) -> Result<Self, ShortCodeError> {
        if text.len() > MAX_TEXT {
            return Err(ShortCodeError::Text);
        }
        let (portal, digits) = text.split_once(SEPARATOR).ok_or(ShortCodeError::Text)?;
        if !is_portal(portal) {
            return Err(ShortCodeError::Text);
        }
        let payload = digits::read(digits).ok_or(ShortCodeError::Text)?;
        cbor::parse(&payload, MAX_PAYLOAD).map_err(ShortCodeError::Payload)
    }

    /// The text to print, leading to `portal`: `https://` and a host.
    ///
    /// # Errors
    /// [`ShortCodeError::Text`] for another address, [`ShortCodeError::TooLong`].
    pub fn to_text(&self, portal: &str) -> Result<String, ShortCodeError> {
        let [prefix, digits] = self.parts(portal)?;
        Ok(prefix + &digits)
    }

    /// The text to print in two: what a QR code holds as bytes, and what it holds as digits.
    ///
    /// # Errors
    /// As [`Self::to_text`].
    pub fn parts(&self, portal: &str) -> Result<[String; 2], ShortCodeError> {
        if !is_portal(portal) {
            return Err(ShortCodeError::Text);
        }
        let prefix = String::from(portal) + SEPARATOR;
        let digits = digits::write(&to_bytes(self));
        let bytes = qr_bytes(prefix.len(), digits.len());
        if bytes > MAX_QR_BYTES {
            return Err(ShortCodeError::TooLong { bytes });
        }
        Ok([prefix, digits])
    }

    /// What is printed.
    pub const fn figures(&self) -> &Figures {
        &self.figures
    }

    /// Compares a code on paper with that of a proof ([`Self::from_bundle`],
    /// [`Self::from_compact`]), which its caller has verified.
    ///
    /// # Errors
    /// [`ShortCodeMismatch`]: the ledger first, then the number, then each figure in the order of
    /// an invoice's fields, then what binds them.
    pub fn check(&self, proof: &Self) -> Result<(), ShortCodeMismatch> {
        if self.ledger != proof.ledger {
            return Err(ShortCodeMismatch::Ledger);
        }
        if self.figures == proof.figures {
            return Ok(());
        }
        let [here, there] = [self, proof].map(|code| code.figures.printed.fields());
        let differs = |path: &&'static str| {
            let [one, two] = [&here, &there].map(|fields| {
                let mut fields = fields.iter();
                fields.find(|field| field.path == **path)
            });
            one != two
        };
        let paths = core::iter::once("/number").chain(PRINTED_FIELDS);
        Err(paths
            .into_iter()
            .find(differs)
            .map_or(ShortCodeMismatch::Commitment, |path| {
                ShortCodeMismatch::Figure { path }
            }))
    }
}

/// Whether a file may be the text of a short code.
pub(crate) fn is_address(bytes: &[u8]) -> bool {
    bytes.starts_with(b"https://")
}

/// An address that a phone opens: `https://`, a host of ASCII, no path.
fn is_portal(text: &str) -> bool {
    let host = text.strip_prefix("https://").unwrap_or_default();
    let is_of_host = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    !host.is_empty()
        && host
            .bytes()
            .all(|byte| is_of_host(byte) || b".-:".contains(&byte))
}

/// What a QR code of version 10 to 26 takes: two modes of 4 bits, counts of 16 and 12 bits, bytes,
/// and ten bits for three digits, seven for two, four for one.
const fn qr_bytes(prefix: usize, digits: usize) -> usize {
    let rest = match digits % 3 {
        0 => 0,
        1 => 4,
        _ => 7,
    };
    let bits = 36 + prefix * 8 + digits / 3 * 10 + rest;
    bits.div_ceil(8)
}

impl Wire for ShortCode {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(3)
            .uint(1u8)
            .bytes(&self.ledger)
            .value(&self.figures);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        reader.version(1)?;
        Ok(Self {
            ledger: reader.byte_array()?,
            figures: reader.value()?,
        })
    }
}
