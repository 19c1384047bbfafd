//! Members of an invoice with a form of their own.

use core::str::FromStr;

use super::error::{InvoiceError, Rule};
use super::line::MAX_LINES;
use crate::calendar::{ChinaTime, Date};
use crate::decimal::{Decimal, Fen};
use crate::members::{Members, ShapeProblem};

impl Members<'_> {
    /// Parses a string member, or names the rule that its form breaks.
    fn parsed<T: FromStr>(&self, name: &str, rule: Rule) -> Result<T, InvoiceError> {
        self.string(name)?
            .parse()
            .map_err(|_| rule.at(self.pointer(name)))
    }

    fn optional_parsed<T: FromStr>(
        &self,
        name: &str,
        rule: Rule,
    ) -> Result<Option<T>, InvoiceError> {
        if self.optional(name).is_some() {
            self.parsed(name, rule).map(Some)
        } else {
            Ok(None)
        }
    }

    pub(super) fn fen(&self, name: &str) -> Result<Fen, InvoiceError> {
        self.parsed(name, Rule::Money)
    }

    pub(super) fn optional_fen(&self, name: &str) -> Result<Option<Fen>, InvoiceError> {
        self.optional_parsed(name, Rule::Money)
    }

    pub(super) fn optional_decimal(&self, name: &str) -> Result<Option<Decimal>, InvoiceError> {
        self.optional_parsed(name, Rule::Decimal)
    }

    pub(super) fn china_time(&self, name: &str) -> Result<ChinaTime, InvoiceError> {
        self.parsed(name, Rule::Date)
    }

    pub(super) fn optional_date(&self, name: &str) -> Result<Option<Date>, InvoiceError> {
        self.optional_parsed(name, Rule::Date)
    }

    /// Reads one code of a closed list.
    pub(super) fn code<T>(
        &self,
        name: &str,
        find: fn(&str) -> Option<T>,
    ) -> Result<T, InvoiceError> {
        let code = find(self.string(name)?);
        Ok(code.ok_or_else(|| self.problem(name, ShapeProblem::Value))?)
    }

    pub(super) fn optional_did(&self, name: &str) -> Result<Option<String>, InvoiceError> {
        let did = self.optional_text(name, 256)?;
        match did {
            Some(did) if !is_did(&did) => Err(Rule::Did.at(self.pointer(name))),
            did => Ok(did),
        }
    }

    /// Reads a number of lines or a position, written without a leading zero.
    pub(super) fn position(&self, name: &str) -> Result<usize, InvoiceError> {
        let text = self.string(name)?;
        let canonical = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
        let position = if canonical { text.parse().ok() } else { None };
        // No line is further down, and every machine reads as far.
        let position = position.filter(|position| *position <= MAX_LINES);
        Ok(position.ok_or_else(|| self.problem(name, ShapeProblem::Value))?)
    }
}

/// Tells whether a text has the form of a DID.
///
/// # Standard
/// W3C Decentralized Identifiers 1.0 §3.1.
fn is_did(text: &str) -> bool {
    let Some((method, id)) = text
        .strip_prefix("did:")
        .and_then(|rest| rest.split_once(':'))
    else {
        return false;
    };
    let is_method_char = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_id_char = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:%".contains(&byte);
    !method.is_empty()
        && method.bytes().all(is_method_char)
        && !id.is_empty()
        && !id.ends_with(':')
        && id.bytes().all(is_id_char)
}
