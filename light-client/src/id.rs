//! Names and numbers that must not be mistaken for each other.

use alloc::{borrow::ToOwned, string::String};
use core::fmt;

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::Digest,
};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Wire for $name {
            fn encode(&self, writer: &mut Writer) {
                writer.uint(self.0);
            }
            fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                reader.small(stringify!($name)).map(Self)
            }
        }
    };
}

number!(
    /// The number of a block; the first is 1.
    Height(u64)
);
number!(
    /// A span of heights with one validator set; the first is 0.
    Epoch(u64)
);
number!(
    /// An attempt to agree on one height; the first is 0.
    Round(u32)
);
number!(
    /// Milliseconds since 1970-01-01T00:00:00Z.
    TimeMs(u64)
);
number!(
    /// The place of a leaf in a log or batch; the first is 0.
    LeafIndex(u64)
);
number!(
    /// The number of leaves of a log or batch.
    TreeSize(u64)
);

impl Height {
    /// The height after this one; the last height has none.
    pub const fn next(self) -> Option<Self> {
        match self.0.checked_add(1) {
            Some(next) => Some(Self(next)),
            None => None,
        }
    }
}

impl Epoch {
    /// The epoch after this one; the last epoch has none.
    pub const fn next(self) -> Option<Self> {
        match self.0.checked_add(1) {
            Some(next) => Some(Self(next)),
            None => None,
        }
    }
}

/// A ledger, named by the fingerprint of its genesis: nobody can choose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct LedgerId(pub Digest);

impl fmt::Display for LedgerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Wire for LedgerId {
    fn encode(&self, writer: &mut Writer) {
        self.0.encode(writer);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Digest::decode(reader).map(Self)
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $max:literal, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes a name of the permitted alphabet and length.
            ///
            /// # Errors
            /// [`DecodeError::FieldOutOfRange`] otherwise.
            pub fn parse(text: &str) -> Result<Self, DecodeError> {
                let allowed: fn(char) -> bool = $allowed;
                if text.is_empty() || text.len() > $max || !text.chars().all(allowed) {
                    return Err(DecodeError::FieldOutOfRange(stringify!($name)));
                }
                Ok(Self(text.to_owned()))
            }

            /// The name.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Wire for $name {
            fn encode(&self, writer: &mut Writer) {
                writer.text(&self.0);
            }
            fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                Self::parse(&reader.text($max)?)
            }
        }
    };
}

name!(
    /// An agency of the consortium, or an issuer, within one ledger: `haizhou-tax`.
    ///
    /// Its DID is `did:tally:<ledger>:<name>`. Lower-case ASCII only, so that no two names
    /// look alike; what people read is the registry's display name.
    IssuerId,
    64,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
);

name!(
    /// A kind of document: a credential's `vct`, or the invoice's schema.
    DocumentType,
    128,
    |c| c.is_ascii_graphic()
);

impl DocumentType {
    /// The type of invoices.
    pub fn invoice() -> Self {
        Self(credentials_schemas::invoice::DOCUMENT_TYPE.to_owned())
    }
}

impl IssuerId {
    /// `did:tally:<ledger>:<name>`.
    pub fn did(&self, ledger: &LedgerId) -> String {
        let mut did = "did:tally:".to_owned();
        did.push_str(&ledger.0.to_hex());
        did.push(':');
        did.push_str(&self.0);
        did
    }

    /// Reads `did:tally:<ledger>:<name>`.
    ///
    /// # Errors
    /// [`DecodeError::WrongFormat`] for another DID method, otherwise what is wrong in it.
    pub fn from_did(did: &str) -> Result<(LedgerId, Self), DecodeError> {
        let rest = did
            .strip_prefix("did:tally:")
            .ok_or(DecodeError::WrongFormat)?;
        let (ledger, name) = rest.split_once(':').ok_or(DecodeError::Malformed)?;
        Ok((LedgerId(Digest::from_hex(ledger)?), Self::parse(name)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_invoices_keeps_the_alphabet() {
        let invoice = DocumentType::invoice();
        assert_eq!(DocumentType::parse(invoice.as_str()), Ok(invoice));
    }

    #[test]
    fn did_round_trip() {
        let ledger = LedgerId(Digest::from_bytes([7; 32]));
        let issuer = IssuerId::parse("haizhou-tax").expect("a name");
        assert_eq!(
            IssuerId::from_did(&issuer.did(&ledger)),
            Ok((ledger, issuer))
        );
        assert_eq!(
            IssuerId::from_did("did:key:z6Mk"),
            Err(DecodeError::WrongFormat)
        );
    }

    #[test]
    fn t47_names_that_could_look_alike_are_refused() {
        for name in [
            "Haizhou-tax",
            "haizhou‑tax",
            "hаizhou-tax",
            "",
            "a b",
            "海州",
        ] {
            assert!(IssuerId::parse(name).is_err(), "{name}");
        }
    }
}
