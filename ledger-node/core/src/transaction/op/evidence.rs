//! Digests of files that somebody may have to prove one day.
//!
//! ```text
//! evidence.deposit = [6, 1, agency, [digest, …]]
//! ```

use light_client::{
    cbor::{DecodeError, Reader, Writer},
    hash::Digest,
    id::IssuerId,
};

use super::Payload;
use crate::limits::MAX_DEPOSITS;

/// Digests to keep with the block's time.
///
/// Version 1 of the module takes one digest in a transaction, version 2 up to 1,000.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// The agency at whose counter they were handed in; the sender is a key of it.
    pub agency: IssuerId,
    /// `record::evidence_digest` of salt and file, strictly ascending.
    pub digests: Vec<Digest>,
}

impl Payload for Deposit {
    const ID: u8 = 1;
    const FIELDS: usize = 2;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.agency).list(&self.digests);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            agency: reader.value()?,
            digests: reader.list(MAX_DEPOSITS)?,
        })
    }
}
