//! Archives: blocks in a file that verifies by itself, long after every node has pruned them.
//!
//! ```text
//! file   = frame …                  frame = length, 4 bytes big-endian ‖ CBOR
//! first  = ["tally/archive/1", genesis, [hand-off, …], from, through, anchor frontier, history frontier]
//! block  = [certified header, body, [log leaf, …]]
//! ```
//! The frontiers are those before the first block: with the leaves that follow they must give the
//! roots that the certified headers name, so they need not be believed either.

use light_client::{
    cbor::{self, DecodeError, Reader, Wire, Writer},
    certificate::CertifiedHeader,
    genesis::Genesis,
    handoff::Handoff,
    hash::Digest,
    header::history_leaf,
    id::{Epoch, Height, LedgerId, TreeSize},
    key::KnownKeys,
    merkle::{Frontier, Tree},
    record::LogLeaf,
    trust::{TrustError, TrustedLedger},
};

use crate::{block::BlockBody, fault::Fault, log::Log, store::Store, view::View};

/// The longest frame: a full block with its leaves.
pub const MAX_FRAME_BYTES: usize = 32 << 20;
const MAX_HANDOFFS: usize = 10_000;
const MAX_LEAVES: usize = 10_000;
const KNOWN_VALIDATORS: usize = 60;

/// Why an archive is not made, or not believed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// A block is not the one that was certified at its height.
    #[error("the block of height {height} {what}")]
    Block {
        /// The height.
        height: Height,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Blocks are missing at the end.
    #[error("the archive ends before height {through}")]
    Incomplete {
        /// The last height that it says it has.
        through: Height,
    },
    /// A frame does not decode.
    #[error("not an archive")]
    Malformed(#[from] DecodeError),
    /// The archive is of another ledger than the one that is trusted.
    #[error("an archive of ledger {found}")]
    OtherLedger {
        /// The fingerprint of its genesis.
        found: LedgerId,
    },
    /// The heights asked for are not here.
    #[error("blocks are here from height {earliest} through {head}")]
    OutOfRange {
        /// The first.
        earliest: Height,
        /// The last.
        head: Height,
    },
    /// A hand-off does not hold.
    #[error("the archive's hand-offs do not hold")]
    Trust(#[source] TrustError),
}

/// The first frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preamble {
    genesis: Genesis,
    handoffs: Vec<Handoff>,
    from: Height,
    through: Height,
    anchor: Frontier,
    history: Frontier,
}

/// A block as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedBlock {
    /// The header and what makes it final.
    pub header: CertifiedHeader,
    /// The transactions.
    pub body: BlockBody,
    /// The leaves that it wrote into the anchor log.
    pub leaves: Vec<LogLeaf>,
}

/// Makes an archive: hands every frame to `keep`, without its length.
///
/// # Errors
/// [`ArchiveError::OutOfRange`], [`ArchiveError::Fault`], also as what `keep` answers.
pub fn make<S: Store>(
    store: &S,
    from: Height,
    through: Height,
    keep: &mut dyn FnMut(&[u8]) -> Result<(), Fault>,
) -> Result<(), ArchiveError> {
    let view = View::new(store);
    let (earliest, head) = (view.earliest_block()?, view.head()?.height);
    if from < earliest || from > through || through > head {
        return Err(ArchiveError::OutOfRange { earliest, head });
    }
    let first = view.header(from)?.ok_or(Fault::Missing("a header"))?;
    let written = view.leaves_of(&first.header)?.len();
    let written = u64::try_from(written).unwrap_or(u64::MAX);
    let before = TreeSize(first.header.core.log_size.0.saturating_sub(written));
    let preamble = Preamble {
        genesis: view.genesis()?,
        handoffs: handoffs(&view, first.header.core.epoch, through)?,
        from,
        through,
        anchor: Log::Anchor.frontier_at(store, before)?,
        history: Log::History.frontier_at(store, TreeSize(from.0 - 1))?,
    };
    keep(&cbor::to_bytes(&preamble))?;
    for height in (from.0..=through.0).map(Height) {
        let header = view.header(height)?.ok_or(Fault::Missing("a header"))?;
        let leaves = view.leaves_of(&header.header)?;
        let block = ArchivedBlock {
            body: view.body(height)?.ok_or(Fault::Missing("a body"))?,
            leaves: leaves.into_iter().map(|(_, leaf)| leaf).collect(),
            header,
        };
        keep(&cbor::to_bytes(&block))?;
    }
    Ok(())
}

/// All hand-offs up to the epoch of the last block, from the genesis on.
fn handoffs<S: Store>(
    view: &View<&S>,
    first: Epoch,
    through: Height,
) -> Result<Vec<Handoff>, Fault> {
    let last = view
        .header(through)?
        .map_or(first, |last| last.header.core.epoch);
    let mut handoffs: Vec<Handoff> = Vec::new();
    loop {
        let next = Epoch(u64::try_from(handoffs.len()).unwrap_or(u64::MAX));
        let page = view.handoffs(next)?;
        if page.is_empty() || next >= last {
            handoffs.truncate(usize::try_from(last.0).unwrap_or(MAX_HANDOFFS));
            return Ok(handoffs);
        }
        handoffs.extend(page);
    }
}

/// Checks an archive, frame by frame.
pub struct Verifier {
    trusted: TrustedLedger,
    next: Height,
    through: Height,
    previous: Option<Digest>,
    anchor: Frontier,
    history: Frontier,
    keys: KnownKeys,
}

impl Verifier {
    /// Reads the first frame.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn begin(frame: &[u8], trusted: &LedgerId) -> Result<Self, ArchiveError> {
        let preamble: Preamble = cbor::parse(frame, MAX_FRAME_BYTES)?;
        let found = preamble.genesis.ledger_id();
        if found != *trusted {
            return Err(ArchiveError::OtherLedger { found });
        }
        let mut trusted = TrustedLedger::from_genesis(preamble.genesis);
        trusted
            .follow(&preamble.handoffs)
            .map_err(ArchiveError::Trust)?;
        Ok(Self {
            previous: (preamble.from == Height(1)).then_some(found.0),
            trusted,
            next: preamble.from,
            through: preamble.through,
            anchor: preamble.anchor,
            history: preamble.history,
            keys: KnownKeys::with_tables(KNOWN_VALIDATORS),
        })
    }

    /// The ledger's first record.
    pub const fn genesis(&self) -> &Genesis {
        self.trusted.genesis()
    }

    /// The height of the block that is expected next.
    pub const fn next_height(&self) -> Height {
        self.next
    }

    /// The last height that the archive says it has.
    pub const fn through(&self) -> Height {
        self.through
    }

    /// Checks the next block.
    ///
    /// # Errors
    /// [`ArchiveError::Block`], [`ArchiveError::Malformed`].
    pub fn block(&mut self, frame: &[u8]) -> Result<ArchivedBlock, ArchiveError> {
        let block: ArchivedBlock = cbor::parse(frame, MAX_FRAME_BYTES)?;
        let height = self.next;
        let wrong = |what| ArchiveError::Block { height, what };
        self.certified(&block).map_err(wrong)?;
        self.content(&block).map_err(wrong)?;
        self.next = Height(height.0.saturating_add(1));
        Ok(block)
    }

    /// Ends the archive.
    ///
    /// # Errors
    /// [`ArchiveError::Incomplete`].
    pub fn finish(self) -> Result<(), ArchiveError> {
        let through = self.through;
        if self.next.0 == through.0 + 1 {
            return Ok(());
        }
        Err(ArchiveError::Incomplete { through })
    }

    fn certified(&mut self, block: &ArchivedBlock) -> Result<(), &'static str> {
        let (core, rest) = (&block.header.header.core, &block.header.header.rest);
        if core.height != self.next || core.height > self.through {
            return Err("is not the next one");
        }
        if core.ledger != self.trusted.id() || core.suite != self.trusted.suite() {
            return Err("is of another ledger");
        }
        let set = self.trusted.set_of(core.epoch);
        let set = set.ok_or("is of an epoch that no hand-off leads to")?;
        let last = self.trusted.last_height_of(core.epoch);
        if last.is_some_and(|last| core.height > last) {
            return Err("is by a set whose epoch has ended");
        }
        block
            .header
            .check_with(set, &mut self.keys)
            .map_err(|_| "is not certified")?;
        if self
            .previous
            .is_some_and(|previous| previous != rest.previous)
        {
            return Err("does not follow the one before");
        }
        Ok(())
    }

    fn content(&mut self, block: &ArchivedBlock) -> Result<(), &'static str> {
        let (core, rest) = (&block.header.header.core, &block.header.header.rest);
        let suite = core.suite;
        if block.body.root(suite) != rest.body_root {
            return Err("has another body than was certified");
        }
        if self.history.root(Tree::History, suite) != rest.history_root
            || self.history.size().0 + 1 != core.height.0
        {
            return Err("has another history");
        }
        for leaf in &block.leaves {
            if leaf.height != core.height {
                return Err("has a leaf of another block");
            }
            self.anchor
                .append(Tree::Log, suite, leaf.hash(suite), |_, _, _| {});
        }
        if self.anchor.size() != core.log_size
            || self.anchor.root(Tree::Log, suite) != core.log_root
        {
            return Err("has other leaves than were certified");
        }
        let hash = block.header.header.hash();
        let leaf = history_leaf(suite, &hash);
        self.history
            .append(Tree::History, suite, leaf, |_, _, _| {});
        self.previous = Some(hash);
        Ok(())
    }
}

impl Wire for Preamble {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(7)
            .text("tally/archive/1")
            .value(&self.genesis)
            .list(&self.handoffs);
        writer.value(&self.from).value(&self.through);
        writer.value(&self.anchor).value(&self.history);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(7)?;
        reader.purpose("tally/archive/1")?;
        Ok(Self {
            genesis: reader.value()?,
            handoffs: reader.list(MAX_HANDOFFS)?,
            from: reader.value()?,
            through: reader.value()?,
            anchor: reader.value()?,
            history: reader.value()?,
        })
    }
}

impl Wire for ArchivedBlock {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(3)
            .value(&self.header)
            .value(&self.body)
            .list(&self.leaves);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            header: reader.value()?,
            body: reader.value()?,
            leaves: reader.list(MAX_LEAVES)?,
        })
    }
}
