//! The rules of the invoice module as a reader of the specification would keep them by hand: a
//! list of what has happened to each invoice, from which everything is worked out each time anew.

use super::dice::Dice;

/// Three days, the default wait for the other side.
const WAIT_MS: u64 = 72 * 3_600_000;

/// What may be tried.
#[derive(Debug, Clone)]
pub(super) enum Move {
    Claim {
        invoice: usize,
        payer: u8,
        amount: u64,
        key: Key,
        consent: Option<Consent>,
    },
    Release {
        invoice: usize,
        claim: u64,
        by: u8,
        amount: u64,
    },
    Pledge {
        invoice: usize,
        funder: u8,
        key: Key,
    },
    Unpledge {
        invoice: usize,
        by: u8,
    },
    Book {
        invoice: usize,
        booking: u8,
        key: Key,
    },
    Red {
        invoice: usize,
        amount: u64,
        reason: u8,
        confirmation: Option<usize>,
        consent: Option<Consent>,
    },
    Enter {
        invoice: usize,
        party: Party,
        amount: u64,
        reason: u8,
        consent: Option<Consent>,
    },
    Answer {
        invoice: usize,
        confirmation: usize,
        party: Party,
        yes: bool,
        consent: Option<Consent>,
    },
    Withdraw {
        invoice: usize,
        confirmation: usize,
        party: Party,
    },
    Block {
        invoice: usize,
        confirmation: usize,
        obstacle: u8,
    },
    Wait {
        ms: u64,
    },
}

/// A signature by the claim key, or by another; for the record's sequence, or one beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) is_right: bool,
    pub(super) sequence: u64,
}

/// A signature by a funder.
#[derive(Debug, Clone, Copy)]
pub(super) struct Consent {
    pub(super) funder: u8,
    pub(super) sequence: u64,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Party {
    Seller,
    Buyer(Key),
}

/// Who pays and who funds; key 62 does both now and then. The seller is key 41.
pub(super) const ACTORS: [u8; 4] = [60, 61, 62, 63];
const SELLER: u8 = 41;

/// Something that has happened.
#[derive(Debug, Clone, Copy)]
enum Fact {
    Claimed {
        name: u64,
        payer: u8,
        amount: u64,
    },
    Released {
        name: u64,
        amount: u64,
    },
    Pledged(u8),
    Unpledged,
    Booked(u8),
    Red {
        amount: u64,
        confirmation: Option<usize>,
    },
    /// A confirmation; its index counts these.
    Entered {
        by_buyer: bool,
        amount: u64,
        reason: u8,
        at: u64,
    },
    /// A confirmation's new state.
    State {
        confirmation: usize,
        state: u8,
    },
    /// A sequence was consumed.
    Used,
}

#[derive(Debug, Clone)]
pub(super) struct Invoice {
    pub(super) gross: u64,
    pub(super) is_red: bool,
    pub(super) has_key: bool,
    facts: Vec<Fact>,
}

#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) invoices: Vec<Invoice>,
    pub(super) now: u64,
}

type Outcome = Result<(), &'static str>;

/// What each kind of move can come to.
pub(super) const OUTCOMES: &[(&str, &[&str])] = &[
    (
        "claim",
        &[
            "done",
            "no_claim_key",
            "no_right",
            "wrong_sequence",
            "out_of_range",
            "consent_needed",
            "exceeds_remaining",
        ],
    ),
    (
        "release",
        &[
            "done",
            "unknown_claim",
            "no_right",
            "out_of_range",
            "exceeds_claim",
        ],
    ),
    (
        "pledge",
        &[
            "done",
            "no_claim_key",
            "no_right",
            "wrong_sequence",
            "already_pledged",
        ],
    ),
    ("unpledge", &["done", "not_pledged", "no_right"]),
    (
        "book",
        &[
            "done",
            "no_claim_key",
            "no_right",
            "wrong_sequence",
            "bad_transition",
        ],
    ),
    (
        "red",
        &[
            "done",
            "red_record",
            "out_of_range",
            "not_in_full",
            "unknown_confirmation",
            "confirmation_needed",
            "not_confirmed",
            "exceeds_confirmation",
            "consent_needed",
            "wrong_sequence",
            "exceeds_remaining",
        ],
    ),
    (
        "enter",
        &[
            "done",
            "red_record",
            "no_claim_key",
            "no_right",
            "wrong_sequence",
            "out_of_range",
            "not_in_full",
            "consent_needed",
            "exceeds_remaining",
        ],
    ),
    (
        "answer",
        &[
            "done",
            "unknown_confirmation",
            "no_right",
            "wrong_sequence",
            "bad_transition",
            "consent_needed",
        ],
    ),
    (
        "withdraw",
        &[
            "done",
            "unknown_confirmation",
            "no_right",
            "wrong_sequence",
            "bad_transition",
        ],
    ),
    ("block", &["done", "unknown_confirmation", "bad_transition"]),
    ("wait", &["done"]),
];

impl Move {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Claim { .. } => "claim",
            Self::Release { .. } => "release",
            Self::Pledge { .. } => "pledge",
            Self::Unpledge { .. } => "unpledge",
            Self::Book { .. } => "book",
            Self::Red { .. } => "red",
            Self::Enter { .. } => "enter",
            Self::Answer { .. } => "answer",
            Self::Withdraw { .. } => "withdraw",
            Self::Block { .. } => "block",
            Self::Wait { .. } => "wait",
        }
    }

    /// Which invoice it is about.
    pub(super) const fn invoice(&self) -> Option<usize> {
        match self {
            Self::Claim { invoice, .. }
            | Self::Release { invoice, .. }
            | Self::Pledge { invoice, .. }
            | Self::Unpledge { invoice, .. }
            | Self::Book { invoice, .. }
            | Self::Red { invoice, .. }
            | Self::Enter { invoice, .. }
            | Self::Answer { invoice, .. }
            | Self::Withdraw { invoice, .. }
            | Self::Block { invoice, .. } => Some(*invoice),
            Self::Wait { .. } => None,
        }
    }
}

impl Invoice {
    fn sum(&self, of: impl Fn(&Fact) -> Option<u64>) -> u64 {
        self.facts.iter().filter_map(of).sum()
    }

    pub(super) fn red(&self) -> u64 {
        self.sum(|fact| match fact {
            Fact::Red { amount, .. } => Some(*amount),
            _ => None,
        })
    }

    pub(super) fn claimed(&self) -> u64 {
        let claims = self.claims();
        claims
            .iter()
            .map(|(_, _, amount, released)| amount - released)
            .sum()
    }

    pub(super) fn remaining(&self) -> u64 {
        if self.is_red {
            return 0;
        }
        self.gross - self.red() - self.claimed()
    }

    pub(super) fn sequence(&self) -> u64 {
        self.sum(|fact| matches!(fact, Fact::Used).then_some(1))
    }

    pub(super) fn funder(&self) -> Option<u8> {
        let mut funder = None;
        for fact in &self.facts {
            match fact {
                Fact::Pledged(to) => funder = Some(*to),
                Fact::Unpledged => funder = None,
                _ => {}
            }
        }
        funder
    }

    pub(super) fn booking(&self) -> u8 {
        let mut bookings = self.facts.iter().filter_map(|fact| match fact {
            Fact::Booked(code) => Some(*code),
            _ => None,
        });
        bookings.next_back().unwrap_or(1)
    }

    /// Name, payer, amount, released.
    pub(super) fn claims(&self) -> Vec<(u64, u8, u64, u64)> {
        let claims = self.facts.iter().filter_map(|fact| match fact {
            Fact::Claimed {
                name,
                payer,
                amount,
            } => Some((*name, *payer, *amount)),
            _ => None,
        });
        claims
            .map(|(name, payer, amount)| {
                let released = self.sum(|fact| match fact {
                    Fact::Released { name: of, amount } if *of == name => Some(*amount),
                    _ => None,
                });
                (name, payer, amount, released)
            })
            .collect()
    }

    pub(super) fn confirmations(&self) -> usize {
        let entered = |fact: &&Fact| matches!(fact, Fact::Entered { .. });
        self.facts.iter().filter(entered).count()
    }

    /// By the buyer, amount, reason, and when it was entered.
    fn confirmation(&self, index: usize) -> Option<(bool, u64, u8, u64)> {
        let mut entered = self.facts.iter().filter_map(|fact| match fact {
            Fact::Entered {
                by_buyer,
                amount,
                reason,
                at,
            } => Some((*by_buyer, *amount, *reason, *at)),
            _ => None,
        });
        entered.nth(index)
    }

    pub(super) fn red_under(&self, index: usize) -> u64 {
        self.sum(|fact| match fact {
            Fact::Red {
                amount,
                confirmation,
            } if *confirmation == Some(index) => Some(*amount),
            _ => None,
        })
    }

    pub(super) fn state(&self, index: usize, now: u64) -> u8 {
        let mut states = self.facts.iter().filter_map(|fact| match fact {
            Fact::State {
                confirmation,
                state,
            } if *confirmation == index => Some(*state),
            _ => None,
        });
        let last = states.next_back();
        let (by_buyer, _, _, at) = self.confirmation(index).expect("entered");
        match last {
            Some(state) => state,
            None if now > at + WAIT_MS => 7,
            None if by_buyer => 3,
            None => 2,
        }
    }
}

impl Reference {
    /// Invoices with a key but for one, and a red one; large and small amounts.
    pub(super) fn new(dice: &mut Dice) -> Self {
        let invoices = (0..6).map(|index| Invoice {
            gross: match index {
                0 => u64::MAX / 8,
                1 => 1,
                _ => 1 + dice.below(1000),
            },
            is_red: index == 5,
            has_key: index < 4,
            facts: Vec::new(),
        });
        Self {
            invoices: invoices.collect(),
            now: 1_000_000,
        }
    }

    /// What the rules say of a move; nothing has happened if they refuse it.
    pub(super) fn apply(&mut self, attempt: &Move) -> Outcome {
        let now = self.now;
        if let Move::Wait { ms } = attempt {
            self.now += ms;
            return Ok(());
        }
        let invoice = &mut self.invoices[attempt.invoice().expect("about an invoice")];
        match *attempt {
            Move::Claim {
                payer,
                amount,
                key,
                consent,
                ..
            } => {
                invoice.key(key)?;
                positive(amount)?;
                invoice.consent(payer, consent)?;
                if amount > invoice.remaining() {
                    return Err("exceeds_remaining");
                }
                let name = invoice.sequence();
                invoice.facts.push(Fact::Claimed {
                    name,
                    payer,
                    amount,
                });
                invoice.facts.push(Fact::Used);
            }
            Move::Release {
                claim, by, amount, ..
            } => {
                let claims = invoice.claims();
                let found = claims.iter().find(|(name, ..)| *name == claim);
                let (_, payer, claimed, released) = found.ok_or("unknown_claim")?;
                if *payer != by {
                    return Err("no_right");
                }
                positive(amount)?;
                if amount > claimed - released {
                    return Err("exceeds_claim");
                }
                invoice.facts.push(Fact::Released {
                    name: claim,
                    amount,
                });
            }
            Move::Pledge { funder, key, .. } => {
                invoice.key(key)?;
                if invoice.funder().is_some() {
                    return Err("already_pledged");
                }
                invoice.facts.push(Fact::Pledged(funder));
                invoice.facts.push(Fact::Used);
            }
            Move::Unpledge { by, .. } => {
                let funder = invoice.funder().ok_or("not_pledged")?;
                if funder != by {
                    return Err("no_right");
                }
                invoice.facts.push(Fact::Unpledged);
            }
            Move::Book { booking, key, .. } => {
                invoice.key(key)?;
                let allowed: &[u8] = match invoice.booking() {
                    1 | 6 => &[2, 3, 4, 5],
                    _ => &[6],
                };
                if !allowed.contains(&booking) {
                    return Err("bad_transition");
                }
                invoice.facts.push(Fact::Booked(booking));
                invoice.facts.push(Fact::Used);
            }
            Move::Red {
                amount,
                reason,
                confirmation,
                consent,
                ..
            } => {
                invoice.red_letter(amount, reason, confirmation, consent, now)?;
            }
            Move::Enter {
                party,
                amount,
                reason,
                consent,
                ..
            } => {
                invoice.enter(party, amount, reason, consent, now)?;
            }
            Move::Answer {
                confirmation,
                party,
                yes,
                consent,
                ..
            } => {
                invoice.answer(confirmation, party, yes, consent, now)?;
            }
            Move::Withdraw {
                confirmation,
                party,
                ..
            } => {
                let entered = invoice.confirmation(confirmation);
                let (by_buyer, ..) = entered.ok_or("unknown_confirmation")?;
                let buyer = invoice.party(party)?;
                let state = match invoice.state(confirmation, now) {
                    2 | 3 if buyer == by_buyer => 8,
                    4 if buyer == by_buyer => 9,
                    _ => return Err("bad_transition"),
                };
                invoice.facts.push(Fact::State {
                    confirmation,
                    state,
                });
                if buyer {
                    invoice.facts.push(Fact::Used);
                }
            }
            Move::Block {
                confirmation,
                obstacle,
                ..
            } => {
                invoice
                    .confirmation(confirmation)
                    .ok_or("unknown_confirmation")?;
                if ![2, 3, 4].contains(&invoice.state(confirmation, now)) {
                    return Err("bad_transition");
                }
                let state = obstacle;
                invoice.facts.push(Fact::State {
                    confirmation,
                    state,
                });
            }
            Move::Wait { .. } => {}
        }
        Ok(())
    }
}

impl Invoice {
    fn red_letter(
        &mut self,
        amount: u64,
        reason: u8,
        confirmation: Option<usize>,
        consent: Option<Consent>,
        now: u64,
    ) -> Outcome {
        if let Some(index) = confirmation {
            self.confirmation(index).ok_or("unknown_confirmation")?;
        }
        self.reddens(amount, reason)?;
        let in_use = self.claimed() > 0 || (2..=5).contains(&self.booking());
        match confirmation {
            None if in_use => return Err("confirmation_needed"),
            None => {}
            Some(index) => {
                let (_, confirmed, why, _) = self.confirmation(index).expect("seen above");
                if self.state(index, now) != 4 || why != reason {
                    return Err("not_confirmed");
                }
                if amount > confirmed - self.red_under(index) {
                    return Err("exceeds_confirmation");
                }
            }
        }
        let used = self.consent(SELLER, consent)?;
        if amount > self.remaining() {
            return Err("exceeds_remaining");
        }
        self.facts.push(Fact::Red {
            amount,
            confirmation,
        });
        self.facts.extend(used.then_some(Fact::Used));
        Ok(())
    }

    fn enter(
        &mut self,
        party: Party,
        amount: u64,
        reason: u8,
        consent: Option<Consent>,
        now: u64,
    ) -> Outcome {
        if self.is_red {
            return Err("red_record");
        }
        let by_buyer = self.party(party)?;
        self.reddens(amount, reason)?;
        let used = self.consent(sender(party), consent)?;
        if amount > self.gross - self.red() {
            return Err("exceeds_remaining");
        }
        self.facts.push(Fact::Entered {
            by_buyer,
            amount,
            reason,
            at: now,
        });
        self.facts.extend((used || by_buyer).then_some(Fact::Used));
        Ok(())
    }

    fn answer(
        &mut self,
        confirmation: usize,
        party: Party,
        yes: bool,
        consent: Option<Consent>,
        now: u64,
    ) -> Outcome {
        self.confirmation(confirmation)
            .ok_or("unknown_confirmation")?;
        let buyer = self.party(party)?;
        let state = match (self.state(confirmation, now), buyer, yes) {
            (2, true, true) | (3, false, true) => 4,
            (2, true, false) => 5,
            (3, false, false) => 6,
            _ => return Err("bad_transition"),
        };
        let used = yes && self.consent(sender(party), consent)?;
        self.facts.push(Fact::State {
            confirmation,
            state,
        });
        self.facts.extend((used || buyer).then_some(Fact::Used));
        Ok(())
    }

    fn reddens(&self, amount: u64, reason: u8) -> Outcome {
        if self.is_red {
            return Err("red_record");
        }
        positive(amount)?;
        if reason == 1 && amount != self.gross {
            return Err("not_in_full");
        }
        Ok(())
    }

    fn key(&self, key: Key) -> Outcome {
        if !self.has_key {
            return Err("no_claim_key");
        }
        if !key.is_right {
            return Err("no_right");
        }
        if key.sequence != self.sequence() {
            return Err("wrong_sequence");
        }
        Ok(())
    }

    /// Whether it is the buyer.
    fn party(&self, party: Party) -> Result<bool, &'static str> {
        match party {
            Party::Seller if !self.has_key => Err("no_claim_key"),
            Party::Seller => Ok(false),
            Party::Buyer(key) => self.key(key).map(|()| true),
        }
    }

    /// Whether a consent was used.
    fn consent(&self, sender: u8, consent: Option<Consent>) -> Result<bool, &'static str> {
        let Some(funder) = self.funder() else {
            return Ok(false);
        };
        if funder == sender {
            return Ok(false);
        }
        match consent {
            Some(consent) if consent.funder == funder => {
                if consent.sequence == self.sequence() {
                    Ok(true)
                } else {
                    Err("wrong_sequence")
                }
            }
            _ => Err("consent_needed"),
        }
    }
}

/// The buyer's side is sent by the first actor, the seller's by the seller.
pub(super) const fn sender(party: Party) -> u8 {
    match party {
        Party::Seller => SELLER,
        Party::Buyer(_) => ACTORS[0],
    }
}

const fn positive(amount: u64) -> Outcome {
    if amount == 0 {
        return Err("out_of_range");
    }
    Ok(())
}

impl Reference {
    /// A move that is likely to do something, and now and then wrong in one respect.
    pub(super) fn choose(&self, dice: &mut Dice) -> Move {
        let invoice = usize::try_from(dice.below(6)).expect("small");
        let of = &self.invoices[invoice];
        let key = |dice: &mut Dice| Key {
            is_right: !dice.rarely(30),
            sequence: near(dice, of.sequence()),
        };
        let consent = |dice: &mut Dice| {
            let present = !dice.rarely(4);
            present.then(|| Consent {
                funder: match of.funder() {
                    Some(funder) if !dice.rarely(8) => funder,
                    Some(_) | None => dice.pick(&ACTORS),
                },
                sequence: near(dice, of.sequence()),
            })
        };
        let party = |dice: &mut Dice| match dice.below(2) {
            0 => Party::Seller,
            _ => Party::Buyer(key(dice)),
        };
        // Mostly the newest, which is the likeliest to be open; now and then one too many.
        let confirmation = |dice: &mut Dice| {
            let back = usize::try_from(dice.below(3)).expect("small");
            let newest = of.confirmations();
            if dice.rarely(25) {
                newest
            } else {
                newest.saturating_sub(1 + back)
            }
        };
        match dice.below(32) {
            0..6 => Move::Claim {
                invoice,
                payer: dice.pick(&ACTORS),
                amount: amount(dice, of.remaining(), of.gross),
                key: key(dice),
                consent: consent(dice),
            },
            6..10 => {
                let claims = of.claims();
                let at = usize::try_from(dice.below(4)).expect("small");
                let claim = claims.iter().rev().nth(at);
                let (name, payer, claimed, released) = claim.copied().unwrap_or((99, 60, 5, 0));
                let by = if dice.rarely(8) {
                    dice.pick(&ACTORS)
                } else {
                    payer
                };
                let amount = amount(dice, claimed - released, claimed);
                Move::Release {
                    invoice,
                    claim: name,
                    by,
                    amount,
                }
            }
            10..12 => Move::Pledge {
                invoice,
                funder: dice.pick(&ACTORS),
                key: key(dice),
            },
            12..14 => {
                let by = match of.funder() {
                    Some(funder) if !dice.rarely(4) => funder,
                    Some(_) | None => dice.pick(&ACTORS),
                };
                Move::Unpledge { invoice, by }
            }
            14..16 => Move::Book {
                invoice,
                booking: 1 + u8::try_from(dice.below(6)).expect("small"),
                key: key(dice),
            },
            16..20 => {
                let confirmation = (!dice.rarely(3)).then(|| confirmation(dice));
                let (left, reason) = match confirmation.and_then(|at| of.confirmation(at)) {
                    Some((_, amount, reason, _)) if !dice.rarely(6) => {
                        (amount - of.red_under(confirmation.expect("some")), reason)
                    }
                    Some(_) | None => (of.remaining(), self.reason(dice)),
                };
                let limit = left.min(of.remaining());
                Move::Red {
                    invoice,
                    amount: if reason == 1 && !dice.rarely(3) {
                        of.gross
                    } else {
                        small(dice, limit, of.gross)
                    },
                    reason,
                    confirmation,
                    consent: consent(dice),
                }
            }
            20..24 => {
                let reason = self.reason(dice);
                Move::Enter {
                    invoice,
                    party: party(dice),
                    amount: if reason == 1 && !dice.rarely(3) {
                        of.gross
                    } else {
                        amount(dice, of.gross - of.red(), of.gross)
                    },
                    reason,
                    consent: consent(dice),
                }
            }
            24..28 => Move::Answer {
                invoice,
                confirmation: confirmation(dice),
                party: party(dice),
                yes: !dice.rarely(4),
                consent: consent(dice),
            },
            28..30 => Move::Withdraw {
                invoice,
                confirmation: confirmation(dice),
                party: party(dice),
            },
            30 => Move::Block {
                invoice,
                confirmation: confirmation(dice),
                obstacle: 10 + u8::try_from(dice.below(4)).expect("small"),
            },
            _ => Move::Wait {
                ms: dice.pick(&[1000, 3_600_000, WAIT_MS - 1000, WAIT_MS, WAIT_MS + 1000]),
            },
        }
    }

    fn reason(&self, dice: &mut Dice) -> u8 {
        dice.pick(&[1, 2, 2, 3, 4])
    }
}

/// The sequence, and now and then one beside it.
fn near(dice: &mut Dice, sequence: u64) -> u64 {
    match dice.below(40) {
        0 => sequence + 1,
        1 => sequence.saturating_sub(1),
        _ => sequence,
    }
}

/// Mostly part of what there is; now and then its edges, or far too much.
fn amount(dice: &mut Dice, there: u64, gross: u64) -> u64 {
    match dice.below(12) {
        0 => 0,
        1 => there + 1,
        2 => u64::MAX,
        3 => gross,
        4 => there,
        _ => 1 + dice.below(there.max(1)),
    }
}

/// The same, with many small ones: red letters should not use everything up at once.
fn small(dice: &mut Dice, there: u64, gross: u64) -> u64 {
    match dice.below(3) {
        0 => amount(dice, there, gross),
        _ => 1 + dice.below((there / 8).max(1)),
    }
}
