//! The text of a document in place of a file.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::i18n::{Key, use_lang};

/// Properties of [`Paste`].
#[derive(Properties, PartialEq)]
pub(super) struct PasteProps {
    /// Takes the text.
    pub(super) onpaste: Callback<String>,
}

/// A field for the text of a document.
#[component]
pub(super) fn Paste(props: &PasteProps) -> Html {
    let lang = use_lang();
    let field = use_node_ref();
    let onclick = {
        let (field, onpaste) = (field.clone(), props.onpaste.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                onpaste.emit(field.value().trim().to_owned());
            }
        })
    };
    html! {
        <details class="no-print">
            <summary>{ lang.text(Key::PasteInstead) }</summary>
            <div class="stack technical">
                <div class="field">
                    <label for="paste">{ lang.text(Key::PasteLabel) }</label>
                    <textarea id="paste" ref={field} data-testid="paste-document" spellcheck="false" />
                </div>
                <button type="button" class="button quiet" data-testid="paste-verify" {onclick}>
                    { lang.text(Key::VerifyNow) }
                </button>
            </div>
        </details>
    }
}
