//! Documents not in good standing. Absence from this tree is what "in force" rests on.
//!
//! ```text
//! key   = [1, ledger, 4, 1, issuer at issuance, document digest]
//! value = [1, ledger, 4, 1, standing, reason, by, recorded height, recorded time_ms, effective time_ms]
//! ```

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

/// A document's standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusEntry {
    /// The ledger.
    pub ledger: LedgerId,
    /// How it stands.
    pub standing: Standing,
    /// Why.
    pub reason: StatusReason,
    /// Who decided.
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
        writer.array(10);
        Kind::Status.write_prefix(writer, &self.ledger);
        writer
            .value(&self.standing)
            .value(&self.reason)
            .value(&self.by)
            .value(&self.recorded);
        writer.value(&self.recorded_ms).value(&self.effective_ms);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(10)?;
        let ledger = Kind::Status.read_prefix(reader)?;
        Ok(Self {
            ledger,
            standing: reader.value()?,
            reason: reader.value()?,
            by: reader.value()?,
            recorded: reader.value()?,
            recorded_ms: reader.value()?,
            effective_ms: reader.value()?,
        })
    }
}
