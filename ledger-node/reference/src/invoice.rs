//! What has happened to an invoice, and what follows from it.

use crate::dice::Dice;

/// Three days, the default wait for the other side.
pub(crate) const WAIT_MS: u64 = 72 * 3_600_000;

/// Something that has happened.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fact {
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

/// An invoice, and all that has happened to it.
#[derive(Debug, Clone)]
pub struct Invoice {
    /// The amount it was issued for.
    pub gross: u64,
    /// Whether it is itself a red letter: nothing can be done with it.
    pub is_red: bool,
    /// Whether it has a claim key.
    pub has_key: bool,
    pub(crate) facts: Vec<Fact>,
}

/// Some invoices at one time. What counts lazily, counts by that time.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The invoices.
    pub invoices: Vec<Invoice>,
    /// The time, in milliseconds.
    pub now: u64,
}

impl Invoice {
    pub(crate) fn sum(&self, of: impl Fn(&Fact) -> Option<u64>) -> u64 {
        self.facts.iter().filter_map(of).sum()
    }

    /// What red letters have taken.
    pub fn red(&self) -> u64 {
        self.sum(|fact| match fact {
            Fact::Red { amount, .. } => Some(*amount),
            _ => None,
        })
    }

    /// What payers have claimed and not given back.
    pub fn claimed(&self) -> u64 {
        let claims = self.claims();
        claims
            .iter()
            .map(|(_, _, amount, released)| amount - released)
            .sum()
    }

    /// What is left.
    pub fn remaining(&self) -> u64 {
        if self.is_red {
            return 0;
        }
        self.gross - self.red() - self.claimed()
    }

    /// How many uses of the claim key, or of a consent, have been consumed.
    pub fn sequence(&self) -> u64 {
        self.sum(|fact| matches!(fact, Fact::Used).then_some(1))
    }

    /// To whom it is pledged.
    pub fn funder(&self) -> Option<u8> {
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

    /// The code of its booking.
    pub fn booking(&self) -> u8 {
        let mut bookings = self.facts.iter().filter_map(|fact| match fact {
            Fact::Booked(code) => Some(*code),
            _ => None,
        });
        bookings.next_back().unwrap_or(1)
    }

    /// Name, payer, amount, released.
    pub fn claims(&self) -> Vec<(u64, u8, u64, u64)> {
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

    /// How many confirmations were entered.
    pub fn confirmations(&self) -> usize {
        let entered = |fact: &&Fact| matches!(fact, Fact::Entered { .. });
        self.facts.iter().filter(entered).count()
    }

    /// By the buyer, amount, reason, and when it was entered.
    pub fn confirmation(&self, index: usize) -> Option<(bool, u64, u8, u64)> {
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

    /// What red letters under a confirmation have taken.
    pub fn red_under(&self, index: usize) -> u64 {
        self.sum(|fact| match fact {
            Fact::Red {
                amount,
                confirmation,
            } if *confirmation == Some(index) => Some(*amount),
            _ => None,
        })
    }

    /// The code of a confirmation's state at a time.
    pub fn state(&self, index: usize, now: u64) -> u8 {
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
    pub fn new(dice: &mut Dice) -> Self {
        Self::of(dice, 1)
    }

    /// So many times as many.
    pub fn of(dice: &mut Dice, times: usize) -> Self {
        let invoices = (0..6 * times).map(|index| Invoice {
            gross: match index {
                0 => u64::MAX / 8,
                1 => 1,
                _ => 1 + dice.below(1000),
            },
            is_red: index % 6 == 5,
            has_key: index % 6 < 4,
            facts: Vec::new(),
        });
        Self {
            invoices: invoices.collect(),
            now: 1_000_000,
        }
    }
}
