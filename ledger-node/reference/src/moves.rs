//! What may be tried, and what can come of it.

/// What may be tried.
#[derive(Debug, Clone)]
#[expect(
    missing_docs,
    reason = "the fields say what they are; `invoice` counts the reference's"
)]
pub enum Move {
    /// A payer takes part of what is left.
    Claim {
        invoice: usize,
        payer: u8,
        amount: u64,
        key: Key,
        consent: Option<Consent>,
    },
    /// A payer gives part of a claim back.
    Release {
        invoice: usize,
        claim: u64,
        by: u8,
        amount: u64,
    },
    /// The invoice is pledged to a funder.
    Pledge {
        invoice: usize,
        funder: u8,
        key: Key,
    },
    /// The pledge ends.
    Unpledge { invoice: usize, by: u8 },
    /// The buyer books it, or withdraws that.
    Book {
        invoice: usize,
        booking: u8,
        key: Key,
    },
    /// The seller takes back by a red letter.
    Red {
        invoice: usize,
        amount: u64,
        reason: u8,
        confirmation: Option<usize>,
        consent: Option<Consent>,
    },
    /// Either side enters a confirmation.
    Enter {
        invoice: usize,
        party: Party,
        amount: u64,
        reason: u8,
        consent: Option<Consent>,
    },
    /// The other side answers one.
    Answer {
        invoice: usize,
        confirmation: usize,
        party: Party,
        yes: bool,
        consent: Option<Consent>,
    },
    /// Whoever entered it withdraws it.
    Withdraw {
        invoice: usize,
        confirmation: usize,
        party: Party,
    },
    /// The agency stops it.
    Block {
        invoice: usize,
        confirmation: usize,
        obstacle: u8,
    },
    /// Time passes.
    Wait { ms: u64 },
}

/// A signature by the claim key, or by another; for the record's sequence, or one beside it.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Whether it is the claim key.
    pub is_right: bool,
    /// The sequence that is signed for.
    pub sequence: u64,
}

/// A signature by a funder.
#[derive(Debug, Clone, Copy)]
pub struct Consent {
    /// Whose.
    pub funder: u8,
    /// The sequence that is signed for.
    pub sequence: u64,
}

/// Which side of an invoice acts.
#[derive(Debug, Clone, Copy)]
pub enum Party {
    /// Known by its lease.
    Seller,
    /// Known by the claim key.
    Buyer(Key),
}

/// Who pays and who funds; key 62 does both now and then.
pub const ACTORS: [u8; 4] = [60, 61, 62, 63];
/// The seller's key.
pub const SELLER: u8 = 41;

/// The buyer's side is sent by the first actor, the seller's by the seller.
pub const fn sender(party: Party) -> u8 {
    match party {
        Party::Seller => SELLER,
        Party::Buyer(_) => ACTORS[0],
    }
}

/// What each kind of move can come to.
pub const OUTCOMES: &[(&str, &[&str])] = &[
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
    /// Its kind.
    pub const fn name(&self) -> &'static str {
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
    pub const fn invoice(&self) -> Option<usize> {
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

    /// Which confirmation it names, by its index in the invoice.
    pub const fn confirmation(&self) -> Option<usize> {
        match self {
            Self::Red { confirmation, .. } => *confirmation,
            Self::Answer { confirmation, .. }
            | Self::Withdraw { confirmation, .. }
            | Self::Block { confirmation, .. } => Some(*confirmation),
            Self::Claim { .. }
            | Self::Release { .. }
            | Self::Pledge { .. }
            | Self::Unpledge { .. }
            | Self::Book { .. }
            | Self::Enter { .. }
            | Self::Wait { .. } => None,
        }
    }

    /// The same move with another confirmation in the place of the one that it names.
    #[must_use]
    pub const fn with_confirmation(mut self, index: usize) -> Self {
        match &mut self {
            Self::Red {
                confirmation: Some(confirmation),
                ..
            }
            | Self::Answer { confirmation, .. }
            | Self::Withdraw { confirmation, .. }
            | Self::Block { confirmation, .. } => *confirmation = index,
            Self::Red {
                confirmation: None, ..
            }
            | Self::Claim { .. }
            | Self::Release { .. }
            | Self::Pledge { .. }
            | Self::Unpledge { .. }
            | Self::Book { .. }
            | Self::Enter { .. }
            | Self::Wait { .. } => {}
        }
        self
    }
}
