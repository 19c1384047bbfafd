//! The client's part: one transaction after another, given to any honest node that is up.

use std::collections::BTreeSet;

use ledger_core::transaction::{SignedTransaction, TxId};
use light_client::genesis::Genesis;

use super::World;
use crate::{Scenario, client::Client, event::Event, invoices::Invoices, violation::Violation};

/// How often the client submits.
pub(super) const EVERY_US: u64 = 40_000;

/// What was submitted, and what came of it.
pub(super) struct Submission {
    client: Client,
    /// Submitted, and not answered: the node died over it.
    unanswered: Option<SignedTransaction>,
    acknowledged: BTreeSet<TxId>,
    first: Option<TxId>,
    lease: Option<TxId>,
    /// Transactions that go first.
    ready: Vec<SignedTransaction>,
    /// The decision on a new version, which may be refused.
    upgrade: Option<TxId>,
}

impl Submission {
    pub(super) fn new(genesis: &Genesis) -> Self {
        Self {
            client: Client::new(genesis),
            unanswered: None,
            acknowledged: BTreeSet::new(),
            first: None,
            lease: None,
            ready: Vec::new(),
            upgrade: None,
        }
    }

    pub(super) const fn acknowledged(&self) -> &BTreeSet<TxId> {
        &self.acknowledged
    }

    pub(super) const fn upgrade(&self) -> Option<TxId> {
        self.upgrade
    }

    pub(super) fn is_done(&self, scenario: &Scenario) -> bool {
        self.acknowledged.len() >= scenario.transactions
            && self.ready.is_empty()
            && self.unanswered.is_none()
    }

    /// The next transaction, or once more the one that got no answer.
    fn next(&mut self, scenario: &Scenario, choice: u64) -> SignedTransaction {
        if let Some(transaction) = self.unanswered.take() {
            return transaction;
        }
        if let Some(ready) = self.ready.pop() {
            return ready;
        }
        match (self.first, self.lease) {
            (None, _) => self.client.register(),
            (Some(first), None) => self.client.lease(first),
            (Some(first), Some(lease)) => {
                let is_half_way = self.acknowledged.len() == scenario.transactions / 2;
                if !scenario.rotates || !is_half_way {
                    return self.client.any(choice, lease);
                }
                let rotation = self.client.rotate(scenario.validators, first);
                let id = rotation.id(scenario.suite);
                self.ready = self.client.ready(scenario.validators, id);
                rotation
            }
        }
    }

    pub(super) const fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    fn acknowledge(&mut self, id: TxId, scenario: &Scenario, invoices: Option<&mut Invoices>) {
        if self.upgrade == Some(id) {
            return;
        }
        if self.first.is_none() {
            self.first = Some(id);
        } else if self.lease.is_none() {
            self.lease = Some(id);
            let setup = invoices.map(|invoices| invoices.set_up(&mut self.client, id));
            self.ready = setup.unwrap_or_default();
            if let Some(upgrade) = scenario.upgrade {
                let decided = self.client.upgrade(scenario.validators, upgrade, id);
                self.upgrade = decided.last().map(|last| last.id(scenario.suite));
                self.ready.extend(decided);
            }
            // They are taken from the end.
            self.ready.reverse();
        }
        self.acknowledged.insert(id);
    }
}

impl World {
    pub(super) fn submit(&mut self) -> Result<(), Violation> {
        let is_done = self.submission.is_done(&self.scenario);
        if is_done && self.invoices.as_ref().is_none_or(Invoices::is_done) {
            return Ok(());
        }
        self.after(EVERY_US, Event::Submit);
        if is_done {
            return self.trade();
        }
        for _ in 0..self.scenario.at_once {
            self.submit_one()?;
        }
        Ok(())
    }

    fn submit_one(&mut self) -> Result<(), Violation> {
        if self.submission.is_done(&self.scenario) {
            return Ok(());
        }
        let seat = self.victim();
        let choice = self.random.next();
        let Some(node) = &mut self.seats[seat].node else {
            return Ok(());
        };
        let transaction = self.submission.next(&self.scenario, choice);
        match node.submit(transaction.to_bytes())? {
            Some(Ok(id)) => {
                let invoices = self.invoices.as_mut();
                self.submission.acknowledge(id, &self.scenario, invoices);
            }
            Some(Err(refusal)) => return Err(Violation::Ledger(refusal.code().to_owned())),
            None => self.submission.unanswered = Some(transaction),
        }
        self.collect(seat, None)
    }
}
