//! The signatures of red letters, confirmations, claims, pledges and bookings.

use light_client::{
    hash::Digest,
    key::PublicKey,
    record::{ClaimKeyUse, ConsentUse, KeyStatement},
};

use super::Context;
use crate::{
    refusal::Refusal,
    transaction::{
        BookingChange, ClaimRequest, Consent, KeyUse, PledgeRequest, RedAnswer, RedEntry,
        RedLetter, RedWithdrawal,
    },
};

impl Context<'_> {
    pub(super) fn red_letter(&self, red: &RedLetter, sender: &PublicKey) -> Result<(), Refusal> {
        let statement = red.statement(self.ledger.suite(), self.ledger.id(), self.sender);
        self.signed(sender, &statement.to_bytes(), &red.signature)?;
        let consent = red.consent.as_ref();
        self.consent(consent, &red.blue, ConsentUse::RedLetter, red.amount_fen)
    }

    pub(super) fn enter_red(&self, entry: &RedEntry, sender: &PublicKey) -> Result<(), Refusal> {
        let what = ClaimKeyUse::EnterRed {
            amount_fen: entry.amount_fen,
            reason: entry.reason,
            sender,
        };
        self.key_use(entry.party.key_use(), &entry.record, &what)?;
        let (consent, amount_fen) = (entry.consent.as_ref(), entry.amount_fen);
        self.consent(consent, &entry.record, ConsentUse::Confirmation, amount_fen)
    }

    pub(super) fn answer_red(&self, answer: &RedAnswer, sender: &PublicKey) -> Result<(), Refusal> {
        let what = ClaimKeyUse::AnswerRed {
            confirmation: &answer.confirmation,
            answer: answer.answer,
            sender,
        };
        self.key_use(answer.party.key_use(), &answer.record, &what)?;
        let (consent, amount_fen) = (answer.consent.as_ref(), answer.amount_fen);
        self.consent(
            consent,
            &answer.record,
            ConsentUse::Confirmation,
            amount_fen,
        )
    }

    pub(super) fn withdraw_red(
        &self,
        withdrawal: &RedWithdrawal,
        sender: &PublicKey,
    ) -> Result<(), Refusal> {
        let what = ClaimKeyUse::WithdrawRed {
            confirmation: &withdrawal.confirmation,
            sender,
        };
        self.key_use(withdrawal.party.key_use(), &withdrawal.record, &what)
    }

    pub(super) fn claim(&self, claim: &ClaimRequest, sender: &PublicKey) -> Result<(), Refusal> {
        let what = ClaimKeyUse::Claim {
            amount_fen: claim.amount_fen,
            claimant: sender,
        };
        self.key_use(Some(&claim.by), &claim.record, &what)?;
        let (consent, amount_fen) = (claim.consent.as_ref(), claim.amount_fen);
        self.consent(consent, &claim.record, ConsentUse::Claim, amount_fen)
    }

    pub(super) fn pledge(&self, pledge: &PledgeRequest, sender: &PublicKey) -> Result<(), Refusal> {
        let what = ClaimKeyUse::Pledge { funder: sender };
        self.key_use(Some(&pledge.by), &pledge.record, &what)
    }

    pub(super) fn book(&self, change: &BookingChange, sender: &PublicKey) -> Result<(), Refusal> {
        let what = ClaimKeyUse::Book {
            booking: change.booking,
            period: change.period,
            sender,
        };
        self.key_use(Some(&change.by), &change.record, &what)
    }

    fn key_use(
        &self,
        by: Option<&KeyUse>,
        record: &Digest,
        what: &ClaimKeyUse<'_>,
    ) -> Result<(), Refusal> {
        let Some(by) = by else {
            return Ok(());
        };
        let message = self.statement(record, by.sequence).claim_key_bytes(what);
        self.signed(&by.key, &message, &by.signature)
    }

    fn consent(
        &self,
        consent: Option<&Consent>,
        record: &Digest,
        what: ConsentUse,
        amount_fen: u64,
    ) -> Result<(), Refusal> {
        let Some(consent) = consent else {
            return Ok(());
        };
        let statement = self.statement(record, consent.sequence);
        let message = statement.consent_bytes(what, amount_fen);
        self.signed(&consent.funder, &message, &consent.signature)
    }

    fn statement<'r>(&'r self, record: &'r Digest, sequence: u64) -> KeyStatement<'r> {
        KeyStatement {
            ledger: self.ledger.id(),
            record,
            sequence,
        }
    }
}
