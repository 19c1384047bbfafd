//! Documents that occur more than once in one run.

use std::collections::HashMap;

use crate::{
    judged::{Facts, Kind},
    key::Key,
};

/// How a document repeats an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Same {
    /// Byte for byte. 同一文件重复
    File,
    /// The same content in another file, with newer proofs perhaps. 同号重复提交
    Content,
}

/// What a document repeats of those before it, each by its place in the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Repeats {
    pub(crate) same: Option<(Same, usize)>,
    /// An invoice of the same number that says something else. 同号不同内容
    pub(crate) conflict: Option<usize>,
}

/// The documents so far.
///
/// A document that was judged invalid takes neither its content nor its number: a forgery that comes
/// first must not make the genuine one look like the second.
#[derive(Debug, Default)]
pub(crate) struct Duplicates {
    files: HashMap<Key, usize>,
    contents: HashMap<Key, usize>,
    numbers: HashMap<Key, (usize, Key)>,
}

impl Duplicates {
    /// Compares a document with those before it, and remembers it.
    pub(crate) fn add(&mut self, place: usize, facts: &Facts) -> Repeats {
        let repeats = self.compare(facts);
        self.files.entry(facts.file).or_insert(place);
        if let (Kind::Valid | Kind::Undetermined, Some(content)) = (facts.kind, facts.content) {
            self.contents.entry(content).or_insert(place);
            if let Some(number) = facts.number {
                self.numbers.entry(number).or_insert((place, content));
            }
        }
        repeats
    }

    fn compare(&self, facts: &Facts) -> Repeats {
        let file = self.files.get(&facts.file);
        let same_content = || self.contents.get(&facts.content?);
        let numbered = facts.number.and_then(|number| self.numbers.get(&number));
        Repeats {
            same: file
                .map(|place| (Same::File, *place))
                .or_else(|| same_content().map(|place| (Same::Content, *place))),
            conflict: numbered
                .filter(|(_, content)| facts.content != Some(*content))
                .map(|(place, _)| *place),
        }
    }
}
