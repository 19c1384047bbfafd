//! The rules of the invoice module as a reader of the specification would keep them by hand: a
//! list of what has happened to each invoice, from which everything is worked out each time anew.

// Named in full for the process tests of the node, which take this file from another folder.
#[path = "reference/choice.rs"]
mod choice;
#[path = "reference/moves.rs"]
pub(super) mod moves;
#[path = "reference/rules.rs"]
mod rules;

use super::dice::Dice;
pub(super) use moves::{Consent, Key, Move, Party, sender};

/// Three days, the default wait for the other side.
const WAIT_MS: u64 = 72 * 3_600_000;

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
        Self::of(dice, 1)
    }

    /// So many times as many.
    pub(super) fn of(dice: &mut Dice, times: usize) -> Self {
        let invoices = (0..6 * times).map(|at| Invoice {
            gross: match at {
                0 => u64::MAX / 8,
                1 => 1,
                _ => 1 + dice.below(1000),
            },
            is_red: at % 6 == 5,
            has_key: at % 6 < 4,
            facts: Vec::new(),
        });
        Self {
            invoices: invoices.collect(),
            now: 1_000_000,
        }
    }
}
