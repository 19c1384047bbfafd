//! Rules about every value of a document: TI-01 and TI-03.

use super::error::{InvoiceError, Rule};
use crate::json::{Json, push_token};
use crate::text::is_clean;

/// Refuses numbers, null, and texts that are not clean, anywhere in the value.
pub(super) fn check(value: &Json) -> Result<(), InvoiceError> {
    walk(value).map_err(|Found { rule, tokens }| {
        let mut pointer = String::new();
        for token in tokens.iter().rev() {
            push_token(&mut pointer, token);
        }
        rule.at(pointer)
    })
}

/// A broken rule with the path to it, innermost first: it is built only when something is found.
struct Found {
    rule: Rule,
    tokens: Vec<String>,
}

impl Found {
    fn new(rule: Rule) -> Self {
        Self {
            rule,
            tokens: Vec::new(),
        }
    }

    fn below(mut self, token: &str) -> Self {
        self.tokens.push(token.to_owned());
        self
    }
}

fn walk(value: &Json) -> Result<(), Found> {
    match value {
        Json::Null | Json::Number(_) => Err(Found::new(Rule::NotText)),
        Json::Bool(_) => Ok(()),
        Json::String(text) if is_clean(text) => Ok(()),
        Json::String(_) => Err(Found::new(Rule::Text)),
        Json::Array(items) => items.iter().enumerate().try_for_each(|(index, item)| {
            walk(item).map_err(|found| found.below(&index.to_string()))
        }),
        Json::Object(members) => members.iter().try_for_each(|(name, member)| {
            if !is_clean(name) {
                return Err(Found::new(Rule::Text).below(name));
            }
            walk(member).map_err(|found| found.below(name))
        }),
    }
}
