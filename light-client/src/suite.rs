//! The two cryptographic suites. A ledger's consensus and trees use exactly one.

use crate::cbor::{DecodeError, Reader, Wire, Writer};

/// A closed choice: there is no negotiation, hence no downgrade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Suite {
    /// SM2 (GB/T 32918, user id `1234567812345678`) with SM3 (GB/T 32905). The default.
    Sm,
    /// Ed25519 (strict) and ECDSA P-256 (low s) with SHA-256.
    Intl,
}

impl Wire for Suite {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(match self {
            Self::Sm => 1u8,
            Self::Intl => 2,
        });
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint()? {
            1 => Ok(Self::Sm),
            2 => Ok(Self::Intl),
            _ => Err(DecodeError::FieldOutOfRange("suite")),
        }
    }
}
