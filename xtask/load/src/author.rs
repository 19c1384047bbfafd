//! Transactions, signed before the clock starts.

use anyhow::{Context as _, Result};
use ledger_core::transaction::{
    Action, Approval, Body, Decision, IdempotencyKey, Op, TxId, approval_bytes,
};
use light_client::{
    id::{Height, IssuerId, LedgerId},
    record::LegalBasis,
    suite::Suite,
};

use crate::signer::{Row, Secret};

/// How far ahead of the head a transaction may expire, less some blocks that come while it is
/// made.
pub(crate) const EXPIRY_AHEAD: u64 = 980;

/// A transaction as it is sent.
#[derive(Debug)]
pub(crate) struct Transaction {
    pub(crate) id: TxId,
    pub(crate) bytes: Vec<u8>,
}

/// Makes transactions, each with an intent of its own.
pub(crate) struct Author {
    ledger: LedgerId,
    suite: Suite,
    pub(crate) nonces: Row,
    intents: u128,
    expiry: Height,
}

impl Author {
    /// One for transactions that expire a while after `head`.
    pub(crate) fn new(ledger: LedgerId, suite: Suite, head: u64) -> Result<Self> {
        let mut begin = [0; 16];
        getrandom::fill(&mut begin)
            .ok()
            .context("no randomness from the operating system")?;
        Ok(Self {
            ledger,
            suite,
            nonces: Row::random()?,
            intents: u128::from_be_bytes(begin),
            expiry: Height(head + EXPIRY_AHEAD),
        })
    }

    /// The height at which its transactions expire.
    pub(crate) const fn expiry(&self) -> Height {
        self.expiry
    }

    /// Signs an operation.
    pub(crate) fn sign(&mut self, key: &Secret, op: Op) -> Transaction {
        let intent = self.intent();
        self.sign_intent(key, op, intent)
    }

    /// Signs a decision to which all members consent.
    pub(crate) fn sign_decision(
        &mut self,
        key: &Secret,
        members: &[(IssuerId, Secret)],
        action: Action,
    ) -> Result<Transaction> {
        let intent = self.intent();
        let basis = basis()?;
        let message = approval_bytes(&self.ledger, &action, &basis, &intent);
        let approvals = members.iter().map(|(agency, key)| Approval {
            agency: agency.clone(),
            signature: key.sign(&message, &mut self.nonces),
        });
        let decision = Decision {
            approvals: approvals.collect(),
            action,
            basis,
        };
        Ok(self.sign_intent(key, Op::Decide(decision), intent))
    }

    fn intent(&mut self) -> IdempotencyKey {
        self.intents = self.intents.wrapping_add(1);
        IdempotencyKey(self.intents.to_be_bytes())
    }

    fn sign_intent(&mut self, key: &Secret, op: Op, intent: IdempotencyKey) -> Transaction {
        let body = Body {
            ledger: self.ledger,
            sender: key.public().clone(),
            idempotency_key: intent,
            expiry: self.expiry,
            after: None,
            op,
        };
        let signed = body.sign(|message| key.sign(message, &mut self.nonces));
        Transaction {
            id: signed.id(self.suite),
            bytes: signed.to_bytes(),
        }
    }
}

/// On what everything in a benchmark rests.
pub(crate) fn basis() -> Result<LegalBasis> {
    Ok(LegalBasis::parse("benchmark")?)
}
