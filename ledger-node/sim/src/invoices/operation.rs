//! The reference's moves as signed operations.

use credentials_schemas::invoice::RedReason;
use ledger_core::transaction::{
    self, BookingChange, ClaimRelease, ClaimRequest, KeyUse, Op, Party as Acting, PledgeEnd,
    PledgeRequest, RedAnswer, RedBlock, RedEntry, RedLetter, RedWithdrawal, UsedLine,
};
use ledger_reference::{ACTORS, Consent, Key, Move, Party, SELLER, sender};
use light_client::{
    hash::Digest,
    id::{Height, LedgerId},
    key::Signature,
    record::{
        Answer, Booking, BookingPeriod, ClaimKeyUse, ConsentUse, KeyStatement, Obstacle,
        record_name,
    },
    suite::Suite,
};

use super::{Book, setup::digest};
use crate::{
    client::{self, FIRST_NUMBER, issuer, number},
    signing::Pair,
};

/// The buyer's claim key.
pub(super) const BUYER: u8 = 50;
/// A key that is nobody's here.
const STRANGER: u8 = 59;
/// The first number of red letters.
const RED_NUMBERS: u64 = 1000;

/// The key pair of an actor of the reference, apart from all validators'.
pub(super) fn pair(suite: Suite, actor: u8) -> Pair {
    if actor == SELLER {
        return client::seller(suite);
    }
    let known = [BUYER, STRANGER].into_iter().chain(ACTORS);
    let at = known.zip(200..).find(|(seed, _)| *seed == actor);
    Pair::new(suite, at.expect("an actor of the reference").1)
}

/// Where operations are written, on one state of a book.
pub(super) struct Desk<'a> {
    pub(super) suite: Suite,
    pub(super) ledger: &'a LedgerId,
    pub(super) book: &'a Book,
    pub(super) names: &'a [Digest],
    pub(super) expiry: Height,
    /// Counts red letters, for numbers that were never used.
    pub(super) red: u64,
}

impl Desk<'_> {
    /// The move as an operation, and who sends it.
    pub(super) fn operation(&self, attempt: &Move) -> (Pair, Op) {
        let invoice = attempt.invoice().expect("about an invoice");
        let record = self.names[invoice];
        let number = self.book.number(attempt);
        match *attempt {
            Move::Claim {
                payer,
                amount,
                key,
                consent,
                ..
            } => {
                let payer = self.pair(payer);
                let what = ClaimKeyUse::Claim {
                    amount_fen: amount,
                    claimant: payer.public(),
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
            } => {
                let release = ClaimRelease {
                    record,
                    sequence: claim,
                    amount_fen: amount,
                };
                (self.pair(by), Op::Release(release))
            }
            Move::Pledge { funder, key, .. } => {
                let funder = self.pair(funder);
                let what = ClaimKeyUse::Pledge {
                    funder: funder.public(),
                };
                let by = self.key_use(&record, key, &what);
                (funder, Op::Pledge(PledgeRequest { record, by }))
            }
            Move::Unpledge { by, .. } => (self.pair(by), Op::Unpledge(PledgeEnd { record })),
            Move::Book { booking, key, .. } => self.book(record, booking, key),
            Move::Red {
                amount,
                reason,
                consent,
                ..
            } => {
                let consent = self.consent(&record, consent, (ConsentUse::RedLetter, amount));
                let red = self.red_letter(record, amount, reason, number);
                let red = RedLetter { consent, ..red };
                (self.pair(SELLER), Op::RedLetter(red))
            }
            Move::Enter {
                party,
                amount,
                reason: code,
                consent,
                ..
            } => {
                let (sender, reason) = (self.pair(sender(party)), reason(code));
                let what = ClaimKeyUse::EnterRed {
                    amount_fen: amount,
                    reason,
                    sender: sender.public(),
                };
                let entry = RedEntry {
                    record,
                    party: self.party(&record, party, &what),
                    amount_fen: amount,
                    reason,
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
                let number = number.unwrap_or(Digest::from_bytes([9; 32]));
                let entered = self.book.reference.invoices[invoice].confirmation(confirmation);
                let amount = entered.map_or(1, |(_, amount, ..)| amount);
                let consent = self.consent(&record, consent, (ConsentUse::Confirmation, amount));
                self.answer(record, number, party, (yes, amount, consent))
            }
            Move::Withdraw { party, .. } => {
                let number = number.unwrap_or(Digest::from_bytes([9; 32]));
                self.withdraw(record, number, party)
            }
            Move::Block { obstacle, .. } => {
                let block = RedBlock {
                    record,
                    confirmation: number.unwrap_or(Digest::from_bytes([9; 32])),
                    obstacle: Obstacle::ALL[usize::from(obstacle - 10)],
                };
                (client::issuer_pair(self.suite), Op::BlockRed(block))
            }
            Move::Wait { .. } => unreachable!("time is not a transaction"),
        }
    }

    fn book(&self, record: Digest, code: u8, key: Key) -> (Pair, Op) {
        let sender = self.pair(sender(Party::Buyer(key)));
        let booking = Booking::ALL[usize::from(code - 1)];
        let period = BookingPeriod::new(202_609).expect("a month");
        let what = ClaimKeyUse::Book {
            booking,
            period,
            sender: sender.public(),
        };
        let change = BookingChange {
            record,
            booking,
            period,
            by: self.key_use(&record, key, &what),
        };
        (sender, Op::Book(change))
    }

    fn red_letter(
        &self,
        blue: Digest,
        amount_fen: u64,
        code: u8,
        confirmation: Option<Digest>,
    ) -> RedLetter {
        let sequence = RED_NUMBERS + self.red;
        let mut red = RedLetter {
            agency: issuer(),
            lease_first: number(FIRST_NUMBER),
            line: UsedLine {
                number: number(sequence),
                commitment: digest(sequence, 3),
            },
            record: record_name(self.suite, &digest(sequence, 4)),
            blue,
            amount_fen,
            reason: reason(code),
            confirmation,
            expiry: self.expiry,
            signature: Signature([0; 64]),
            consent: None,
        };
        let seller = self.pair(SELLER);
        let statement = red.statement(self.suite, self.ledger, seller.id());
        red.signature = seller.sign(&statement.to_bytes());
        red
    }

    fn answer(
        &self,
        record: Digest,
        confirmation: Digest,
        party: Party,
        (yes, amount_fen, consent): (bool, u64, Option<transaction::Consent>),
    ) -> (Pair, Op) {
        let sender = self.pair(sender(party));
        let answer = if yes { Answer::Confirm } else { Answer::Refuse };
        let what = ClaimKeyUse::AnswerRed {
            confirmation: &confirmation,
            answer,
            sender: sender.public(),
        };
        let answer = RedAnswer {
            record,
            confirmation,
            party: self.party(&record, party, &what),
            answer,
            amount_fen,
            consent,
        };
        (sender, Op::AnswerRed(answer))
    }

    fn withdraw(&self, record: Digest, confirmation: Digest, party: Party) -> (Pair, Op) {
        let sender = self.pair(sender(party));
        let what = ClaimKeyUse::WithdrawRed {
            confirmation: &confirmation,
            sender: sender.public(),
        };
        let withdrawal = RedWithdrawal {
            record,
            confirmation,
            party: self.party(&record, party, &what),
        };
        (sender, Op::WithdrawRed(withdrawal))
    }

    fn pair(&self, actor: u8) -> Pair {
        pair(self.suite, actor)
    }

    fn key_use(&self, record: &Digest, key: Key, what: &ClaimKeyUse<'_>) -> KeyUse {
        let pair = self.pair(if key.is_right { BUYER } else { STRANGER });
        let statement = self.statement(record, key.sequence);
        KeyUse {
            key: pair.public().clone(),
            sequence: key.sequence,
            signature: pair.sign(&statement.claim_key_bytes(what)),
        }
    }

    fn party(&self, record: &Digest, party: Party, what: &ClaimKeyUse<'_>) -> Acting {
        match party {
            Party::Seller => Acting::Seller {
                lease_first: number(FIRST_NUMBER),
            },
            Party::Buyer(key) => Acting::Buyer(self.key_use(record, key, what)),
        }
    }

    fn consent(
        &self,
        record: &Digest,
        consent: Option<Consent>,
        (what, amount_fen): (ConsentUse, u64),
    ) -> Option<transaction::Consent> {
        consent.map(|given| {
            let (funder, sequence) = (self.pair(given.funder), given.sequence);
            let bytes = self
                .statement(record, sequence)
                .consent_bytes(what, amount_fen);
            transaction::Consent {
                funder: funder.public().clone(),
                sequence,
                signature: funder.sign(&bytes),
            }
        })
    }

    const fn statement<'a>(&'a self, record: &'a Digest, sequence: u64) -> KeyStatement<'a> {
        KeyStatement {
            ledger: self.ledger,
            record,
            sequence,
        }
    }
}

fn reason(code: u8) -> RedReason {
    RedReason::ALL[usize::from(code - 1)]
}
