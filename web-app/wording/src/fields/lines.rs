//! The items of an invoice as a table.

use std::collections::BTreeMap;

use super::invoice::{grouped, percent};
use crate::i18n::{Key, Lang};
use crate::report::{Field, Report, name};

/// Member of a line, its name for people, and whether it is a number.
const COLUMNS: [(&str, Key, bool); 7] = [
    ("lineNo", Key::LineNumber, true),
    ("itemName", Key::LineItem, false),
    ("quantity", Key::LineQuantity, true),
    ("unitPrice", Key::LineUnitPrice, true),
    ("netAmount", Key::LineNet, true),
    ("vatRate", Key::LineRate, true),
    ("vatAmount", Key::LineTax, true),
];

/// One row for each line of an invoice; none for a document without lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineTable {
    /// What the table shows of each line.
    pub columns: Vec<Column>,
    /// The cells of each line, one for each column.
    pub rows: Vec<Vec<String>>,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub label: &'static str,
    /// Whether it holds numbers, which stand to the right.
    pub is_number: bool,
}

impl LineTable {
    /// The lines of a verdict's document, if its content is proved.
    pub fn of(lang: Lang, report: &Report) -> Self {
        let column = |(_, key, is_number): &(&str, Key, bool)| Column {
            label: lang.text(*key),
            is_number: *is_number,
        };
        let lines = lines(report.proved_fields());
        let row = |line: &BTreeMap<&str, &str>| COLUMNS.iter().map(|of| cell(line, of)).collect();
        Self {
            columns: COLUMNS.iter().map(column).collect(),
            rows: lines.values().map(row).collect(),
        }
    }
}

fn cell(line: &BTreeMap<&str, &str>, (member, _, number): &(&str, Key, bool)) -> String {
    let value = line.get(member).copied().unwrap_or_default();
    match (*member, number) {
        ("vatRate", _) => percent(value),
        (_, true) => grouped(value),
        (_, false) => value.to_owned(),
    }
}

/// The members of each line, by its index.
fn lines(fields: &[Field]) -> BTreeMap<usize, BTreeMap<&str, &str>> {
    let mut lines: BTreeMap<usize, BTreeMap<&str, &str>> = BTreeMap::new();
    for field in fields {
        let place = name(&field.path)
            .strip_prefix("lines/")
            .and_then(|rest| rest.split_once('/'));
        if let Some((index, member)) = place
            && let Ok(index) = index.parse()
        {
            lines.entry(index).or_default().insert(member, &field.value);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_gathered_by_number_not_by_text() {
        let field = |path: &str, value: &str| Field {
            path: path.to_owned(),
            value: value.to_owned(),
        };
        let fields = [
            field("/lines/10/itemName", "k"),
            field("/lines/2/itemName", "c"),
            field("/number", "1"),
        ];
        let lines = lines(&fields);
        assert_eq!(lines.keys().copied().collect::<Vec<_>>(), [2, 10]);
        assert_eq!(lines[&2]["itemName"], "c");
    }
}
