//! Reading the ledger: committed state only, from any share of the store.

mod deposit;
mod governance;

use core::cmp::Ordering;

use light_client::{
    bundle::SuccessionProof,
    cbor::{self, Wire},
    certificate::CertifiedHeader,
    genesis::Genesis,
    handoff::{CatchUp, Handoff},
    header::{Header, HeaderCore},
    id::{Epoch, Height, LeafIndex, TreeSize},
    merkle::Inclusion,
    record::LogLeaf,
    state::{MAX_BATCH_KEYS, Single, StateBatch, StateKey},
    suite::Suite,
    validator_set::ValidatorSet,
};

use crate::{
    answer::{Head, LogProof, QueryError, StateAnswer, StateBatchAnswer},
    block::BlockBody,
    fault::Fault,
    limits::{MAX_HANDOFFS, MAX_PROPOSAL_BYTES, RETAINED_HEIGHTS},
    log::Log,
    state::index,
    store::{Column, Store},
    transaction::TxId,
    tree::{KeyProof, TreeHeads},
};

/// The longest row but bodies: a hand-off with a set and a certificate of 100.
const MAX_ROW_BYTES: usize = 1 << 20;

pub(crate) const GENESIS: &[u8] = b"genesis";
pub(crate) const HEAD: &[u8] = b"head";
/// The first height whose state is here, where the ledger was restored from a snapshot.
pub(crate) const EARLIEST_STATE: &[u8] = b"earliest-state";
/// The first height whose block is here, where earlier ones were pruned or never came.
pub(crate) const EARLIEST_BLOCK: &[u8] = b"earliest-block";

/// Read-only access; as many as the store has shares.
#[derive(Debug, Clone)]
pub struct View<S> {
    store: S,
}

impl<S: Store> View<S> {
    /// Reads from `store`, in which a ledger has been founded.
    pub const fn new(store: S) -> Self {
        Self { store }
    }

    /// The newest final block.
    ///
    /// # Errors
    /// [`Fault`], as all of these when the store fails.
    pub fn head(&self) -> Result<Head, Fault> {
        self.meta(HEAD)?.ok_or(Fault::Missing("the head"))
    }

    /// The ledger's first record.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn genesis(&self) -> Result<Genesis, Fault> {
        self.meta(GENESIS)?.ok_or(Fault::Missing("the genesis"))
    }

    /// A final header with its certificate.
    ///
    /// # Errors
    /// [`Fault`], also if it is of another height: a misdirected write is not served.
    pub fn header(&self, height: Height) -> Result<Option<CertifiedHeader>, Fault> {
        let key = height.0.to_be_bytes();
        let found: Option<CertifiedHeader> = self.row(Column::Headers, &key, MAX_ROW_BYTES)?;
        if found
            .as_ref()
            .is_some_and(|found| found.header.core.height != height)
        {
            return Err(Fault::Misplaced("a header"));
        }
        Ok(found)
    }

    /// A final block's transactions.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn body(&self, height: Height) -> Result<Option<BlockBody>, Fault> {
        self.row(Column::Bodies, &height.0.to_be_bytes(), MAX_PROPOSAL_BYTES)
    }

    /// The first height whose header and body are here; one above the head if none is.
    ///
    /// The head's own header is always here.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn earliest_block(&self) -> Result<Height, Fault> {
        Ok(self.meta(EARLIEST_BLOCK)?.unwrap_or(Height(1)))
    }

    /// The first height whose state can be proved.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn earliest_state(&self) -> Result<Height, Fault> {
        let restored = self.meta(EARLIEST_STATE)?.unwrap_or(Height(1));
        Ok(earliest_kept(self.head()?.height).max(restored))
    }

    /// The leaves that a final block wrote into the anchor log, in order.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn leaves_of(&self, header: &Header) -> Result<Vec<(LeafIndex, LogLeaf)>, Fault> {
        let mut found = Vec::new();
        for index in (0..header.core.log_size.0).rev() {
            let leaf = self.row::<LogLeaf>(Column::Leaves, &index.to_be_bytes(), MAX_ROW_BYTES)?;
            let leaf = leaf.ok_or(Fault::Missing("a leaf of the log"))?;
            if leaf.height != header.core.height {
                break;
            }
            found.push((LeafIndex(index), leaf));
        }
        found.reverse();
        Ok(found)
    }

    /// The hand-offs that end epoch `from` and those after it, at most 100.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn handoffs(&self, from: Epoch) -> Result<Vec<Handoff>, Fault> {
        let (from, to) = (from.0.to_be_bytes(), u64::MAX.to_be_bytes());
        let rows = self
            .store
            .scan(Column::Handoffs, &from, &to, MAX_HANDOFFS)?;
        rows.iter()
            .map(|(_, row)| Ok(cbor::parse(row, MAX_ROW_BYTES)?))
            .collect()
    }

    /// The same in few bytes; none where the epoch has not begun.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn catch_up(&self, from: Epoch) -> Result<Option<CatchUp>, Fault> {
        let Some(set) = self.validator_set(from)? else {
            return Ok(None);
        };
        let ledger = self.genesis()?.ledger_id();
        let catch_up = CatchUp::new(ledger, &set, &self.handoffs(from)?);
        Ok(Some(catch_up.ok_or(Fault::Missing("a hand-off"))?))
    }

    /// The validator set of an epoch that has begun.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn validator_set(&self, epoch: Epoch) -> Result<Option<ValidatorSet>, Fault> {
        let Some(before) = epoch.0.checked_sub(1) else {
            return Ok(Some(self.genesis()?.validators));
        };
        let handoff = self.handoff(Epoch(before))?;
        Ok(handoff.map(|handoff| handoff.next_set))
    }

    fn handoff(&self, epoch: Epoch) -> Result<Option<Handoff>, Fault> {
        self.row(Column::Handoffs, &epoch.0.to_be_bytes(), MAX_ROW_BYTES)
    }

    /// Where a transaction became final.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn transaction(&self, id: &TxId) -> Result<Option<(Height, Option<LeafIndex>)>, Fault> {
        let place = index::place(&self.store, id)?;
        Ok(place.map(|place| (place.height, place.log_index)))
    }

    /// A leaf of the anchor log, proved under the header at `at`, or the newest.
    ///
    /// # Errors
    /// [`QueryError::NotFound`] if that log has no such leaf, [`QueryError::NotYet`].
    pub fn log_proof(&self, index: LeafIndex, at: Option<Height>) -> Result<LogProof, QueryError> {
        let header = self.final_header(at)?.header;
        let (suite, size) = (header.core.suite, header.core.log_size);
        let inclusion = Log::Anchor
            .prove(&self.store, suite, index, size)?
            .ok_or(QueryError::NotFound)?;
        let leaf = self
            .row::<LogLeaf>(Column::Leaves, &index.0.to_be_bytes(), MAX_ROW_BYTES)?
            .ok_or(Fault::Missing("a leaf of the log"))?;
        Ok(LogProof { leaf, inclusion })
    }

    /// That the header at `of` is part of the history of the header at `at`, or of the newest.
    ///
    /// # Errors
    /// [`QueryError::NotFound`] if it is not earlier, [`QueryError::NotYet`].
    pub fn history_proof(&self, of: Height, at: Option<Height>) -> Result<Inclusion, QueryError> {
        self.history_path(of, &self.final_header(at)?.header.core)
    }

    fn history_path(&self, of: Height, later: &HeaderCore) -> Result<Inclusion, QueryError> {
        let index = of.0.checked_sub(1).map(LeafIndex);
        let size = TreeSize(later.height.0 - 1);
        let proof = index.map(|index| Log::History.prove(&self.store, later.suite, index, size));
        proof.transpose()?.flatten().ok_or(QueryError::NotFound)
    }

    /// That the header at `of` is part of the history of the header at `at`, or of the newest, and
    /// that one. The last header of an epoch is there even where its block was pruned.
    ///
    /// # Errors
    /// [`QueryError::NotFound`] if it is not earlier, [`QueryError::NotYet`], [`QueryError::Pruned`].
    pub fn succession(
        &self,
        of: Height,
        at: Option<Height>,
    ) -> Result<SuccessionProof, QueryError> {
        let newest = match (self.final_header(at), at) {
            (Err(QueryError::Pruned { earliest }), Some(at)) => {
                let ended = self.ended_at(at)?;
                ended.ok_or(QueryError::Pruned { earliest })?.last
            }
            (found, _) => found?,
        };
        let path = self.history_path(of, &newest.header.core)?;
        Ok(SuccessionProof { newest, path })
    }

    /// The hand-off at a height, if an epoch ended there.
    fn ended_at(&self, height: Height) -> Result<Option<Handoff>, Fault> {
        let (mut low, mut high) = (0, self.head()?.epoch.0);
        while low < high {
            let middle = low + (high - low) / 2;
            let handoff = self.handoff(Epoch(middle))?;
            let handoff = handoff.ok_or(Fault::Missing("a hand-off"))?;
            match handoff.last.header.core.height.cmp(&height) {
                Ordering::Equal => return Ok(Some(handoff)),
                Ordering::Greater => high = middle,
                Ordering::Less => low = middle + 1,
            }
        }
        Ok(None)
    }

    /// What is under a key of the state, proved under the header at `at`, or the newest.
    ///
    /// # Errors
    /// [`QueryError::NotYet`], [`QueryError::Pruned`].
    pub fn state_proof(
        &self,
        key: &StateKey,
        at: Option<Height>,
    ) -> Result<StateAnswer, QueryError> {
        let height = self.provable(at)?;
        let answer = self.answer(key, height);
        // Without a lock: a block may have been committed, and this height pruned, meanwhile.
        if answer.is_err() {
            self.kept(height)?;
        }
        Ok(answer?)
    }

    /// What is under many keys of one namespace, strictly ascending, proved together under the
    /// header at `at`, or the newest.
    ///
    /// # Errors
    /// [`QueryError::BadKeys`], [`QueryError::NotYet`], [`QueryError::Pruned`].
    pub fn state_proofs(
        &self,
        keys: &[StateKey],
        at: Option<Height>,
    ) -> Result<StateBatchAnswer, QueryError> {
        let in_order = keys.windows(2).all(|pair| match pair {
            [a, b] => a.namespace == b.namespace && a.hash < b.hash,
            _ => false,
        });
        if keys.is_empty() || keys.len() > MAX_BATCH_KEYS || !in_order {
            return Err(QueryError::BadKeys);
        }
        let height = self.provable(at)?;
        let answer = self.batch_answer(keys, height);
        if answer.is_err() {
            self.kept(height)?;
        }
        Ok(answer?)
    }

    fn batch_answer(&self, keys: &[StateKey], height: Height) -> Result<StateBatchAnswer, Fault> {
        let heads = heads(&self.store, height)?;
        let suite = self.suite()?;
        let prove = |key| heads.prove(&self.store, suite, key);
        let proofs: Vec<KeyProof> = keys.iter().map(prove).collect::<Result<_, _>>()?;
        let singles = keys.iter().zip(&proofs).map(|(key, proof)| match proof {
            KeyProof::Absent(absence) => (key.hash, Single::Absent(absence)),
            KeyProof::Present(_, presence) => (key.hash, Single::Present(presence)),
        });
        let batch = StateBatch::join(&singles.collect::<Vec<_>>());
        let values = proofs.iter().map(|proof| match proof {
            KeyProof::Absent(_) => None,
            KeyProof::Present(value, _) => Some(value.clone()),
        });
        Ok(StateBatchAnswer {
            roots: heads.roots(),
            values: values.collect(),
            batch: batch.map_err(|_| Fault::Missing("proofs under one root"))?,
        })
    }

    fn answer(&self, key: &StateKey, height: Height) -> Result<StateAnswer, Fault> {
        let heads = heads(&self.store, height)?;
        let suite = self.suite()?;
        Ok(StateAnswer {
            roots: heads.roots(),
            entry: heads.prove(&self.store, suite, key)?.into(),
        })
    }

    /// The height to prove under, if its state is there.
    fn provable(&self, at: Option<Height>) -> Result<Height, QueryError> {
        let head = self.head()?.height;
        let height = at.unwrap_or(head);
        if height > head {
            return Err(QueryError::NotYet { head });
        }
        if height.0 == 0 {
            return Err(QueryError::NotFound);
        }
        self.kept(height)?;
        Ok(height)
    }

    fn kept(&self, height: Height) -> Result<(), QueryError> {
        let earliest = self.earliest_state()?;
        if height < earliest {
            return Err(QueryError::Pruned { earliest });
        }
        Ok(())
    }

    /// The certified header of a height, or of the newest block.
    ///
    /// # Errors
    /// [`QueryError::NotYet`], [`QueryError::NotFound`] for height 0, [`QueryError::Pruned`].
    pub fn final_header(&self, at: Option<Height>) -> Result<CertifiedHeader, QueryError> {
        let head = self.head()?.height;
        let height = at.unwrap_or(head);
        if height > head {
            return Err(QueryError::NotYet { head });
        }
        if height.0 == 0 {
            return Err(QueryError::NotFound);
        }
        let earliest = self.earliest_block()?;
        self.header(height)?.ok_or(QueryError::Pruned { earliest })
    }

    fn suite(&self) -> Result<Suite, Fault> {
        Ok(self.genesis()?.suite)
    }

    fn meta<T: Wire>(&self, key: &[u8]) -> Result<Option<T>, Fault> {
        self.row(Column::Meta, key, MAX_ROW_BYTES)
    }

    fn row<T: Wire>(&self, column: Column, key: &[u8], max: usize) -> Result<Option<T>, Fault> {
        let row = self.store.get(column, key)?;
        Ok(row.map(|row| cbor::parse(&row, max)).transpose()?)
    }
}

/// The earliest height whose state can be proved.
pub(crate) fn earliest_kept(head: Height) -> Height {
    Height(head.0.saturating_sub(RETAINED_HEIGHTS).max(1))
}

/// The state trees at a height that is kept.
pub(crate) fn heads(store: &impl Store, height: Height) -> Result<TreeHeads, Fault> {
    let row = store.get(Column::Roots, &height.0.to_be_bytes())?;
    let row = row.ok_or(Fault::Missing("the trees' heads"))?;
    Ok(cbor::parse(&row, MAX_ROW_BYTES)?)
}
