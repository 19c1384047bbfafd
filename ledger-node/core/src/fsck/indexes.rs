//! The indexes, against what they follow from; and what waits.

use std::collections::BTreeMap;

use light_client::{cbor, id::Height, state::Namespace};

use super::{Base, Check};
use crate::{
    block::BlockBody,
    fault::Fault,
    keys::SharedKeys,
    mempool::Refusals,
    snapshot::derived_rows,
    state::index::{self, Place},
    store::{Batch, Column, Store},
    transaction::{Checked, SignedTransaction, TxId},
    tree,
    view::{self, View},
};

/// The rows of an index as they must be.
type Rows = BTreeMap<Vec<u8>, Vec<u8>>;

impl<S: Store> Check<'_, S> {
    pub(super) fn indexes(&mut self, base: &Base) {
        let Ok(mut expected) = self.expected(base) else {
            // What they follow from is damaged, which was noted there.
            return;
        };
        for column in [
            Column::Replays,
            Column::Leases,
            Column::Newest,
            Column::Transactions,
        ] {
            let rows = expected.remove(&column).unwrap_or_default();
            self.index(column, rows, base);
        }
    }

    fn expected(&self, base: &Base) -> Result<BTreeMap<Column, Rows>, Fault> {
        let mut batch = Batch::default();
        let heads = view::heads(self.store, base.head.height)?;
        for namespace in Namespace::ALL {
            let mut entries = heads.entries(self.store, namespace);
            while let Some((_, value)) = entries.next()? {
                derived_rows(namespace, &value, &mut batch)?;
            }
        }
        for height in (base.earliest_block.0..=base.head.height.0).map(Height) {
            places_of(self.store, height, &mut batch)?;
        }
        tree::newest_versions(self.store, |key, version| {
            batch.put(Column::Newest, key, version.to_be_bytes());
        })?;
        let mut expected: BTreeMap<Column, Rows> = BTreeMap::new();
        for (column, row, value) in batch.into_operations() {
            let rows = expected.entry(column).or_default();
            if let Some(value) = value {
                rows.insert(row, value);
            }
        }
        Ok(expected)
    }

    fn index(&mut self, column: Column, mut expected: Rows, base: &Base) {
        self.each(column, |check, row, bytes| {
            let right = match expected.remove(row) {
                Some(value) => value == bytes || same_place(column, &value, bytes),
                None => column == Column::Transactions && is_old(base, bytes),
            };
            if !right {
                check.note(column, row, "does not follow from the state");
            }
        });
        for row in expected.keys() {
            self.note(column, row, "is missing");
        }
    }

    /// Undecided proposals and waiting transactions.
    pub(super) fn waiting(&mut self, base: &Base) {
        let keys = SharedKeys::new();
        self.each(Column::Pending, |check, row, bytes| {
            let holds = Checked::check(&base.ledger, &keys, bytes).is_ok();
            if row.len() != 8 || !holds {
                check.note(Column::Pending, row, "is no transaction");
            }
        });
        // A refusal's row says nothing that could be compared; it must be one.
        self.each(Column::Refused, |check, row, bytes| {
            if row.len() != 8 || !Refusals::is_row(bytes) {
                check.note(Column::Refused, row, "is no refusal");
            }
        });
        let set = base.trusted.newest_set();
        self.each(Column::Undecided, |check, row, bytes| {
            if !crate::app::undecided_holds(check.store, base.head.height, set, (row, bytes)) {
                check.note(Column::Undecided, row, "is no proposal for the next height");
            }
        });
    }
}

/// A transaction that a snapshot knew by its replay key only is somewhere before.
fn same_place(column: Column, expected: &[u8], found: &[u8]) -> bool {
    if column != Column::Transactions {
        return false;
    }
    let place = |bytes| cbor::parse::<Place>(bytes, 64).ok();
    match (place(expected), place(found)) {
        // The replay key tells the expiry, the block would tell the rest but is pruned.
        (Some(expected), Some(found)) => {
            expected.height == crate::snapshot::UNKNOWN_HEIGHT && expected.expiry == found.expiry
        }
        _ => false,
    }
}

/// Whether a place is of a block that was pruned, so that nothing says it again.
fn is_old(base: &Base, bytes: &[u8]) -> bool {
    let place = cbor::parse::<Place>(bytes, 64);
    place.is_ok_and(|place| place.height < base.earliest_block && place.expiry < base.head.height)
}

/// Where the transactions of a block are.
pub(super) fn places_of(store: &impl Store, height: Height, rows: &mut Batch) -> Result<(), Fault> {
    let view = View::new(store);
    let suite = view.genesis()?.suite;
    let body: Option<BlockBody> = view.body(height)?;
    let body = body.ok_or(Fault::Missing("a block's body"))?;
    let header = view.header(height)?.ok_or(Fault::Missing("a header"))?;
    let mut leaves = View::new(store).leaves_of(&header.header)?.into_iter();

    for bytes in body.transactions() {
        let transaction = SignedTransaction::parse(bytes)?;
        let id: TxId = transaction.id(suite);
        let log_index = if transaction.body.op.writes_leaf() {
            leaves.next().map(|(index, _)| index)
        } else {
            None
        };
        let place = Place {
            height,
            log_index,
            expiry: transaction.body.expiry,
        };
        index::put_place(rows, &id, &place);
    }
    Ok(())
}
