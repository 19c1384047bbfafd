//! Saying that the key of the next epoch is in place: what a set that was chosen waits for.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use ledger_core::WaitingSet;
use ledger_core::transaction::{Body, IdempotencyKey, Op, Readiness};
use light_client::id::Height;
use tokio::task::block_in_place;
use tracing::{info, warn};

use crate::config::NodeDir;
use crate::gossip::Peers;
use crate::intake::Intake;
use crate::keys;
use crate::ledger::Ledger;
use crate::seal::Passphrase;

/// After how many blocks a readiness that did not enter one is posted again.
const PATIENCE_BLOCKS: u64 = 10;

/// What posting takes.
pub(crate) struct Poster {
    pub(crate) dir: NodeDir,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) intake: Intake,
    pub(crate) peers: Peers,
    pub(crate) passphrase: Option<Arc<Passphrase>>,
}

impl Poster {
    /// Looks after every block whether a set waits that has a key of this folder.
    pub(crate) async fn run(self) {
        let mut heads = self.ledger.heads();
        let mut posted: Option<Height> = None;
        loop {
            let head = heads.borrow_and_update().height;
            let waited = posted.is_none_or(|posted| head.0 >= posted.0 + PATIENCE_BLOCKS);
            if waited {
                match self.post(head).await {
                    Ok(true) => posted = Some(head),
                    Ok(false) => posted = None,
                    Err(error) => warn!("readiness is not posted: {error:#}"),
                }
            }
            if heads.changed().await.is_err() {
                return;
            }
        }
    }

    /// Posts readiness if it is asked for; whether it was.
    async fn post(&self, head: Height) -> Result<bool> {
        let waiting = block_in_place(|| self.ledger.view().waiting_set())?;
        let Some(waiting) = waiting else {
            return Ok(false);
        };
        let Some(transaction) = block_in_place(|| self.transaction(&waiting, head))? else {
            return Ok(false);
        };
        let outcome = self.intake.submit(transaction.clone()).await?;
        let id = outcome.context("refused")?;
        let needed = self.ledger.copies_needed();
        self.peers
            .replicate(&[(id, transaction.into())], needed)
            .await;
        info!(epoch = %waiting.set.epoch(), "the next epoch's key is in place, and said to be");
        Ok(true)
    }

    /// By the first key of the folder that is in the set and may vote, unless it has said so.
    fn transaction(&self, waiting: &WaitingSet, head: Height) -> Result<Option<Vec<u8>>> {
        let all = keys::list(&self.dir)?;
        let validators = waiting.set.validators();
        let own = all.iter().filter(|key| key.may_vote()).find_map(|key| {
            let validator = validators.get(key.place_in(&waiting.set)?)?;
            (!waiting.ready.contains(&validator.agency)).then_some(key)
        });
        let Some(own) = own else {
            return Ok(None);
        };
        let key = own.open(self.passphrase.as_deref())?;
        let mut intent = [0; 16];
        getrandom::fill(&mut intent)
            .ok()
            .context("no randomness from the operating system")?;
        let set = waiting.set.hash(self.ledger.suite());
        let body = Body {
            ledger: self.ledger.id(),
            sender: key.public_key(),
            idempotency_key: IdempotencyKey(intent),
            expiry: Height(head.0 + PATIENCE_BLOCKS),
            after: None,
            op: Op::PostReadiness(Readiness { set }),
        };
        Ok(Some(body.sign(|message| key.sign(message)).to_bytes()))
    }
}
