//! What may be tried, and what can come of it.

/// What may be tried.
#[derive(Debug, Clone)]
pub(crate) enum Move {
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
pub(crate) struct Key {
    pub(crate) is_right: bool,
    pub(crate) sequence: u64,
}

/// A signature by a funder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Consent {
    pub(crate) funder: u8,
    pub(crate) sequence: u64,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Party {
    Seller,
    Buyer(Key),
}

/// Who pays and who funds; key 62 does both now and then. The seller is key 41.
pub(crate) const ACTORS: [u8; 4] = [60, 61, 62, 63];
pub(crate) const SELLER: u8 = 41;

/// The buyer's side is sent by the first actor, the seller's by the seller.
pub(crate) const fn sender(party: Party) -> u8 {
    match party {
        Party::Seller => SELLER,
        Party::Buyer(_) => ACTORS[0],
    }
}

/// What each kind of move can come to.
pub(crate) const OUTCOMES: &[(&str, &[&str])] = &[
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
    pub(crate) const fn name(&self) -> &'static str {
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
    pub(crate) const fn invoice(&self) -> Option<usize> {
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
