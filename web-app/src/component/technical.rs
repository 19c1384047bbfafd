//! The third layer of a verdict: every check and the whole answer as JSON.

use std::rc::Rc;

use light_client::verdict::Reason;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use wording::report::Report;
use yew::prelude::*;

use crate::browser::copy;
use crate::i18n::{Key, use_lang};

/// Properties of [`Technical`].
#[derive(Properties, PartialEq)]
pub(crate) struct TechnicalProps {
    /// The verdict.
    pub(crate) report: Rc<Report>,
}

/// Details for people who want to see everything.
#[component]
pub(crate) fn Technical(props: &TechnicalProps) -> Html {
    let lang = use_lang();
    let copied = use_state_eq(|| None::<bool>);
    let onclick = {
        let (copied, json) = (copied.clone(), props.report.json.clone());
        Callback::from(move |_: MouseEvent| {
            let (copied, json) = (copied.clone(), json.clone());
            spawn_local(async move { copied.set(Some(copy(&json).await.is_ok())) });
        })
    };
    let rows = props.report.checks.iter().map(|check| {
        html! {
            <tr>
                <td>{ lang.text(wording::check(check.check)) }</td>
                <td>{ lang.text(wording::outcome(check.outcome)) }</td>
                <td class="mono">{ check.reason.map(Reason::code).unwrap_or_default() }</td>
            </tr>
        }
    });
    html! {
        <details data-testid="technical-details">
            <summary>{ lang.text(Key::Technical) }</summary>
            <div class="technical">
                <table>
                    <thead><tr>
                        <th scope="col">{ lang.text(Key::TechnicalCheck) }</th>
                        <th scope="col">{ lang.text(Key::TechnicalOutcome) }</th>
                        <th scope="col">{ lang.text(Key::TechnicalReason) }</th>
                    </tr></thead>
                    <tbody>{ for rows }</tbody>
                </table>
                <pre tabindex="0" aria-label={lang.text(Key::TechnicalJson)} data-testid="technical-json">{ indented(&props.report.json) }</pre>
                <div class="row">
                    <button type="button" class="button quiet" data-testid="copy-json" {onclick}>{ lang.text(Key::CopyJson) }</button>
                    <span role="status">
                        { copied.map(|done| lang.text(if done { Key::Copied } else { Key::CopyFailed })).unwrap_or_default() }
                    </span>
                </div>
            </div>
        </details>
    }
}

/// The same JSON with line breaks; the browser's own formatter keeps the program small.
fn indented(json: &str) -> String {
    let parsed = js_sys::JSON::parse(json);
    let text = parsed.and_then(|value| {
        js_sys::JSON::stringify_with_replacer_and_space(&value, &JsValue::NULL, &2.into())
    });
    text.map_or_else(|_| json.to_owned(), String::from)
}
