//! Proposals of heights that are not decided yet, on disk.
//!
//! ```text
//! height ‖ 0 ‖ header hash            → proposal
//! height ‖ 1 ‖ round ‖ header hash    → [round, proposer, 0 new | 1 repeated | 2 synced, valid round]
//! height ‖ 2 ‖ round                  → header hash of this node's own proposal
//! ```

use light_client::{
    cbor::{self, DecodeError, Reader, Wire, Writer},
    hash::Digest,
    id::{Height, Round},
    validator_set::ValidatorSet,
};

use super::{App, Arrival, Origin};
use crate::{
    block::Proposal,
    fault::Fault,
    limits::MAX_PROPOSAL_BYTES,
    store::{Batch, Column, Store},
};

const PROPOSAL: u8 = 0;
const ORIGIN: u8 = 1;
const OWN: u8 = 2;

impl<S: Store> App<S> {
    /// Every good proposal for `height`, with each way in which it came.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn undecided(&self, height: Height) -> Result<Vec<(Origin, Proposal)>, Fault> {
        let (from, to) = (key(height, ORIGIN, &[]), key(height, OWN, &[]));
        let mut found = Vec::new();
        for (row, bytes) in self.store.scan(Column::Undecided, &from, &to, usize::MAX)? {
            let origin = cbor::parse(&bytes, 128)?;
            let hash = row.get(13..).ok_or(DecodeError::Malformed)?;
            let proposal = proposal(&self.store, height, hash)?;
            found.push((origin, proposal.ok_or(Fault::Missing("a proposal"))?));
        }
        Ok(found)
    }

    /// The good proposal for the next height that has this header hash.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn undecided_proposal(&self, hash: &Digest) -> Result<Option<Proposal>, Fault> {
        proposal(&self.store, self.next_height(), hash.as_bytes())
    }
}

/// This node's own proposal for a height and round.
pub(super) fn own(
    store: &impl Store,
    height: Height,
    round: Round,
) -> Result<Option<Proposal>, Fault> {
    let row = key(height, OWN, &round.0.to_be_bytes());
    match store.get(Column::Undecided, &row)? {
        None => Ok(None),
        Some(hash) => proposal(store, height, &hash),
    }
}

pub(super) fn put_proposal(batch: &mut Batch, hash: &Digest, proposal: &Proposal) {
    let row = key(proposal.header.core.height, PROPOSAL, hash.as_bytes());
    batch.put(Column::Undecided, row, cbor::to_bytes(proposal));
}

pub(super) fn put_origin(batch: &mut Batch, hash: &Digest, proposal: &Proposal, origin: &Origin) {
    let rest = [&origin.round.0.to_be_bytes()[..], hash.as_bytes()].concat();
    let row = key(proposal.header.core.height, ORIGIN, &rest);
    batch.put(Column::Undecided, row, cbor::to_bytes(origin));
}

pub(super) fn put_own(batch: &mut Batch, height: Height, round: Round, hash: &Digest) {
    let row = key(height, OWN, &round.0.to_be_bytes());
    batch.put(Column::Undecided, row, hash.as_bytes().as_slice());
}

/// Whether a row is one of the above, for the height after `head`, which `set` decides.
pub(crate) fn holds(
    store: &impl Store,
    head: Height,
    set: &ValidatorSet,
    (row, bytes): (&[u8], &[u8]),
) -> bool {
    let Some((height, [kind, rest @ ..])) = row.split_first_chunk::<8>() else {
        return false;
    };
    let height = Height(u64::from_be_bytes(*height));
    let named = |hash: &[u8]| matches!(proposal(store, height, hash), Ok(Some(_)));
    let is_validator = |origin: &Origin| {
        let mut keys = set.validators().iter().map(|validator| &validator.key);
        keys.any(|key| key.id(key.kind().suite()) == origin.proposer)
    };
    let holds = match *kind {
        PROPOSAL => cbor::parse::<Proposal>(bytes, MAX_PROPOSAL_BYTES).is_ok_and(|proposal| {
            let core = &proposal.header.core;
            let whole = proposal.body.root(core.suite) == proposal.header.rest.body_root;
            whole && core.height == height && proposal.header.hash().as_bytes() == rest
        }),
        ORIGIN => {
            let origin = cbor::parse::<Origin>(bytes, 128);
            rest.split_first_chunk::<4>().is_some_and(|(round, hash)| {
                origin.is_ok_and(|origin| {
                    origin.round.0 == u32::from_be_bytes(*round) && is_validator(&origin)
                }) && named(hash)
            })
        }
        // It was proposed in that very round.
        OWN => {
            let origin = key(height, ORIGIN, &[rest, bytes].concat());
            rest.len() == 4
                && named(bytes)
                && matches!(store.get(Column::Undecided, &origin), Ok(Some(_)))
        }
        _ => false,
    };
    holds && height.0 == head.0 + 1
}

/// Deletes everything for `height`, which is decided.
pub(super) fn settle(store: &impl Store, height: Height, batch: &mut Batch) -> Result<(), Fault> {
    // Those of heights before were deleted with them, and a store takes its time to forget.
    let (from, end) = (height.0.to_be_bytes(), (height.0 + 1).to_be_bytes());
    for (row, _) in store.scan(Column::Undecided, &from, &end, usize::MAX)? {
        batch.delete(Column::Undecided, row);
    }
    Ok(())
}

fn proposal(store: &impl Store, height: Height, hash: &[u8]) -> Result<Option<Proposal>, Fault> {
    let row = store.get(Column::Undecided, &key(height, PROPOSAL, hash))?;
    let parsed = row.map(|row| cbor::parse(&row, MAX_PROPOSAL_BYTES));
    Ok(parsed.transpose()?)
}

fn key(height: Height, kind: u8, rest: &[u8]) -> Vec<u8> {
    [&height.0.to_be_bytes()[..], &[kind], rest].concat()
}

impl Wire for Origin {
    fn encode(&self, writer: &mut Writer) {
        writer.array(4).value(&self.round).value(&self.proposer);
        match &self.arrival {
            Arrival::New => writer.uint(0u8).null(),
            Arrival::Repeated { valid_round } => writer.uint(1u8).value(valid_round),
            Arrival::Synced => writer.uint(2u8).null(),
        };
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        Ok(Self {
            round: reader.value()?,
            proposer: reader.value()?,
            arrival: match (reader.uint()?, reader.option()?) {
                (0, None) => Arrival::New,
                (1, Some(valid_round)) => Arrival::Repeated { valid_round },
                (2, None) => Arrival::Synced,
                _ => return Err(DecodeError::FieldOutOfRange("arrival")),
            },
        })
    }
}
