//! The pure rules, driven without signatures and without a ledger.

use std::collections::BTreeMap;

use credentials_schemas::invoice::{Kind, RedReason};
use ledger_core::{
    Refusal,
    conservation::{self, By, RedTerms},
    transaction::{Consent, KeyUse},
};
use ledger_reference::{self as reference, Invoice, Move, Party, Reference, sender};
use light_client::{
    hash::Digest,
    id::{Height, LedgerId, TimeMs},
    key::{KeyKind, PublicKey, Signature},
    record::{Answer, Booking, BookingPeriod, Claim, Confirmation, InvoiceRecord, Obstacle},
};

use crate::kit::agency;

const WAIT_MS: u64 = 72 * 3_600_000;
const SELLER: u8 = 41;
const CLAIM_KEY: u8 = 50;
const STRANGER: u8 = 59;

/// The entries of some invoices.
#[derive(Debug, Clone)]
pub(super) struct Pure {
    invoices: Vec<Entries>,
    now: TimeMs,
}

#[derive(Debug, Clone, PartialEq)]
struct Entries {
    record: InvoiceRecord,
    claims: BTreeMap<u64, Claim>,
    confirmations: Vec<Confirmation>,
}

fn key(seed: u8) -> PublicKey {
    PublicKey::new(KeyKind::Ed25519, &[seed; 32]).expect("32 bytes")
}

fn ledger() -> LedgerId {
    LedgerId(Digest::from_bytes([7; 32]))
}

fn record(invoice: &Invoice) -> InvoiceRecord {
    InvoiceRecord {
        ledger: ledger(),
        agency: agency("tax"),
        seller: Digest::from_bytes([1; 32]),
        kind: if invoice.is_red {
            Kind::Red
        } else {
            Kind::Blue
        },
        gross_fen: invoice.gross,
        remaining_fen: invoice.remaining(),
        red_fen: 0,
        claim_key: invoice.has_key.then(|| key(CLAIM_KEY)),
        sequence: 0,
        pledge: None,
        booking: Booking::NotBooked,
        period: None,
    }
}

pub(super) fn reason(code: u8) -> RedReason {
    RedReason::ALL[usize::from(code - 1)]
}

pub(super) fn booking(code: u8) -> Booking {
    Booking::ALL[usize::from(code - 1)]
}

pub(super) fn obstacle(code: u8) -> Obstacle {
    Obstacle::ALL[usize::from(code - 10)]
}

pub(super) fn period() -> BookingPeriod {
    BookingPeriod::new(202_609).expect("a month")
}

pub(super) const fn answer(yes: bool) -> Answer {
    if yes { Answer::Confirm } else { Answer::Refuse }
}

fn key_use(used: reference::Key) -> KeyUse {
    KeyUse {
        key: key(if used.is_right { CLAIM_KEY } else { STRANGER }),
        sequence: used.sequence,
        signature: Signature([0; 64]),
    }
}

fn consent(given: reference::Consent) -> Consent {
    Consent {
        funder: key(given.funder),
        sequence: given.sequence,
        signature: Signature([0; 64]),
    }
}

impl Pure {
    pub(super) fn new(reference: &Reference) -> Self {
        let entries = |invoice: &Invoice| Entries {
            record: record(invoice),
            claims: BTreeMap::new(),
            confirmations: Vec::new(),
        };
        Self {
            invoices: reference.invoices.iter().map(entries).collect(),
            now: TimeMs(reference.now),
        }
    }

    /// Applies a move; what is refused changes nothing.
    pub(super) fn apply(&mut self, attempt: &Move) -> Result<(), &'static str> {
        let Some(index) = attempt.invoice() else {
            if let Move::Wait { ms } = attempt {
                self.now = TimeMs(self.now.0 + ms);
            }
            return Ok(());
        };
        let before = self.invoices[index].clone();
        let outcome = self.invoices[index].apply(attempt, self.now);
        if outcome.is_err() {
            assert_eq!(self.invoices[index], before, "{attempt:?}");
        }
        let (was, is) = (before.record.sequence, self.invoices[index].record.sequence);
        assert!(
            is == was || is == was + 1,
            "one sequence at most: {attempt:?}"
        );
        outcome.map_err(|refusal| refusal.code())
    }

    /// What must hold of an invoice whatever has happened to it, from its entries alone.
    pub(super) fn assert_conserved(&self, invoice: Option<usize>) {
        let Some(entries) = invoice.map(|index| &self.invoices[index]) else {
            return;
        };
        let record = &entries.record;
        if record.kind == Kind::Red {
            assert_eq!((record.red_fen, record.remaining_fen), (0, 0));
            return;
        }
        assert!(record.red_fen <= record.gross_fen);
        let claimed: u64 = entries.claims.values().map(Claim::outstanding_fen).sum();
        assert!(claimed <= record.gross_fen - record.red_fen);
        assert_eq!(
            record.remaining_fen,
            record.gross_fen - record.red_fen - claimed
        );
        assert_eq!(record.claimed_fen(), claimed);
        let under: u64 = entries.confirmations.iter().map(|kept| kept.red_fen).sum();
        assert!(under <= record.red_fen);
    }

    /// The entries say what the reference works out: of one invoice, or of all.
    pub(super) fn assert_same(&self, reference: &Reference, invoice: Option<usize>) {
        for (index, entries) in self.invoices.iter().enumerate() {
            if invoice.is_none_or(|invoice| invoice == index) {
                let expected = &reference.invoices[index];
                assert_record(&entries.record, expected, key);
                let claims = expected.claims();
                assert_eq!(entries.claims.len(), claims.len());
                for (name, payer, amount, released) in claims {
                    let claim = &entries.claims[&name];
                    assert_eq!(claim.claimant, key(payer));
                    assert_eq!((claim.amount_fen, claim.released_fen), (amount, released));
                }
                assert_eq!(entries.confirmations.len(), expected.confirmations());
                for (at, kept) in entries.confirmations.iter().enumerate() {
                    let state = kept.state_at(self.now).code();
                    assert_eq!(state, expected.state(at, reference.now));
                    assert_eq!(kept.red_fen, expected.red_under(at));
                }
            }
        }
    }
}

/// A record says what the reference works out.
pub(super) fn assert_record(
    record: &InvoiceRecord,
    expected: &Invoice,
    key: impl Fn(u8) -> PublicKey,
) {
    assert_eq!(record.gross_fen, expected.gross);
    assert_eq!(record.remaining_fen, expected.remaining());
    assert_eq!(record.red_fen, expected.red());
    assert_eq!(record.sequence, expected.sequence());
    assert_eq!(record.booking.code(), expected.booking());
    let funder = record.pledge.as_ref().map(|pledge| pledge.funder.clone());
    assert_eq!(funder, expected.funder().map(key));
}

impl Entries {
    fn apply(&mut self, attempt: &Move, now: TimeMs) -> Result<(), Refusal> {
        let record = &mut self.record;
        match *attempt {
            Move::Claim {
                payer,
                amount,
                key: by,
                consent: given,
                ..
            } => {
                let (payer, by, given) = (key(payer), key_use(by), given.map(consent));
                conservation::claim(record, &payer, &by, given.as_ref(), amount)?;
                let claim = Claim {
                    ledger: ledger(),
                    claimant: payer,
                    amount_fen: amount,
                    released_fen: 0,
                    height: Height(1),
                    time_ms: now,
                };
                assert!(self.claims.insert(by.sequence, claim).is_none());
                Ok(())
            }
            Move::Release {
                claim, by, amount, ..
            } => {
                let claim = self.claims.get_mut(&claim).ok_or(Refusal::UnknownClaim)?;
                conservation::release(record, claim, &key(by), amount)
            }
            Move::Pledge {
                funder, key: by, ..
            } => conservation::pledge(record, &key(funder), &key_use(by)),
            Move::Unpledge { by, .. } => conservation::unpledge(record, &key(by)),
            Move::Book {
                booking: code,
                key: by,
                ..
            } => conservation::book(record, &key_use(by), booking(code), period()),
            Move::Red { .. }
            | Move::Enter { .. }
            | Move::Answer { .. }
            | Move::Withdraw { .. }
            | Move::Block { .. } => self.apply_red(attempt, now),
            Move::Wait { .. } => Ok(()),
        }
    }

    fn apply_red(&mut self, attempt: &Move, now: TimeMs) -> Result<(), Refusal> {
        let (record, kept) = (&mut self.record, &mut self.confirmations);
        match *attempt {
            Move::Red {
                amount,
                reason: code,
                confirmation,
                consent: given,
                ..
            } => {
                let given = given.map(consent);
                let terms = RedTerms {
                    amount_fen: amount,
                    reason: reason(code),
                    consent: given.as_ref(),
                };
                let kept =
                    confirmation.map(|at| kept.get_mut(at).ok_or(Refusal::UnknownConfirmation));
                let kept = kept.transpose()?;
                let with = kept.is_some();
                let on = conservation::red_letter(record, kept, &key(SELLER), &terms, now)?;
                assert_eq!(on.code(), if with { 4 } else { 1 });
                Ok(())
            }
            Move::Enter {
                party,
                amount,
                reason: code,
                consent: given,
                ..
            } => {
                let given = given.map(consent);
                let terms = RedTerms {
                    amount_fen: amount,
                    reason: reason(code),
                    consent: given.as_ref(),
                };
                let entered = with_party(party, |by| {
                    conservation::enter(record, &key(sender(party)), by, &terms, now, WAIT_MS)
                })?;
                kept.push(entered);
                Ok(())
            }
            Move::Answer {
                confirmation,
                party,
                yes,
                consent: given,
                ..
            } => {
                let kept = kept
                    .get_mut(confirmation)
                    .ok_or(Refusal::UnknownConfirmation)?;
                let given = given.map(consent);
                let said = (answer(yes), given.as_ref());
                with_party(party, |by| {
                    conservation::answer(record, kept, &key(sender(party)), by, said, now)
                })
            }
            Move::Withdraw {
                confirmation,
                party,
                ..
            } => {
                let kept = kept
                    .get_mut(confirmation)
                    .ok_or(Refusal::UnknownConfirmation)?;
                with_party(party, |by| conservation::withdraw(record, kept, by, now))
            }
            Move::Block {
                confirmation,
                obstacle: code,
                ..
            } => {
                let kept = kept
                    .get_mut(confirmation)
                    .ok_or(Refusal::UnknownConfirmation)?;
                conservation::block(kept, obstacle(code), now)
            }
            Move::Claim { .. }
            | Move::Release { .. }
            | Move::Pledge { .. }
            | Move::Unpledge { .. }
            | Move::Book { .. }
            | Move::Wait { .. } => unreachable!("applied by the caller"),
        }
    }
}

fn with_party<T>(party: Party, act: impl FnOnce(By<'_>) -> T) -> T {
    match party {
        Party::Seller => act(By::Seller),
        Party::Buyer(by) => act(By::Buyer(&key_use(by))),
    }
}
