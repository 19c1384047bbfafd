//! Building an empty store from a snapshot, chunk by chunk.

use light_client::{
    cbor::{self, to_bytes},
    certificate::FinalizedHeader,
    hash::Digest,
    id::{Epoch, Height, LedgerId, TreeSize},
    record::LogLeaf,
    state::Namespace,
};

use super::{
    MAX_CHUNK_BYTES, Manifest, SnapshotError, chunk::Chunk, chunk_name, derived_rows,
    run::LogRestore,
};
use crate::{
    answer::Head,
    fault::Fault,
    log::Log,
    store::{Batch, Column, Store},
    tree::{Entry, TreeHeads, TreeRestore},
    view,
};

/// A store on its way to a snapshot's state. No ledger can be opened in it before
/// [`Restore::finish`].
pub struct Restore<'a, S> {
    store: &'a S,
    manifest: &'a Manifest,
    header: FinalizedHeader,
    /// The place of the chunk that is expected next.
    next: usize,
    /// The tree that is being restored.
    tree: Option<(Namespace, TreeRestore)>,
    /// The trees after that one.
    trees: Vec<Namespace>,
    anchor: LogRestore,
    history: LogRestore,
}

/// Why a chunk is not taken.
enum Stop {
    Fault(Fault),
    Wrong,
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<'a, S: Store> Restore<'a, S> {
    /// Checks a manifest and begins.
    ///
    /// # Errors
    /// [`SnapshotError`]; nothing is written then.
    pub fn begin(
        store: &'a S,
        manifest: &'a Manifest,
        trusted: &LedgerId,
    ) -> Result<Self, SnapshotError> {
        let header = manifest.check(trusted)?;
        let (core, rest) = (&header.header().core, &header.header().rest);
        let earlier = TreeSize(core.height.0.saturating_sub(1));
        let anchor = LogRestore::begin(Log::Anchor, core.suite, core.log_size, core.log_root);
        let history = LogRestore::begin(Log::History, core.suite, earlier, rest.history_root);
        let mut trees = Namespace::ALL.to_vec();
        trees.reverse();
        Ok(Self {
            store,
            manifest,
            header,
            next: 0,
            tree: None,
            trees,
            anchor,
            history,
        })
    }

    /// The header that will be the head.
    pub const fn header(&self) -> &FinalizedHeader {
        &self.header
    }

    /// The name of the chunk that is expected next.
    pub fn expected(&self) -> Option<&Digest> {
        self.manifest.chunks.get(self.next)
    }

    /// Takes the next chunk.
    ///
    /// # Errors
    /// [`SnapshotError::Chunk`], [`SnapshotError::Fault`]: the restore is over, and what the store
    /// holds is worth nothing.
    pub fn chunk(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        let index = self.next;
        let named = self.expected() == Some(&chunk_name(self.manifest.suite(), bytes));
        let chunk = cbor::parse(bytes, MAX_CHUNK_BYTES);
        let (true, Ok(chunk)) = (named, chunk) else {
            return Err(SnapshotError::Chunk { index });
        };
        let mut rows = Batch::default();
        match self.take(chunk, &mut rows) {
            Ok(()) => self.store.commit(rows).map_err(Fault::from)?,
            Err(Stop::Fault(fault)) => return Err(fault.into()),
            Err(Stop::Wrong) => return Err(SnapshotError::Chunk { index }),
        }
        self.next += 1;
        Ok(())
    }

    /// Ends the restore: the ledger can be opened when this returns.
    ///
    /// # Errors
    /// [`SnapshotError::Incomplete`], [`SnapshotError::Fault`].
    pub fn finish(mut self) -> Result<Head, SnapshotError> {
        let mut rows = Batch::default();
        match self.end_trees(None, &mut rows) {
            Ok(()) => {}
            Err(Stop::Fault(fault)) => return Err(fault.into()),
            Err(Stop::Wrong) => return Err(SnapshotError::Incomplete),
        }
        let logs_are_whole = self.anchor.is_whole() && self.history.is_whole();
        if self.expected().is_some() || !logs_are_whole {
            return Err(SnapshotError::Incomplete);
        }
        let head = self.head_rows(&mut rows);
        self.store.commit(rows).map_err(Fault::from)?;
        Ok(head)
    }

    fn take(&mut self, chunk: Chunk, rows: &mut Batch) -> Result<(), Stop> {
        match chunk {
            Chunk::Entries {
                namespace,
                entries,
                proof,
            } => self.entries(namespace, entries, &proof, rows),
            Chunk::Leaves {
                first,
                leaves,
                right,
            } => {
                self.end_trees(None, rows)?;
                self.leaves(first, &leaves, &right, rows)
            }
            Chunk::History {
                first,
                leaves,
                right,
            } => {
                self.end_trees(None, rows)?;
                if !self.anchor.is_whole() {
                    return Err(Stop::Wrong);
                }
                let added = self.history.add(first, &leaves, &right, rows);
                added.ok_or(Stop::Wrong)
            }
        }
    }

    fn entries(
        &mut self,
        namespace: Namespace,
        entries: Vec<Entry>,
        proof: &[u8],
        rows: &mut Batch,
    ) -> Result<(), Stop> {
        if !matches!(&self.tree, Some((present, _)) if *present == namespace) {
            self.end_trees(Some(namespace), rows)?;
        }
        let Some((_, tree)) = &mut self.tree else {
            return Err(Stop::Wrong);
        };
        let mut derived = Batch::default();
        for (_, value) in &entries {
            derived_rows(namespace, value, &mut derived).map_err(|_| Stop::Wrong)?;
        }
        tree.add(entries, proof, rows).map_err(|_| Stop::Wrong)?;
        rows.append(derived);
        Ok(())
    }

    /// Ends the present tree and goes on to that of `next`, or past them all; the trees between
    /// are empty.
    fn end_trees(&mut self, next: Option<Namespace>, rows: &mut Batch) -> Result<(), Stop> {
        if let Some((_, tree)) = self.tree.take() {
            tree.finish(rows).map_err(|_| Stop::Wrong)?;
        }
        let empty = light_client::state::StateRoots::empty();
        while let Some(namespace) = self.trees.pop() {
            let root = self.manifest.roots.of(namespace);
            if next == Some(namespace) {
                let suite = self.manifest.suite();
                let tree = TreeRestore::begin(suite, namespace, root).map_err(|_| Stop::Wrong)?;
                self.tree = Some((namespace, tree));
                return Ok(());
            }
            if root != empty.of(namespace) {
                return Err(Stop::Wrong);
            }
        }
        if next.is_some() {
            Err(Stop::Wrong)
        } else {
            Ok(())
        }
    }

    fn leaves(
        &mut self,
        first: u64,
        leaves: &[LogLeaf],
        right: &[Digest],
        rows: &mut Batch,
    ) -> Result<(), Stop> {
        let suite = self.manifest.suite();
        let hashes: Vec<Digest> = leaves.iter().map(|leaf| leaf.hash(suite)).collect();
        let added = self.anchor.add(first, &hashes, right, rows);
        added.ok_or(Stop::Wrong)?;
        for (index, leaf) in (first..).zip(leaves) {
            rows.put(Column::Leaves, index.to_be_bytes(), to_bytes(leaf));
        }
        Ok(())
    }

    fn head_rows(&self, rows: &mut Batch) -> Head {
        let certified = &self.manifest.header;
        let core = &certified.header.core;
        let height = core.height.0.to_be_bytes();
        let next_epoch = Epoch(core.epoch.0 + u64::from(certified.header.ends_epoch()));
        let head = Head {
            height: core.height,
            epoch: next_epoch,
            time_ms: core.time_ms,
            header_hash: self.header.hash(),
        };
        for handoff in &self.manifest.handoffs {
            let epoch = handoff.last.header.core.epoch.0.to_be_bytes();
            rows.put(Column::Handoffs, epoch, to_bytes(handoff));
        }
        let heads = TreeHeads::restored(&self.manifest.roots);
        rows.put(Column::Roots, height, to_bytes(&heads));
        rows.put(Column::Headers, height, to_bytes(certified));
        let first_block = Height(core.height.0 + 1);
        rows.put(Column::Meta, view::EARLIEST_STATE, to_bytes(&core.height));
        rows.put(Column::Meta, view::EARLIEST_BLOCK, to_bytes(&first_block));
        rows.put(
            Column::Meta,
            view::GENESIS,
            to_bytes(&self.manifest.genesis),
        );
        rows.put(Column::Meta, view::HEAD, to_bytes(&head));
        head
    }
}
