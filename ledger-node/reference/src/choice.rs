//! Which move is tried next.

use crate::{
    dice::Dice,
    invoice::{Reference, WAIT_MS},
    moves::{ACTORS, Consent, Key, Move, Party},
};

impl Reference {
    /// A move that is likely to do something, and now and then wrong in one respect.
    pub fn choose(&self, dice: &mut Dice) -> Move {
        let invoice = usize::try_from(dice.below(6)).expect("small");
        self.choose_for(invoice, dice)
    }

    /// The same with an invoice that is given; it may still be to wait.
    pub fn choose_for(&self, invoice: usize, dice: &mut Dice) -> Move {
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
