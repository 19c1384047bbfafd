//! The ledger core behind the lock that the engine and the API share.
//!
//! Consensus and submissions change the core, one at a time. Queries read committed state past the
//! lock, straight from the store.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use ledger_core::{App, Head, View};
use light_client::genesis::Genesis;
use light_client::id::LedgerId;
use light_client::key::PublicKey;
use light_client::suite::Suite;
use light_client::validator_set::ValidatorSet;
use tokio::sync::{Notify, watch};

use crate::store::FjallStore;

/// One node's ledger.
pub struct Ledger {
    id: LedgerId,
    genesis: Genesis,
    store: Arc<FjallStore>,
    app: Mutex<App<Arc<FjallStore>>>,
    /// Held while waiting for `app`, so that who lets go of it cannot take it again before others.
    turnstile: Mutex<()>,
    work: Notify,
    heads: watch::Sender<Head>,
    /// The set that decides the next height, for those who would not wait for a block.
    validators: Mutex<Arc<ValidatorSet>>,
}

impl Ledger {
    /// Opens the ledger in a folder, or founds it.
    ///
    /// # Errors
    /// A store that fails, or that holds another ledger.
    pub fn open(path: &Path, genesis: Genesis) -> Result<Self> {
        let store = Arc::new(FjallStore::open(path)?);
        let app = App::found(store.clone(), &genesis)?;
        let (heads, _) = watch::channel(*app.head());
        let validators = Mutex::new(Arc::new(app.validator_set().clone()));
        let app = Mutex::new(app);
        Ok(Self {
            id: genesis.ledger_id(),
            genesis,
            store,
            app,
            turnstile: Mutex::new(()),
            work: Notify::new(),
            heads,
            validators,
        })
    }

    /// The ledger's id.
    pub fn id(&self) -> LedgerId {
        self.id
    }

    /// The suite of consensus and trees.
    pub fn suite(&self) -> Suite {
        self.genesis.suite
    }

    /// The ledger's first record.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// The node's own records.
    pub(crate) fn store(&self) -> &FjallStore {
        &self.store
    }

    /// The core, for one change or one look at what is in memory.
    ///
    /// # Panics
    /// After a change panicked: the node must not go on with half a change in memory. On disk
    /// there is never half of one.
    pub(crate) fn app(&self) -> MutexGuard<'_, App<Arc<FjallStore>>> {
        let _turn = self.turnstile.lock().expect("an earlier change panicked");
        self.app.lock().expect("an earlier change panicked")
    }

    /// Queries of committed state.
    pub(crate) fn view(&self) -> View<Arc<FjallStore>> {
        View::new(self.store.clone())
    }

    /// Rings when there is a reason to make a block before its time.
    pub(crate) fn work(&self) -> &Notify {
        &self.work
    }

    /// The newest head, and every one after it.
    pub(crate) fn heads(&self) -> watch::Receiver<Head> {
        self.heads.subscribe()
    }

    /// Tells those who listen of the present head.
    pub(crate) fn announce_head(&self) {
        let app = self.app();
        let (head, set) = (*app.head(), app.validator_set());
        if self.validators().epoch() != set.epoch() {
            *self
                .validators
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = Arc::new(set.clone());
        }
        drop(app);
        self.heads.send_replace(head);
    }

    /// The set that decides the next height.
    pub(crate) fn validators(&self) -> Arc<ValidatorSet> {
        let validators = self.validators.lock();
        validators.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many other validators must keep a transaction before it is acknowledged by the node that
    /// votes with `own`: f + 1, and none where it is the only one.
    pub(crate) fn copies_needed(&self, own: Option<&PublicKey>) -> usize {
        let set = self.validators();
        match set.validators() {
            [only] if Some(&only.key) == own => 0,
            _ => set.tolerated_faults() + 1,
        }
    }
}
