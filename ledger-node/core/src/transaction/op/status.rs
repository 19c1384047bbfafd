//! Documents' standing.
//!
//! ```text
//! status.set = [4, 1, issuer, document digest, standing, reason, legal basis, effective time_ms]
//! ```

use light_client::{
    cbor::{DecodeError, Reader, Writer},
    hash::Digest,
    id::{IssuerId, TimeMs},
    record::{LegalBasis, Standing, StatusReason},
};

use super::Payload;

/// A document's standing, as it shall be.
///
/// The sender is a key of the issuer, or of the issuer that the registry names as its successor;
/// or the members decide (`Action::SetStatus`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// The issuer, at issuance.
    pub issuer: IssuerId,
    /// The document.
    pub document: Digest,
    /// How it shall stand.
    pub standing: Standing,
    /// Why.
    pub reason: StatusReason,
    /// The law or order on which it rests.
    pub basis: LegalBasis,
    /// From when it counts: what is suspended is not revoked ahead of a date, since it would be in
    /// force until then.
    pub effective_ms: TimeMs,
}

impl Payload for StatusChange {
    const ID: u8 = 1;
    const FIELDS: usize = 6;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.issuer).value(&self.document);
        writer.value(&self.standing).value(&self.reason);
        writer.value(&self.basis).value(&self.effective_ms);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            issuer: reader.value()?,
            document: reader.value()?,
            standing: reader.value()?,
            reason: reader.value()?,
            basis: reader.value()?,
            effective_ms: reader.value()?,
        })
    }
}
