//! What never changes about a ledger: its genesis and what follows from it.

use light_client::{genesis::Genesis, id::LedgerId, state::StateKey, suite::Suite};

use crate::module::{Module, ModuleState};

/// A genesis with its fingerprint.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    genesis: Genesis,
    id: LedgerId,
    /// Asked for with every transaction.
    module_keys: [StateKey; Module::ALL.len()],
}

impl Ledger {
    pub(crate) fn new(genesis: Genesis) -> Self {
        let id = genesis.ledger_id();
        let module_keys = Module::ALL.map(|module| ModuleState::key(genesis.suite, &id, module));
        Self {
            genesis,
            id,
            module_keys,
        }
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

    /// Where a module's entry is.
    pub(crate) const fn module_key(&self, module: Module) -> StateKey {
        self.module_keys[module as usize]
    }
}
