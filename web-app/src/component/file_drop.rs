//! Choosing files, by a button or by dropping them.

use web_sys::{FileList, HtmlInputElement};
use yew::prelude::*;

use crate::i18n::{Key, use_lang};

/// Properties of [`FileDrop`].
#[derive(Properties, PartialEq)]
pub(crate) struct FileDropProps {
    /// Takes the files.
    pub(crate) onfiles: Callback<Vec<web_sys::File>>,
}

/// A field to drop files on, with a button that does the same.
#[component]
pub(crate) fn FileDrop(props: &FileDropProps) -> Html {
    let lang = use_lang();
    let over = use_state_eq(|| false);
    let hover = |value: bool| {
        let over = over.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(value);
        })
    };
    let ondrop = {
        let (over, onfiles) = (over.clone(), props.onfiles.clone());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(false);
            onfiles.emit(listed(event.data_transfer().and_then(|data| data.files())));
        })
    };
    let onchange = {
        let onfiles = props.onfiles.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            onfiles.emit(listed(input.files()));
            // The same file may be chosen again after it changed.
            input.set_value("");
        })
    };
    html! {
        <div class={classes!("drop", (*over).then_some("over"))} data-testid="file-drop"
            ondragover={hover(true)} ondragleave={hover(false)} {ondrop}>
            <p>{ lang.text(Key::DropHere) }</p>
            <input id="files" class="visually-hidden" type="file" multiple=true data-testid="file-input" {onchange} />
            <label class="button" for="files">{ lang.text(Key::ChooseFiles) }</label>
        </div>
    }
}

fn listed(files: Option<FileList>) -> Vec<web_sys::File> {
    files
        .map(|files| {
            (0..files.length())
                .filter_map(|index| files.get(index))
                .collect()
        })
        .unwrap_or_default()
}
