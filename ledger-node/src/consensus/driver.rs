//! Answers the engine: what to propose, what a proposal is worth, what to do with a decision.
//!
//! The crash contract: a block is on disk before the engine hears of it, and a decision is on disk
//! before the next height starts. After kill -9 the engine replays its log and finds every block
//! that it had voted on.

mod catch_up;
mod proposals;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use arc_malachitebft_app_channel::app::engine::host::Next;
use arc_malachitebft_app_channel::app::streaming::StreamMessage;
use arc_malachitebft_app_channel::app::types::core::{
    CommitCertificate, HeightParams, LinearTimeouts, Round,
};
use arc_malachitebft_app_channel::app::types::{
    LocallyProposedValue, MisbehaviorEvidence, ProposedValue,
};
use arc_malachitebft_app_channel::{AppMsg, Channels, NetworkMsg, Reply};
use ledger_core::CommitError;
use ledger_engine::{Address, HeaderValue, Height, Part, TallyContext, ValidatorSet};
use light_client::id::{self, TimeMs};
use tokio::task::block_in_place;
use tokio::time;
use tracing::{debug, error};

use super::Rotates;
use super::evidence;
use super::quorum::certificate;
use super::signing::{NodeSigner, NodeVerifier};
use super::streaming::{OpenStreams, StreamedBlock};
use crate::clock;
use crate::ledger::Ledger;
use crate::stages::{Stage, timed};

/// How the application side of the engine is kept.
pub(super) struct Driver {
    ledger: Arc<Ledger>,
    verifier: NodeVerifier,
    signer: Option<NodeSigner>,
    address: Address,
    /// The height in progress and its validators.
    height: Height,
    set: ValidatorSet,
    streams: OpenStreams,
    /// Since when there was always something to answer.
    busy_since: TimeMs,
    /// Whether another key of this node decides the next epoch: the engine must start anew.
    rotated: bool,
    rotates: Rotates,
    /// After which height this node may vote, and the engine must start anew.
    follows_through: Option<u64>,
    /// Blocks of the next heights, which arrived before this node got there.
    early: Vec<StreamedBlock>,
}

use proposals::{proposed, stream_id};

type Proposed = ProposedValue<TallyContext>;

impl Driver {
    pub(super) fn new(
        ledger: Arc<Ledger>,
        verifier: NodeVerifier,
        signer: Option<NodeSigner>,
        address: Address,
        rotates: Rotates,
        follows_through: Option<u64>,
    ) -> Self {
        let (height, set) = next(&ledger);
        let (streams, early) = (OpenStreams::default(), Vec::new());
        Self {
            ledger,
            verifier,
            signer,
            address,
            height,
            set,
            rotated: false,
            rotates,
            follows_through,
            streams,
            early,
            busy_since: clock::now_ms(),
        }
    }

    /// Serves the engine until it stops, or until the next epoch needs another key.
    ///
    /// # Errors
    /// A store that cannot be read or written: the node must not go on.
    pub(super) async fn run(mut self, mut channels: Channels<TallyContext>) -> Result<()> {
        let first = time::timeout(LISTEN_TIMEOUT, channels.consensus.recv()).await;
        let mut next = first.context("the engine does not listen; is its address in use?")?;
        while let Some(message) = next {
            for part in self.answer(message).await? {
                let publish = NetworkMsg::PublishProposalPart(part);
                channels
                    .network
                    .send(publish)
                    .await
                    .ok()
                    .context("the network actor is gone")?;
            }
            if self.rotated {
                return Ok(());
            }
            let done = Instant::now();
            next = channels.consensus.recv().await;
            if done.elapsed() > IDLE_GAP {
                self.busy_since = clock::now_ms();
            }
        }
        anyhow::bail!("the consensus engine has stopped")
    }

    /// Answers one message; returns what is to be streamed.
    ///
    /// A reply that nobody waits for any more is not an error: the engine has moved on.
    async fn answer(&mut self, message: AppMsg<TallyContext>) -> Result<Vec<StreamMessage<Part>>> {
        match message {
            AppMsg::ConsensusReady { reply } => {
                reply.send((self.height, self.params())).ok();
            }
            AppMsg::StartedRound {
                height,
                round,
                proposer,
                reply_value,
                ..
            } => {
                debug!(%height, %round, %proposer, "round started");
                reply_value.send(self.start_round(height, round)?).ok();
            }
            AppMsg::GetValue {
                height,
                round,
                reply,
                ..
            } => {
                if let Some((value, stream)) = self.propose(height, round).await? {
                    reply
                        .send(LocallyProposedValue::new(height, round, value))
                        .ok();
                    return Ok(stream.messages(&stream_id(height)?));
                }
            }
            AppMsg::ReceivedProposalPart {
                from,
                published_by,
                part,
                reply,
            } => {
                reply
                    .send(self.receive(published_by.unwrap_or(from), part)?)
                    .ok();
            }
            AppMsg::RestreamProposal {
                height,
                valid_round,
                value_id,
                ..
            } => {
                return self.restream(height, valid_round, &value_id);
            }
            AppMsg::Decided {
                certificate, reply, ..
            } => {
                if self.commit(&certificate)? {
                    reply.send(()).ok();
                }
            }
            AppMsg::Finalized {
                certificate,
                evidence,
                reply,
                ..
            } => {
                self.keep_evidence(certificate.height, &evidence)?;
                let before = self.set.clone();
                let next = self.next(certificate.height)?;
                let votes_again = self
                    .follows_through
                    .is_some_and(|last| self.height.0 > last);
                self.rotated = votes_again
                    || self.set != before && (self.rotates)(self.ledger.app().validator_set());
                if !self.rotated {
                    self.start_paced(next, reply);
                }
            }
            AppMsg::GetHistoryMinHeight { reply } => {
                let earliest = self.ledger.view().earliest_block()?;
                reply.send(Height(earliest.0)).ok();
            }
            AppMsg::GetDecidedValues { range, reply } => {
                reply
                    .send(self.decided(range.start().0, range.end().0)?)
                    .ok();
            }
            AppMsg::ProcessSyncedValue {
                height,
                round,
                proposer,
                value_bytes,
                reply,
            } => {
                reply
                    .send(self.synced(height, round, proposer, &value_bytes)?)
                    .ok();
            }
            AppMsg::ExtendVote { reply, .. } => {
                reply.send(None).ok();
            }
            AppMsg::VerifyVoteExtensions {
                extensions, reply, ..
            } => {
                // Extensions are disabled; the engine refuses votes that carry one.
                reply
                    .send(
                        extensions
                            .into_iter()
                            .map(|(from, ())| (from, Ok(())))
                            .collect(),
                    )
                    .ok();
            }
        }
        Ok(Vec::new())
    }

    fn params(&self) -> HeightParams<TallyContext> {
        HeightParams::new(self.set.clone(), TIMEOUTS, None)
    }

    /// Starts what is next, at once if there is work, else a second after the last block.
    ///
    /// The engine could pace heights itself, but would sleep through the arrival of work.
    fn start_paced(&self, next: Next<TallyContext>, reply: Reply<Next<TallyContext>>) {
        let (ledger, pause) = (self.ledger.clone(), self.pause());
        tokio::spawn(async move {
            // A wake-up of before costs one early block and is never lost.
            time::timeout(pause, ledger.work().notified()).await.ok();
            reply.send(next).ok();
        });
    }

    /// What is left of an idle second; nothing for a node that catches up.
    fn pause(&self) -> Duration {
        let app = self.ledger.app();
        if app.has_work() || !self.early.is_empty() {
            return Duration::ZERO;
        }
        let age = clock::now_ms().0.saturating_sub(app.head().time_ms.0);
        IDLE_INTERVAL.saturating_sub(Duration::from_millis(age))
    }

    /// The blocks of a round that this node has seen already, before it got here or crashed.
    fn start_round(&mut self, height: Height, round: Round) -> Result<Vec<Proposed>> {
        let early = std::mem::take(&mut self.early).into_iter();
        let (now, later) = early
            .filter(|block| block.head.init.height >= height)
            .partition::<Vec<_>, _>(|block| block.head.init.height == height);
        self.early = later;
        let mut values = Vec::new();
        for block in now {
            values.extend(self.judge(block)?);
        }
        let known = self.ledger.app().undecided(id::Height(height.0))?;
        for (origin, proposal) in known {
            let known = proposed(&origin, HeaderValue::new(proposal.header));
            if known.round == round && !values.contains(&known) {
                values.push(known);
            }
        }
        Ok(values)
    }

    /// Makes a decision durable; false if its block is not here.
    fn commit(&mut self, decision: &CommitCertificate<TallyContext>) -> Result<bool> {
        if decision.height < self.height {
            return Ok(true);
        }
        let outcome = block_in_place(|| {
            let mut app = self.ledger.app();
            let certificate = certificate(decision, app.validator_set(), self.ledger.suite())?;
            let committed = timed(Stage::Commit, || {
                app.commit(&decision.value_id, &certificate)
            });
            Ok::<_, anyhow::Error>(committed)
        })?;
        match outcome {
            Ok(committed) => {
                let transactions = committed.transactions.len();
                debug!(height = %decision.height, transactions, "block is final");
                self.ledger.announce_head();
                Ok(true)
            }
            Err(CommitError::UnknownProposal) => {
                error!(height = %decision.height, "decided on a block that is not here");
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The next height with the set of its epoch; the same again if its block is missing.
    fn next(&mut self, decided: Height) -> Result<Next<TallyContext>> {
        (self.height, self.set) = next(&self.ledger);
        if self.height <= decided {
            // The engine empties its log: from now on the mark alone knows what was sent.
            if let Some(signer) = &self.signer {
                block_in_place(|| signer.log_emptied(self.height))?;
            }
            return Ok(Next::Restart(self.height, self.params()));
        }
        self.streams.clear();
        Ok(Next::Start(self.height, self.params()))
    }

    fn keep_evidence(
        &self,
        height: Height,
        found: &MisbehaviorEvidence<TallyContext>,
    ) -> Result<()> {
        for (at, record) in (0..).zip(evidence::records(found)) {
            error!(%height, "a validator signed two things in one round");
            self.ledger.store().keep_evidence(height.0, at, &record)?;
        }
        Ok(())
    }
}

/// The height in progress and the set that decides it.
fn next(ledger: &Ledger) -> (Height, ValidatorSet) {
    let app = ledger.app();
    let height = Height(app.head().height.0 + 1);
    (
        height,
        ValidatorSet::new(app.validator_set(), ledger.suite()),
    )
}

/// Longer than an engine takes to open its port.
const LISTEN_TIMEOUT: Duration = Duration::from_secs(30);

/// A pause between two messages that means that none was waiting.
const IDLE_GAP: Duration = Duration::from_millis(20);

/// The pace of a ledger without work.
const IDLE_INTERVAL: Duration = Duration::from_secs(1);

/// A dead proposer costs its turn one second.
const TIMEOUTS: LinearTimeouts = LinearTimeouts {
    propose: Duration::from_millis(1000),
    propose_delta: Duration::from_millis(500),
    prevote: Duration::from_millis(500),
    prevote_delta: Duration::from_millis(500),
    precommit: Duration::from_millis(500),
    precommit_delta: Duration::from_millis(500),
    rebroadcast: Duration::from_millis(2000),
    max_timeout: Duration::from_secs(30),
};
