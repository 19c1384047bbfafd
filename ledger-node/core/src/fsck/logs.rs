//! The logs: every subtree against the leaves, the whole against the newest header.

use light_client::{
    hash::Digest, header::history_leaf, id::TreeSize, merkle::Frontier, record::LogLeaf,
};

use super::{Base, Check, blocks::Headers};
use crate::{
    log::Log,
    store::{Batch, Column, Store},
};

/// A log while its leaves come by.
struct Grown {
    log: Log,
    column: Column,
    frontier: Frontier,
    /// Subtrees that must be in the store.
    subtrees: u64,
}

impl Grown {
    const fn new(log: Log, column: Column) -> Self {
        Self {
            log,
            column,
            frontier: Frontier::new(),
            subtrees: 0,
        }
    }
}

impl<S: Store> Check<'_, S> {
    pub(super) fn anchor_log(&mut self, base: &Base, headers: &Headers) {
        let suite = base.ledger.suite();
        let mut log = Grown::new(Log::Anchor, Column::LogTree);
        self.each(Column::Leaves, |check, row, bytes| {
            if row != log.frontier.size().0.to_be_bytes() {
                check.note(Column::Leaves, row, "is at a wrong place");
                return;
            }
            let leaf: Option<LogLeaf> = check.parsed(Column::Leaves, row, bytes);
            if let Some(leaf) = leaf {
                check.grow(base, &mut log, leaf.hash(suite));
            }
        });
        let newest = headers
            .get(&base.head.height)
            .map(|(header, _)| &header.core);
        let told = newest.map_or((TreeSize(0), log.log.tree().empty(suite)), |core| {
            (core.log_size, core.log_root)
        });
        self.grown(base, &log, told);
    }

    pub(super) fn history_log(&mut self, base: &Base, headers: &Headers) {
        let suite = base.ledger.suite();
        let mut log = Grown::new(Log::History, Column::HistoryTree);
        let size = base.head.height.0.saturating_sub(1);
        for index in 0..size {
            let row = Log::leaf_row(index);
            let Some(leaf) = self
                .get(log.column, &row)
                .and_then(|leaf| leaf.try_into().ok())
            else {
                self.note(log.column, &row, "is missing");
                return;
            };
            let leaf = Digest::from_bytes(leaf);
            let header = headers.get(&light_client::id::Height(index + 1));
            if header.is_some_and(|(_, hash)| history_leaf(suite, hash) != leaf) {
                self.note(log.column, &row, "is not the hash of its header");
            }
            self.grow(base, &mut log, leaf);
        }
        let newest = headers.get(&base.head.height).map(|(header, _)| header);
        let root = newest.map_or_else(
            || log.log.tree().empty(suite),
            |header| header.rest.history_root,
        );
        self.grown(base, &log, (TreeSize(size), root));
    }

    /// Takes a leaf and compares the subtrees that it completes.
    fn grow(&mut self, base: &Base, log: &mut Grown, leaf: Digest) {
        let mut rows = Batch::default();
        log.log
            .append(base.ledger.suite(), &mut log.frontier, leaf, &mut rows);
        for (column, row, expected) in rows.operations() {
            log.subtrees += 1;
            if self.get(column, row).as_deref() != expected {
                self.note(column, row, "is not the subtree over its leaves");
            }
        }
    }

    fn grown(&mut self, base: &Base, log: &Grown, told: (TreeSize, Digest)) {
        let root = log.frontier.root(log.log.tree(), base.ledger.suite());
        if (log.frontier.size(), root) != told {
            let row = log.frontier.size().0.to_be_bytes();
            self.note(
                log.column,
                &row,
                "the log is not the one of the newest header",
            );
        }
        let mut found = 0;
        self.each(log.column, |_, _, _| found += 1);
        if found != log.subtrees {
            self.note(log.column, &[], "has rows that belong to no leaf");
        }
    }
}
