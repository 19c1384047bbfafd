//! The fields of a verified document.

use std::rc::Rc;

use yew::prelude::*;

use super::secret::Secret;
use crate::i18n::{Key, use_lang};
use crate::verification::Report;

/// Properties of [`DocumentFields`].
#[derive(Properties, PartialEq)]
pub(crate) struct DocumentFieldsProps {
    /// The verdict whose evidence holds the fields.
    pub(crate) report: Rc<Report>,
}

/// Names and values, as the light client read them from the signed bytes.
#[component]
pub(crate) fn DocumentFields(props: &DocumentFieldsProps) -> Html {
    let lang = use_lang();
    let fields = &props.report.evidence.fields;
    if fields.is_empty() {
        return Html::default();
    }
    let rows = fields.iter().map(|field| {
        let label = label(&field.path).map_or_else(|| field.path.clone(), |key| lang.text(key).to_owned());
        let value = if is_secret(&field.path) {
            html! { <Secret value={field.value.clone()} /> }
        } else {
            html! { { &field.value } }
        };
        html! { <div data-field={field.path.clone()}><dt>{ label }</dt><dd>{ value }</dd></div> }
    });
    html! {
        <section class="group">
            <h2>{ lang.text(Key::FieldsTitle) }</h2>
            <dl class="summary-list" data-testid="document-fields">{ for rows }</dl>
        </section>
    }
}

/// Numbers and addresses that onlookers need not see.
fn is_secret(path: &str) -> bool {
    matches!(path, "/document_number" | "/address")
}

fn label(path: &str) -> Option<Key> {
    Some(match path {
        "/name" => Key::FieldName,
        "/number" => Key::FieldInvoiceNumber,
        _ => return None,
    })
}
