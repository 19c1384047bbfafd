//! What never changes about a ledger: its genesis and what follows from it.

use light_client::{genesis::Genesis, id::LedgerId, suite::Suite};

/// A genesis with its fingerprint.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    genesis: Genesis,
    id: LedgerId,
}

impl Ledger {
    pub(crate) fn new(genesis: Genesis) -> Self {
        let id = genesis.ledger_id();
        Self { genesis, id }
    }

    pub(crate) const fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    pub(crate) const fn id(&self) -> &LedgerId {
        &self.id
    }

    pub(crate) const fn suite(&self) -> Suite {
        self.genesis.suite
    }
}
