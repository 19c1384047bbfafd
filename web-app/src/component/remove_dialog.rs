//! Asking before a document is removed.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use crate::i18n::{Key, use_lang};

/// Properties of [`RemoveDialog`].
#[derive(Properties, PartialEq)]
pub(crate) struct RemoveDialogProps {
    /// The user wants it gone.
    pub(crate) onremove: Callback<()>,
}

/// A button, and the dialog that says what removing does and does not do.
#[component]
pub(crate) fn RemoveDialog(props: &RemoveDialogProps) -> Html {
    let lang = use_lang();
    let dialog = use_node_ref();
    let with_dialog = |act: fn(&HtmlDialogElement)| {
        let dialog = dialog.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                act(&dialog);
            }
        })
    };
    // Showing fails only for a dialog that is not in the page or is open already.
    let open = with_dialog(|dialog| drop(dialog.show_modal()));
    let close = with_dialog(HtmlDialogElement::close);
    let confirm = props.onremove.reform(|_: MouseEvent| ());
    html! { <>
        <button type="button" class="button danger" data-testid="remove" onclick={open}>{ lang.text(Key::Remove) }</button>
        <dialog ref={dialog} aria-labelledby="remove-title" data-testid="remove-dialog">
            <div class="stack">
                <h2 id="remove-title">{ lang.text(Key::RemoveTitle) }</h2>
                <p>{ lang.text(Key::RemoveText) }</p>
                <div class="row">
                    <button type="button" class="button quiet" data-testid="remove-cancel" onclick={close}>{ lang.text(Key::Keep) }</button>
                    <button type="button" class="button danger" data-testid="remove-confirm" onclick={confirm}>{ lang.text(Key::Remove) }</button>
                </div>
            </div>
        </dialog>
    </> }
}
