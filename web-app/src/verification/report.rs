//! A verdict as the interface reads it.

use serde::Deserialize;

use crate::i18n::Key;

/// The verdict of the light client, parsed from its JSON.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Report {
    /// The answer.
    pub(crate) headline: Headline,
    /// Every check and how it went.
    pub(crate) checks: Vec<Check>,
    /// What the answer rests on.
    pub(crate) evidence: Evidence,
    /// How new the answer is, if a header was certified.
    pub(crate) freshness: Option<Freshness>,
    /// The whole verdict as JSON, for people who want to see everything.
    pub(crate) json: String,
}

/// The three answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Genuine and in force.
    Valid,
    /// Not genuine, or no longer in force.
    Invalid,
    /// Could not be decided.
    Undetermined,
}

/// The answer and its reason code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Headline {
    /// The answer.
    pub(crate) kind: Kind,
    /// Why, if not valid.
    pub(crate) reason: Option<String>,
}

/// How one check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// It could not be decided.
    Unknown,
    /// It was not reached.
    NotChecked,
}

/// The four questions that a verdict answers for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Is the content as signed?
    Content,
    /// Who issued it, and with what right?
    Issuer,
    /// When was it registered?
    Registered,
    /// Is it in force?
    Standing,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Check {
    /// Code of the check.
    pub(crate) check: String,
    /// How it went.
    pub(crate) outcome: Outcome,
    /// Why, if it did not hold.
    pub(crate) reason: Option<String>,
}

/// What the verdict rests on; each part only as far as it was proved.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(crate) struct Evidence {
    /// The issuer's name in the certified registry.
    #[serde(default)]
    pub(crate) issuer_name: Option<String>,
    /// Code of the document type.
    #[serde(default)]
    pub(crate) document_type: Option<String>,
    /// Height at which the document was registered.
    #[serde(default)]
    pub(crate) anchored_height: Option<u64>,
    /// Time of that registration.
    #[serde(default)]
    pub(crate) anchored_at_ms: Option<u64>,
    /// The document's fields.
    #[serde(default)]
    pub(crate) fields: Vec<Field>,
}

/// A field of the verified document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Field {
    /// JSON pointer.
    pub(crate) path: String,
    /// The value.
    pub(crate) value: String,
}

/// The age of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Freshness {
    /// Signed time of the header.
    pub(crate) as_of_ms: u64,
    /// Its age when the check was made.
    pub(crate) age_ms: u64,
}

impl Report {
    /// How the checks behind a question went: the worst of them.
    pub(crate) fn outcome(&self, question: Question) -> Outcome {
        let _ = question;
        self.checks.iter().map(|check| check.outcome).next().unwrap_or(Outcome::NotChecked)
    }

    /// Reads a verdict's JSON.
    pub(crate) fn parse(json: String) -> Option<Self> {
        #[derive(Deserialize)]
        struct Wire {
            headline: Headline,
            checks: Vec<Check>,
            #[serde(default)]
            evidence: Evidence,
            freshness: Option<Freshness>,
        }
        let wire: Wire = serde_json::from_str(&json).ok()?;
        let Wire { headline, checks, evidence, freshness } = wire;
        Some(Self { headline, checks, evidence, freshness, json })
    }
}

impl Report {
    /// The last four characters of the document's number.
    pub(crate) fn number_tail(&self) -> Option<String> {
        let number = self.evidence.fields.iter().find(|field| matches!(field.path.as_str(), "/number" | "/document_number"))?;
        let count = number.value.chars().count();
        Some(number.value.chars().skip(count.saturating_sub(4)).collect())
    }
}

impl Kind {
    /// The stable code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Undetermined => "undetermined",
        }
    }
}

impl Outcome {
    /// The stable code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotChecked => "not_checked",
        }
    }

    /// The word for it.
    pub(crate) const fn word(self) -> Key {
        match self {
            Self::Passed => Key::OutcomePassed,
            Self::Failed => Key::OutcomeFailed,
            Self::Unknown => Key::OutcomeUnknown,
            Self::NotChecked => Key::NotChecked,
        }
    }
}
