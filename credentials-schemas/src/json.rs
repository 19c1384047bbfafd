//! A strict JSON reader that keeps numbers as text, and the canonical writer (JCS).
//!
//! No decision about a document rests on a float: [`Json::Number`] holds the exact characters of
//! the number, and [`to_jcs`] refuses numbers, because our signed documents never have any.

mod jcs;
mod parse;

pub use jcs::{to_jcs, to_shown};
pub use parse::parse;

/// Nesting that neither [`parse`] nor [`to_jcs`] exceeds, whatever the caller's limit: both
/// recurse, and the stack of a browser's worker is small.
pub const DEPTH_CEILING: usize = 128;

/// One JSON value. Members stay in the order in which they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as its exact text (`"1.10"` and `"1.1"` differ).
    Number(String),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Self>),
    /// An object. [`parse`] never yields the same name twice.
    Object(Vec<(String, Self)>),
}

impl Json {
    /// Builds an object from its members.
    pub fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Object(
            members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// Returns the member `name` of an object; `None` for other values too.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        let members = self.as_object()?;
        members
            .iter()
            .find(|(member, _)| member == name)
            .map(|(_, value)| value)
    }

    /// Returns the value at a JSON Pointer.
    ///
    /// # Standard
    /// RFC 6901 §4; the empty pointer is the whole value.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<&Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer
            .strip_prefix('/')?
            .split('/')
            .try_fold(self, |value, token| match value {
                Self::Array(items) => items.get(array_index(token)?),
                Self::Object(_) => value.member(&token.replace("~1", "/").replace("~0", "~")),
                Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => None,
            })
    }

    /// Returns the text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// Returns the exact text of a number.
    #[must_use]
    pub fn as_number(&self) -> Option<&str> {
        if let Self::Number(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// Returns a number that is written as an integer (no fraction, no exponent) and fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.parse().ok()
    }

    /// Returns a boolean.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self {
            Some(*value)
        } else {
            None
        }
    }

    /// Returns the items of an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self {
            Some(items)
        } else {
            None
        }
    }

    /// Returns the members of an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&[(String, Self)]> {
        if let Self::Object(members) = self {
            Some(members)
        } else {
            None
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

/// Reads an array index of a JSON Pointer: no sign and no leading zero.
fn array_index(token: &str) -> Option<usize> {
    let canonical = token == "0" || token.starts_with(|c: char| ('1'..='9').contains(&c));
    if canonical { token.parse().ok() } else { None }
}

/// Writes one reference token of a JSON Pointer after a slash.
pub(crate) fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    for c in token.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            _ => pointer.push(c),
        }
    }
}

/// What [`parse`] may spend on untrusted bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Length of the input.
    pub max_bytes: usize,
    /// Nesting of arrays and objects; [`DEPTH_CEILING`] at most.
    pub max_depth: usize,
    /// Values of every kind together.
    pub max_nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 4 << 20,
            max_depth: 32,
            max_nodes: 400_000,
        }
    }
}

/// Why bytes are not acceptable JSON, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {offset}")]
pub struct JsonError {
    /// The reason.
    pub kind: JsonErrorKind,
    /// Byte of the input; 0 when a value, not text, was refused.
    pub offset: usize,
}

/// The reasons of a [`JsonError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// An unescaped control character in a string, or an escape that does not exist.
    #[error("bad character or escape in a string")]
    BadString,
    /// One name twice in an object.
    #[error("duplicate member name")]
    DuplicateName,
    /// `\uD800` to `\uDFFF` that is not part of a pair.
    #[error("lone surrogate")]
    LoneSurrogate,
    /// A number where canonical form allows none.
    #[error("number in canonical form")]
    NumberNotAllowed,
    /// The bytes are not UTF-8.
    #[error("invalid utf-8")]
    NotUtf8,
    /// The value nests deeper than allowed.
    #[error("nested too deep")]
    TooDeep,
    /// The input is longer than allowed.
    #[error("input too long")]
    TooLong,
    /// The value has more parts than allowed.
    #[error("too many values")]
    TooManyNodes,
    /// Bytes after the value.
    #[error("trailing bytes")]
    TrailingBytes,
    /// The input ends inside a value.
    #[error("unexpected end")]
    UnexpectedEnd,
    /// A byte that cannot stand here.
    #[error("unexpected byte")]
    UnexpectedByte,
}

impl JsonErrorKind {
    pub(crate) fn at(self, offset: usize) -> JsonError {
        JsonError { kind: self, offset }
    }

    /// Tells whether the input was refused for its size, not for its form.
    #[must_use]
    pub fn is_limit(self) -> bool {
        matches!(self, Self::TooDeep | Self::TooLong | Self::TooManyNodes)
    }
}

#[cfg(test)]
mod tests;
