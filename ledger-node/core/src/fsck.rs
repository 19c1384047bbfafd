//! Going through a store, row by row: what was torn, flipped, lost or misplaced shows.
//!
//! Blocks are checked against their certificates, logs and trees against the headers, indexes
//! against what they follow from, and nothing may be left over. So every row is reached, and a
//! row that is wrong in a single bit is found, whatever the disk's own checksums say.
//!
//! The store must not change meanwhile.

mod blocks;
mod indexes;
mod logs;
mod trees;

use core::fmt;

use light_client::{
    cbor::{self, Wire},
    genesis::Genesis,
    id::Height,
    state::Namespace,
    trust::TrustedLedger,
};

use crate::{
    answer::Head,
    fault::Fault,
    ledger::Ledger,
    snapshot::derived_rows,
    store::{Batch, Column, Row, Store},
    tree::{self, Stale},
    view::{self, View},
};

/// How many rows are read at a time.
const PAGE: usize = 1024;

/// More damage than this is not listed: the data is lost.
const MAX_DAMAGE: usize = 1000;

/// The longest row.
const MAX_ROW_BYTES: usize = 8 << 20;

/// A row that is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Its table.
    pub column: Column,
    /// Its key.
    pub row: Vec<u8>,
    /// What is wrong with it.
    pub what: &'static str,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.column.name())?;
        for byte in &self.row {
            write!(f, "{byte:02x}")?;
        }
        write!(f, " {}", self.what)
    }
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The damage, in the order in which it was found; at most 1,000.
    pub damage: Vec<Damage>,
    /// How many rows there are.
    pub rows: u64,
    /// The head, as far as it could be read.
    pub head: Option<Head>,
}

impl Report {
    /// Whether all damage is in indexes, which [`rebuild_indexes`] makes again from the rest.
    pub fn is_in_indexes_only(&self) -> bool {
        let index = |damage: &Damage| is_index(damage.column);
        !self.damage.is_empty() && self.damage.iter().all(index)
    }
}

/// Columns that follow from the state and the blocks, or can be forgotten.
const fn is_index(column: Column) -> bool {
    matches!(
        column,
        Column::Transactions
            | Column::Replays
            | Column::Leases
            | Column::Newest
            | Column::Undecided
            | Column::Pending
            | Column::Refused
    )
}

/// Goes through the whole store.
pub fn check(store: &impl Store) -> Report {
    let mut check = Check {
        store,
        report: Report::default(),
    };
    check.all();
    check.report
}

/// Makes the indexes again from the state and the blocks, and drops undecided proposals and
/// waiting transactions: what was acknowledged is kept by others too, and comes again.
///
/// # Errors
/// [`Fault`]: the state itself is damaged.
pub fn rebuild_indexes(store: &impl Store) -> Result<(), Fault> {
    let mut rows = Batch::default();
    for column in Column::ALL.into_iter().filter(|column| is_index(*column)) {
        for (row, _) in store.scan(column, &[], &[0xff; 64], usize::MAX)? {
            rows.delete(column, row);
        }
    }
    let view = View::new(store);
    let head = view.head()?.height;
    let heads = view::heads(store, head)?;
    for namespace in Namespace::ALL {
        let mut entries = heads.entries(store, namespace);
        while let Some((_, value)) = entries.next()? {
            derived_rows(namespace, &value, &mut rows)?;
        }
    }
    for height in (view.earliest_block()?.0..=head.0).map(Height) {
        indexes::places_of(store, height, &mut rows)?;
    }
    put_newest(store, &mut rows)?;
    Ok(store.commit(rows)?)
}

/// Makes the table of the newest versions, if the store is of a time when there was none.
pub(crate) fn index_newest(store: &impl Store) -> Result<(), Fault> {
    if store.scan(Column::Newest, &[], &[0xff], 1)?.is_empty() {
        let mut rows = Batch::default();
        put_newest(store, &mut rows)?;
        name_deletions(store, &mut rows)?;
        store.commit(rows)?;
    }
    Ok(())
}

/// In the list of what is to be pruned.
fn name_deletions(store: &impl Store, rows: &mut Batch) -> Result<(), Fault> {
    for (row, tag) in store.scan(Column::Stale, &[], &[0xff; 9], usize::MAX)? {
        let target = row.get(8..).unwrap_or_default();
        if Stale::parse(&tag)? == Stale::Value
            && store.get(Column::Values, target)?.as_deref() == Some(&[0])
        {
            rows.put(Column::Stale, row, [Stale::Deletion.tag()]);
        }
    }
    Ok(())
}

fn put_newest(store: &impl Store, rows: &mut Batch) -> Result<(), Fault> {
    tree::newest_versions(store, |key, version| {
        rows.put(Column::Newest, key, version.to_be_bytes());
    })
}

struct Check<'a, S> {
    store: &'a S,
    report: Report,
}

/// What the other parts rest on.
struct Base {
    ledger: Ledger,
    trusted: TrustedLedger,
    head: Head,
    earliest_block: Height,
    earliest_state: Height,
}

impl<S: Store> Check<'_, S> {
    fn all(&mut self) {
        let Some(base) = self.base() else {
            return;
        };
        self.report.head = Some(base.head);
        let headers = self.headers(&base);
        self.bodies(&base, &headers);
        self.anchor_log(&base, &headers);
        self.history_log(&base, &headers);
        self.trees(&base, &headers);
        self.indexes(&base);
        self.waiting(&base);
    }

    /// Genesis, head and hand-offs: without them nothing else can be judged.
    fn base(&mut self) -> Option<Base> {
        let genesis: Genesis = self.meta(view::GENESIS)?;
        let head: Head = self.meta(view::HEAD)?;
        let earliest_block = self.first(view::EARLIEST_BLOCK)?;
        let restored = self.first(view::EARLIEST_STATE)?;
        let known = [
            view::GENESIS,
            view::HEAD,
            view::EARLIEST_BLOCK,
            view::EARLIEST_STATE,
        ];
        self.each(Column::Meta, |check, row, _| {
            if !known.contains(&row) {
                check.note(Column::Meta, row, "is of no use");
            }
        });
        let mut trusted = TrustedLedger::from_genesis(genesis.clone());
        self.each(Column::Handoffs, |check, row, bytes| {
            let epoch = trusted.newest_set().epoch().0.to_be_bytes();
            let followed = cbor::parse(bytes, MAX_ROW_BYTES)
                .is_ok_and(|handoff| trusted.follow(&[handoff]).is_ok());
            if row != epoch || !followed {
                check.note(Column::Handoffs, row, "is no hand-off of its epoch");
            }
        });
        if trusted.newest_set().epoch() != head.epoch {
            let epoch = trusted.newest_set().epoch().0.to_be_bytes();
            self.note(
                Column::Handoffs,
                &epoch,
                "is missing, or the head is of another epoch",
            );
        }
        let earliest_state = view::earliest_kept(head.height).max(restored);
        Some(Base {
            ledger: Ledger::new(genesis),
            trusted,
            head,
            earliest_block,
            earliest_state,
        })
    }

    fn meta<T: Wire>(&mut self, key: &[u8]) -> Option<T> {
        let Some(bytes) = self.get(Column::Meta, key) else {
            self.note(Column::Meta, key, "is missing");
            return None;
        };
        self.parsed(Column::Meta, key, &bytes)
    }

    /// A height that stands only where the ledger does not begin with its first block.
    fn first(&mut self, key: &[u8]) -> Option<Height> {
        match self.get(Column::Meta, key) {
            Some(bytes) => self.parsed(Column::Meta, key, &bytes),
            None => Some(Height(1)),
        }
    }

    /// A row, if there is one that can be read.
    fn get(&mut self, column: Column, key: &[u8]) -> Option<Vec<u8>> {
        let row = self.store.get(column, key);
        row.unwrap_or_else(|_| {
            self.note(column, key, "cannot be read");
            None
        })
    }

    fn parsed<T: Wire>(&mut self, column: Column, row: &[u8], bytes: &[u8]) -> Option<T> {
        let parsed = cbor::parse(bytes, MAX_ROW_BYTES);
        if parsed.is_err() {
            self.note(column, row, "is malformed");
        }
        parsed.ok()
    }

    /// Every row of a column, ascending.
    fn each(&mut self, column: Column, mut take: impl FnMut(&mut Self, &[u8], &[u8])) {
        let mut from = Vec::new();
        loop {
            let page = self.store.scan(column, &from, &[0xff; 128], PAGE);
            let Ok(page) = page else {
                self.note(column, &from, "and what follows cannot be read");
                return;
            };
            let Some((last, _)): Option<&Row> = page.last() else {
                return;
            };
            from = [last.as_slice(), &[0]].concat();
            for (row, bytes) in &page {
                self.report.rows += 1;
                take(self, row, bytes);
            }
        }
    }

    fn note(&mut self, column: Column, row: &[u8], what: &'static str) {
        if self.report.damage.len() < MAX_DAMAGE {
            self.report.damage.push(Damage {
                column,
                row: row.to_vec(),
                what,
            });
        }
    }
}
