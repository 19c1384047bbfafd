//! The state while a block executes: what is committed, under what the block and then the
//! present transaction have written so far.
//!
//! A transaction writes all or nothing: [`State::keep`] or [`State::discard`] ends it.

mod entry;
pub(crate) mod index;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use light_client::{
    cbor::{self, Wire},
    hash::Digest,
    id::{Height, IssuerId, LedgerId, TimeMs},
    record::{self, IssuerEntry, LogLeaf},
    state::StateKey,
    suite::Suite,
};

use crate::{
    event::Event,
    execute::Parent,
    fault::Fault,
    ledger::Ledger,
    module::Module,
    refusal::Refusal,
    remembered::Remembered,
    store::Store,
    transaction::{Checked, TxId},
    tree::{Changes, Newest, TreeHeads},
};
pub(crate) use entry::{
    Entry, Kept, Only, Published, SetRole, Successor, TakenKey, TakenKeys, encode, set_key,
    taken_key, validator_key,
};

/// The longest value of the state: an issuer with all its rights, or a full block's replay keys.
pub(crate) const MAX_VALUE_BYTES: usize = 1 << 20;

/// Why a transaction's execution ends early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stop {
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// What one transaction writes.
#[derive(Debug, Default)]
struct Writes {
    entries: Changes,
    leaf: Option<LogLeaf>,
    leases: Leases,
    events: Vec<Event>,
}

/// Last number → first number.
type Leases = BTreeMap<u128, u128>;

/// A transaction that the block keeps.
#[derive(Debug, Clone)]
pub(crate) struct Executed {
    pub(crate) id: TxId,
    pub(crate) expiry: Height,
    pub(crate) replay_key: Digest,
    pub(crate) leaf: Option<LogLeaf>,
    pub(crate) events: Vec<Event>,
}

/// Everything that a block's transactions wrote.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) entries: Changes,
    pub(crate) executed: Vec<Executed>,
    /// The replay keys of those.
    taken: BTreeSet<Digest>,
    pub(crate) leases: Leases,
}

/// See the module.
pub(crate) struct State<'a, S> {
    ledger: &'a Ledger,
    store: &'a S,
    heads: &'a TreeHeads,
    remembered: &'a Remembered,
    height: Height,
    time_ms: TimeMs,
    block: Written,
    transaction: Writes,
}

impl<'a, S: Store> State<'a, S> {
    /// The state in which the block after `parent` begins to execute.
    pub(crate) fn new(parent: &Parent<'a>, store: &'a S, time_ms: TimeMs) -> Self {
        let Parent {
            ledger,
            heads,
            remembered,
            height,
            ..
        } = *parent;
        Self {
            ledger,
            store,
            heads,
            remembered,
            height: Height(height.0 + 1),
            time_ms,
            block: Written::default(),
            transaction: Writes::default(),
        }
    }

    pub(crate) const fn height(&self) -> Height {
        self.height
    }

    pub(crate) const fn time_ms(&self) -> TimeMs {
        self.time_ms
    }

    pub(crate) const fn suite(&self) -> Suite {
        self.ledger.suite()
    }

    pub(crate) const fn ledger(&self) -> &'a LedgerId {
        self.ledger.id()
    }

    /// Whether there is an entry.
    pub(crate) fn has(&self, key: &StateKey) -> Result<bool, Fault> {
        Ok(self.bytes(key)?.is_some())
    }

    /// An entry.
    pub(crate) fn get<T: Wire>(&self, key: &StateKey) -> Result<Option<T>, Fault> {
        let bytes = self.bytes(key)?;
        bytes.map(|bytes| parsed(&bytes)).transpose()
    }

    /// One of the entries that only execution reads.
    pub(crate) fn kept<T: Kept>(&self, key: &StateKey) -> Result<Option<T>, Fault> {
        let entry = self.get::<Entry<T>>(key)?;
        Ok(entry.map(|entry| entry.value))
    }

    /// The one entry of its kind, if it was ever written.
    pub(crate) fn only<T: Only>(&self) -> Result<Option<T>, Fault> {
        self.kept(&T::key(self.suite(), self.ledger()))
    }

    /// Writes it.
    pub(crate) fn keep_only<T: Only>(&mut self, value: T) {
        let key = T::key(self.suite(), self.ledger());
        self.keep_entry(key, value);
    }

    /// Writes one of those.
    pub(crate) fn keep_entry<T: Kept>(&mut self, key: StateKey, value: T) {
        let bytes = encode(self.ledger(), value);
        self.transaction.entries.insert(key, Some(bytes));
    }

    /// Writes an entry.
    pub(crate) fn put<T: Wire>(&mut self, key: StateKey, value: &T) {
        let bytes = cbor::to_bytes(value);
        self.transaction.entries.insert(key, Some(bytes));
    }

    /// Deletes an entry that is there.
    pub(crate) fn remove(&mut self, key: StateKey) {
        self.transaction.entries.insert(key, None);
    }

    /// Writes the transaction's leaf of the anchor log.
    pub(crate) fn anchor(&mut self, leaf: LogLeaf) {
        debug_assert!(self.transaction.leaf.is_none(), "one leaf per transaction");
        self.transaction.leaf = Some(leaf);
    }

    /// Tells what the transaction changes.
    pub(crate) fn emit(&mut self, event: Event) {
        self.transaction.events.push(event);
    }

    /// The issuer, which must be registered.
    pub(crate) fn issuer(&self, issuer: &IssuerId) -> Result<Arc<IssuerEntry>, Stop> {
        let committed = || {
            let key = record::issuer_key(self.suite(), self.ledger(), issuer);
            let entry = self.committed(&key)?.map(|bytes| parsed(&bytes));
            Ok((key, entry.transpose()?.map(Arc::new)))
        };
        let (key, known) = self.remembered.issuer(issuer, committed)?;
        let found = match self.written(&key) {
            Some(_) => self.get(&key)?.map(Arc::new),
            None => known,
        };
        Ok(found.ok_or(Refusal::UnknownIssuer)?)
    }

    /// Where a module's entry is.
    pub(crate) fn module_key(&self, module: Module) -> StateKey {
        self.ledger.module_key(module)
    }

    /// Whether a transaction has taken a replay key that is still kept.
    ///
    /// The index has nothing that the blocks' entries in the state do not have.
    pub(crate) fn is_taken(&self, replay_key: &Digest) -> Result<bool, Fault> {
        if self.block.taken.contains(replay_key) {
            return Ok(true);
        }
        let mut until = None;
        let is_free = self.remembered.is_free(replay_key, || {
            until = index::taken_until(self.store, replay_key)?;
            Ok(until.is_none())
        })?;
        Ok(!is_free && until.is_some_and(|until| until >= self.height))
    }

    /// Whether a transaction is in an earlier place and its replay key is still kept.
    ///
    /// The index has nothing that the replay keys in the state do not have.
    pub(crate) fn is_executed(&self, id: &TxId) -> Result<bool, Fault> {
        if self.block.executed.iter().any(|earlier| earlier.id == *id) {
            return Ok(true);
        }
        let place = index::place(self.store, id)?;
        Ok(place.is_some_and(|place| place.expiry >= self.height))
    }

    /// Whether any lease covers a number of `first..=last`.
    ///
    /// The index has nothing that the leases in the state do not have.
    pub(crate) fn any_leased(&self, first: u128, last: u128) -> Result<bool, Fault> {
        let in_block = self.block.leases.range(first..).next();
        if in_block.is_some_and(|(_, start)| *start <= last) {
            return Ok(true);
        }
        index::any_leased(self.store, first, last)
    }

    /// Notes that `first..=last` are leased.
    pub(crate) fn lease(&mut self, first: u128, last: u128) {
        self.transaction.leases.insert(last, first);
    }

    /// Ends a transaction; what it wrote is the block's.
    pub(crate) fn keep(&mut self, transaction: &Checked) {
        let writes = core::mem::take(&mut self.transaction);
        // Not `append`, which builds the larger map anew: that is quadratic in a block's length.
        self.block.entries.extend(writes.entries);
        self.block.leases.extend(writes.leases);
        let replay_key = transaction.replay_key();
        self.block.taken.insert(replay_key);
        self.block.executed.push(Executed {
            id: transaction.id(),
            expiry: transaction.body().expiry,
            replay_key,
            leaf: writes.leaf,
            events: writes.events,
        });
    }

    /// How many entries the transaction has written so far.
    pub(crate) fn keys_written(&self) -> usize {
        self.transaction.entries.len()
    }

    /// The transactions that the block keeps so far.
    pub(crate) fn executed(&self) -> &[Executed] {
        &self.block.executed
    }

    /// Ends a transaction as if it had never been.
    pub(crate) fn discard(&mut self) {
        self.transaction = Writes::default();
    }

    /// All that the block wrote, with what was written outside of any transaction.
    pub(crate) fn finish(mut self) -> Written {
        self.block.entries.append(&mut self.transaction.entries);
        self.block
    }

    fn bytes(&self, key: &StateKey) -> Result<Option<Vec<u8>>, Fault> {
        match self.written(key) {
            Some(value) => Ok(value.clone()),
            None => self.committed(key),
        }
    }

    fn committed(&self, key: &StateKey) -> Result<Option<Vec<u8>>, Fault> {
        let read = || self.heads.newest(self.store, key);
        let value = |newest: &Newest| newest.value().map(<[u8]>::to_vec);
        self.remembered.entry(key, read, value)
    }

    /// What this block has made of an entry, if anything.
    fn written(&self, key: &StateKey) -> Option<&Option<Vec<u8>>> {
        let written = self.transaction.entries.get(key);
        written.or_else(|| self.block.entries.get(key))
    }
}

fn parsed<T: Wire>(bytes: &[u8]) -> Result<T, Fault> {
    Ok(cbor::parse(bytes, MAX_VALUE_BYTES)?)
}
