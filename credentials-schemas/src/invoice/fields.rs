//! An invoice as a flat list of fields: what the commitment is computed over.

use crate::json::{Json, push_token, to_jcs};

/// One leaf of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The JSON Pointer, for example `/lines/0/itemName`.
    pub path: String,
    /// The canonical form of the value, for example `"*餐饮服务*餐费"` with its quotes.
    pub value: Vec<u8>,
}

/// The fields on the face of the printed invoice, in canonical order: the order in which
/// [`Invoice::fields`](super::Invoice::fields) yields them. The buyer's number may be absent.
pub const PRINTED_FIELDS: [&str; 10] = [
    "/buyer/id",
    "/buyer/name",
    "/docType",
    "/issuedAt",
    "/number",
    "/seller/id",
    "/seller/name",
    "/totals/gross",
    "/totals/net",
    "/totals/tax",
];

/// Flattens a document without numbers: strings, booleans, and empty arrays and objects are
/// leaves. Members come in canonical order (ascending names), items in their own order, so that
/// `/lines/2` precedes `/lines/10`.
pub(super) fn flatten(document: &Json) -> Vec<Field> {
    let mut fields = Vec::new();
    push(document, &mut String::new(), &mut fields);
    fields
}

fn push(value: &Json, path: &mut String, fields: &mut Vec<Field>) {
    let length = path.len();
    let mut child = |token: &str, child: &Json| {
        push_token(path, token);
        push(child, path, fields);
        path.truncate(length);
    };
    match value {
        Json::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                child(&index.to_string(), item);
            }
        }
        Json::Object(members) if !members.is_empty() => {
            for (name, member) in members {
                child(name, member);
            }
        }
        leaf => {
            // Only numbers have no canonical form, and an invoice has none (TI-01).
            let value = to_jcs(leaf).unwrap_or_default();
            fields.push(Field {
                path: path.clone(),
                value,
            });
        }
    }
}
