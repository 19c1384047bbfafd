//! Reads the members of one object and knows its place in the document.

use crate::json::{Json, push_token};

/// What is wrong with the shape of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShapeProblem {
    /// The text is empty or too long, or the array has too many items.
    #[error("empty or too long")]
    Length,
    /// The member must be there.
    #[error("missing")]
    Missing,
    /// The member is of another JSON type.
    #[error("of the wrong type")]
    Type,
    /// No member of this name exists, or not here.
    #[error("unknown")]
    Unknown,
    /// The value is not one of those allowed.
    #[error("not an allowed value")]
    Value,
}

/// A [`ShapeProblem`] with its place.
#[derive(Debug)]
pub(crate) struct ShapeError {
    pub(crate) pointer: String,
    pub(crate) problem: ShapeProblem,
}

/// The members of one object, with the JSON Pointer of that object.
#[derive(Debug, Clone)]
pub(crate) struct Members<'a> {
    members: &'a [(String, Json)],
    pointer: String,
}

impl<'a> Members<'a> {
    pub(crate) fn new(value: &'a Json, pointer: String) -> Result<Self, ShapeError> {
        match value.as_object() {
            Some(members) => Ok(Self { members, pointer }),
            None => Err(ShapeError {
                pointer,
                problem: ShapeProblem::Type,
            }),
        }
    }

    /// Refuses members that are not in `names`.
    pub(crate) fn only(&self, names: &[&str]) -> Result<(), ShapeError> {
        let unknown = self
            .members
            .iter()
            .find(|(name, _)| !names.contains(&name.as_str()));
        unknown.map_or(Ok(()), |(name, _)| {
            Err(self.problem(name, ShapeProblem::Unknown))
        })
    }

    pub(crate) fn pointer(&self, name: &str) -> String {
        let mut pointer = self.pointer.clone();
        push_token(&mut pointer, name);
        pointer
    }

    pub(crate) fn problem(&self, name: &str, problem: ShapeProblem) -> ShapeError {
        ShapeError {
            pointer: self.pointer(name),
            problem,
        }
    }

    pub(crate) fn optional(&self, name: &str) -> Option<&'a Json> {
        self.members
            .iter()
            .find(|(member, _)| member == name)
            .map(|(_, value)| value)
    }

    pub(crate) fn required(&self, name: &str) -> Result<&'a Json, ShapeError> {
        self.optional(name)
            .ok_or_else(|| self.problem(name, ShapeProblem::Missing))
    }

    /// Returns a string as it is, without a bound of its own.
    pub(crate) fn string(&self, name: &str) -> Result<&'a str, ShapeError> {
        let value = self.required(name)?;
        value
            .as_str()
            .ok_or_else(|| self.problem(name, ShapeProblem::Type))
    }

    pub(crate) fn optional_string(&self, name: &str) -> Result<Option<&'a str>, ShapeError> {
        if self.optional(name).is_some() {
            self.string(name).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Returns a text of 1 to `max` characters.
    pub(crate) fn text(&self, name: &str, max: usize) -> Result<&'a str, ShapeError> {
        let text = self.string(name)?;
        if text.is_empty() || text.chars().nth(max).is_some() {
            return Err(self.problem(name, ShapeProblem::Length));
        }
        Ok(text)
    }

    pub(crate) fn optional_text(
        &self,
        name: &str,
        max: usize,
    ) -> Result<Option<String>, ShapeError> {
        match self.optional(name) {
            Some(_) => self.text(name, max).map(|text| Some(text.to_owned())),
            None => Ok(None),
        }
    }

    pub(crate) fn boolean(&self, name: &str) -> Result<bool, ShapeError> {
        let value = self.required(name)?;
        value
            .as_bool()
            .ok_or_else(|| self.problem(name, ShapeProblem::Type))
    }

    pub(crate) fn array(&self, name: &str) -> Result<&'a [Json], ShapeError> {
        let value = self.required(name)?;
        value
            .as_array()
            .ok_or_else(|| self.problem(name, ShapeProblem::Type))
    }

    pub(crate) fn object(&self, name: &str) -> Result<Self, ShapeError> {
        Members::new(self.required(name)?, self.pointer(name))
    }

    pub(crate) fn optional_object(&self, name: &str) -> Result<Option<Self>, ShapeError> {
        if self.optional(name).is_some() {
            self.object(name).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Returns the objects of an array.
    pub(crate) fn objects(
        &self,
        name: &str,
    ) -> Result<impl Iterator<Item = Result<Self, ShapeError>> + use<'a>, ShapeError> {
        let array_pointer = self.pointer(name);
        let items = self.array(name)?.iter().enumerate();
        Ok(items.map(move |(index, item)| Members::new(item, format!("{array_pointer}/{index}"))))
    }
}
