//! The state trees of every height that is kept, and the list of what is to be pruned.

use light_client::{id::Height, state::Namespace};

use super::{Base, Check, blocks::Headers};
use crate::{
    store::{Column, Store},
    tree::{self, Reached, Stale, TreeHeads},
    view,
};

impl<S: Store> Check<'_, S> {
    pub(super) fn trees(&mut self, base: &Base, headers: &Headers) {
        let (mut reached, mut bad) = (Reached::default(), Vec::new());
        let suite = base.ledger.suite();
        let first = match base.head.height {
            Height(0) => 0,
            Height(_) => base.earliest_state.0,
        };
        for height in (first..=base.head.height.0).rev().map(Height) {
            let row = height.0.to_be_bytes();
            let Some(bytes) = self.get(Column::Roots, &row) else {
                self.note(Column::Roots, &row, "is missing");
                continue;
            };
            let Some(heads) = self.parsed::<TreeHeads>(Column::Roots, &row, &bytes) else {
                continue;
            };
            let told = headers
                .get(&height)
                .map(|(header, _)| header.rest.state_root);
            if told.is_some_and(|told| told != heads.roots().hash(suite)) {
                self.note(Column::Roots, &row, "are not the roots of its header");
                continue;
            }
            heads.walk(self.store, suite, height, &mut reached, &mut bad);
        }
        for found in bad {
            self.note(found.column, &found.row, found.what);
        }
        if let Ok(heads) = view::heads(self.store, Height(first)) {
            self.unwritten(&heads, &reached);
            self.counts(&heads);
        }
        if let Ok(heads) = view::heads(self.store, base.head.height) {
            self.counts(&heads);
        }
        self.stray_roots(base);
        self.stale(base, &reached);
        self.left_over(&reached);
    }

    fn unwritten(&mut self, earliest: &TreeHeads, reached: &Reached) {
        for row in reached.unwritten(earliest) {
            self.note(
                Column::Values,
                &row,
                "is of a version that did not write it",
            );
        }
    }

    /// What the trees have as entries is in the table of values, and nothing else is.
    fn counts(&mut self, heads: &TreeHeads) {
        for namespace in Namespace::ALL {
            if !heads.is_counted(self.store, namespace) {
                let what = "of this namespace are not as many as the tree says";
                self.note(Column::Values, &[namespace.id()], what);
            }
        }
    }

    fn stray_roots(&mut self, base: &Base) {
        self.each(Column::Roots, |check, row, _| {
            let height = row.try_into().map(u64::from_be_bytes);
            if !height.is_ok_and(|height| height <= base.head.height.0) {
                check.note(Column::Roots, row, "is at a wrong place");
            }
        });
    }

    /// What is listed as stale from a height on is needed up to the height before, exactly.
    fn stale(&mut self, base: &Base, reached: &Reached) {
        self.each(Column::Stale, |check, row, tag| {
            let target = row.split_first_chunk::<8>();
            let (Some((height, target)), Ok(stale)) = (target, Stale::parse(tag)) else {
                check.note(Column::Stale, row, "is malformed");
                return;
            };
            let height = Height(u64::from_be_bytes(*height));
            let column = stale.column();
            let wrong = match reached.newest(column, target) {
                Some(newest) => height.0 != newest.0 + 1,
                // Needed by no height that is kept: about to be pruned, or a deletion's own row.
                None => {
                    let there = check.get(column, target);
                    let deletion = there.as_deref() == Some(&[0]);
                    there.is_none() || (height > base.earliest_state && !deletion)
                }
            };
            if wrong || height > base.head.height {
                check.note(Column::Stale, row, "lists a row at a wrong height");
            }
        });
        let mut missing = Vec::new();
        for (column, row, newest) in reached.rows() {
            if newest < base.head.height {
                missing.push((column, tree::stale_key(Height(newest.0 + 1), row)));
            }
        }
        for (column, key) in missing {
            let tag = self.get(Column::Stale, &key);
            let stale = tag.and_then(|tag| Stale::parse(&tag).ok());
            if stale.map(Stale::column) != Some(column) {
                self.note(Column::Stale, &key, "is missing");
            }
        }
    }

    /// A row that no kept height reaches must be listed as stale.
    fn left_over(&mut self, reached: &Reached) {
        let mut listed = std::collections::HashSet::new();
        self.each(Column::Stale, |_, row, tag| {
            if let (Some(target), Ok(stale)) = (row.get(8..), Stale::parse(tag)) {
                listed.insert((stale.column(), target.to_vec()));
            }
        });
        for column in [Column::Nodes, Column::Values] {
            self.each(column, |check, row, _| {
                let known = reached.newest(column, row).is_some()
                    || listed.contains(&(column, row.to_vec()));
                if !known {
                    check.note(column, row, "belongs to no tree");
                }
            });
        }
    }
}
