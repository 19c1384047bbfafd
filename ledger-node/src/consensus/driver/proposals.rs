//! Blocks on their way: made and streamed by this node, taken in from others and judged.

use anyhow::{Context as _, Result};
use arc_malachitebft_app_channel::app::consensus::PeerId;
use arc_malachitebft_app_channel::app::streaming::{StreamId, StreamMessage};
use arc_malachitebft_app_channel::app::types::ProposedValue;
use arc_malachitebft_app_channel::app::types::core::{
    Context as _, Round, Validator as _, Validity, Value as _,
};
use bytes::Bytes;
use ledger_core::block::Proposal;
use ledger_core::limits::CLOCK_WINDOW_MS;
use ledger_core::{Arrival, Origin, ProposeError};
use ledger_engine::{Address, HeaderValue, Height, Part, PartInit, StreamHead, TallyContext};
use light_client::cbor;
use light_client::hash::Digest;
use light_client::id::{self, TimeMs};
use tokio::task::block_in_place;
use tracing::{info, warn};

use super::{Driver, Proposed};
use crate::clock;
use crate::consensus::streaming::StreamedBlock;
use crate::consensus::wire::{from_bytes, to_bytes};
use crate::mark::MarkError;
use crate::stages::{Stage, timed};
use crate::store::Synced;

/// An honest peer is at most one height ahead of what it streams; the rest is value sync's work.
const MAX_EARLY_BLOCKS: usize = 8;

/// The most by which an overloaded node excuses a late block.
const MAX_BUSY_MS: u64 = 30_000;

impl Driver {
    /// The block to propose: the one of before a crash, or a new one.
    pub(super) async fn propose(
        &mut self,
        height: Height,
        round: Round,
    ) -> Result<Option<(HeaderValue, StreamedBlock)>> {
        let (Some(signer), Some(turn)) = (self.signer.clone(), round.as_u32()) else {
            return Ok(None);
        };
        let built = block_in_place(|| {
            let (height, round) = (id::Height(height.0), id::Round(turn));
            let mut app = self.ledger.app();
            timed(Stage::Propose, || {
                app.propose(clock::now_ms(), height, round, self.address.0)
            })
        });
        let proposal = match built {
            Ok(proposal) => proposal,
            Err(ProposeError::Fault(fault)) => return Err(fault.into()),
            Err(refusal) => {
                warn!(%height, %round, %refusal, "nothing to propose");
                return Ok(None);
            }
        };
        let block = Bytes::from(cbor::to_bytes(&proposal));
        let value = HeaderValue::new(proposal.header);
        let init = PartInit {
            height,
            round,
            valid_round: Round::Nil,
            proposer: self.address,
        };
        let signature = match signer.sign_stream(&init, value.id()).await {
            Ok(Some(signature)) => signature,
            Ok(None) => return Ok(None),
            Err(MarkError::Refused(refusal)) => {
                warn!(%height, %round, %refusal, "a block came too late to be proposed");
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let head = StreamHead { init, signature };
        block_in_place(|| self.keep(&head, &value.id(), Synced::Now))?;
        Ok(Some((value, StreamedBlock { head, block })))
    }

    pub(super) fn receive(
        &mut self,
        publisher: PeerId,
        part: StreamMessage<Part>,
    ) -> Result<Option<Proposed>> {
        let Some(block) = self.streams.insert(publisher, part) else {
            return Ok(None);
        };
        if block.head.init.height > self.height {
            if self.early.len() == MAX_EARLY_BLOCKS {
                self.early.remove(0);
            }
            self.early.push(block);
            // Others have begun the next height: they must not wait for this node.
            self.ledger.work().notify_one();
            return Ok(None);
        }
        self.judge(block)
    }

    /// What a streamed block is worth: nothing if it is not its proposer's.
    pub(super) fn judge(&self, stream: StreamedBlock) -> Result<Option<Proposed>> {
        let StreamedBlock { head, block } = stream;
        let init = &head.init;
        let Some(round) = init.round.as_u32().filter(|_| init.height == self.height) else {
            return Ok(None);
        };
        let Ok(proposal) = Proposal::parse(&block) else {
            warn!(height = %init.height, "a streamed block is malformed");
            return Ok(None);
        };
        let value = HeaderValue::new(proposal.header.clone());
        let proposer = TallyContext.select_proposer(&self.set, init.height, init.round);
        let streamed = *proposer.address() == init.proposer
            && self
                .verifier
                .accepts_stream(&head, &value.id(), proposer.public_key());
        if !streamed {
            warn!(height = %init.height, %round, "a block that is not of its round's proposer");
            return Ok(None);
        }
        let arrival = init
            .valid_round
            .as_u32()
            .map_or(Arrival::New, |valid_round| Arrival::Repeated {
                valid_round: id::Round(valid_round),
            });
        let origin = Origin {
            round: id::Round(round),
            proposer: init.proposer.0,
            arrival,
        };
        // The check writes the block behind the record of its stream, and syncs both.
        block_in_place(|| self.keep(&head, &value.id(), Synced::WithTheNext))?;
        let validity = self.check(&proposal, &origin)?;
        Ok(Some(ProposedValue {
            validity,
            ..proposed(&origin, value)
        }))
    }

    /// Executes a block; when this returns, a valid one is on disk.
    pub(super) fn check(&self, proposal: &Proposal, origin: &Origin) -> Result<Validity> {
        let height = proposal.header.core.height;
        // A block that a quorum prevoted may be old, but never from the future: no proposer can
        // run the ledger's time ahead by pretending that its block is a repeated one.
        let now = clock::now_ms();
        let latest = now.0.saturating_add(CLOCK_WINDOW_MS);
        let time = proposal.header.core.time_ms.0;
        // After a head that is itself ahead of all clocks there is one time only.
        let least = self.ledger.heads().borrow().time_ms.0.saturating_add(1);
        if !matches!(origin.arrival, Arrival::Synced) && time > latest.max(least) {
            warn!(%height, "a proposal from the future");
            return Ok(Validity::Invalid);
        }
        // A block that had to wait for this node is not late: it may have come at any time since
        // the node was last idle.
        let since = self.busy_since.0.max(now.0.saturating_sub(MAX_BUSY_MS));
        let arrived = TimeMs(time.clamp(since.min(now.0), now.0));
        let outcome = block_in_place(|| {
            let mut app = self.ledger.app();
            timed(Stage::Check, || app.check(arrived, proposal, origin))
        })?;
        Ok(match outcome {
            Ok(_) => Validity::Valid,
            Err(refusal) => {
                warn!(%height, %refusal, "a proposal does not hold");
                Validity::Invalid
            }
        })
    }

    /// Streams a block again, as its first proposer signed it.
    pub(super) fn restream(
        &self,
        height: Height,
        valid_round: Round,
        value: &Digest,
    ) -> Result<Vec<StreamMessage<Part>>> {
        let record = self.ledger.store().stream(height.0, value)?;
        let proposal = self.ledger.app().undecided_proposal(value)?;
        let (Some(record), Some(proposal)) = (record, proposal) else {
            info!(%height, %value, "asked to stream a block that is not here");
            return Ok(Vec::new());
        };
        let mut head: StreamHead = from_bytes(record).context("record of a stream")?;
        head.init.valid_round = valid_round;
        let block = Bytes::from(cbor::to_bytes(&proposal));
        Ok(StreamedBlock { head, block }.messages(&stream_id(height)?))
    }

    fn keep(&self, head: &StreamHead, value: &Digest, synced: Synced) -> Result<()> {
        let (store, height) = (self.ledger.store(), head.init.height.0);
        Ok(store.keep_stream(height, value, &to_bytes(head), synced)?)
    }
}

/// A valid block as the engine is told of it.
pub(super) fn proposed(origin: &Origin, value: HeaderValue) -> Proposed {
    let valid_round = match origin.arrival {
        Arrival::Repeated { valid_round } => Round::new(valid_round.0),
        Arrival::New | Arrival::Synced => Round::Nil,
    };
    ProposedValue {
        height: Height(value.header().core.height.0),
        round: Round::new(origin.round.0),
        valid_round,
        proposer: Address(origin.proposer),
        value,
        validity: Validity::Valid,
    }
}

/// A name for a stream that this node never used before, also not before a restart.
pub(super) fn stream_id(height: Height) -> Result<StreamId> {
    let mut bytes = [0; 16];
    let (name, nonce) = bytes.split_at_mut(8);
    name.copy_from_slice(&height.0.to_be_bytes());
    getrandom::fill(nonce)
        .ok()
        .context("no randomness from the operating system")?;
    Ok(StreamId::new(Bytes::copy_from_slice(&bytes)))
}
