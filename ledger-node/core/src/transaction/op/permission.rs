//! Who may ask for what: the table that `docs/spec/permissions.md` is made of, and that a test
//! compares, entry by entry, with what the modules do.

use super::OpKind;

/// A capacity in which somebody signs a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Any key at all.
    Anybody,
    /// A member, by its governance key.
    Member,
    /// A validator of the present set.
    Validator,
    /// A validator of the set that waits.
    WaitingValidator,
    /// The issuer of the document, by a key with any right; or the agency of a counter.
    Issuer,
    /// The issuer that the registry names as the successor of the document's.
    Successor,
    /// An issuer's key with the right to invoices.
    InvoiceAgency,
    /// A seller, by the key of a lease.
    Seller,
    /// A payer, by the key that claimed.
    Claimant,
    /// A funder, by the key to which the invoice is pledged.
    Funder,
    /// A key that an agency's DID has at present.
    DidKey,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Anybody,
        Self::Member,
        Self::Validator,
        Self::WaitingValidator,
        Self::Issuer,
        Self::Successor,
        Self::InvoiceAgency,
        Self::Seller,
        Self::Claimant,
        Self::Funder,
        Self::DidKey,
    ];
}

impl OpKind {
    /// Who may sign the transaction. What else it needs, as consent of members or a signature by
    /// another key, is the operation's own rule.
    pub const fn senders(self) -> &'static [Role] {
        match self {
            // Whoever carries the members' signed consent to the ledger adds nothing to it.
            Self::Decide => &[Role::Anybody],
            Self::Move | Self::Vote | Self::Execute | Self::Describe => &[Role::Member],
            Self::PostReadiness => &[Role::WaitingValidator],
            Self::Announce => &[Role::Validator, Role::WaitingValidator],
            Self::SetDid => &[Role::DidKey],
            Self::SetStatus => &[Role::Issuer, Role::Successor],
            Self::Anchor | Self::Deposit => &[Role::Issuer],
            Self::Lease | Self::BlockRed => &[Role::InvoiceAgency],
            Self::EndLease => &[Role::InvoiceAgency, Role::Seller],
            Self::Issue | Self::RedLetter => &[Role::Seller],
            // Whoever has the claim key's signature, which names the sender.
            Self::Claim | Self::Pledge | Self::Book => &[Role::Anybody],
            // The seller by itself; for the buyer, whoever has the claim key's signature.
            Self::EnterRed | Self::AnswerRed | Self::WithdrawRed => &[Role::Seller, Role::Anybody],
            Self::Release => &[Role::Claimant],
            Self::Unpledge => &[Role::Funder],
        }
    }

    /// Whether a key in this capacity may sign the transaction.
    pub fn admits(self, role: Role) -> bool {
        let senders = self.senders();
        senders.contains(&role) || senders.contains(&Role::Anybody)
    }
}
