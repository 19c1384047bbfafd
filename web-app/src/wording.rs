//! What a verdict is called: from codes to words, signs and tones.

use crate::clock::date_time;
use crate::component::icon::Sign;
use crate::i18n::{Key, Lang};
use crate::verification::Report;
use crate::verification::report::{Kind, Outcome, Question};

/// How good the news is; each tone has a colour of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
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
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Bad => "tone-bad",
            Self::Ok => "tone-ok",
            Self::Unknown => "tone-unknown",
            Self::Warn => "tone-warn",
        }
    }

    /// The sign that goes with the tone.
    pub(crate) const fn sign(self) -> Sign {
        match self {
            Self::Bad => Sign::Cross,
            Self::Ok => Sign::Tick,
            Self::Unknown => Sign::Unknown,
            Self::Warn => Sign::AsOf,
        }
    }
}

/// The words of a headline.
pub(crate) struct Headline {
    /// How good the news is.
    pub(crate) tone: Tone,
    /// The word, the same everywhere.
    pub(crate) title: Key,
    /// One plain sentence.
    pub(crate) sentence: String,
    /// What to do about it.
    pub(crate) next: Option<Key>,
}

/// The headline of a verdict.
pub(crate) fn headline(lang: Lang, report: &Report) -> Headline {
    let issuer = report.evidence.issuer_name.as_deref().unwrap_or(lang.text(Key::TheIssuer));
    let time = report.freshness.map(|freshness| date_time(lang, freshness.as_of_ms)).unwrap_or_default();
    let (tone, title, sentence, next) = match report.headline.kind {
        Kind::Valid => (Tone::Ok, Key::VerdictValid, Key::SentenceValid, None),
        Kind::Invalid => (Tone::Bad, Key::VerdictAltered, Key::SentenceAltered, Some(Key::NextAskOriginal)),
        Kind::Undetermined => (Tone::Unknown, Key::VerdictUnknown, Key::SentenceUnknown, Some(Key::NextRetry)),
    };
    Headline { tone, title, sentence: lang.fill(sentence, &[("issuer", issuer), ("time", &time)]), next }
}

/// The question, and the answer to it.
pub(crate) fn question(lang: Lang, question: Question, report: &Report) -> (Key, String) {
    let evidence = &report.evidence;
    let issuer = evidence.issuer_name.as_deref().unwrap_or(lang.text(Key::TheIssuer));
    let outcome = report.outcome(question);
    let (asked, [yes, no, unknown]) = match question {
        Question::Issuer => (Key::AskIssuer, [Key::IssuerYes, Key::IssuerNo, Key::IssuerUnknown]),
        Question::Content => (Key::AskContent, [Key::ContentYes, Key::ContentNo, Key::ContentUnknown]),
        Question::Registered => (Key::AskRegistered, [Key::RegisteredYes, Key::RegisteredNo, Key::RegisteredUnknown]),
        Question::Standing => (Key::AskStanding, [Key::StandingYes, Key::StandingNo, Key::StandingUnknown]),
    };
    let answer = match outcome {
        Outcome::Passed => yes,
        Outcome::Failed => no,
        Outcome::Unknown => unknown,
        Outcome::NotChecked => Key::NotChecked,
    };
    let time = evidence.anchored_at_ms.map(|ms| date_time(lang, ms)).unwrap_or_default();
    let height = evidence.anchored_height.map(|height| height.to_string()).unwrap_or_default();
    (asked, lang.fill(answer, &[("issuer", issuer), ("time", &time), ("height", &height)]))
}

/// The title of a document by its type.
pub(crate) fn document_title(document_type: Option<&str>) -> Key {
    match document_type {
        Some("urn:tallystick:vct:resident-identity:1") => Key::TypeIdentity,
        Some("urn:tallystick:vct:electrician-certificate:1") => Key::TypeElectrician,
        Some("urn:tallystick:vct:degree:1") => Key::TypeDegree,
        Some("tallystick/invoice/1") => Key::TypeInvoice,
        Some(_) | None => Key::TypeOther,
    }
}
