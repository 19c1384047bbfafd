//! Where an offer comes in: pasted, or from a file.

use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::browser::read_file;
use crate::i18n::{Key, use_lang};

/// Properties of [`LinkForm`].
#[derive(Properties, PartialEq)]
pub(super) struct LinkFormProps {
    /// Why the last link was not accepted.
    pub(super) error: Option<Key>,
    /// Takes the link.
    pub(super) onlink: Callback<String>,
}

/// A field for the link and a file as the other way.
#[component]
pub(super) fn LinkForm(props: &LinkFormProps) -> Html {
    let lang = use_lang();
    let field = use_node_ref();
    let onsubmit = {
        let (field, onlink) = (field.clone(), props.onlink.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                onlink.emit(field.value());
            }
        })
    };
    let onchange = {
        let onlink = props.onlink.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let onlink = onlink.clone();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                spawn_local(async move {
                    let bytes = read_file(&file).await.unwrap_or_default();
                    onlink.emit(String::from_utf8_lossy(&bytes).into_owned());
                });
            }
        })
    };
    html! {
        <form class="stack" {onsubmit}>
            <p>{ lang.text(Key::ReceiveText) }</p>
            if let Some(error) = props.error {
                <p class="error" role="alert" id="offer-error" data-testid="offer-error">{ lang.text(error) }</p>
            }
            <div class="field">
                <label for="offer">{ lang.text(Key::OfferLabel) }</label>
                <span class="muted small" id="offer-hint">{ lang.text(Key::OfferHint) }</span>
                <textarea id="offer" ref={field} data-testid="offer-input" spellcheck="false" autocapitalize="off"
                    aria-invalid={props.error.is_some().to_string()}
                    aria-describedby={if props.error.is_some() { "offer-hint offer-error" } else { "offer-hint" }} />
            </div>
            <div class="row">
                <button type="submit" class="button" data-testid="offer-continue">{ lang.text(Key::Continue) }</button>
                <input id="offer-file" class="visually-hidden" type="file" accept=".txt,text/plain" data-testid="offer-file" {onchange} />
                <label class="button quiet" for="offer-file">{ lang.text(Key::OfferFile) }</label>
            </div>
        </form>
    }
}
