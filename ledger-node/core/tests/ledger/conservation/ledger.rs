//! The same moves as signed transactions, several to a block, through the whole ledger.

use ledger_core::{
    Refusal, TxStatus,
    transaction::{
        self, BookingChange, ClaimRequest, KeyUse, Op, Party as Acting, PledgeRequest, RedAnswer,
        RedEntry, RedWithdrawal, SignedTransaction, TxId,
    },
};
use ledger_reference::{Consent, Key, Move, Party, Reference, sender};
use light_client::{
    hash::Digest,
    id::TimeMs,
    record::{ClaimKeyUse, ConsentUse},
};

use super::pure::{answer, assert_record, booking, obstacle, period, reason};
use crate::scene::{BUYER, SELLER, Scene, TAX};

const STRANGER: u8 = 59;
/// What the kit's clock adds for each block.
const BLOCK_MS: u64 = 1000;

/// A ledger and the reference beside it.
pub(super) struct World {
    pub(super) scene: Scene,
    pub(super) reference: Reference,
    /// The records' names; a confirmation's number per invoice and index.
    pub(super) records: Vec<Digest>,
    confirmations: Vec<Vec<Digest>>,
    /// What was accepted and is not final.
    waiting: Vec<(TxId, Move)>,
    /// What is final.
    pub(super) done: Vec<Move>,
    /// What was submitted, about which invoice, and how it was answered.
    pub(super) submitted: Vec<(usize, SignedTransaction, Answered)>,
}

type Answered = Result<(), &'static str>;

impl World {
    pub(super) fn new(mut scene: Scene, mut reference: Reference) -> Self {
        let mut records = Vec::new();
        for (at, invoice) in (1..).zip(&reference.invoices) {
            let key = invoice.has_key.then_some(BUYER);
            if invoice.is_red {
                // The same amount in full of an invoice that is in no list.
                let blue = scene.issue(at, invoice.gross, None);
                let red = scene.red(&blue, invoice.gross, reason(1));
                records.push(red.record);
                scene.done(SELLER, Op::RedLetter(red));
            } else {
                records.push(scene.issue(at, invoice.gross, key));
            }
        }
        reference.now = scene.kit.now.0;
        let confirmations = vec![Vec::new(); records.len()];
        Self {
            scene,
            reference,
            records,
            confirmations,
            waiting: Vec::new(),
            done: Vec::new(),
            submitted: Vec::new(),
        }
    }

    /// Submits a move. It is tried on the head alone.
    pub(super) fn submit(&mut self, attempt: Move) {
        if let Move::Wait { ms } = attempt {
            // A clock never stands between two blocks' times: the block makes it the head's.
            while self.block() {}
            self.scene.kit.now = TimeMs(self.scene.kit.now.0 + ms);
            self.block();
            self.done.push(attempt);
            return;
        }
        let Some((seed, op)) = self.operation(&attempt) else {
            return;
        };
        let transaction = self.scene.kit.sign(seed, op);
        let expected = self.alone().apply(&attempt);
        let found = self.scene.kit.submit(&transaction);
        let code = found.as_ref().map(|_| ()).map_err(Refusal::code);
        assert_eq!(code, expected, "{attempt:?}");
        if let Some(invoice) = attempt.invoice() {
            self.submitted.push((invoice, transaction, code));
        }
        if let Ok(id) = found {
            self.waiting.push((id, attempt));
        }
    }

    /// Makes a block of what waits, in the order of its arrival. What only collided with others
    /// waits on; what breaks a rule on the head by itself is refused.
    pub(super) fn block(&mut self) -> bool {
        let head = self.alone();
        self.scene.kit.next_block();
        self.reference.now = self.scene.kit.now.0;
        for (id, attempt) in core::mem::take(&mut self.waiting) {
            let outcome = self.reference.apply(&attempt);
            let alone = head.clone().apply(&attempt);
            let status = self.scene.kit.app.transaction_status(&id).expect("a row");
            match (outcome, alone, status) {
                (Ok(()), _, Some(TxStatus::Final { .. })) => self.is_final(id, attempt),
                (Err(_), Ok(()), Some(TxStatus::Pending)) => self.waiting.push((id, attempt)),
                (Err(_), Err(code), Some(TxStatus::Refused(refusal))) => {
                    assert_eq!(refusal.code(), code, "{attempt:?}");
                }
                other => unreachable!("{attempt:?}: {other:?}"),
            }
        }
        !self.waiting.is_empty()
    }

    /// The reference at the time at which the ledger tries what is submitted.
    fn alone(&self) -> Reference {
        let mut reference = self.reference.clone();
        reference.now += 1;
        reference
    }

    fn is_final(&mut self, id: TxId, attempt: Move) {
        if let Move::Enter { invoice, .. } = attempt {
            self.confirmations[invoice].push(id.0);
        }
        self.done.push(attempt);
    }

    pub(super) fn assert_same(&self) {
        for (index, name) in self.records.iter().enumerate() {
            let expected = &self.reference.invoices[index];
            let record = self.scene.record(name);
            assert_record(&record, expected, |seed| self.scene.key(seed));
            for (sequence, payer, amount, released) in expected.claims() {
                let claim = self.scene.claim_entry(name, sequence).expect("a claim");
                assert_eq!(claim.claimant, self.scene.key(payer));
                assert_eq!((claim.amount_fen, claim.released_fen), (amount, released));
            }
            assert_eq!(self.confirmations[index].len(), expected.confirmations());
            for (at, number) in self.confirmations[index].iter().enumerate() {
                let state = self.scene.state(name, number);
                assert_eq!(state, expected.state(at, self.reference.now));
                let kept = self.scene.confirmation(name, number);
                assert_eq!(kept.red_fen, expected.red_under(at));
            }
        }
        assert_eq!(self.reference.now % BLOCK_MS, 0);
    }

    fn number(&self, invoice: usize, index: usize) -> Digest {
        let number = self.confirmations[invoice].get(index).copied();
        number.unwrap_or(Digest::from_bytes([9; 32]))
    }

    fn key_use(&self, record: &Digest, key: Key, what: &ClaimKeyUse<'_>) -> KeyUse {
        let seed = if key.is_right { BUYER } else { STRANGER };
        self.scene.key_use(seed, record, key.sequence, what)
    }

    fn party(&self, record: &Digest, party: Party, what: &ClaimKeyUse<'_>) -> Acting {
        match party {
            Party::Seller => Scene::seller_party(),
            Party::Buyer(key) => Acting::Buyer(self.key_use(record, key, what)),
        }
    }

    fn consent(
        &self,
        record: &Digest,
        consent: Option<Consent>,
        what: (ConsentUse, u64),
    ) -> Option<transaction::Consent> {
        consent.map(|given| {
            let (funder, sequence) = (given.funder, given.sequence);
            self.scene.consent(funder, record, sequence, what)
        })
    }

    /// The move as an operation, and who sends it.
    fn operation(&mut self, attempt: &Move) -> Option<(u8, Op)> {
        let invoice = attempt.invoice()?;
        let record = self.records[invoice];
        Some(match *attempt {
            Move::Claim {
                payer,
                amount,
                key,
                consent,
                ..
            } => {
                let what = ClaimKeyUse::Claim {
                    amount_fen: amount,
                    claimant: &self.scene.key(payer),
                };
                let claim = ClaimRequest {
                    record,
                    amount_fen: amount,
                    by: self.key_use(&record, key, &what),
                    consent: self.consent(&record, consent, (ConsentUse::Claim, amount)),
                };
                (payer, Op::Claim(claim))
            }
            Move::Release {
                claim, by, amount, ..
            } => (by, self.scene.release(&record, claim, amount)),
            Move::Pledge { funder, key, .. } => {
                let what = ClaimKeyUse::Pledge {
                    funder: &self.scene.key(funder),
                };
                let by = self.key_use(&record, key, &what);
                let request = PledgeRequest { record, by };
                (funder, Op::Pledge(request))
            }
            Move::Unpledge { by, .. } => (by, self.scene.unpledge(&record)),
            Move::Book {
                booking: code, key, ..
            } => {
                let sender = sender(Party::Buyer(key));
                let (booking, period) = (booking(code), period());
                let what = ClaimKeyUse::Book {
                    booking,
                    period,
                    sender: &self.scene.key(sender),
                };
                let by = self.key_use(&record, key, &what);
                let change = BookingChange {
                    record,
                    booking,
                    period,
                    by,
                };
                (sender, Op::Book(change))
            }
            Move::Red {
                amount,
                reason: code,
                confirmation,
                consent,
                ..
            } => {
                let mut red = self.scene.red(&record, amount, reason(code));
                red.confirmation = confirmation.map(|at| self.number(invoice, at));
                red.consent = self.consent(&record, consent, (ConsentUse::RedLetter, amount));
                (SELLER, Op::RedLetter(red))
            }
            Move::Enter {
                party,
                amount,
                reason: code,
                consent,
                ..
            } => {
                let sender = sender(party);
                let what = ClaimKeyUse::EnterRed {
                    amount_fen: amount,
                    reason: reason(code),
                    sender: &self.scene.key(sender),
                };
                let entry = RedEntry {
                    record,
                    party: self.party(&record, party, &what),
                    amount_fen: amount,
                    reason: reason(code),
                    consent: self.consent(&record, consent, (ConsentUse::Confirmation, amount)),
                };
                (sender, Op::EnterRed(entry))
            }
            Move::Answer {
                confirmation,
                party,
                yes,
                consent,
                ..
            } => {
                let (sender, number) = (sender(party), self.number(invoice, confirmation));
                let what = ClaimKeyUse::AnswerRed {
                    confirmation: &number,
                    answer: answer(yes),
                    sender: &self.scene.key(sender),
                };
                let known = self.confirmations[invoice].get(confirmation);
                let amount_fen = known.map_or(1, |number| {
                    self.scene.confirmation(&record, number).amount_fen
                });
                let what_for = (ConsentUse::Confirmation, amount_fen);
                let answer = RedAnswer {
                    record,
                    confirmation: number,
                    party: self.party(&record, party, &what),
                    answer: answer(yes),
                    amount_fen,
                    consent: self.consent(&record, consent, what_for),
                };
                (sender, Op::AnswerRed(answer))
            }
            Move::Withdraw {
                confirmation,
                party,
                ..
            } => {
                let (sender, number) = (sender(party), self.number(invoice, confirmation));
                let what = ClaimKeyUse::WithdrawRed {
                    confirmation: &number,
                    sender: &self.scene.key(sender),
                };
                let withdrawal = RedWithdrawal {
                    record,
                    confirmation: number,
                    party: self.party(&record, party, &what),
                };
                (sender, Op::WithdrawRed(withdrawal))
            }
            Move::Block {
                confirmation,
                obstacle: code,
                ..
            } => {
                let number = self.number(invoice, confirmation);
                (TAX, Scene::block_red(&record, &number, obstacle(code)))
            }
            Move::Wait { .. } => return None,
        })
    }
}
