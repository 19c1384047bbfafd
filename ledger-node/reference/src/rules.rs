//! What the rules say of a move, in the order of the specification.

use crate::{
    invoice::{Fact, Invoice, Reference},
    moves::{Consent, Key, Move, Party, SELLER, sender},
};

type Outcome = Result<(), &'static str>;

impl Reference {
    /// What the rules say of a move; nothing has happened if they refuse it.
    ///
    /// # Errors
    /// The code of the refusal.
    pub fn apply(&mut self, attempt: &Move) -> Outcome {
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

const fn positive(amount: u64) -> Outcome {
    if amount == 0 {
        return Err("out_of_range");
    }
    Ok(())
}
