//! Why a transaction does not enter a block. The codes are stable: clients act on them.

use light_client::cbor::DecodeError;

/// A rule that a transaction breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The transaction named by `after` is not (yet) part of the ledger.
    #[error("the transaction that must come before is not there")]
    AfterUnknown,
    /// The digest was deposited before; the first time counts.
    #[error("the digest was deposited before")]
    AlreadyDeposited,
    /// The invoice is pledged (TI-54).
    #[error("the invoice is pledged")]
    AlreadyPledged,
    /// Approvals are too few, out of order, by no member, or do not verify.
    #[error("not approved by a quorum of members")]
    BadApproval,
    /// The transaction's or batch's signature, or a proof of possession, does not verify.
    #[error("a signature does not verify")]
    BadSignature,
    /// The present standing, booking or state of a confirmation does not permit this change (TI-52).
    #[error("the present state does not permit this change")]
    BadTransition,
    /// The batch signature has expired.
    #[error("the batch signature has expired")]
    BatchExpired,
    /// The buyer uses the invoice, so that both sides must confirm first (TI-45).
    #[error("the buyer uses the invoice: a confirmation is needed")]
    ConfirmationNeeded,
    /// The invoice is pledged, and this needs the consent of the funder (TI-48).
    #[error("the funder has not consented")]
    ConsentNeeded,
    /// The DID was deactivated.
    #[error("the DID was deactivated")]
    Deactivated,
    /// More than is left of the claim (TI-51).
    #[error("more than is left of the claim")]
    ExceedsClaim,
    /// More than is left of the confirmation (TI-45).
    #[error("more than is left of the confirmation")]
    ExceedsConfirmation,
    /// More than is left of the invoice: claims must be released first (TI-47, TI-51).
    #[error("more than is left of the invoice")]
    ExceedsRemaining,
    /// The transaction has expired.
    #[error("the transaction has expired")]
    Expired,
    /// The transaction would expire too far ahead.
    #[error("the transaction expires too far ahead")]
    ExpiryTooFar,
    /// An emergency freeze was used and has not been lifted by the members.
    #[error("the module was frozen before")]
    FrozenBefore,
    /// There is an issuer of this name.
    #[error("the issuer exists")]
    IssuerExists,
    /// The key was used before, where only a fresh one will do.
    #[error("the key was used before")]
    KeyReused,
    /// The last member cannot be removed.
    #[error("the last member cannot be removed")]
    LastMember,
    /// The lease does not hold at this height.
    #[error("the lease does not hold any more")]
    LeaseEnded,
    /// The bytes are no transaction.
    #[error("not a transaction")]
    Malformed(#[source] DecodeError),
    /// There is a member of this name or key.
    #[error("there is a member of this name or key")]
    MemberExists,
    /// Too many transactions wait.
    #[error("too many transactions wait")]
    MempoolFull,
    /// The module takes no transactions at present.
    #[error("the module is frozen")]
    ModuleFrozen,
    /// The motion was carried out, or its time is over.
    #[error("the motion is closed")]
    MotionClosed,
    /// The record has no claim key, so it has no buyer who could act (TI-53).
    #[error("the record has no claim key")]
    NoClaimKey,
    /// The key has no right to this at this height.
    #[error("the key has no right to this")]
    NoRight,
    /// No validator set of this hash waits.
    #[error("no such validator set waits")]
    NoSetWaits,
    /// Too few validators have announced software that can execute the version.
    #[error("too few validators can execute the version")]
    NotCapable,
    /// The confirmation is not, or not any more, one by both sides for this reason (TI-45, TI-46).
    #[error("not confirmed by both sides for this reason")]
    NotConfirmed,
    /// The motion has too few votes of present members.
    #[error("the motion has too few votes")]
    NotEnoughVotes,
    /// The module is not frozen.
    #[error("the module is not frozen")]
    NotFrozen,
    /// What was issued by mistake is taken back in full (TI-43).
    #[error("a mistake is taken back in full")]
    NotInFull,
    /// There is no such lease of this key, or it does not cover the number.
    #[error("the number is not leased to this key")]
    NotLeased,
    /// The invoice is not pledged.
    #[error("the invoice is not pledged")]
    NotPledged,
    /// The invoice number is used.
    #[error("the invoice number is used")]
    NumberUsed,
    /// Another lease covers one of the numbers.
    #[error("another lease covers one of the numbers")]
    NumbersLeased,
    /// A field, or the order of a list, is outside what the operation permits.
    #[error("{0} is out of range")]
    OutOfRange(&'static str),
    /// The lease's quota does not suffice.
    #[error("the lease's quota does not suffice")]
    QuotaExceeded,
    /// The record exists.
    #[error("the record exists")]
    RecordUsed,
    /// The record is itself of a red invoice (TI-41).
    #[error("the record is of a red invoice")]
    RedRecord,
    /// Another transaction has this sender and idempotency key.
    #[error("the idempotency key is used")]
    Replayed,
    /// Too many transactions of this sender wait.
    #[error("too many transactions of this sender wait")]
    SenderLimit,
    /// A validator set waits already.
    #[error("a validator set waits already")]
    SetWaits,
    /// Longer, or more entries, than permitted.
    #[error("larger than permitted")]
    TooLarge,
    /// It would change nothing.
    #[error("it would change nothing")]
    Unchanged,
    /// The record has no such claim.
    #[error("no such claim")]
    UnknownClaim,
    /// The record has no such confirmation (TI-45).
    #[error("no such confirmation")]
    UnknownConfirmation,
    /// There is no issuer of this name.
    #[error("no such issuer")]
    UnknownIssuer,
    /// There is no member of this name.
    #[error("no such member")]
    UnknownMember,
    /// There is no motion of this name.
    #[error("no such motion")]
    UnknownMotion,
    /// There is no such record (TI-40).
    #[error("no such record")]
    UnknownRecord,
    /// The validator set is not that of the next epoch.
    #[error("the set is not that of the next epoch")]
    WrongEpoch,
    /// A transaction of another ledger.
    #[error("a transaction of another ledger")]
    WrongLedger,
    /// The record is of another seller (TI-40).
    #[error("the record is of another seller")]
    WrongSeller,
    /// The signature is for another sequence of the record.
    #[error("the signature is for another sequence of the record")]
    WrongSequence,
    /// The document type may not be anchored this way.
    #[error("the document type may not be anchored this way")]
    WrongType,
    /// The version is not the next one.
    #[error("the version is not the next one")]
    WrongVersion,
}

impl Refusal {
    /// The stable name of the rule.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AfterUnknown => "after_unknown",
            Self::AlreadyDeposited => "already_deposited",
            Self::AlreadyPledged => "already_pledged",
            Self::BadApproval => "bad_approval",
            Self::BadSignature => "bad_signature",
            Self::BadTransition => "bad_transition",
            Self::BatchExpired => "batch_expired",
            Self::ConfirmationNeeded => "confirmation_needed",
            Self::ConsentNeeded => "consent_needed",
            Self::Deactivated => "deactivated",
            Self::ExceedsClaim => "exceeds_claim",
            Self::ExceedsConfirmation => "exceeds_confirmation",
            Self::ExceedsRemaining => "exceeds_remaining",
            Self::Expired => "expired",
            Self::ExpiryTooFar => "expiry_too_far",
            Self::FrozenBefore => "frozen_before",
            Self::IssuerExists => "issuer_exists",
            Self::KeyReused => "key_reused",
            Self::LastMember => "last_member",
            Self::LeaseEnded => "lease_ended",
            Self::Malformed(DecodeError::TooLong { .. }) | Self::TooLarge => "too_large",
            Self::Malformed(_) => "malformed",
            Self::MemberExists => "member_exists",
            Self::MempoolFull => "mempool_full",
            Self::ModuleFrozen => "module_frozen",
            Self::MotionClosed => "motion_closed",
            Self::NoClaimKey => "no_claim_key",
            Self::NoRight => "no_right",
            Self::NoSetWaits => "no_set_waits",
            Self::NotCapable => "not_capable",
            Self::NotConfirmed => "not_confirmed",
            Self::NotEnoughVotes => "not_enough_votes",
            Self::NotFrozen => "not_frozen",
            Self::NotInFull => "not_in_full",
            Self::NotLeased => "not_leased",
            Self::NotPledged => "not_pledged",
            Self::NumberUsed => "number_used",
            Self::NumbersLeased => "numbers_leased",
            Self::OutOfRange(_) => "out_of_range",
            Self::QuotaExceeded => "quota_exceeded",
            Self::RecordUsed => "record_used",
            Self::RedRecord => "red_record",
            Self::Replayed => "replayed",
            Self::SenderLimit => "sender_limit",
            Self::SetWaits => "set_waits",
            Self::Unchanged => "unchanged",
            Self::UnknownClaim => "unknown_claim",
            Self::UnknownConfirmation => "unknown_confirmation",
            Self::UnknownIssuer => "unknown_issuer",
            Self::UnknownMember => "unknown_member",
            Self::UnknownMotion => "unknown_motion",
            Self::UnknownRecord => "unknown_record",
            Self::WrongEpoch => "wrong_epoch",
            Self::WrongLedger => "wrong_ledger",
            Self::WrongSeller => "wrong_seller",
            Self::WrongSequence => "wrong_sequence",
            Self::WrongType => "wrong_type",
            Self::WrongVersion => "wrong_version",
        }
    }

    /// Those that a transaction can still meet after it was accepted, by executing or expiring.
    const LATE: &[Self] = &[
        Self::AfterUnknown,
        Self::AlreadyDeposited,
        Self::AlreadyPledged,
        Self::BadApproval,
        Self::BadSignature,
        Self::BadTransition,
        Self::BatchExpired,
        Self::ConfirmationNeeded,
        Self::ConsentNeeded,
        Self::Deactivated,
        Self::ExceedsClaim,
        Self::ExceedsConfirmation,
        Self::ExceedsRemaining,
        Self::Expired,
        Self::ExpiryTooFar,
        Self::FrozenBefore,
        Self::IssuerExists,
        Self::KeyReused,
        Self::LastMember,
        Self::LeaseEnded,
        Self::MemberExists,
        Self::MempoolFull,
        Self::ModuleFrozen,
        Self::MotionClosed,
        Self::NoClaimKey,
        Self::NoRight,
        Self::NoSetWaits,
        Self::NotCapable,
        Self::NotConfirmed,
        Self::NotEnoughVotes,
        Self::NotFrozen,
        Self::NotInFull,
        Self::NotLeased,
        Self::NotPledged,
        Self::NumberUsed,
        Self::NumbersLeased,
        Self::QuotaExceeded,
        Self::RecordUsed,
        Self::RedRecord,
        Self::Replayed,
        Self::SenderLimit,
        Self::SetWaits,
        Self::TooLarge,
        Self::Unchanged,
        Self::UnknownClaim,
        Self::UnknownConfirmation,
        Self::UnknownIssuer,
        Self::UnknownMember,
        Self::UnknownMotion,
        Self::UnknownRecord,
        Self::WrongEpoch,
        Self::WrongLedger,
        Self::WrongSeller,
        Self::WrongSequence,
        Self::WrongType,
        Self::WrongVersion,
        Self::OutOfRange("a field"),
    ];

    /// The rule of a stable name, as far as a transaction can meet it after it was accepted.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        let mut late = Self::LATE.iter().copied();
        late.find(|refusal| refusal.code() == code)
    }

    /// Whether the same transaction may be accepted later without any change.
    pub const fn may_pass_later(&self) -> bool {
        matches!(
            self,
            Self::AfterUnknown | Self::MempoolFull | Self::SenderLimit
        )
    }
}
