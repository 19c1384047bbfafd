//! What the ledger asks of a store: ordered columns, and one atomic, durable batch per block.
//!
//! The node implements it over its database; [`MemoryStore`] serves tests and the simulator,
//! where a clone of it is what a crash leaves behind.

mod memory;

use std::{error::Error, sync::Arc};

pub use memory::MemoryStore;

/// A table of the store. Keys are ordered bytewise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// Single rows: genesis, head.
    Meta,
    /// height → certified header.
    Headers,
    /// height → block body.
    Bodies,
    /// log index → log leaf.
    Leaves,
    /// level, index → complete subtree of the anchor log.
    LogTree,
    /// level, index → complete subtree of the history log.
    HistoryTree,
    /// namespace, version, path → node of a state tree.
    Nodes,
    /// namespace, key, version → value of a state tree.
    Values,
    /// namespace, key → the newest version there. Follows from the values.
    Newest,
    /// height, column, key → row that no height from this one on needs.
    Stale,
    /// height → versions and roots of the state trees.
    Roots,
    /// transaction id → where it is final.
    Transactions,
    /// replay key → when it was taken, and until when. Follows from the state.
    Replays,
    /// last number → first number of a lease. Follows from the state.
    Leases,
    /// epoch → hand-off that ended it.
    Handoffs,
    /// Proposals of heights that are not decided, and where they came from.
    Undecided,
    /// sequence → transaction that waits.
    Pending,
    /// sequence → transaction that waited and was refused, and why.
    Refused,
}

impl Column {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Meta,
        Self::Headers,
        Self::Bodies,
        Self::Leaves,
        Self::LogTree,
        Self::HistoryTree,
        Self::Nodes,
        Self::Values,
        Self::Newest,
        Self::Stale,
        Self::Roots,
        Self::Transactions,
        Self::Replays,
        Self::Leases,
        Self::Handoffs,
        Self::Undecided,
        Self::Pending,
        Self::Refused,
    ];

    /// A stable name for the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Headers => "headers",
            Self::Bodies => "bodies",
            Self::Leaves => "leaves",
            Self::LogTree => "log-tree",
            Self::HistoryTree => "history-tree",
            Self::Nodes => "nodes",
            Self::Values => "values",
            Self::Newest => "newest",
            Self::Stale => "stale",
            Self::Roots => "roots",
            Self::Transactions => "transactions",
            Self::Replays => "replays",
            Self::Leases => "leases",
            Self::Handoffs => "handoffs",
            Self::Undecided => "undecided",
            Self::Pending => "pending",
            Self::Refused => "refused",
        }
    }
}

/// The store failed, or holds what it was never given. The node must stop.
#[derive(Debug, thiserror::Error)]
#[error("the store failed")]
pub struct StoreError(#[source] Box<dyn Error + Send + Sync>);

impl StoreError {
    /// Wraps the store's own error.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

/// A row.
pub type Row = (Vec<u8>, Vec<u8>);

/// An ordered key-value store.
pub trait Store {
    /// The value of a key.
    ///
    /// # Errors
    /// [`StoreError`], as of all these.
    fn get(&self, column: Column, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// The row with the greatest key in `from..=to`.
    ///
    /// # Errors
    /// [`StoreError`].
    fn last(&self, column: Column, from: &[u8], to: &[u8]) -> Result<Option<Row>, StoreError>;

    /// Up to `limit` rows with keys in `from..to`, ascending.
    ///
    /// # Errors
    /// [`StoreError`].
    fn scan(
        &self,
        column: Column,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Row>, StoreError>;

    /// Applies the whole batch or nothing, and returns when it would survive a power cut.
    ///
    /// # Errors
    /// [`StoreError`].
    fn commit(&self, batch: Batch) -> Result<(), StoreError>;

    /// Applies the whole batch or nothing. It survives a power cut once [`Store::sync`] or a later
    /// commit has returned, and never without what was applied before it.
    ///
    /// # Errors
    /// [`StoreError`].
    fn commit_later(&self, batch: Batch) -> Result<(), StoreError> {
        self.commit(batch)
    }

    /// Returns when everything that was applied before would survive a power cut.
    ///
    /// # Errors
    /// [`StoreError`].
    fn sync(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl<S: Store + ?Sized> Store for Arc<S> {
    fn get(&self, column: Column, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        (**self).get(column, key)
    }
    fn last(&self, column: Column, from: &[u8], to: &[u8]) -> Result<Option<Row>, StoreError> {
        (**self).last(column, from, to)
    }
    fn scan(
        &self,
        column: Column,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        (**self).scan(column, from, to, limit)
    }
    fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        (**self).commit(batch)
    }
    fn commit_later(&self, batch: Batch) -> Result<(), StoreError> {
        (**self).commit_later(batch)
    }
    fn sync(&self) -> Result<(), StoreError> {
        (**self).sync()
    }
}

impl<S: Store + ?Sized> Store for &S {
    fn get(&self, column: Column, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        (**self).get(column, key)
    }
    fn last(&self, column: Column, from: &[u8], to: &[u8]) -> Result<Option<Row>, StoreError> {
        (**self).last(column, from, to)
    }
    fn scan(
        &self,
        column: Column,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        (**self).scan(column, from, to, limit)
    }
    fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        (**self).commit(batch)
    }
    fn commit_later(&self, batch: Batch) -> Result<(), StoreError> {
        (**self).commit_later(batch)
    }
    fn sync(&self) -> Result<(), StoreError> {
        (**self).sync()
    }
}

/// Writes that belong together.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    operations: Vec<(Column, Vec<u8>, Option<Vec<u8>>)>,
}

impl Batch {
    /// Writes a row.
    pub fn put(&mut self, column: Column, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        self.operations
            .push((column, key.into(), Some(value.into())));
    }

    /// Deletes a row, if it is there.
    pub fn delete(&mut self, column: Column, key: impl Into<Vec<u8>>) {
        self.operations.push((column, key.into(), None));
    }

    /// The writes in order; a later one wins. None deletes.
    pub fn operations(&self) -> impl Iterator<Item = (Column, &[u8], Option<&[u8]>)> {
        self.operations
            .iter()
            .map(|(column, key, value)| (*column, key.as_slice(), value.as_deref()))
    }

    /// The writes in order, by value.
    pub fn into_operations(self) -> impl Iterator<Item = (Column, Vec<u8>, Option<Vec<u8>>)> {
        self.operations.into_iter()
    }

    /// Whether a row is among them.
    pub(crate) fn touches(&self, column: Column, key: &[u8]) -> bool {
        let mut operations = self.operations.iter();
        operations.any(|(of, row, _)| *of == column && row == key)
    }

    /// Adds the writes of another batch, after those of this one.
    pub fn append(&mut self, mut other: Self) {
        self.operations.append(&mut other.operations);
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }
}
