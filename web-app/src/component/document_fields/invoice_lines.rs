//! The items of an invoice as a table.

use std::collections::BTreeMap;
use std::rc::Rc;

use yew::prelude::*;

use super::invoice::{grouped, percent};
use crate::i18n::{Key, use_lang};
use crate::verification::Report;
use crate::verification::report::{Field, name};

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

/// Properties of [`InvoiceLines`].
#[derive(Properties, PartialEq)]
pub(super) struct InvoiceLinesProps {
    /// The verdict whose evidence holds the lines.
    pub(super) report: Rc<Report>,
}

/// One row for each line; nothing for a document without lines.
#[component]
pub(super) fn InvoiceLines(props: &InvoiceLinesProps) -> Html {
    let lang = use_lang();
    let lines = lines(props.report.proved_fields());
    if lines.is_empty() {
        return Html::default();
    }
    html! {
        <div class="invoice-lines" tabindex="0" role="region" aria-label={lang.text(Key::LinesTitle)}>
            <table>
                <caption>{ lang.text(Key::LinesTitle) }</caption>
                <thead><tr>
                    { for COLUMNS.iter().map(|(_, key, number)| html! { <th scope="col" class={classes!(number.then_some("number"))}>{ lang.text(*key) }</th> }) }
                </tr></thead>
                <tbody>{ for lines.values().map(|line| html! { <tr>{ for COLUMNS.iter().map(|column| view_cell(line, column)) }</tr> }) }</tbody>
            </table>
        </div>
    }
}

fn view_cell(line: &BTreeMap<&str, &str>, (member, _, number): &(&str, Key, bool)) -> Html {
    let value = line.get(member).copied().unwrap_or_default();
    let value = match (*member, number) {
        ("vatRate", _) => percent(value),
        (_, true) => grouped(value),
        (_, false) => value.to_owned(),
    };
    html! { <td class={classes!(number.then_some("number"))}>{ value }</td> }
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
