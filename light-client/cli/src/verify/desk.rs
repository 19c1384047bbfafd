//! Where documents come in order: what each repeats, the answer, the numbers.

use std::io::Write;

use super::worst;
use crate::{
    answer::{Answers, Mark, Row, Summary},
    archive::Catalogue,
    args::{Failure, INTERRUPTED, USAGE},
    duplicates::{Duplicates, Repeats, Same},
    input::Inputs,
    journal::Writing,
    judged::{Facts, Judged, Kind},
    seen::{Index, IndexError, Seen, SeenAs},
};

/// After so many documents everything is written out: a crash costs no more than these.
const FLUSH_EVERY: usize = 512;

/// Takes documents in order.
pub(super) struct Desk<'a, W> {
    answers: Answers<W>,
    index: Option<Index>,
    journal: Option<&'a mut Writing>,
    catalogue: Option<&'a mut Catalogue>,
    duplicates: Duplicates,
    summary: Summary,
    code: u8,
}

impl<'a, W: Write> Desk<'a, W> {
    pub(super) fn new(
        answers: Answers<W>,
        index: Option<Index>,
        journal: Option<&'a mut Writing>,
        catalogue: Option<&'a mut Catalogue>,
    ) -> Self {
        Self {
            answers,
            index,
            journal,
            catalogue,
            duplicates: Duplicates::default(),
            summary: Summary::default(),
            code: 0,
        }
    }

    /// Answers about a document; `is_new` if the journal does not have it.
    pub(super) fn answer(
        &mut self,
        inputs: &Inputs,
        place: usize,
        judged: &Judged,
        is_new: bool,
    ) -> Result<(), Failure> {
        let facts = &judged.facts;
        let repeats = self.duplicates.add(place, facts);
        let seen = match &mut self.index {
            Some(index) => index.add(facts).map_err(unwritten)?,
            None => None,
        };
        let row = Row {
            file: inputs.name(place),
            judged,
            duplicate_of: repeats.same.map(|(_, first)| inputs.name(first)),
            conflict_with: repeats.conflict.map(|first| inputs.name(first)),
            seen: seen.as_ref(),
            marks: marks(facts, repeats, seen.as_ref()),
        };
        self.answers.write(&row)?;
        self.summary.add(&row);
        self.code = worst(self.code, code(&row));
        if let Some(catalogue) = &mut self.catalogue {
            catalogue.add(inputs.name(place), facts)?;
        }
        if let (Some(journal), true) = (&mut self.journal, is_new) {
            journal.add(judged)?;
        }
        if self.summary.documents.is_multiple_of(FLUSH_EVERY) {
            self.flush()?;
        }
        Ok(())
    }

    /// Says why a document has no answer; the others have theirs.
    pub(super) fn leave_out(&mut self, failure: &Failure) {
        self.summary.unread += 1;
        self.code = worst(self.code, failure.report());
    }

    /// Ends the run; false if it was interrupted.
    pub(super) fn close(mut self, is_complete: bool) -> Result<u8, Failure> {
        self.flush()?;
        self.summary.complete = is_complete;
        self.answers.end(&self.summary)?;
        Ok(match (is_complete, self.code) {
            (true, code) => code,
            (false, USAGE) => USAGE,
            (false, _) => INTERRUPTED,
        })
    }

    /// The journal last: what is in it is in index and archive too.
    fn flush(&mut self) -> Result<(), Failure> {
        if let Some(index) = &mut self.index {
            index.sync()?;
        }
        if let Some(catalogue) = &mut self.catalogue {
            catalogue.sync()?;
        }
        if let Some(journal) = &mut self.journal {
            journal.flush()?;
        }
        self.answers.flush()
    }
}

fn marks(facts: &Facts, repeats: Repeats, seen: Option<&Seen>) -> Vec<Mark> {
    let mut marks = Vec::new();
    match repeats.same {
        Some((Same::File, _)) => marks.push(Mark::SameFile),
        Some((Same::Content, _)) => marks.push(Mark::SameContent),
        None => {}
    }
    let conflict_before = match seen.map(|seen| seen.how) {
        Some(SeenAs::File) => {
            marks.extend([Mark::SameFile, Mark::SeenBefore]);
            false
        }
        Some(SeenAs::Document) => {
            marks.extend([Mark::SameContent, Mark::SeenBefore]);
            false
        }
        Some(SeenAs::Conflict) => true,
        None => false,
    };
    if repeats.conflict.is_some() || conflict_before {
        marks.push(Mark::NumberConflict);
    }
    if facts.other_buyer {
        marks.push(Mark::OtherBuyer);
    }
    marks.sort();
    marks.dedup();
    marks
}

/// A number on two documents is a problem, whatever the verdict: one of them is wrong.
fn code(row: &Row<'_>) -> u8 {
    let conflict = row.marks.contains(&Mark::NumberConflict);
    match row.judged.facts.kind {
        Kind::Invalid => 1,
        Kind::Valid | Kind::Undetermined if conflict => 1,
        Kind::Undetermined => 2,
        Kind::Valid => 0,
    }
}

fn unwritten(error: IndexError) -> Failure {
    match error {
        IndexError::Io(error) => Failure::Output(error),
        error => Failure::Usage(error.to_string()),
    }
}
