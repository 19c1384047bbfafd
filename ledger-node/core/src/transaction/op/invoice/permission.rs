//! Who stands behind a request besides its sender.

use credentials_schemas::invoice::InvoiceNumber;
use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer},
    key::{PublicKey, Signature},
    record::Side,
};

use super::read_number;

/// A use of a record's claim key.
///
/// The key comes along so that the signature can be checked with the transaction's form, once;
/// that it is the record's is for the state to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// The claim key.
    pub key: PublicKey,
    /// The record's sequence, which this use consumes.
    pub sequence: u64,
    /// Over `record::KeyStatement::claim_key_bytes`.
    pub signature: Signature,
}

/// The consent of the funder to whom an invoice is pledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// The funder's key.
    pub funder: PublicKey,
    /// The record's sequence, which this consent consumes.
    pub sequence: u64,
    /// Over `record::KeyStatement::consent_bytes`.
    pub signature: Signature,
}

/// For which party to the invoice a request is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    /// For the seller: the sender is the key of a lease that holds.
    Seller {
        /// The lease's first number.
        lease_first: InvoiceNumber,
    },
    /// For the buyer: whoever sends it has a signature of the claim key.
    Buyer(KeyUse),
}

impl Party {
    /// Which side it is.
    pub const fn side(&self) -> Side {
        match self {
            Self::Seller { .. } => Side::Seller,
            Self::Buyer(_) => Side::Buyer,
        }
    }

    /// The use of the claim key, by the buyer.
    pub const fn key_use(&self) -> Option<&KeyUse> {
        match self {
            Self::Seller { .. } => None,
            Self::Buyer(by) => Some(by),
        }
    }
}

impl Wire for KeyUse {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.key).uint(self.sequence);
        writer.value(&self.signature);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            key: reader.value()?,
            sequence: reader.uint()?,
            signature: reader.value()?,
        })
    }
}

impl Wire for Consent {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.funder).uint(self.sequence);
        writer.value(&self.signature);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            funder: reader.value()?,
            sequence: reader.uint()?,
            signature: reader.value()?,
        })
    }
}

impl Wire for Party {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.side());
        match self {
            Self::Seller { lease_first } => writer.text(lease_first.as_str()),
            Self::Buyer(by) => writer.value(by),
        };
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        match reader.value()? {
            Side::Seller => {
                let lease_first = read_number(reader)?;
                Ok(Self::Seller { lease_first })
            }
            Side::Buyer => reader.value().map(Self::Buyer),
        }
    }
}
