//! The shape of what a red-letter invoice says about its blue one. Whether it fits that invoice
//! (TI-40 and on) is decided where both are known.

use super::codes::{Kind, RedReason};
use super::error::{InvoiceError, Rule};
use super::number::InvoiceNumber;
use crate::members::{Members, ShapeProblem};

/// What a red-letter invoice takes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedLetter {
    blue_number: InvoiceNumber,
    confirmation_number: Option<String>,
    reason: RedReason,
    is_full: bool,
    line_map: Vec<RedLine>,
}

/// Which blue line a red line takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RedLine {
    /// The line of the red invoice, from 1.
    pub line: usize,
    /// The line of the blue invoice, from 1.
    pub blue_line: usize,
}

const MEMBER: &str = "redLetter";

impl RedLetter {
    /// Reads `redLetter`: present on a red invoice, absent on a blue one.
    pub(super) fn read(
        invoice: &Members<'_>,
        kind: Kind,
        line_count: usize,
    ) -> Result<Option<Self>, InvoiceError> {
        let red = match (kind, invoice.optional_object(MEMBER)?) {
            (Kind::Blue, None) => return Ok(None),
            (Kind::Blue, Some(_)) => {
                return Err(invoice.problem(MEMBER, ShapeProblem::Unknown).into());
            }
            (Kind::Red, None) => {
                return Err(invoice.problem(MEMBER, ShapeProblem::Missing).into());
            }
            (Kind::Red, Some(red)) => red,
        };
        red.only(&["blueNumber", "confirmationNo", "full", "lineMap", "reason"])?;
        let blue_number = red.string("blueNumber")?.parse();
        let line_map = red
            .objects("lineMap")?
            .map(|row| RedLine::read(&row?, line_count));
        let line_map = line_map.collect::<Result<Vec<_>, InvoiceError>>()?;
        if line_map.is_empty() {
            return Err(red.problem("lineMap", ShapeProblem::Length).into());
        }
        Ok(Some(Self {
            blue_number: blue_number
                .map_err(|error| Rule::Number(error).at(red.pointer("blueNumber")))?,
            confirmation_number: confirmation_number(&red)?,
            reason: red.code("reason", RedReason::find)?,
            is_full: red.boolean("full")?,
            line_map,
        }))
    }

    /// Returns the number of the blue invoice.
    #[must_use]
    pub fn blue_number(&self) -> InvoiceNumber {
        self.blue_number
    }

    /// Returns the 20 digits of the confirmation (确认单编号), if one was needed.
    #[must_use]
    pub fn confirmation_number(&self) -> Option<&str> {
        self.confirmation_number.as_deref()
    }

    /// Returns why it was issued.
    #[must_use]
    pub fn reason(&self) -> RedReason {
        self.reason
    }

    /// Tells whether the blue invoice is taken back whole.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// Returns which blue line each red line takes back.
    #[must_use]
    pub fn line_map(&self) -> &[RedLine] {
        &self.line_map
    }
}

impl RedLine {
    fn read(row: &Members<'_>, line_count: usize) -> Result<Self, InvoiceError> {
        row.only(&["blueLine", "line"])?;
        let read = Self {
            line: row.position("line")?,
            blue_line: row.position("blueLine")?,
        };
        if read.line > line_count {
            return Err(row.problem("line", ShapeProblem::Value).into());
        }
        Ok(read)
    }
}

fn confirmation_number(red: &Members<'_>) -> Result<Option<String>, InvoiceError> {
    let number = red.optional_text("confirmationNo", 20)?;
    match number {
        Some(number) if number.len() != 20 || !number.bytes().all(|b| b.is_ascii_digit()) => {
            Err(red.problem("confirmationNo", ShapeProblem::Value).into())
        }
        number => Ok(number),
    }
}
