//! Documents not in good standing. Absence from this tree is what "in force" rests on.
//!
//! ```text
//! key   = [1, ledger, 4, 1, issuer at issuance, document digest]
//! value = [1, ledger, 4, 1, standing, reason, legal basis, role, by, recorded height,
//!          recorded time_ms, effective time_ms]
//! ```

use alloc::{borrow::ToOwned, string::String};
use core::fmt;

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::Digest,
    id::{Height, IssuerId, LedgerId, TimeMs},
    state::{Kind, StateKey},
    suite::Suite,
};

/// How a document stands that is not simply in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Ended for good.
    Revoked,
    /// Not to be relied on for now.
    Suspended,
    /// Once revoked or suspended, in force again.
    Reinstated,
}

/// Why, as a closed list: no free text on the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusReason {
    /// No reason given.
    Unspecified,
    /// Issued in error.
    IssuedInError,
    /// Replaced by a newer document.
    Superseded,
    /// The holder's key is lost or known to others.
    KeyCompromised,
    /// The holder no longer meets the conditions.
    NoLongerEntitled,
    /// By order of a court or authority.
    LegalOrder,
}

impl StatusReason {
    const ALL: [Self; 6] = [
        Self::Unspecified,
        Self::IssuedInError,
        Self::Superseded,
        Self::KeyCompromised,
        Self::NoLongerEntitled,
        Self::LegalOrder,
    ];

    const fn code(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::IssuedInError => 1,
            Self::Superseded => 2,
            Self::KeyCompromised => 3,
            Self::NoLongerEntitled => 4,
            Self::LegalOrder => 5,
        }
    }
}

/// In which role whoever decided it did so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DecidingRole {
    /// The agency that issued the document.
    Issuer,
    /// The agency that the registry names as the issuer's successor.
    Successor,
    /// The consortium's members, by vote.
    Governance,
}

/// The law or order on which a decision rests: `发票管理办法 第22条`.
///
/// Text of 1 to 200 characters without control or format characters. It names a rule, never a
/// person: what is on the ledger stays there.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct LegalBasis(String);

/// The longest legal basis, in characters and in bytes.
const MAX_BASIS: (usize, usize) = (200, 600);

impl LegalBasis {
    /// Takes a text of the permitted shape.
    ///
    /// # Errors
    /// [`DecodeError::FieldOutOfRange`] if it is empty, too long, or not plain text.
    pub fn parse(text: &str) -> Result<Self, DecodeError> {
        let (characters, bytes) = MAX_BASIS;
        let plain = |c: char| !c.is_control() && !is_invisible(c);
        let long = text.len() > bytes || text.chars().count() > characters;
        if text.trim().is_empty() || long || !text.chars().all(plain) {
            return Err(DecodeError::FieldOutOfRange("legal basis"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters that change how a text looks without being seen: direction, joining, byte order.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl fmt::Display for LegalBasis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Wire for LegalBasis {
    fn encode(&self, writer: &mut Writer) {
        writer.text(&self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::parse(&reader.text(MAX_BASIS.1)?)
    }
}

/// A document's standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusEntry {
    /// The ledger.
    pub ledger: LedgerId,
    /// How it stands.
    pub standing: Standing,
    /// Why.
    pub reason: StatusReason,
    /// The law or order on which it rests.
    pub basis: LegalBasis,
    /// In which role the agency decided.
    pub role: DecidingRole,
    /// The agency that decided; of a vote, the first that voted for it.
    pub by: IssuerId,
    /// The height at which it was recorded.
    pub recorded: Height,
    /// The time of that block.
    pub recorded_ms: TimeMs,
    /// From when it counts; may lie before or after.
    pub effective_ms: TimeMs,
}

/// Where a document's standing is kept; the verifier computes it from the document.
pub fn status_key(
    suite: Suite,
    ledger: &LedgerId,
    issuer: &IssuerId,
    document: &Digest,
) -> StateKey {
    let parts: [&[u8]; 2] = [issuer.as_str().as_bytes(), document.as_bytes()];
    StateKey::new(suite, ledger, Kind::Status, &parts)
}

impl Wire for Standing {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(match self {
            Self::Revoked => 1u8,
            Self::Suspended => 2,
            Self::Reinstated => 3,
        });
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint()? {
            1 => Ok(Self::Revoked),
            2 => Ok(Self::Suspended),
            3 => Ok(Self::Reinstated),
            _ => Err(DecodeError::FieldOutOfRange("standing")),
        }
    }
}

impl Wire for DecidingRole {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(match self {
            Self::Issuer => 1u8,
            Self::Successor => 2,
            Self::Governance => 3,
        });
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint()? {
            1 => Ok(Self::Issuer),
            2 => Ok(Self::Successor),
            3 => Ok(Self::Governance),
            _ => Err(DecodeError::FieldOutOfRange("deciding role")),
        }
    }
}

impl Wire for StatusReason {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(self.code());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let code = reader.uint()?;
        let mut all = Self::ALL.into_iter();
        all.find(|reason| u64::from(reason.code()) == code)
            .ok_or(DecodeError::FieldOutOfRange("status reason"))
    }
}

impl Wire for StatusEntry {
    fn encode(&self, writer: &mut Writer) {
        writer.array(12);
        Kind::Status.write_prefix(writer, &self.ledger);
        writer.value(&self.standing).value(&self.reason);
        writer.value(&self.basis).value(&self.role);
        writer.value(&self.by).value(&self.recorded);
        writer.value(&self.recorded_ms).value(&self.effective_ms);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(12)?;
        let ledger = Kind::Status.read_prefix(reader)?;
        Ok(Self {
            ledger,
            standing: reader.value()?,
            reason: reader.value()?,
            basis: reader.value()?,
            role: reader.value()?,
            by: reader.value()?,
            recorded: reader.value()?,
            recorded_ms: reader.value()?,
            effective_ms: reader.value()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legal_basis_is_plain_text() {
        for text in ["发票管理办法 第22条", "Order 7 of 2026", &"一".repeat(200)] {
            assert!(LegalBasis::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "  ",
            "a\nb",
            "a\u{202e}b",
            "\u{feff}x",
            &"一".repeat(201),
        ] {
            let refused = Err(DecodeError::FieldOutOfRange("legal basis"));
            assert_eq!(LegalBasis::parse(text), refused, "{text:?}");
        }
    }
}
