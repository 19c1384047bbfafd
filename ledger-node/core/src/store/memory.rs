//! A store in memory.

use std::{
    collections::BTreeMap,
    ops::Bound,
    sync::{PoisonError, RwLock, RwLockReadGuard},
};

use super::{Batch, Column, Row, Store, StoreError};

type Rows = BTreeMap<(Column, Vec<u8>), Vec<u8>>;

/// A store that lasts as long as the process; a clone is a snapshot of its own.
#[derive(Debug, Default)]
pub struct MemoryStore(RwLock<Rows>);

impl MemoryStore {
    /// How many rows a column has.
    pub fn len(&self, column: Column) -> usize {
        let rows = self.rows();
        rows.keys().filter(|(of, _)| *of == column).count()
    }

    /// Whether there is no row at all.
    pub fn is_empty(&self) -> bool {
        self.rows().is_empty()
    }

    fn rows(&self) -> RwLockReadGuard<'_, Rows> {
        // A batch is applied by inserts that do not panic, so a poisoned lock is still whole.
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for MemoryStore {
    fn clone(&self) -> Self {
        Self(RwLock::new(self.rows().clone()))
    }
}

impl Store for MemoryStore {
    fn get(&self, column: Column, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.rows().get(&(column, key.to_vec())).cloned())
    }

    fn last(&self, column: Column, from: &[u8], to: &[u8]) -> Result<Option<Row>, StoreError> {
        if from > to {
            return Ok(None);
        }
        let bounds = (
            Bound::Included((column, from.to_vec())),
            Bound::Included((column, to.to_vec())),
        );
        let rows = self.rows();
        let row = rows.range(bounds).next_back();
        Ok(row.map(|((_, key), value)| (key.clone(), value.clone())))
    }

    fn scan(
        &self,
        column: Column,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        if from >= to {
            return Ok(Vec::new());
        }
        let bounds = (column, from.to_vec())..(column, to.to_vec());
        let rows = self.rows();
        let rows = rows.range(bounds).take(limit);
        Ok(rows
            .map(|((_, key), value)| (key.clone(), value.clone()))
            .collect())
    }

    fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let mut rows = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for (column, key, value) in batch.into_operations() {
            match value {
                Some(value) => rows.insert((column, key), value),
                None => rows.remove(&(column, key)),
            };
        }
        Ok(())
    }
}
