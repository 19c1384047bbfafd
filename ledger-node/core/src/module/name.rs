//! The modules' names.

use light_client::cbor::{DecodeError, Reader, Wire, Writer};

/// A part of the ledger with rules of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Module {
    /// Members, validators, parameters, modules.
    Governance,
    /// Issuers and their rights; schemas, releases, verifiers.
    Registry,
    /// Agencies' DIDs.
    Did,
    /// Documents not in good standing.
    Status,
    /// Leases, invoices, claims.
    Invoice,
    /// Digests of files, with their time.
    Evidence,
    /// Batches of documents.
    Anchor,
}

impl Module {
    /// All of them, ascending by number.
    pub const ALL: [Self; 7] = [
        Self::Governance,
        Self::Registry,
        Self::Did,
        Self::Status,
        Self::Invoice,
        Self::Evidence,
        Self::Anchor,
    ];

    /// Its number in transactions.
    pub const fn id(self) -> u8 {
        match self {
            Self::Governance => 1,
            Self::Registry => 2,
            Self::Did => 3,
            Self::Status => 4,
            Self::Invoice => 5,
            Self::Evidence => 6,
            Self::Anchor => 8,
        }
    }

    /// Its name, for people and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Governance => "governance",
            Self::Registry => "registry",
            Self::Did => "did",
            Self::Status => "status",
            Self::Invoice => "invoice",
            Self::Evidence => "evidence",
            Self::Anchor => "anchor",
        }
    }
}

impl Wire for Module {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(self.id());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let id: u8 = reader.small("module")?;
        let mut all = Self::ALL.into_iter();
        all.find(|module| module.id() == id)
            .ok_or(DecodeError::FieldOutOfRange("module"))
    }
}
