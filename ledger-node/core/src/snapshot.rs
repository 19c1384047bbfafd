//! Snapshots: a ledger's state at one height, in chunks, for a node that has nothing yet.
//!
//! ```text
//! manifest = ["tally/snapshot/1", genesis, [hand-off, …], certified header, roots, [chunk digest, …]]
//! chunk    = [0, namespace, [[key hash, value], …], run proof]      entries of one tree
//!          / [1, first index, [log leaf, …], [digest, …]]           anchor log
//!          / [2, first index, [leaf hash, …], [digest, …]]          history log
//! ```
//! Nothing in it is believed. The header counts by the light client's rules: genesis by the
//! ledger's fingerprint, hand-offs, certificate. Every chunk proves under that header that it is
//! the next part of what the header commits to, and that nothing was left out before it; at the
//! end nothing may be missing. What is not under the header (indexes) is derived from what is.
//! A chunk's digest in the manifest is its name, for whoever fetches it: never a reason to trust.
//!
//! Chunks come in this order: the trees by namespace, the anchor log, the history log.

mod chunk;
mod derive;
mod make;
mod restore;
mod run;

use light_client::{
    cbor::{self, DecodeError, Reader, Wire, Writer},
    certificate::{CertificateError, CertifiedHeader, FinalizedHeader},
    genesis::Genesis,
    handoff::Handoff,
    hash::{Digest, Hasher},
    id::LedgerId,
    state::StateRoots,
    suite::Suite,
    trust::{TrustError, TrustedLedger},
};

use crate::fault::Fault;

pub(crate) use derive::{UNKNOWN_HEIGHT, derived_rows};
pub use make::{Keep, make};
pub use restore::Restore;

/// The longest manifest: 10,000 hand-offs of a small consortium, or 10⁵ chunks.
pub const MAX_MANIFEST_BYTES: usize = 16 << 20;
/// A chunk is closed before its items pass this, so that it stays under 1 MiB with its proof.
pub const CHUNK_BYTES: usize = (1 << 20) - (64 << 10);
/// The longest chunk: only a single entry that is larger makes one longer than 1 MiB.
pub const MAX_CHUNK_BYTES: usize = 2 << 20;
const MAX_CHUNKS: usize = 400_000;
const MAX_HANDOFFS: usize = 10_000;

/// Why a snapshot is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// A quorum did not certify the header.
    #[error("the snapshot's header is not certified")]
    Certificate(#[source] CertificateError),
    /// A chunk is not what the header commits to at its place.
    #[error("chunk {index} is not what the certified header commits to")]
    Chunk {
        /// Its place in the manifest.
        index: usize,
    },
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Chunks are missing at the end.
    #[error("the snapshot ends before what its header commits to does")]
    Incomplete,
    /// The bytes are no manifest.
    #[error("not a snapshot's manifest")]
    Malformed(#[source] DecodeError),
    /// The snapshot is of another ledger than the one that is trusted.
    #[error("a snapshot of ledger {found}")]
    OtherLedger {
        /// The fingerprint of its genesis.
        found: LedgerId,
    },
    /// The roots are not those of the header.
    #[error("the roots are not those of the certified header")]
    Roots,
    /// An epoch's set signed a header after its epoch had ended.
    #[error("the snapshot's header is by a set whose epoch has ended")]
    Superseded,
    /// A hand-off does not hold.
    #[error("the snapshot's hand-offs do not hold")]
    Trust(#[source] TrustError),
}

/// What a snapshot is of, and its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    genesis: Genesis,
    handoffs: Vec<Handoff>,
    header: CertifiedHeader,
    roots: StateRoots,
    chunks: Vec<Digest>,
}

impl Manifest {
    /// Reads a manifest; nothing in it is checked yet.
    ///
    /// # Errors
    /// [`SnapshotError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, SnapshotError> {
        cbor::parse(bytes, MAX_MANIFEST_BYTES).map_err(SnapshotError::Malformed)
    }

    /// The manifest's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::to_bytes(self)
    }

    /// The header that the snapshot is of: unchecked.
    pub const fn header(&self) -> &CertifiedHeader {
        &self.header
    }

    /// The names of the chunks, in order.
    pub fn chunks(&self) -> &[Digest] {
        &self.chunks
    }

    /// The ledger's suite, as the genesis has it.
    pub const fn suite(&self) -> Suite {
        self.genesis.suite
    }

    /// Checks everything but the chunks, from the fingerprint of a ledger.
    ///
    /// # Errors
    /// [`SnapshotError`].
    pub fn check(&self, trusted: &LedgerId) -> Result<FinalizedHeader, SnapshotError> {
        let found = self.genesis.ledger_id();
        if found != *trusted {
            return Err(SnapshotError::OtherLedger { found });
        }
        let header = final_header(&self.genesis, &self.handoffs, &self.header)?;
        let suite = self.genesis.suite;
        if self.roots.hash(suite) != header.header().rest.state_root {
            return Err(SnapshotError::Roots);
        }
        Ok(header)
    }
}

/// The header, if it is certified by the newest set or is the last one of the set before.
fn final_header(
    genesis: &Genesis,
    handoffs: &[Handoff],
    certified: &CertifiedHeader,
) -> Result<FinalizedHeader, SnapshotError> {
    let mut trusted = TrustedLedger::from_genesis(genesis.clone());
    trusted.follow(handoffs).map_err(SnapshotError::Trust)?;
    let core = &certified.header.core;
    if core.ledger != trusted.id() || core.suite != genesis.suite {
        return Err(SnapshotError::OtherLedger { found: core.ledger });
    }
    let ends_last_epoch = handoffs
        .last()
        .is_some_and(|last| last.last.header == certified.header);
    let set = if ends_last_epoch {
        trusted.set_of(core.epoch)
    } else {
        Some(trusted.newest_set()).filter(|set| set.epoch() == core.epoch)
    };
    let set = set.ok_or(SnapshotError::Superseded)?;
    certified.check(set).map_err(SnapshotError::Certificate)
}

/// The name of a chunk.
pub fn chunk_name(suite: Suite, chunk: &[u8]) -> Digest {
    let mut hasher = Hasher::new(suite);
    hasher.update(chunk);
    hasher.finish()
}

impl Wire for Manifest {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(6)
            .text("tally/snapshot/1")
            .value(&self.genesis)
            .list(&self.handoffs);
        writer
            .value(&self.header)
            .value(&self.roots)
            .list(&self.chunks);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(6)?;
        reader.purpose("tally/snapshot/1")?;
        Ok(Self {
            genesis: reader.value()?,
            handoffs: reader.list(MAX_HANDOFFS)?,
            header: reader.value()?,
            roots: reader.value()?,
            chunks: reader.list(MAX_CHUNKS)?,
        })
    }
}
