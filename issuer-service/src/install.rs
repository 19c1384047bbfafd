//! What a new installation's database begins with, and the ledger it belongs to.

use std::collections::BTreeMap;

use light_client::id::{LedgerId, TimeMs};
use sqlx::{AnyPool, Row as _};

use crate::{
    config::Seed,
    directory::Directory,
    error::ServiceError,
    lease::{self, LeaseError},
    random,
};

/// Why an installation cannot be completed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstallError {
    /// A lease of the seed.
    #[error("lease of seller {seller}")]
    Lease {
        /// Whose.
        seller: String,
        /// Why.
        source: LeaseError,
    },
    /// The database belongs to an installation with another ledger.
    #[error("this installation belongs to ledger {expected}, and the node is of ledger {found}")]
    OtherLedger {
        /// The installation's.
        expected: String,
        /// The node's.
        found: String,
    },
    /// Not the caller's fault.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// Stores the desks' token hashes and asks for the seed's leases.
///
/// # Errors
/// [`InstallError`].
pub async fn install(
    db: &AnyPool,
    seed: &Seed,
    directory: &Directory,
    tokens: &BTreeMap<String, String>,
    now: TimeMs,
) -> Result<(), InstallError> {
    for (agency, token) in tokens {
        sqlx::query("INSERT INTO desk (agency, token_hash) VALUES ($1, $2)")
            .bind(agency)
            .bind(random::fingerprint("desk", token).as_bytes().to_vec())
            .execute(db)
            .await
            .map_err(ServiceError::from)?;
    }
    for agency_seed in &seed.agencies {
        let Some(agency) = directory.agency(&agency_seed.id) else {
            continue;
        };
        for seller_seed in &agency_seed.sellers {
            let seller = agency.sellers.get(&seller_seed.id);
            let Some((seller, lease)) = seller.zip(seller_seed.lease) else {
                continue;
            };
            let requested = lease::request(db, agency, seller, lease, now).await;
            requested.map_err(|source| InstallError::Lease {
                seller: seller.id.clone(),
                source,
            })?;
        }
    }
    Ok(())
}

/// Ties the installation to a ledger, the first time; later checks that it is the same.
///
/// # Errors
/// [`InstallError`].
///
/// # Security
/// The service would otherwise sign for whatever ledger a node claims to serve.
pub async fn keep_to_ledger(db: &AnyPool, ledger: &LedgerId) -> Result<(), InstallError> {
    let found = ledger.to_string();
    sqlx::query("INSERT INTO setting (name, value) VALUES ('ledger', $1) ON CONFLICT DO NOTHING")
        .bind(&found)
        .execute(db)
        .await
        .map_err(ServiceError::from)?;
    let row = sqlx::query("SELECT value FROM setting WHERE name = 'ledger'")
        .fetch_one(db)
        .await
        .map_err(ServiceError::from)?;
    let expected: String = row.try_get("value").map_err(ServiceError::from)?;
    if expected == found {
        Ok(())
    } else {
        Err(InstallError::OtherLedger { expected, found })
    }
}
