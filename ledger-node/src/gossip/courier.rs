//! What carries transactions to one peer, and brings its receipts.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use axum::http::header;
use bytes::Bytes;
use ledger_core::SharedKeys;
use ledger_core::transaction::TxId;
use light_client::cbor;
use light_client::id::LedgerId;
use light_client::key::{KeyId, Signed};
use light_client::suite::Suite;
use light_client::validator_set::ValidatorSet;
use tokio::sync::mpsc;
use tokio::task::block_in_place;
use tracing::debug;

use super::Offer;
use crate::batch::{Batch, MAX_BATCH, MAX_RECEIPT_BYTES, Receipt, fitting, receipt_bytes};
use crate::ledger::Ledger;
use crate::voter::Voting;

/// See the module.
pub(crate) struct Courier {
    client: reqwest::Client,
    url: String,
    offers: mpsc::Receiver<Offer>,
    keys: SharedKeys,
}

impl Courier {
    pub(super) fn new(client: reqwest::Client, peer: &str, offers: mpsc::Receiver<Offer>) -> Self {
        Self {
            client,
            url: format!("{peer}/internal/v1/transactions"),
            offers,
            keys: SharedKeys::new(),
        }
    }

    /// Carries what is offered, for ever: whatever has come while a request was on its way goes
    /// with the next one.
    pub(crate) async fn run(mut self, ledger: Arc<Ledger>, voting: Voting) {
        let mut waiting = Vec::new();
        loop {
            let room = MAX_BATCH - waiting.len();
            if waiting.is_empty() && self.offers.recv_many(&mut waiting, room).await == 0 {
                return;
            }
            while waiting.len() < MAX_BATCH
                && let Ok(offer) = self.offers.try_recv()
            {
                waiting.push(offer);
            }
            let rest = waiting.split_off(fitting(waiting.iter().map(|one| one.transaction.len())));
            match self.carry(&waiting).await {
                Ok(receipt) => {
                    block_in_place(|| self.tell(&ledger, &voting, &waiting, &receipt));
                }
                Err(error) => debug!("a peer did not take transactions: {error:#}"),
            }
            waiting = rest;
        }
    }

    async fn carry(&self, offers: &[Offer]) -> Result<Receipt> {
        let transactions = offers.iter().map(|one| one.transaction.to_vec());
        let body = cbor::to_bytes(&Batch(transactions.collect()));
        let request = self
            .client
            .post(&self.url)
            .header(header::CONTENT_TYPE.as_str(), "application/cbor")
            .body(body);
        let answer = request.send().await?.error_for_status()?;
        let length = answer.content_length().context("an answer without end")?;
        ensure!(length <= MAX_RECEIPT_BYTES as u64, "too long an answer");
        let receipt: Bytes = answer.bytes().await?;
        Ok(Receipt::parse(&receipt)?)
    }

    /// Tells those who wait for it that a validator keeps their transactions.
    fn tell(&self, ledger: &Ledger, voting: &Voting, offers: &[Offer], receipt: &Receipt) {
        let set = ledger.validators();
        let suite = ledger.suite();
        let offered: Vec<TxId> = offers.iter().map(|offer| offer.id).collect();
        let Some(signer) = keeper(receipt, &offered, (ledger.id(), suite), &set, &self.keys) else {
            return;
        };
        // A node that is told its own address is not another one.
        let own = voting
            .borrow()
            .as_ref()
            .map(|key| key.public_key().id(suite));
        if own == Some(signer) {
            return;
        }
        for (offer, stored) in offers.iter().zip(&receipt.stored) {
            if *stored {
                // Nobody waits any more: others were faster.
                offer.stored.send((offer.at, signer)).ok();
            }
        }
    }
}

/// The validator of `set` that signed the receipt for what was offered; none if none did.
pub(super) fn keeper(
    receipt: &Receipt,
    offered: &[TxId],
    (ledger, suite): (LedgerId, Suite),
    set: &ValidatorSet,
    keys: &SharedKeys,
) -> Option<KeyId> {
    let witness = receipt.by?;
    if receipt.stored.len() != offered.len() {
        return None;
    }
    let mut validators = set.validators().iter().map(|validator| &validator.key);
    let key = validators.find(|key| key.id(suite) == witness.signer)?;
    let stored = offered.iter().zip(&receipt.stored);
    let stored: Vec<TxId> = stored.filter(|(_, is)| **is).map(|(id, _)| *id).collect();
    let message = receipt_bytes(&ledger, &stored, &witness.signer);
    let signed = Signed {
        key,
        message: &message,
        signature: &witness.signature,
    };
    keys.verify(signed).is_ok().then_some(witness.signer)
}
