//! What a verdict is called: from codes to words and tones.
//!
//! Every reason of the light client has its title and its sentence here, without a catch-all, so
//! that a new reason does not compile before it has words.

mod reasons;

use credentials_schemas::credential::CredentialType;
use credentials_schemas::invoice::DOCUMENT_TYPE;
use light_client::verdict::{Check, Reason};

use crate::clock::date_time;
use crate::i18n::{Key, Lang};
use crate::report::{Outcome, Question, Report, StatusReason};

/// How good the news is; each tone has a colour of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Not genuine or not in force.
    Bad,
    /// Genuine and in force.
    Ok,
    /// Cannot be decided.
    Unknown,
    /// Genuine, standing known up to a time.
    Warn,
}

impl Tone {
    /// CSS class of the tone.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Bad => "tone-bad",
            Self::Ok => "tone-ok",
            Self::Unknown => "tone-unknown",
            Self::Warn => "tone-warn",
        }
    }
}

/// The words of a headline.
pub struct Headline {
    /// How good the news is.
    pub tone: Tone,
    /// The word, the same everywhere.
    pub title: String,
    /// One plain sentence.
    pub sentence: String,
    /// What to do about it.
    pub next: Option<Key>,
}

/// The headline of a verdict.
pub fn headline(lang: Lang, report: &Report) -> Headline {
    let issuer = report
        .issuer_name(lang)
        .unwrap_or(lang.text(Key::TheIssuer));
    let Some(reason) = report.headline.reason else {
        let title = lang.text(Key::VerdictValid).to_owned();
        let sentence = lang.fill(Key::SentenceValid, &[("issuer", issuer)]);
        return Headline {
            tone: Tone::Ok,
            title,
            sentence,
            next: None,
        };
    };
    let words = reasons::words(reason);
    let as_of_ms = report.freshness.map(|freshness| freshness.as_of_ms);
    let as_of = as_of_ms.map(|ms| date_time(lang, ms)).unwrap_or_default();
    let title = lang.fill(words.title, &[("time", &as_of)]);
    let sentence = recorded_standing(lang, reason, report, issuer)
        .unwrap_or_else(|| lang.fill(words.sentence, &[("issuer", issuer), ("time", &as_of)]));
    Headline {
        tone: words.tone,
        title,
        sentence,
        next: words.next,
    }
}

/// The sentence with time and reason, if the standing was recorded on the ledger.
fn recorded_standing(lang: Lang, reason: Reason, report: &Report, issuer: &str) -> Option<String> {
    let status = report.evidence.status?;
    let sentence = match reason {
        Reason::Revoked => Key::SentenceRevokedAt,
        Reason::Suspended => Key::SentenceSuspendedAt,
        _ => return None,
    };
    let why = match status.reason {
        StatusReason::IssuedInError => Key::WhyIssuedInError,
        StatusReason::KeyCompromised => Key::WhyKeyCompromised,
        StatusReason::LegalOrder => Key::WhyLegalOrder,
        StatusReason::NoLongerEntitled => Key::WhyNoLongerEntitled,
        StatusReason::Superseded => Key::WhySuperseded,
        StatusReason::Unspecified => Key::WhyUnspecified,
    };
    let time = date_time(lang, status.effective_ms);
    Some(lang.fill(
        sentence,
        &[("issuer", issuer), ("time", &time), ("why", lang.text(why))],
    ))
}

/// The question, and the answer to it.
pub fn question(lang: Lang, question: Question, report: &Report) -> (Key, String) {
    let (asked, [yes, failed, unknown]) = match question {
        Question::Issuer => {
            let failed = if report.failed(Check::Authority) {
                Key::IssuerNoRight
            } else {
                Key::IssuerNotSigned
            };
            (Key::AskIssuer, [Key::IssuerYes, failed, Key::IssuerUnknown])
        }
        Question::Content => (
            Key::AskContent,
            [Key::ContentYes, Key::ContentNo, Key::ContentUnknown],
        ),
        Question::Registered => (
            Key::AskRegistered,
            [
                Key::RegisteredYes,
                Key::RegisteredNo,
                Key::RegisteredUnknown,
            ],
        ),
        Question::Standing => (
            Key::AskStanding,
            [Key::StandingYes, Key::StandingNo, Key::StandingUnknown],
        ),
    };
    let answer = match report.answer(question) {
        Outcome::Passed => yes,
        Outcome::Failed => failed,
        Outcome::Unknown => unknown,
        Outcome::NotChecked => Key::NotChecked,
    };
    let issuer = report
        .issuer_name(lang)
        .unwrap_or(lang.text(Key::TheIssuer));
    let anchor = report.evidence.anchor;
    let time = anchor
        .map(|anchor| date_time(lang, anchor.time_ms))
        .unwrap_or_default();
    let height = anchor
        .map(|anchor| anchor.height.to_string())
        .unwrap_or_default();
    (
        asked,
        lang.fill(
            answer,
            &[("issuer", issuer), ("time", &time), ("height", &height)],
        ),
    )
}

/// The name of a check.
pub const fn check(check: Check) -> Key {
    match check {
        Check::Format => Key::CheckFormat,
        Check::Ledger => Key::CheckLedger,
        Check::Finality => Key::CheckFinality,
        Check::Content => Key::CheckContent,
        Check::Origin => Key::CheckOrigin,
        Check::Authority => Key::CheckAuthority,
        Check::Signature => Key::CheckSignature,
        Check::Record => Key::CheckRecord,
        Check::Period => Key::CheckPeriod,
        Check::Status => Key::CheckStatus,
        Check::Freshness => Key::CheckFreshness,
    }
}

/// The word for how a check went.
pub const fn outcome(outcome: Outcome) -> Key {
    match outcome {
        Outcome::Passed => Key::OutcomePassed,
        Outcome::Failed => Key::OutcomeFailed,
        Outcome::Unknown => Key::OutcomeUnknown,
        Outcome::NotChecked => Key::OutcomeNotChecked,
    }
}

/// What sort of document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A credential of a known type.
    Credential(CredentialType),
    /// An invoice.
    Invoice,
    /// Not known, or not known yet.
    Other,
}

impl Sort {
    /// The sort of a verdict's document.
    pub fn of(report: Option<&Report>) -> Self {
        match report.and_then(Report::document_type) {
            Some(DOCUMENT_TYPE) => Self::Invoice,
            Some(other) => CredentialType::find(other).map_or(Self::Other, Self::Credential),
            None => Self::Other,
        }
    }

    /// The title of such a document.
    pub const fn title(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Credential(credential), Lang::Zh) => credential.name_zh(),
            (Self::Credential(credential), Lang::En) => credential.name_en(),
            (Self::Invoice, _) => lang.text(Key::TypeInvoice),
            (Self::Other, _) => lang.text(Key::TypeOther),
        }
    }
}
