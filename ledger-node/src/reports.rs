//! What a validator reports of itself, without being told to: that the key of the next epoch is in
//! place, which a chosen set waits for, and what its software can execute, which an upgrade needs.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use ledger_core::transaction::{Announcement, Op, OpKind, Readiness};
use ledger_core::{Versions, WaitingSet};
use light_client::hash::Digest;
use light_client::id::{Epoch, Height, IssuerId};
use light_client::validator_set::ValidatorSet;
use tokio::task::block_in_place;
use tracing::{info, warn};

use crate::build::build;
use crate::config::NodeDir;
use crate::gossip::Peers;
use crate::intake::Intake;
use crate::keys::{self, KeyFile};
use crate::ledger::Ledger;
use crate::seal::Passphrase;
use crate::signed::signed;

/// After how many blocks a report that did not enter one is posted again.
const PATIENCE_BLOCKS: u64 = 10;

/// What posting takes.
pub(crate) struct Poster {
    pub(crate) dir: NodeDir,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) intake: Intake,
    pub(crate) peers: Peers,
    pub(crate) passphrase: Option<Arc<Passphrase>>,
}

/// A report that is due, and the key that makes it.
struct Due {
    op: Op,
    key: KeyFile,
}

impl Poster {
    /// Looks after every block whether a report is due.
    pub(crate) async fn run(self) {
        let build = match block_in_place(|| build(self.ledger.suite())) {
            Ok(build) => Some(build),
            Err(error) => {
                warn!("it is not announced what this software can execute: {error:#}");
                None
            }
        };
        let mut heads = self.ledger.heads();
        let mut posted: Option<(OpKind, Height)> = None;
        // The last epoch in which the ledger knows what this software can execute.
        let mut announced: Option<Epoch> = None;
        loop {
            let head = heads.borrow_and_update().height;
            match block_in_place(|| self.due(build, &mut announced)) {
                Ok(Some(due)) if is_patient(posted, &due, head) => {}
                Ok(Some(due)) => {
                    // Also if it is refused: the next block would refuse it again.
                    posted = Some((due.op.kind(), head));
                    if let Err(error) = self.post(due, head).await {
                        warn!("a report is not posted: {error:#}");
                    }
                }
                Ok(None) => {}
                Err(error) => warn!("whether a report is due is not known: {error:#}"),
            }
            if heads.changed().await.is_err() {
                return;
            }
        }
    }

    fn due(&self, build: Option<Digest>, announced: &mut Option<Epoch>) -> Result<Option<Due>> {
        if let Some(waiting) = self.ledger.view().waiting_set()?
            && let Some(due) = self.readiness(&waiting)?
        {
            return Ok(Some(due));
        }
        let epoch = self.ledger.validators().epoch();
        let Some(build) = build.filter(|_| *announced != Some(epoch)) else {
            return Ok(None);
        };
        let due = self.announcement(build)?;
        if due.is_none() {
            *announced = Some(epoch);
        }
        Ok(due)
    }

    fn readiness(&self, waiting: &WaitingSet) -> Result<Option<Due>> {
        let set = waiting.set.hash(self.ledger.suite());
        let own = self.own(&waiting.set, |agency| !waiting.ready.contains(agency))?;
        Ok(own.map(|(key, _)| Due {
            op: Op::PostReadiness(Readiness { set }),
            key,
        }))
    }

    /// What this software can execute, unless the ledger knows.
    fn announcement(&self, build: Digest) -> Result<Option<Due>> {
        let Some((key, agency)) = self.own(&self.ledger.validators(), |_| true)? else {
            return Ok(None);
        };
        let versions: Vec<_> = Versions::supported().iter().collect();
        let known = self.ledger.view().capability(&agency)?;
        if known.is_some_and(|known| known.build == build && known.versions == versions) {
            return Ok(None);
        }
        let op = Op::Announce(Announcement { build, versions });
        Ok(Some(Due { op, key }))
    }

    /// The first key of the folder that may vote in `set`, for an agency that is asked for.
    fn own(
        &self,
        set: &ValidatorSet,
        asked: impl Fn(&IssuerId) -> bool,
    ) -> Result<Option<(KeyFile, IssuerId)>> {
        let all = keys::list(&self.dir)?.into_iter();
        let mut own = all.filter(KeyFile::may_vote).filter_map(|key| {
            let agency = &set.validators().get(key.place_in(set)?)?.agency;
            asked(agency).then(|| (key, agency.clone()))
        });
        Ok(own.next())
    }

    async fn post(&self, due: Due, head: Height) -> Result<()> {
        let Due { op, key } = due;
        let report = op.kind();
        let expiry = Height(head.0 + PATIENCE_BLOCKS);
        let sign = || {
            let key = key.open(self.passphrase.as_deref())?;
            signed(self.ledger.id(), op, expiry, &key)
        };
        let transaction = block_in_place(sign)?.to_bytes();
        let outcome = self.intake.submit(transaction.clone()).await?;
        let id = outcome.context("refused")?;
        let needed = self.ledger.copies_needed(Some(key.public_key()));
        let offer = [(id, transaction.into())];
        self.peers.replicate(&self.ledger, &offer, needed).await;
        info!(?report, "posted");
        Ok(())
    }
}

/// Whether such a report was posted so lately that it may still enter a block.
fn is_patient(posted: Option<(OpKind, Height)>, due: &Due, head: Height) -> bool {
    posted.is_some_and(|(kind, at)| kind == due.op.kind() && head.0 < at.0 + PATIENCE_BLOCKS)
}
