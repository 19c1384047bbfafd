//! The items of an invoice as a table.

use std::rc::Rc;

use wording::fields::{Column, LineTable};
use wording::report::Report;
use yew::prelude::*;

use crate::i18n::{Key, use_lang};

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
    let LineTable { columns, rows } = LineTable::of(lang, &props.report);
    if rows.is_empty() {
        return Html::default();
    }
    html! {
        <div class="invoice-lines" tabindex="0" role="region" aria-label={lang.text(Key::LinesTitle)}>
            <table>
                <caption>{ lang.text(Key::LinesTitle) }</caption>
                <thead><tr>
                    { for columns.iter().map(|column| html! { <th scope="col" class={class(column)}>{ column.label }</th> }) }
                </tr></thead>
                <tbody>{ for rows.iter().map(|row| html! { <tr>{ for columns.iter().zip(row).map(view_cell) }</tr> }) }</tbody>
            </table>
        </div>
    }
}

fn view_cell((column, value): (&Column, &String)) -> Html {
    html! { <td class={class(column)}>{ value }</td> }
}

fn class(column: &Column) -> Classes {
    classes!(column.is_number.then_some("number"))
}
