//! Making a snapshot of the head.

use light_client::{
    hash::Digest,
    id::{Epoch, TreeSize},
    record::LogLeaf,
    state::Namespace,
    suite::Suite,
};

use super::{
    MAX_CHUNK_BYTES, MAX_HANDOFFS, Manifest,
    chunk::{Chunk, weight},
    chunk_name,
    run::right_of,
};
use crate::{
    fault::Fault,
    log::Log,
    store::{Column, Store},
    tree::{Entry, TreeHeads},
    view::{self, View},
};

/// How many rows are read at a time.
const PAGE: usize = 1024;

/// Takes a chunk and its name.
pub type Keep<'a> = dyn FnMut(&Digest, &[u8]) -> Result<(), Fault> + 'a;

/// Makes a snapshot of the head of `store`, which must not change meanwhile: hands every chunk to
/// `keep`, with its name, and returns the manifest.
///
/// A chunk is closed before its items pass `chunk_bytes`: [`CHUNK_BYTES`](super::CHUNK_BYTES), but
/// for tests.
///
/// # Errors
/// [`Fault`], also as what `keep` answers; [`Fault::Missing`] before the first block.
pub fn make<S: Store>(
    store: &S,
    chunk_bytes: usize,
    keep: &mut Keep<'_>,
) -> Result<Manifest, Fault> {
    let view = View::new(store);
    let height = view.head()?.height;
    let header = view.header(height)?.ok_or(Fault::Missing("a block"))?;
    let genesis = view.genesis()?;
    let heads = view::heads(store, height)?;
    let mut maker = Maker {
        store,
        suite: genesis.suite,
        chunk_bytes,
        chunks: Vec::new(),
        keep,
    };
    for namespace in Namespace::ALL {
        maker.tree(&heads, namespace)?;
    }
    maker.leaves(header.header.core.log_size)?;
    maker.history(TreeSize(height.0 - 1))?;
    let chunks = maker.chunks;
    Ok(Manifest {
        genesis,
        handoffs: handoffs(&view)?,
        header,
        roots: heads.roots(),
        chunks,
    })
}

/// All hand-offs so far.
fn handoffs<S: Store>(view: &View<&S>) -> Result<Vec<light_client::handoff::Handoff>, Fault> {
    let mut handoffs = Vec::new();
    loop {
        let from = Epoch(u64::try_from(handoffs.len()).unwrap_or(u64::MAX));
        let page = view.handoffs(from)?;
        if page.is_empty() || handoffs.len() >= MAX_HANDOFFS {
            return Ok(handoffs);
        }
        handoffs.extend(page);
    }
}

struct Maker<'a, 'b, S> {
    store: &'a S,
    suite: Suite,
    chunk_bytes: usize,
    chunks: Vec<Digest>,
    keep: &'a mut Keep<'b>,
}

impl<S: Store> Maker<'_, '_, S> {
    fn put(&mut self, chunk: &Chunk) -> Result<(), Fault> {
        let bytes = light_client::cbor::to_bytes(chunk);
        let name = chunk_name(self.suite, &bytes);
        self.chunks.push(name);
        (self.keep)(&name, &bytes)
    }

    fn tree(&mut self, heads: &TreeHeads, namespace: Namespace) -> Result<(), Fault> {
        let mut entries = heads.entries(self.store, namespace);
        let mut pending = Run::new(self.chunk_bytes);
        while let Some(entry) = entries.next()? {
            let weight = entry.1.len() + 40;
            if let Some(run) = pending.push(entry, weight) {
                self.entries(heads, namespace, run)?;
            }
        }
        self.entries(heads, namespace, pending.items)
    }

    fn entries(
        &mut self,
        heads: &TreeHeads,
        namespace: Namespace,
        entries: Vec<Entry>,
    ) -> Result<(), Fault> {
        let Some((last, _)) = entries.last() else {
            return Ok(());
        };
        let proof = heads.prove_run(self.store, self.suite, namespace, last)?;
        self.put(&Chunk::Entries {
            namespace,
            entries,
            proof,
        })
    }

    fn leaves(&mut self, size: TreeSize) -> Result<(), Fault> {
        let mut pending = Run::new(self.chunk_bytes);
        let (mut first, mut next) = (0, 0);
        while next < size.0 {
            for (_, row) in self.page(Column::Leaves, &next.to_be_bytes(), size.0 - next)? {
                let leaf: LogLeaf = light_client::cbor::parse(&row, MAX_CHUNK_BYTES)?;
                let weight = weight(&leaf);
                if let Some(leaves) = pending.push(leaf, weight) {
                    self.log_run(first, leaves, size)?;
                    first = next;
                }
                next += 1;
            }
        }
        self.log_run(first, pending.items, size)
    }

    fn log_run(&mut self, first: u64, leaves: Vec<LogLeaf>, size: TreeSize) -> Result<(), Fault> {
        let Some(last) = last(first, leaves.len()) else {
            return Ok(());
        };
        let right = right_of(Log::Anchor, self.store, self.suite, last, size)?;
        self.put(&Chunk::Leaves {
            first,
            leaves,
            right,
        })
    }

    fn history(&mut self, size: TreeSize) -> Result<(), Fault> {
        let mut pending = Run::new(self.chunk_bytes);
        let (mut first, mut next) = (0, 0);
        while next < size.0 {
            let from = Log::leaf_row(next);
            for (_, row) in self.page(Column::HistoryTree, &from, size.0 - next)? {
                let hash = row
                    .try_into()
                    .map_err(|_| Fault::Missing("a header's hash"))?;
                if let Some(leaves) = pending.push(Digest::from_bytes(hash), 34) {
                    self.history_run(first, leaves, size)?;
                    first = next;
                }
                next += 1;
            }
        }
        self.history_run(first, pending.items, size)
    }

    fn history_run(
        &mut self,
        first: u64,
        leaves: Vec<Digest>,
        size: TreeSize,
    ) -> Result<(), Fault> {
        let Some(last) = last(first, leaves.len()) else {
            return Ok(());
        };
        let right = right_of(Log::History, self.store, self.suite, last, size)?;
        self.put(&Chunk::History {
            first,
            leaves,
            right,
        })
    }

    /// At least one row, or the store lacks some.
    fn page(
        &self,
        column: Column,
        from: &[u8],
        left: u64,
    ) -> Result<Vec<crate::store::Row>, Fault> {
        let limit = usize::try_from(left).unwrap_or(PAGE).min(PAGE);
        let rows = self.store.scan(column, from, &[0xff; 16], limit)?;
        if rows.is_empty() {
            return Err(Fault::Missing("a leaf of a log"));
        }
        Ok(rows)
    }
}

fn last(first: u64, len: usize) -> Option<u64> {
    let len = u64::try_from(len).ok()?;
    (first + len).checked_sub(1).filter(|_| len > 0)
}

/// Items until they are enough for a chunk.
struct Run<T> {
    items: Vec<T>,
    bytes: usize,
    enough: usize,
}

impl<T> Run<T> {
    const fn new(enough: usize) -> Self {
        Self {
            items: Vec::new(),
            bytes: 0,
            enough,
        }
    }

    /// Takes an item; returns those before it if it would not fit with them.
    fn push(&mut self, item: T, weight: usize) -> Option<Vec<T>> {
        let full = self.bytes + weight > self.enough && !self.items.is_empty();
        let run = full.then(|| {
            self.bytes = 0;
            std::mem::take(&mut self.items)
        });
        self.bytes += weight;
        self.items.push(item);
        run
    }
}
