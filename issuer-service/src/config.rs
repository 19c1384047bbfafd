//! What an installation is told at its beginning: its agencies, their types and their sellers.
//!
//! ```json
//! {"agencies": [{
//!   "id": "haizhou-tax",
//!   "name": {"zh": "海州市税务局", "en": "Haizhou Tax Bureau"},
//!   "rights": ["tallystick/invoice/1"],
//!   "issues": ["tallystick/invoice/1"],
//!   "sellers": [{"id": "91990100MA0DEM008U", "name": "东岚铁路客运有限公司",
//!                "lease": {"first": "26991000000000001017", "count": 1000, "quota_fen": 100000000}}]
//! }]}
//! ```
//! `rights` is what the ledger's members are asked to register; `issues`, by default the same, is
//! what the desk offers. The ledger decides by the former alone.

use std::collections::BTreeSet;

use credentials_schemas::invoice::InvoiceNumber;
use light_client::id::{DocumentType, IssuerId};
use serde::{Deserialize, Serialize};

use crate::catalogue;

/// The most numbers one lease of the seed may have.
const MAX_LEASE_COUNT: u64 = 10_000_000;

/// The content of the seed file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    /// The agencies, each a tenant.
    pub agencies: Vec<AgencySeed>,
}

/// One agency.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgencySeed {
    /// Its name on the ledger.
    pub id: String,
    /// Its names for people.
    pub name: NameSeed,
    /// The document types it is to have the right to.
    pub rights: Vec<String>,
    /// The document types that its desk offers; `rights` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issues: Option<Vec<String>>,
    /// The firms that issue invoices under its leases.
    #[serde(default)]
    pub sellers: Vec<SellerSeed>,
}

/// A name in both languages.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameSeed {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A firm whose key this service holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SellerSeed {
    /// Its tax number.
    pub id: String,
    /// Its name, exactly as on its invoices.
    pub name: String,
    /// The first numbers it is leased; it can be leased more at the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<LeaseSeed>,
}

/// A lease of invoice numbers.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaseSeed {
    /// The first number.
    pub first: InvoiceNumber,
    /// How many numbers.
    pub count: u64,
    /// The most that may be invoiced in total, gross, in fen.
    pub quota_fen: u64,
}

/// Why a seed is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SeedError {
    /// An agency is there twice.
    #[error("agency {0} is there twice")]
    DuplicateAgency(String),
    /// A seller is there twice under one agency.
    #[error("seller {0} is there twice")]
    DuplicateSeller(String),
    /// The lease has no numbers, too many, or no quota.
    #[error("lease of seller {0} is empty or too large")]
    LeaseOutOfRange(String),
    /// Not the JSON of a seed.
    #[error("not a seed")]
    Malformed(#[source] serde_json::Error),
    /// There is no agency.
    #[error("no agency")]
    NoAgency,
    /// A name is empty, too long, or of other characters than its kind allows.
    #[error("name {0:?} is not permitted")]
    NameNotPermitted(String),
    /// No such type of document.
    #[error("document type {0:?} is unknown")]
    UnknownType(String),
}

impl Seed {
    /// Reads a seed and checks what it says.
    ///
    /// # Errors
    /// [`SeedError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, SeedError> {
        let seed: Self = serde_json::from_slice(bytes).map_err(SeedError::Malformed)?;
        if seed.agencies.is_empty() {
            return Err(SeedError::NoAgency);
        }
        let mut ids = BTreeSet::new();
        for agency in &seed.agencies {
            agency.check()?;
            if !ids.insert(&agency.id) {
                return Err(SeedError::DuplicateAgency(agency.id.clone()));
            }
        }
        Ok(seed)
    }
}

impl AgencySeed {
    /// The types that the desk offers.
    pub fn issues(&self) -> &[String] {
        self.issues.as_deref().unwrap_or(&self.rights)
    }

    fn check(&self) -> Result<(), SeedError> {
        IssuerId::parse(&self.id).map_err(|_| SeedError::NameNotPermitted(self.id.clone()))?;
        for name in [&self.name.zh, &self.name.en] {
            check_text(name)?;
        }
        for document_type in self.rights.iter().chain(self.issues()) {
            let known = DocumentType::parse(document_type).is_ok_and(|t| catalogue::is_known(&t));
            if !known {
                return Err(SeedError::UnknownType(document_type.clone()));
            }
        }
        let mut sellers = BTreeSet::new();
        for seller in &self.sellers {
            seller.check()?;
            if !sellers.insert(&seller.id) {
                return Err(SeedError::DuplicateSeller(seller.id.clone()));
            }
        }
        Ok(())
    }
}

impl SellerSeed {
    fn check(&self) -> Result<(), SeedError> {
        check_text(&self.name)?;
        // It becomes part of a file name, so nothing but letters and digits.
        if self.id.is_empty()
            || self.id.len() > 20
            || !self.id.bytes().all(|b| b.is_ascii_alphanumeric())
        {
            return Err(SeedError::NameNotPermitted(self.id.clone()));
        }
        match self.lease {
            Some(lease) if !lease.is_in_range() => Err(SeedError::LeaseOutOfRange(self.id.clone())),
            _ => Ok(()),
        }
    }
}

impl LeaseSeed {
    /// Whether the lease is one that can be recorded.
    pub fn is_in_range(&self) -> bool {
        (1..=MAX_LEASE_COUNT).contains(&self.count)
            && self.quota_fen > 0
            && i64::try_from(self.quota_fen).is_ok()
    }
}

fn check_text(text: &str) -> Result<(), SeedError> {
    if text.trim().is_empty() || text.len() > 256 || text.chars().any(char::is_control) {
        return Err(SeedError::NameNotPermitted(text.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed(agencies: &str) -> Result<Seed, SeedError> {
        Seed::parse(format!(r#"{{"agencies": [{agencies}]}}"#).as_bytes())
    }

    const TAX: &str = r#"{"id": "tax", "name": {"zh": "税", "en": "Tax"},
        "rights": ["tallystick/invoice/1"], "sellers": [{"id": "91990100MA0DEM008U", "name": "铁路",
        "lease": {"first": "26991000000000001017", "count": 10, "quota_fen": 100}}]}"#;

    #[test]
    fn a_seed_is_read() {
        let seed = seed(TAX).expect("a seed");
        assert_eq!(seed.agencies[0].issues(), ["tallystick/invoice/1"]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert!(matches!(seed(""), Err(SeedError::NoAgency)));
        assert!(matches!(
            seed(&format!("{TAX},{TAX}")),
            Err(SeedError::DuplicateAgency(_))
        ));
        let replaced = |from: &str, to: &str| seed(&TAX.replace(from, to));
        assert!(matches!(
            replaced(r#""tax""#, r#""Tax""#),
            Err(SeedError::NameNotPermitted(_))
        ));
        assert!(matches!(
            replaced("invoice/1", "invoice/2"),
            Err(SeedError::UnknownType(_))
        ));
        assert!(matches!(
            replaced("91990100MA0DEM008U", "../x"),
            Err(SeedError::NameNotPermitted(_))
        ));
        assert!(matches!(
            replaced(r#""count": 10"#, r#""count": 0"#),
            Err(SeedError::LeaseOutOfRange(_))
        ));
        assert!(matches!(
            replaced("26991000000000001017", "269910000000000010"),
            Err(SeedError::Malformed(_))
        ));
        assert!(matches!(
            replaced(r#""rights""#, r#""writes""#),
            Err(SeedError::Malformed(_))
        ));
    }
}
