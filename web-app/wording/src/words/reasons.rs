//! Title, sentence and next step of every reason.

use light_client::verdict::Reason;

use super::Tone;
use crate::i18n::Key;

/// The words for a reason.
pub(super) struct Words {
    /// How good the news is.
    pub(super) tone: Tone,
    /// The word of the headline.
    pub(super) title: Key,
    /// The sentence below it.
    pub(super) sentence: Key,
    /// What to do about it.
    pub(super) next: Option<Key>,
}

/// The words for `reason`.
pub(super) const fn words(reason: Reason) -> Words {
    let (tone, title, next) = heading(reason);
    Words {
        tone,
        title,
        sentence: sentence(reason),
        next: Some(next),
    }
}

const fn heading(reason: Reason) -> (Tone, Key, Key) {
    match reason {
        Reason::Malformed | Reason::UnexpectedPart | Reason::LedgerMismatch => {
            (Tone::Bad, Key::VerdictDamaged, Key::NextAskOriginal)
        }
        Reason::HandoffInvalid
        | Reason::HandoffConflict
        | Reason::CertificateEpoch
        | Reason::CertificateSet
        | Reason::CertificateQuorum
        | Reason::CertificateSigners
        | Reason::CertificateUnknownSigner
        | Reason::CertificateSignature
        | Reason::CertificateSuite
        | Reason::BeyondEpoch
        | Reason::HistoryMismatch
        | Reason::StateRootMismatch
        | Reason::OriginMismatch
        | Reason::RegistryProofInvalid
        | Reason::BatchSignatureInvalid
        | Reason::InvoiceProofInvalid
        | Reason::StatusProofInvalid => (Tone::Bad, Key::VerdictProofFails, Key::NextAskOriginal),
        Reason::ConflictingHeader => (Tone::Bad, Key::VerdictProofFails, Key::NextReport),
        Reason::DocumentAltered
        | Reason::DocumentMalformed
        | Reason::IssuerMismatch
        | Reason::TypeMismatch
        | Reason::IssuerSignatureInvalid
        | Reason::AmountMismatch => (Tone::Bad, Key::VerdictAltered, Key::NextAskOriginal),
        Reason::NumberReused => (Tone::Bad, Key::VerdictAltered, Key::NextReport),
        Reason::IssuerUnknown | Reason::IssuerNotAuthorised | Reason::LeaseMismatch => {
            (Tone::Bad, Key::VerdictNotAuthorised, Key::NextReport)
        }
        Reason::Revoked => (Tone::Bad, Key::VerdictRevoked, Key::NextContactIssuer),
        Reason::Suspended => (Tone::Bad, Key::VerdictSuspended, Key::NextContactIssuer),
        Reason::RedLettered => (Tone::Bad, Key::VerdictRedLettered, Key::NextContactIssuer),
        Reason::Expired => (Tone::Bad, Key::VerdictExpired, Key::NextContactIssuer),
        Reason::NotYetValid => (Tone::Bad, Key::VerdictNotYetValid, Key::NextContactIssuer),
        Reason::NotAnchored | Reason::NotYetRegistered => {
            (Tone::Unknown, Key::VerdictNotRegistered, Key::NextWait)
        }
        Reason::StatusStale => (Tone::Warn, Key::VerdictAsOf, Key::NextOnline),
        Reason::StatusUnchecked => (Tone::Unknown, Key::VerdictUnknown, Key::NextOnline),
        Reason::BareDidKey
        | Reason::RegistryUnchecked
        | Reason::EpochUnknown
        | Reason::SupersededEpoch => (Tone::Unknown, Key::VerdictUnknown, Key::NextGetBundle),
        Reason::LedgerUnknown | Reason::PinTooOld => {
            (Tone::Unknown, Key::VerdictUnknown, Key::NextUpdateTrust)
        }
        Reason::FutureHeader => (Tone::Unknown, Key::VerdictUnknown, Key::NextClock),
    }
}

const fn sentence(reason: Reason) -> Key {
    match reason {
        Reason::Malformed => Key::ReasonMalformed,
        Reason::UnexpectedPart => Key::ReasonUnexpectedPart,
        Reason::LedgerMismatch => Key::ReasonLedgerMismatch,
        Reason::HandoffInvalid => Key::ReasonHandoffInvalid,
        Reason::HandoffConflict => Key::ReasonHandoffConflict,
        Reason::CertificateEpoch => Key::ReasonCertificateEpoch,
        Reason::CertificateSet => Key::ReasonCertificateSet,
        Reason::CertificateQuorum => Key::ReasonCertificateQuorum,
        Reason::CertificateSigners => Key::ReasonCertificateSigners,
        Reason::CertificateUnknownSigner => Key::ReasonCertificateUnknownSigner,
        Reason::CertificateSignature => Key::ReasonCertificateSignature,
        Reason::CertificateSuite => Key::ReasonCertificateSuite,
        Reason::BeyondEpoch => Key::ReasonBeyondEpoch,
        Reason::HistoryMismatch => Key::ReasonHistoryMismatch,
        Reason::ConflictingHeader => Key::ReasonConflictingHeader,
        Reason::StateRootMismatch => Key::ReasonStateRootMismatch,
        Reason::DocumentAltered => Key::ReasonDocumentAltered,
        Reason::DocumentMalformed => Key::ReasonDocumentMalformed,
        Reason::OriginMismatch => Key::ReasonOriginMismatch,
        Reason::IssuerMismatch => Key::ReasonIssuerMismatch,
        Reason::TypeMismatch => Key::ReasonTypeMismatch,
        Reason::IssuerUnknown => Key::ReasonIssuerUnknown,
        Reason::IssuerNotAuthorised => Key::ReasonIssuerNotAuthorised,
        Reason::RegistryProofInvalid => Key::ReasonRegistryProofInvalid,
        Reason::LeaseMismatch => Key::ReasonLeaseMismatch,
        Reason::BatchSignatureInvalid => Key::ReasonBatchSignatureInvalid,
        Reason::IssuerSignatureInvalid => Key::ReasonIssuerSignatureInvalid,
        Reason::NumberReused => Key::ReasonNumberReused,
        Reason::AmountMismatch => Key::ReasonAmountMismatch,
        Reason::InvoiceProofInvalid => Key::ReasonInvoiceProofInvalid,
        Reason::StatusProofInvalid => Key::ReasonStatusProofInvalid,
        Reason::Revoked => Key::ReasonRevoked,
        Reason::Suspended => Key::ReasonSuspended,
        Reason::RedLettered => Key::ReasonRedLettered,
        Reason::Expired => Key::ReasonExpired,
        Reason::NotYetValid => Key::ReasonNotYetValid,
        Reason::BareDidKey => Key::ReasonBareDidKey,
        Reason::LedgerUnknown => Key::ReasonLedgerUnknown,
        Reason::PinTooOld => Key::ReasonPinTooOld,
        Reason::EpochUnknown => Key::ReasonEpochUnknown,
        Reason::SupersededEpoch => Key::ReasonSupersededEpoch,
        Reason::FutureHeader => Key::ReasonFutureHeader,
        Reason::NotAnchored => Key::ReasonNotAnchored,
        Reason::NotYetRegistered => Key::ReasonNotYetRegistered,
        Reason::RegistryUnchecked => Key::ReasonRegistryUnchecked,
        Reason::StatusUnchecked => Key::ReasonStatusUnchecked,
        Reason::StatusStale => Key::ReasonStatusStale,
    }
}

#[cfg(test)]
mod tests {
    use light_client::verdict::Ruling;

    use super::*;

    #[test]
    fn what_is_not_decided_is_never_red_and_never_green() {
        for reason in Reason::ALL {
            let tone = words(*reason).tone;
            match reason.ruling() {
                Ruling::Invalid => assert_eq!(tone, Tone::Bad, "{reason:?}"),
                Ruling::Undetermined => {
                    assert!(matches!(tone, Tone::Unknown | Tone::Warn), "{reason:?}")
                }
            }
        }
    }

    #[test]
    fn every_reason_has_its_own_sentence_under_its_code() {
        for reason in Reason::ALL {
            let expected = format!("Reason{}", reason.code().replace('_', "")).to_lowercase();
            assert_eq!(
                format!("{:?}", words(*reason).sentence).to_lowercase(),
                expected
            );
        }
    }
}
