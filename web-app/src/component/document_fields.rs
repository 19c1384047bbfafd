//! The fields of a document whose content is proved.

use std::rc::Rc;

use yew::prelude::*;

use super::secret::Secret;
use crate::i18n::{Key, Lang, use_lang};
use crate::verification::Report;
use crate::verification::report::{Field, Kind, Outcome, Question, name};

mod invoice_lines;
mod labels;

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
    let fields = report.proved_fields();
    if fields.is_empty() {
        return Html::default();
    }
    let issued = report.headline.kind == Kind::Valid || report.answer(Question::Issuer) == Outcome::Passed;
    let is_line = |field: &&Field| name(&field.path).starts_with("lines/");
    let known = labels::ORDER.iter().filter_map(|label| fields.iter().find(|field| name(&field.path) == label.name).map(|field| (label, field)));
    let other: Vec<&Field> = fields.iter().filter(|field| labels::of(&field.path).is_none() && !is_line(field)).collect();
    html! {
        <section class="group">
            <h2>{ lang.text(Key::FieldsTitle) }</h2>
            if !issued { <p class="banner warn">{ lang.text(Key::FieldsUnproven) }</p> }
            <dl class="summary-list" data-testid="document-fields">
                { for known.map(|(label, field)| view_row(lang, lang.text(label.key), field, label.secret || labels::is_personal(&field.value))) }
            </dl>
            <InvoiceLines report={report.clone()} />
            if !other.is_empty() {
                <details>
                    <summary>{ lang.text(Key::FieldsOther) }</summary>
                    <dl class="summary-list">{ for other.into_iter().map(|field| view_row(lang, name(&field.path), field, false)) }</dl>
                </details>
            }
            { view_undisclosed(lang, report) }
        </section>
    }
}

fn view_row(lang: Lang, label: &str, field: &Field, secret: bool) -> Html {
    let value = labels::value(lang, field);
    html! {
        <div data-field={field.path.clone()}>
            <dt>{ label }</dt>
            <dd>if secret { <Secret {value} /> } else { { value } }</dd>
        </div>
    }
}

fn view_undisclosed(lang: Lang, report: &Report) -> Html {
    match report.evidence.document.as_ref().map_or(0, |document| document.undisclosed) {
        0 => Html::default(),
        count => html! { <p class="muted small">{ lang.fill(Key::Undisclosed, &[("n", &count.to_string())]) }</p> },
    }
}
