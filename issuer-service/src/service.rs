//! What every request and the outbox work with.

use std::sync::Arc;

use light_client::{
    genesis::Genesis,
    id::{LedgerId, TimeMs},
    suite::Suite,
};
use sqlx::AnyPool;
use tokio::sync::Notify;

use crate::{
    clock::Clock,
    directory::{Agency, Directory},
    ledger_client::LedgerClient,
};

/// A running installation.
#[derive(Clone)]
pub struct Service {
    /// The database.
    pub db: AnyPool,
    /// The tenants.
    pub directory: Arc<Directory>,
    /// The ledger's node.
    pub ledger: LedgerClient,
    /// The ledger's beginning: what everything the node says is checked against.
    pub genesis: Arc<Genesis>,
    /// The time.
    pub clock: Clock,
    /// Where clients reach this service, without a slash at the end.
    pub public_url: Arc<str>,
    /// Wakes the outbox when there is something to send.
    pub outbox_bell: Arc<Notify>,
}

impl Service {
    /// The ledger's fingerprint.
    pub fn ledger_id(&self) -> LedgerId {
        self.genesis.ledger_id()
    }

    /// The ledger's suite.
    pub fn suite(&self) -> Suite {
        self.genesis.suite
    }

    /// The time now.
    pub fn now(&self) -> TimeMs {
        self.clock.now()
    }

    /// The credential issuer identifier of an agency.
    pub fn credential_issuer(&self, agency: &Agency) -> String {
        format!("{}/agencies/{}", self.public_url, agency.id)
    }
}
