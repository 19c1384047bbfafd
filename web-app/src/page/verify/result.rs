//! One file's verdict.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use wording::clock::now_ms;
use wording::report::Kind;
use yew::prelude::*;

use crate::browser::origin;
use crate::component::document_fields::DocumentFields;
use crate::component::verdict_card::VerdictCard;
use crate::i18n::{Key, use_lang};
use crate::session::{Checked, Event, use_session};
use crate::wallet::documents::StoredDocument;

/// A file and its verdict.
#[derive(Clone, PartialEq)]
pub(super) struct Verified {
    /// The file's name; empty for a pasted text.
    pub(super) name: String,
    /// The file's content.
    pub(super) bytes: Rc<Vec<u8>>,
    /// The verdict.
    pub(super) checked: Checked,
}

/// Properties of [`ResultView`].
#[derive(Properties, PartialEq)]
pub(super) struct ResultProps {
    /// The file and its verdict.
    pub(super) verified: Verified,
}

/// One file's verdict, its fields, and keeping it.
#[component]
pub(super) fn ResultView(props: &ResultProps) -> Html {
    let lang = use_lang();
    let Verified {
        name,
        bytes,
        checked,
    } = &props.verified;
    html! {
        <article class="stack wide result">
            if !name.is_empty() { <h2>{ name }</h2> }
            if let Ok(report) = checked {
                <VerdictCard report={report.clone()} file={name.clone()} />
                <DocumentFields report={report.clone()} />
                if report.headline.kind == Kind::Valid {
                    <Keep bytes={bytes.clone()} />
                }
            } else {
                <p class="error" role="alert">{ lang.text(Key::CheckFailed) }</p>
            }
        </article>
    }
}

/// Properties of [`Keep`].
#[derive(Properties, PartialEq)]
struct KeepProps {
    bytes: Rc<Vec<u8>>,
}

/// Puts the document into the wallet.
#[component]
fn Keep(props: &KeepProps) -> Html {
    let lang = use_lang();
    let session = use_session();
    let kept = use_state_eq(|| false);
    let onclick = {
        let (bytes, kept) = (props.bytes.clone(), kept.clone());
        Callback::from(move |_: MouseEvent| {
            let (session, bytes, kept) = (session.clone(), bytes.clone(), kept.clone());
            spawn_local(async move {
                if let Ok(id) = session.digest(bytes.to_vec()).await {
                    let document = StoredDocument {
                        id,
                        content: bytes,
                        proofs_from: origin(),
                        added_at_ms: now_ms(),
                    };
                    session.shared.dispatch(Event::Put(document, None));
                    kept.set(true);
                }
            });
        })
    };
    html! {
        <div class="row no-print">
            <button type="button" class="button quiet" data-testid="keep-document" disabled={*kept} {onclick}>
                { lang.text(Key::KeepInWallet) }
            </button>
            <span role="status">{ if *kept { lang.text(Key::KeptInWallet) } else { "" } }</span>
        </div>
    }
}
