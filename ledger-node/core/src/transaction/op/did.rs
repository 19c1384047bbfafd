//! Agencies' DIDs: `did:tally:<ledger>:<agency>`.
//!
//! ```text
//! did.set = [3, 1, agency, deactivate, add: [[key, possession], …], retire: [key, …]]
//! ```

use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer},
    id::IssuerId,
    key::{PublicKey, Signature},
};

use super::Payload;
use crate::limits::MAX_DID_KEYS;

/// A change of an agency's DID document; the first one publishes it.
///
/// The sender is a key that the DID has at present; for the first, a member's governance key or a
/// key of the issuer of that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DidChange {
    /// The agency.
    pub agency: IssuerId,
    /// Ends the DID for good.
    pub deactivate: bool,
    /// Keys to add, from this block on.
    pub add: Vec<DidKey>,
    /// Keys to retire, from this block on.
    pub retire: Vec<PublicKey>,
}

/// A key with proof that whoever adds it holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DidKey {
    /// The key.
    pub key: PublicKey,
    /// Over [`super::super::did_possession_bytes`], by the key.
    pub possession: Signature,
}

impl Wire for DidKey {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.key).value(&self.possession);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            key: reader.value()?,
            possession: reader.value()?,
        })
    }
}

impl Payload for DidChange {
    const ID: u8 = 1;
    const FIELDS: usize = 4;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.agency).bool(self.deactivate);
        writer.list(&self.add).list(&self.retire);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            agency: reader.value()?,
            deactivate: reader.bool()?,
            add: reader.list(MAX_DID_KEYS)?,
            retire: reader.list(MAX_DID_KEYS)?,
        })
    }
}
