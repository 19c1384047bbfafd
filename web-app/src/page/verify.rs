//! `/verify`: check files that lie on this device.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::browser::{origin, read_file};
use crate::clock::now_ms;
use crate::component::document_fields::DocumentFields;
use crate::component::file_drop::FileDrop;
use crate::component::page_title::PageTitle;
use crate::component::verdict_card::VerdictCard;
use crate::i18n::{Key, use_lang};
use crate::session::{Checked, Event, Session, use_session};
use crate::verification::report::Kind;
use crate::wallet::documents::StoredDocument;
use crate::wallet::proofs;

const MAX_FILES: usize = 100;
/// The light client refuses larger bundles as well; here it spares the copy.
const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;

/// A file and its verdict.
#[derive(Clone, PartialEq)]
struct Verified {
    name: String,
    bytes: Rc<Vec<u8>>,
    checked: Checked,
}

/// Properties of [`Verify`].
#[derive(Properties, PartialEq)]
pub(crate) struct VerifyProps {
    /// A file of this site to check right away.
    pub(crate) file: Option<AttrValue>,
}

/// Choose, drop or paste; the verdict appears below.
#[component]
pub(crate) fn Verify(props: &VerifyProps) -> Html {
    let lang = use_lang();
    let session = use_session();
    let results = use_state(Vec::<Verified>::new);
    let error = use_state_eq(|| None::<Key>);
    let busy = use_state_eq(|| false);
    let work = Work {
        session,
        results: results.clone(),
        error: error.clone(),
        busy: busy.clone(),
    };

    use_site_file(props.file.clone(), work.clone());
    let onfiles = {
        let work = work.clone();
        Callback::from(move |files: Vec<web_sys::File>| spawn_local(work.clone().files(files)))
    };
    let onpaste = {
        Callback::from(move |text: String| {
            spawn_local(work.clone().bytes(vec![(String::new(), text.into_bytes())]))
        })
    };
    let clear = {
        let results = results.clone();
        Callback::from(move |_: MouseEvent| results.set(Vec::new()))
    };
    html! { <>
        <PageTitle title={lang.text(Key::VerifyTitle)} />
        <p data-testid="not-uploaded">{ lang.text(Key::NotUploaded) }</p>
        <FileDrop {onfiles} />
        <Paste {onpaste} />
        if let Some(error) = *error {
            <p class="error" role="alert" data-testid="verify-error">{ lang.text(error) }</p>
        }
        if *busy {
            <p role="status">{ lang.text(Key::Checking) }</p>
        }
        if !results.is_empty() {
            <section class="stack" data-testid="verify-results">
                { for results.iter().map(|verified| html! { <ResultView verified={verified.clone()} /> }) }
                <button type="button" class="button quiet no-print" data-testid="clear-results" onclick={clear}>{ lang.text(Key::ClearResults) }</button>
            </section>
        }
    </> }
}

/// Where the work of this page puts its results.
#[derive(Clone)]
struct Work {
    session: Session,
    results: UseStateHandle<Vec<Verified>>,
    error: UseStateHandle<Option<Key>>,
    busy: UseStateHandle<bool>,
}

impl Work {
    async fn files(self, files: Vec<web_sys::File>) {
        if files.len() > MAX_FILES {
            self.error.set(Some(Key::TooManyFiles));
            return;
        }
        let mut named = Vec::with_capacity(files.len());
        for file in files {
            match read_file(&file).await {
                Ok(bytes) => named.push((file.name(), bytes)),
                Err(_) => {
                    self.error.set(Some(Key::FileUnreadable));
                    return;
                }
            }
        }
        self.bytes(named).await;
    }

    async fn bytes(self, named: Vec<(String, Vec<u8>)>) {
        let refusal = named.iter().find_map(|(_, bytes)| refuse(bytes));
        self.error.set(refusal);
        if refusal.is_some() {
            return;
        }
        self.busy.set(true);
        let mut verified = Vec::with_capacity(named.len());
        for (name, bytes) in named {
            let checked = self.session.check(bytes.clone()).await;
            if let Some(freshness) = checked.as_ref().ok().and_then(|report| report.freshness) {
                self.session
                    .shared
                    .dispatch(Event::Seen(freshness.as_of_ms));
            }
            verified.push(Verified {
                name,
                bytes: Rc::new(bytes),
                checked,
            });
        }
        self.results.set(verified);
        self.busy.set(false);
    }
}

fn refuse(bytes: &[u8]) -> Option<Key> {
    match bytes.len() {
        0 => Some(Key::FileEmpty),
        1..=MAX_FILE_BYTES => None,
        _ => Some(Key::FileTooLarge),
    }
}

/// Checks the file that the address names, once the trust anchors are settled.
#[hook]
fn use_site_file(file: Option<AttrValue>, work: Work) {
    let ready = work.session.shared.pins.is_some();
    use_effect_with((file, ready), move |(file, ready)| {
        if let (Some(path), true) = (file.clone(), *ready) {
            spawn_local(async move {
                match proofs::site_file(&path).await {
                    Ok(bytes) => {
                        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
                        work.bytes(vec![(name, bytes)]).await;
                    }
                    Err(_) => work.error.set(Some(Key::FileUnreadable)),
                }
            });
        }
    });
}

/// Properties of [`Paste`].
#[derive(Properties, PartialEq)]
struct PasteProps {
    onpaste: Callback<String>,
}

/// A field for the text of a document.
#[component]
fn Paste(props: &PasteProps) -> Html {
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
                <button type="button" class="button quiet" data-testid="paste-verify" {onclick}>{ lang.text(Key::VerifyNow) }</button>
            </div>
        </details>
    }
}

/// Properties of [`ResultView`].
#[derive(Properties, PartialEq)]
struct ResultProps {
    verified: Verified,
}

/// One file's verdict, its fields, and keeping it.
#[component]
fn ResultView(props: &ResultProps) -> Html {
    let lang = use_lang();
    let session = use_session();
    let Verified {
        name,
        bytes,
        checked,
    } = &props.verified;
    let kept = use_state_eq(|| false);
    let keep = {
        let (bytes, kept) = (bytes.clone(), kept.clone());
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
        <article class="stack wide result">
            if !name.is_empty() { <h2>{ name }</h2> }
            if let Ok(report) = checked {
                <VerdictCard report={report.clone()} file={name.clone()} />
                <DocumentFields report={report.clone()} />
                if report.headline.kind == Kind::Valid {
                    <div class="row no-print">
                        <button type="button" class="button quiet" data-testid="keep-document" disabled={*kept} onclick={keep}>{ lang.text(Key::KeepInWallet) }</button>
                        <span role="status">{ if *kept { lang.text(Key::KeptInWallet) } else { "" } }</span>
                    </div>
                }
            } else {
                <p class="error" role="alert">{ lang.text(Key::CheckFailed) }</p>
            }
        </article>
    }
}
