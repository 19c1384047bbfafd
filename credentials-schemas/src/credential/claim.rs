//! The tables' row type, and the reader that follows a table.

use core::fmt;

use super::Completeness;
use super::error::{ClaimProblem, CredentialError};
use crate::calendar::Date;
use crate::identity::ResidentId;
use crate::json::Json;
use crate::text::has_hidden;

/// Whether the holder can withhold a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disclosure {
    /// Always a disclosure of its own (`sd: always`).
    Always,
    /// In the open in every presentation (`sd: never`).
    Never,
}

/// A code with its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeName {
    /// The code, as it stands in the credential.
    pub code: &'static str,
    /// The name in Chinese.
    pub name_zh: &'static str,
    /// The name in English.
    pub name_en: &'static str,
}

/// What a claim may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimKind {
    /// One of a closed list of codes.
    Code(&'static [CodeName]),
    /// A day, `2026-09-01`.
    Date,
    /// A resident identity number.
    DocumentNumber,
    /// Yes or no.
    Flag,
    /// A JPEG or PNG as a `data:` URL.
    Portrait,
    /// A text of 1 to `max_chars` characters.
    Text {
        /// Unicode scalar values at most.
        max_chars: usize,
    },
}

/// One claim of a credential type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimSpec {
    /// The name in the payload.
    pub name: &'static str,
    /// The label in Chinese.
    pub label_zh: &'static str,
    /// The label in English.
    pub label_en: &'static str,
    /// What it may hold.
    pub kind: ClaimKind,
    /// Whether the holder can withhold it.
    pub disclosure: Disclosure,
    /// Whether every issued credential has it.
    pub is_mandatory: bool,
}

impl ClaimSpec {
    pub(super) const fn new(
        name: &'static str,
        (label_zh, label_en): (&'static str, &'static str),
        kind: ClaimKind,
    ) -> Self {
        let disclosure = Disclosure::Always;
        Self {
            name,
            label_zh,
            label_en,
            kind,
            disclosure,
            is_mandatory: true,
        }
    }

    pub(super) const fn optional(self) -> Self {
        Self {
            is_mandatory: false,
            ..self
        }
    }

    pub(super) const fn in_the_open(self) -> Self {
        Self {
            disclosure: Disclosure::Never,
            ..self
        }
    }
}

/// A claim that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its row in the table.
    pub spec: &'static ClaimSpec,
    /// Its value.
    pub value: ClaimValue,
}

/// The value of a claim, read by its [`ClaimKind`].
#[derive(Clone, PartialEq, Eq)]
pub enum ClaimValue {
    /// One of a closed list of codes.
    Code(&'static CodeName),
    /// A day.
    Date(Date),
    /// A resident identity number.
    DocumentNumber(ResidentId),
    /// Yes or no.
    Flag(bool),
    /// A `data:` URL of a JPEG or PNG.
    Portrait(String),
    /// A text.
    Text(String),
}

impl fmt::Debug for ClaimValue {
    /// Shows the kind alone: what a credential says of a person has no place in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Code(_) => "Code(…)",
            Self::Date(_) => "Date(…)",
            Self::DocumentNumber(_) => "DocumentNumber(…)",
            Self::Flag(_) => "Flag(…)",
            Self::Portrait(_) => "Portrait(…)",
            Self::Text(_) => "Text(…)",
        })
    }
}

/// Reads members by a table, into the order of the table.
pub(super) fn read<'a>(
    specs: &'static [ClaimSpec],
    members: impl Iterator<Item = &'a (String, Json)>,
    completeness: Completeness,
) -> Result<Vec<Claim>, CredentialError> {
    let mut found: Vec<(usize, Claim)> = Vec::new();
    for (name, value) in members {
        let position = specs.iter().position(|spec| spec.name == name);
        let Some((position, spec)) = position.and_then(|p| Some((p, specs.get(p)?))) else {
            return Err(ClaimProblem::Unknown.of(name));
        };
        let value = read_value(spec.kind, value).map_err(|problem| problem.of(name))?;
        found.push((position, Claim { spec, value }));
    }
    found.sort_by_key(|(position, _)| *position);
    let claims: Vec<Claim> = found.into_iter().map(|(_, claim)| claim).collect();
    let needed = |spec: &&ClaimSpec| {
        let open = spec.disclosure == Disclosure::Never;
        spec.is_mandatory && (open || completeness == Completeness::Whole)
    };
    let is_there = |spec: &ClaimSpec| claims.iter().any(|claim| claim.spec.name == spec.name);
    match specs.iter().filter(needed).find(|spec| !is_there(spec)) {
        Some(missing) => Err(ClaimProblem::Missing.of(missing.name)),
        None => Ok(claims),
    }
}

fn read_value(kind: ClaimKind, value: &Json) -> Result<ClaimValue, ClaimProblem> {
    if kind == ClaimKind::Flag {
        return value
            .as_bool()
            .map(ClaimValue::Flag)
            .ok_or(ClaimProblem::Type);
    }
    let text = value.as_str().ok_or(ClaimProblem::Type)?;
    match kind {
        ClaimKind::Flag => Err(ClaimProblem::Type),
        ClaimKind::Code(codes) => {
            let code = codes.iter().find(|code| code.code == text);
            code.map(ClaimValue::Code).ok_or(ClaimProblem::Code)
        }
        ClaimKind::Date => text
            .parse()
            .map(ClaimValue::Date)
            .map_err(|_| ClaimProblem::Date),
        ClaimKind::DocumentNumber => text
            .parse()
            .map(ClaimValue::DocumentNumber)
            .map_err(ClaimProblem::DocumentNumber),
        ClaimKind::Portrait if is_portrait(text) => Ok(ClaimValue::Portrait(text.to_owned())),
        ClaimKind::Portrait => Err(ClaimProblem::Portrait),
        ClaimKind::Text { max_chars } => {
            let too_long = text.chars().nth(max_chars).is_some();
            if text.is_empty() || too_long || has_hidden(text) {
                return Err(ClaimProblem::Text);
            }
            Ok(ClaimValue::Text(text.to_owned()))
        }
    }
}

/// 64 KiB of image, in base64: more than an identity card's chip holds.
const MAX_PORTRAIT_CHARS: usize = 87_500;

fn is_portrait(url: &str) -> bool {
    let data = ["data:image/jpeg;base64,", "data:image/png;base64,"]
        .iter()
        .find_map(|prefix| url.strip_prefix(prefix));
    let Some(data) = data.filter(|data| data.len() <= MAX_PORTRAIT_CHARS) else {
        return false;
    };
    let digits = data.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    !digits.is_empty()
        && data.len() % 4 == 0
        && data.len() - digits.len() <= 2
        && digits.bytes().all(is_digit)
}

/// Finds claims by name, for the typed views.
pub(super) trait Find {
    fn value(&self, name: &str) -> Option<&ClaimValue>;

    fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            ClaimValue::Text(text) | ClaimValue::Portrait(text) => Some(text),
            _ => None,
        }
    }

    fn date(&self, name: &str) -> Option<Date> {
        if let ClaimValue::Date(date) = self.value(name)? {
            Some(*date)
        } else {
            None
        }
    }

    fn flag(&self, name: &str) -> Option<bool> {
        if let ClaimValue::Flag(flag) = self.value(name)? {
            Some(*flag)
        } else {
            None
        }
    }

    fn document_number(&self, name: &str) -> Option<&ResidentId> {
        if let ClaimValue::DocumentNumber(id) = self.value(name)? {
            Some(id)
        } else {
            None
        }
    }

    fn code(&self, name: &str) -> Option<&'static CodeName> {
        if let ClaimValue::Code(code) = self.value(name)? {
            Some(code)
        } else {
            None
        }
    }
}

impl Find for [Claim] {
    fn value(&self, name: &str) -> Option<&ClaimValue> {
        self.iter()
            .find(|claim| claim.spec.name == name)
            .map(|claim| &claim.value)
    }
}

/// Refuses a period that ends before it begins, where both ends are disclosed.
pub(super) fn check_period(
    claims: &[Claim],
    from: &str,
    until: &str,
) -> Result<(), CredentialError> {
    match (claims.date(from), claims.date(until)) {
        (Some(first), Some(last)) if last < first => Err(ClaimProblem::Validity.of(until)),
        _ => Ok(()),
    }
}

/// Refuses a birth date that is not the one in the document number, where both are disclosed.
pub(super) fn check_birth_date(
    claims: &[Claim],
    birth_date: &str,
    document_number: &str,
) -> Result<(), CredentialError> {
    match (
        claims.date(birth_date),
        claims.document_number(document_number),
    ) {
        (Some(date), Some(id)) if date != id.birth_date() => {
            Err(ClaimProblem::BirthDate.of(birth_date))
        }
        _ => Ok(()),
    }
}
