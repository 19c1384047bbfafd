//! A verdict as the interface reads it: the light client's JSON with its codes turned back into
//! the light client's own types.

use light_client::verdict::{Check, Reason};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::i18n::Lang;

/// The verdict of the light client.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The answer.
    pub headline: Headline,
    /// Every check and how it went.
    pub checks: Vec<CheckResult>,
    /// What the answer rests on.
    pub evidence: Evidence,
    /// How new the answer is, if a header was certified.
    pub freshness: Option<Freshness>,
    /// The whole verdict as JSON, for people who want to see everything.
    pub json: String,
}

/// The three answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Genuine and in force.
    Valid,
    /// Not genuine, or no longer in force.
    Invalid,
    /// Could not be decided.
    Undetermined,
}

/// The answer and its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Headline {
    /// The answer.
    pub kind: Kind,
    /// Why, if not valid.
    #[serde(deserialize_with = "reason")]
    pub reason: Option<Reason>,
}

/// How one check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// It could not be decided.
    Unknown,
    /// It was not reached, or does not apply.
    NotChecked,
}

/// One check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct CheckResult {
    /// The check.
    #[serde(deserialize_with = "check")]
    pub check: Check,
    /// How it went.
    pub outcome: Outcome,
    /// Why, if it did not hold.
    #[serde(deserialize_with = "reason")]
    pub reason: Option<Reason>,
}

/// The four questions that a verdict answers for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Is the content as signed?
    Content,
    /// Who issued it, and with what right?
    Issuer,
    /// When was it registered?
    Registered,
    /// Is it in force?
    Standing,
}

/// What the verdict rests on; each part only as far as it was established.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Evidence {
    /// The document as read.
    pub document: Option<Document>,
    /// The ledger whose header everything is proved under.
    pub ledger: Option<Ledger>,
    /// When it was registered.
    pub anchor: Option<Anchored>,
    /// The issuer in the certified registry.
    pub issuer: Option<Issuer>,
    /// A standing that was recorded.
    pub status: Option<Status>,
}

/// The document as read.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Document {
    /// Code of its type.
    pub document_type: String,
    /// Its digest in hex.
    pub digest: Option<String>,
    /// What it says.
    pub fields: Vec<Field>,
    /// How many claims were not disclosed.
    pub undisclosed: usize,
}

/// A field of the document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Field {
    /// Claim name or JSON pointer.
    pub path: String,
    /// Text, or JSON where it is not a text.
    pub value: String,
}

/// A ledger.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Ledger {
    /// Its id in hex.
    pub ledger: String,
    /// Whether its documents are for demonstration only.
    pub demo: bool,
}

/// Where and when a document was registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Anchored {
    /// The block.
    pub height: u64,
    /// Its signed time.
    pub time_ms: u64,
}

/// An issuer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Issuer {
    name: Names,
}

/// A recorded standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Status {
    /// Why.
    pub reason: StatusReason,
    /// From when it counts.
    pub effective_ms: u64,
}

/// Why a document was revoked or suspended; the light client's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusReason {
    /// Issued in error.
    IssuedInError,
    /// The holder's key is lost or known to others.
    KeyCompromised,
    /// By order of a court or authority.
    LegalOrder,
    /// The holder no longer meets the conditions.
    NoLongerEntitled,
    /// Replaced by a newer document.
    Superseded,
    /// No reason given.
    Unspecified,
}

/// The age of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Freshness {
    /// Signed time of the header.
    pub as_of_ms: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Names {
    zh: String,
    en: String,
}

impl Report {
    /// Reads a verdict's JSON.
    pub fn parse(json: String) -> Option<Self> {
        #[derive(Deserialize)]
        struct Wire {
            headline: Headline,
            checks: Vec<CheckResult>,
            evidence: Evidence,
            freshness: Option<Freshness>,
        }
        let Wire {
            headline,
            checks,
            evidence,
            freshness,
        } = serde_json::from_str(&json).ok()?;
        Some(Self {
            headline,
            checks,
            evidence,
            freshness,
            json,
        })
    }

    /// The answer to a question, drawn from the checks behind it.
    ///
    /// Of a changed document nothing good is said: that the original is registered or in force
    /// says nothing about what lies here. Nor is anything in force that was never registered, or
    /// by an issuer without the right.
    pub fn answer(&self, question: Question) -> Outcome {
        let content = self.content();
        let issuer = self.all_of(&[Check::Authority, Check::Signature], &[]);
        let registered = self.all_of(&[Check::Ledger, Check::Finality, Check::Origin], &[]);
        let standing = self.all_of(&[Check::Status, Check::Freshness], &[Check::Period]);
        let unless = |answer, contradicted| match answer {
            Outcome::Passed if contradicted => Outcome::Unknown,
            Outcome::Passed | Outcome::Failed | Outcome::Unknown | Outcome::NotChecked => answer,
        };
        let altered = content == Outcome::Failed;
        match question {
            Question::Content => content,
            Question::Issuer => unless(issuer, altered),
            Question::Registered => unless(registered, altered),
            Question::Standing => {
                let never_issued = registered != Outcome::Passed || issuer == Outcome::Failed;
                unless(standing, altered || never_issued)
            }
        }
    }

    /// The ledger and the time of a header from which a client may learn: certified, and neither
    /// too old nor from the future.
    pub fn learnable(&self) -> Option<(&str, u64)> {
        let certified = [Check::Finality, Check::Freshness].map(|check| self.outcome(check))
            == [Outcome::Passed; 2];
        let ledger = self.evidence.ledger.as_ref().filter(|_| certified)?;
        Some((&ledger.ledger, self.freshness?.as_of_ms))
    }

    /// Whether a check failed.
    pub fn failed(&self, check: Check) -> bool {
        self.outcome(check) == Outcome::Failed
    }

    /// The issuer's name in the certified registry.
    pub fn issuer_name(&self, lang: Lang) -> Option<&str> {
        let names = &self.evidence.issuer.as_ref()?.name;
        Some(match lang {
            Lang::Zh => &names.zh,
            Lang::En => &names.en,
        })
    }

    /// Code of the document's type.
    pub fn document_type(&self) -> Option<&str> {
        self.evidence
            .document
            .as_ref()
            .map(|document| document.document_type.as_str())
    }

    /// The fields, if the content is proved to be as issued.
    pub fn proved_fields(&self) -> &[Field] {
        match &self.evidence.document {
            Some(document) if self.answer(Question::Content) == Outcome::Passed => &document.fields,
            Some(_) | None => &[],
        }
    }

    /// The last four characters of the document's number.
    pub fn number_tail(&self) -> Option<String> {
        let is_number = |field: &&Field| {
            matches!(
                name(&field.path),
                "number" | "document_number" | "certificate_number"
            )
        };
        let number = self.proved_fields().iter().find(is_number)?;
        let count = number.value.chars().count();
        Some(number.value.chars().skip(count.saturating_sub(4)).collect())
    }

    fn outcome(&self, check: Check) -> Outcome {
        let result = self.checks.iter().find(|result| result.check == check);
        result.map_or(Outcome::NotChecked, |result| result.outcome)
    }

    /// Passed only if every check of `needed` passed; those of `also` may not apply.
    fn all_of(&self, needed: &[Check], also: &[Check]) -> Outcome {
        let outcomes = |checks: &[Check]| -> Vec<Outcome> {
            checks.iter().map(|check| self.outcome(*check)).collect()
        };
        let (needed, also) = (outcomes(needed), outcomes(also));
        let any = |outcome| needed.iter().chain(&also).any(|found| *found == outcome);
        if any(Outcome::Failed) {
            Outcome::Failed
        } else if any(Outcome::Unknown) {
            Outcome::Unknown
        } else if needed.contains(&Outcome::NotChecked) {
            Outcome::NotChecked
        } else {
            Outcome::Passed
        }
    }

    /// The content is as issued if the issuer's signature or the registered digest says so, and
    /// nothing says otherwise.
    fn content(&self) -> Outcome {
        let all = [
            Check::Format,
            Check::Content,
            Check::Origin,
            Check::Signature,
            Check::Record,
        ];
        let outcomes = all.map(|check| self.outcome(check));
        let proofs = [self.outcome(Check::Origin), self.outcome(Check::Signature)];
        if outcomes.contains(&Outcome::Failed) {
            Outcome::Failed
        } else if proofs.contains(&Outcome::Passed) {
            Outcome::Passed
        } else if outcomes.contains(&Outcome::Unknown) {
            Outcome::Unknown
        } else {
            Outcome::NotChecked
        }
    }
}

impl Kind {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Undetermined => "undetermined",
        }
    }
}

impl Outcome {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotChecked => "not_checked",
        }
    }
}

/// A path without the slash of a JSON pointer.
pub fn name(path: &str) -> &str {
    path.strip_prefix('/').unwrap_or(path)
}

fn reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Reason>, D::Error> {
    let Some(code) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let known = Reason::ALL.iter().find(|reason| reason.code() == code);
    known
        .copied()
        .map(Some)
        .ok_or_else(|| D::Error::custom("an unknown reason"))
}

fn check<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Check, D::Error> {
    let code = serde_json::Value::deserialize(deserializer)?;
    let known = Check::ALL
        .into_iter()
        .find(|check| serde_json::to_value(check).is_ok_and(|known| known == code));
    known.ok_or_else(|| D::Error::custom("an unknown check"))
}

#[cfg(test)]
mod tests;
