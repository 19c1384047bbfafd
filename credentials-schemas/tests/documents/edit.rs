//! Changes one value of a document.

use credentials_schemas::invoice::{Invoice, InvoiceError, LARGE_INVOICE_LIMITS};
use credentials_schemas::json::{Json, to_jcs};

/// Sets (or, with `None`, removes) the value at a JSON Pointer; adds it if its parent is there.
pub(crate) fn set(document: &Json, pointer: &str, value: Option<Json>) -> Json {
    let Some((token, rest)) = pointer
        .strip_prefix('/')
        .map(|tail| match tail.split_once('/') {
            Some((token, rest)) => (token, Some(format!("/{rest}"))),
            None => (tail, None),
        })
    else {
        return value.unwrap();
    };
    let mut edited = document.clone();
    match &mut edited {
        Json::Object(members) => {
            let position = members.iter().position(|(name, _)| name == token);
            match (position, rest, value) {
                (Some(at), Some(rest), value) => members[at].1 = set(&members[at].1, &rest, value),
                (Some(at), None, Some(value)) => members[at].1 = value,
                (Some(at), None, None) => drop(members.remove(at)),
                (None, _, value) => members.push((token.to_owned(), value.unwrap())),
            }
        }
        Json::Array(items) => {
            let at: usize = token.parse().unwrap();
            match (rest, value) {
                (Some(rest), value) => items[at] = set(&items[at], &rest, value),
                (None, Some(value)) => items[at] = value,
                (None, None) => drop(items.remove(at)),
            }
        }
        _ => unreachable!("{pointer} passes through a leaf"),
    }
    edited
}

pub(crate) fn parse_value(document: &Json) -> Result<Invoice, InvoiceError> {
    Invoice::parse(&to_jcs(document).unwrap(), LARGE_INVOICE_LIMITS)
}
