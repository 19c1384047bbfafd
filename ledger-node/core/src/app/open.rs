//! The beginning: founding a ledger, or opening one that was founded.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use light_client::{
    cbor,
    genesis::Genesis,
    id::{Epoch, Height},
    key::KnownKeys,
    merkle::Frontier,
};

use super::App;
use crate::{
    answer::Head,
    fault::Fault,
    fsck,
    keys::SharedKeys,
    ledger::Ledger,
    log::Log,
    mempool::{Mempool, Refusals},
    module::{Members, UsedBy, Versions},
    remembered::Remembered,
    state::{Only as _, SetRole, encode, set_key, validator_key},
    store::{Batch, Column, Store},
    transaction::Checked,
    tree::{Changes, TreeHeads},
    view::{self, View},
};

/// Two sets of the largest consortium that is planned for: the one that goes and the one that comes.
const KNOWN_VALIDATORS: usize = 60;

/// Why a ledger could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The store holds another ledger.
    #[error("the store holds another ledger")]
    LedgerMismatch,
    /// No ledger was founded in this store.
    #[error("no ledger was founded in this store")]
    NotFounded,
    /// A key of the genesis is of another suite, or no point of its curve.
    #[error("a key of the genesis does not fit its suite")]
    UnusableKey,
}

impl<S: Store> App<S> {
    /// Founds the ledger of `genesis` in an empty store, or opens it where it was founded.
    ///
    /// # Errors
    /// [`OpenError`], but never [`OpenError::NotFounded`].
    pub fn found(store: S, genesis: &Genesis) -> Result<Self, OpenError> {
        let founded = store
            .get(Column::Meta, view::GENESIS)
            .map_err(Fault::from)?;
        match founded {
            Some(bytes) if bytes != cbor::to_bytes(genesis) => Err(OpenError::LedgerMismatch),
            Some(_) => Self::open(store),
            None => {
                check_keys(genesis)?;
                store
                    .commit(first_rows(&store, genesis)?)
                    .map_err(Fault::from)?;
                Self::open(store)
            }
        }
    }

    /// Opens a ledger where it was left.
    ///
    /// # Errors
    /// [`OpenError::NotFounded`], [`OpenError::Fault`].
    pub fn open(store: S) -> Result<Self, OpenError> {
        let founded = store.get(Column::Meta, view::GENESIS);
        if founded.map_err(Fault::from)?.is_none() {
            return Err(OpenError::NotFounded);
        }
        fsck::index_newest(&store)?;
        let view = View::new(&store);
        let ledger = Ledger::new(view.genesis()?);
        let head = view.head()?;
        let heads = view::heads(&store, head.height)?;
        let set = view
            .validator_set(head.epoch)?
            .ok_or(Fault::Missing("the validator set"))?;
        let sender_keys = Arc::new(SharedKeys::new());
        let mempool = waiting(&store, &ledger, &sender_keys)?;
        Ok(Self {
            store,
            ledger: Arc::new(ledger),
            head,
            heads,
            pruned: Height(0),
            remembered: Remembered::default(),
            set,
            mempool,
            sender_keys,
            validator_keys: KnownKeys::with_tables(KNOWN_VALIDATORS),
            versions: Versions::supported(),
            candidates: BTreeMap::new(),
            timely: BTreeSet::new(),
        })
    }
}

/// A key that can never sign would make a quorum unreachable.
fn check_keys(genesis: &Genesis) -> Result<(), OpenError> {
    for validator in genesis.validators.validators() {
        if validator.key.kind().suite() != genesis.suite || validator.key.check_point().is_err() {
            return Err(OpenError::UnusableKey);
        }
    }
    let mut members = genesis.members.iter();
    if members.any(|member| member.key.check_point().is_err()) {
        return Err(OpenError::UnusableKey);
    }
    Ok(())
}

/// The state before the first block.
fn first_rows(store: &impl Store, genesis: &Genesis) -> Result<Batch, Fault> {
    let (suite, ledger) = (genesis.suite, genesis.ledger_id());
    let mut changes = Changes::new();
    for log in [Log::Anchor, Log::History] {
        let frontier = encode(&ledger, Frontier::new());
        changes.insert(log.key(suite, &ledger), Some(frontier));
    }
    let members = encode(&ledger, Members::of_genesis(genesis));
    changes.insert(Members::key(suite, &ledger), Some(members));
    for validator in genesis.validators.validators() {
        let key = validator_key(suite, &ledger, &validator.key.id(suite));
        changes.insert(key, Some(encode(&ledger, UsedBy(Epoch(0)))));
    }
    let set = encode(&ledger, genesis.validators.clone());
    changes.insert(set_key(suite, &ledger, SetRole::Current), Some(set));

    let mut rows = Batch::default();
    let height = Height(0);
    let heads = TreeHeads::empty();
    let remembered = Remembered::default();
    let heads = heads.update((store, &remembered), suite, height, &changes, &mut rows)?;
    rows.put(
        Column::Roots,
        height.0.to_be_bytes(),
        cbor::to_bytes(&heads),
    );
    rows.put(Column::Meta, view::GENESIS, cbor::to_bytes(genesis));
    let head = Head {
        height,
        epoch: Epoch(0),
        time_ms: genesis.time_ms,
        header_hash: ledger.0,
    };
    rows.put(Column::Meta, view::HEAD, cbor::to_bytes(&head));
    Ok(rows)
}

/// The transactions that waited when the node stopped.
fn waiting(store: &impl Store, ledger: &Ledger, keys: &SharedKeys) -> Result<Mempool, Fault> {
    let mut mempool = Mempool::default();
    mempool.restore_refusals(Refusals::read(store)?);
    let end = u64::MAX.to_be_bytes();
    for (key, bytes) in store.scan(Column::Pending, &[], &end, usize::MAX)? {
        let sequence = key.try_into().map_err(|_| Fault::Missing("a sequence"))?;
        let transaction = Checked::check(ledger, keys, &bytes);
        let transaction = transaction.map_err(|_| Fault::Missing("a valid transaction"))?;
        mempool.restore(u64::from_be_bytes(sequence), transaction);
    }
    Ok(mempool)
}
