//! Documents: what an issuer signed, read strictly, and the digest by which a ledger knows it.
//!
//! ```text
//! credential   SD-JWT text ──parse──▶ Credential ─────▶ H("tally/credential/1", issuer JWT)
//! invoice      JCS bytes + seed ─────▶ InvoiceDocument ▶ H("tally/invoice/1", printed leaf, field root)
//! ```
//! A parsed document is well-formed by construction and says who claims to have issued it; that
//! it *was* issued, with what right and whether it stands, only the proofs of its bundle show.
//! Formats byte by byte: `docs/spec/document.md`.
//!
//! # Standards
//! RFC 9901 (SD-JWT), draft-ietf-oauth-sd-jwt-vc-19 (SD-JWT VC), RFC 7515 (JWS), RFC 7517 (JWK),
//! RFC 8785 (JCS).

mod base64url;
mod credential;
mod draft;
mod error;
mod invoice;
pub mod jwk;
mod sd_jwt;

pub use credential::{Algorithm, Claim, Credential, CredentialIssuer, UnixSeconds};
pub use draft::{CredentialDraft, DraftError, UnsignedCredential};
pub use error::DocumentError;
pub(crate) use invoice::printed_leaf;
pub use invoice::{FieldTree, InvoiceDocument};
pub use sd_jwt::CredentialLimits;
