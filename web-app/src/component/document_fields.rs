//! The fields of a document whose content is proved.

use std::rc::Rc;

use wording::fields::{self, Row, Show};
use wording::report::{Kind, Outcome, Question, Report};
use yew::prelude::*;

use super::secret::Secret;
use crate::i18n::{Key, Lang, use_lang};

mod invoice_lines;

use invoice_lines::InvoiceLines;

/// Properties of [`DocumentFields`].
#[derive(Properties, PartialEq)]
pub(crate) struct DocumentFieldsProps {
    /// The verdict whose evidence holds the fields.
    pub(crate) report: Rc<Report>,
}

/// Names and values, as the light client read them from the bytes it proved.
#[component]
pub(crate) fn DocumentFields(props: &DocumentFieldsProps) -> Html {
    let lang = use_lang();
    let report = &props.report;
    if report.proved_fields().is_empty() {
        return Html::default();
    }
    let issued =
        report.headline.kind == Kind::Valid || report.answer(Question::Issuer) == Outcome::Passed;
    let rows = fields::of(lang, report);
    html! {
        <section class="group">
            <h2>{ lang.text(Key::FieldsTitle) }</h2>
            if !issued { <p class="banner warn">{ lang.text(Key::FieldsUnproven) }</p> }
            <dl class="summary-list" data-testid="document-fields">{ for rows.known.iter().map(view_row) }</dl>
            <InvoiceLines report={report.clone()} />
            if !rows.other.is_empty() {
                <details>
                    <summary>{ lang.text(Key::FieldsOther) }</summary>
                    <dl class="summary-list">{ for rows.other.iter().map(view_row) }</dl>
                </details>
            }
            { view_undisclosed(lang, report) }
        </section>
    }
}

fn view_row(row: &Row) -> Html {
    let value = match row.show {
        Show::Openly => html! { { &row.value } },
        Show::OnRequest => html! { <Secret value={row.value.clone()} /> },
        Show::AsPicture => {
            html! { <img class="portrait" src={row.value.clone()} alt={row.label.clone()} /> }
        }
    };
    html! { <div data-field={row.path.clone()}><dt>{ &row.label }</dt><dd lang={row.lang()}>{ value }</dd></div> }
}

fn view_undisclosed(lang: Lang, report: &Report) -> Html {
    match report
        .evidence
        .document
        .as_ref()
        .map_or(0, |document| document.undisclosed)
    {
        0 => Html::default(),
        count => {
            html! { <p class="muted small">{ lang.fill(Key::Undisclosed, &[("n", &count.to_string())]) }</p> }
        }
    }
}
