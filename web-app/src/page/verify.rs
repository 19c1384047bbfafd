//! `/verify`: check files that lie on this device.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::browser::read_file;
use crate::component::file_drop::FileDrop;
use crate::component::page_title::PageTitle;
use crate::i18n::{Key, use_lang};
use crate::session::{Event, Session, use_session};
use crate::wallet::proofs;
use crate::wallet::renew::with_newest_proofs;

mod paste;
mod result;

use paste::Paste;
use result::{ResultView, Verified};

const MAX_FILES: usize = 100;
/// The light client refuses larger bundles as well; here it spares the copy.
const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;

/// A file by name and content.
type Chosen = (String, Rc<Vec<u8>>);

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
    let chosen = use_state_eq(|| Rc::new(Vec::<Chosen>::new()));
    let error = use_state_eq(|| None::<Key>);
    let results = use_results(&chosen);
    let choose = {
        let (chosen, error) = (chosen.clone(), error.clone());
        Callback::from(move |files: Result<Vec<Chosen>, Key>| {
            let files =
                files.and_then(|files| files.iter().find_map(refuse).map_or(Ok(files), Err));
            error.set(files.as_ref().err().copied());
            chosen.set(Rc::new(files.unwrap_or_default()));
        })
    };
    use_site_file(props.file.clone(), choose.clone());
    let onfiles = {
        let choose = choose.clone();
        Callback::from(move |files: Vec<web_sys::File>| {
            let choose = choose.clone();
            spawn_local(async move { choose.emit(read(files).await) });
        })
    };
    let onpaste =
        choose.reform(|text: String| Ok(vec![(String::new(), Rc::new(text.into_bytes()))]));
    let clear = choose.reform(|_: MouseEvent| Ok(Vec::new()));
    html! { <>
        <PageTitle title={lang.text(Key::VerifyTitle)} />
        <p data-testid="not-uploaded">{ lang.text(Key::NotUploaded) }</p>
        <FileDrop {onfiles} />
        <Paste {onpaste} />
        if let Some(error) = *error {
            <p class="error" role="alert" data-testid="verify-error">{ lang.text(error) }</p>
        }
        if results.len() < chosen.len() {
            <p role="status">{ lang.text(Key::Checking) }</p>
        }
        if !results.is_empty() {
            <section class="stack" data-testid="verify-results">
                { for results.iter().map(|verified| html! { <ResultView verified={verified.clone()} /> }) }
                <button type="button" class="button quiet no-print" data-testid="clear-results" onclick={clear}>
                    { lang.text(Key::ClearResults) }
                </button>
            </section>
        }
    </> }
}

async fn read(files: Vec<web_sys::File>) -> Result<Vec<Chosen>, Key> {
    if files.len() > MAX_FILES {
        return Err(Key::TooManyFiles);
    }
    let mut read = Vec::with_capacity(files.len());
    for file in files {
        let bytes = read_file(&file).await.map_err(|_| Key::FileUnreadable)?;
        read.push((file.name(), Rc::new(bytes)));
    }
    Ok(read)
}

fn refuse((_, bytes): &Chosen) -> Option<Key> {
    match bytes.len() {
        0 => Some(Key::FileEmpty),
        1..=MAX_FILE_BYTES => None,
        _ => Some(Key::FileTooLarge),
    }
}

/// The verdicts on the chosen files: once the trust anchors are settled, and again if they change.
#[hook]
fn use_results(chosen: &Rc<Vec<Chosen>>) -> Rc<Vec<Verified>> {
    let session = use_session();
    let results = use_state_eq(|| Rc::new(Vec::<Verified>::new()));
    let shown = (*results).clone();
    // What the pins learn from a check is no reason to check again; another ledger is.
    let ledgers = session.shared.pins.as_ref().map(|pins| pins.len());
    use_effect_with((chosen.clone(), ledgers), move |(chosen, ledgers)| {
        if ledgers.is_some() {
            let chosen = chosen.clone();
            spawn_local(async move { results.set(Rc::new(verify_all(&session, &chosen).await)) });
        }
    });
    // Verdicts on files that are no longer chosen are not shown while the new ones are checked.
    let belongs = |verified: &Verified| {
        chosen
            .iter()
            .any(|(_, bytes)| Rc::ptr_eq(bytes, &verified.bytes))
    };
    if shown.iter().all(belongs) {
        shown
    } else {
        Rc::default()
    }
}

async fn verify_all(session: &Session, chosen: &[Chosen]) -> Vec<Verified> {
    let mut results = Vec::with_capacity(chosen.len());
    for (name, bytes) in chosen {
        let checked = session.check(bytes.to_vec()).await;
        if let Some(freshness) = checked.as_ref().ok().and_then(|report| report.freshness) {
            session.shared.dispatch(Event::Seen(freshness.as_of_ms));
        }
        results.push(Verified {
            name: name.clone(),
            bytes: bytes.clone(),
            checked,
        });
    }
    results
}

/// Fetches the file that the address names.
#[hook]
fn use_site_file(file: Option<AttrValue>, choose: Callback<Result<Vec<Chosen>, Key>>) {
    let session = use_session();
    // Newer proofs can be judged once it is known which ledgers are trusted.
    let ready = session.shared.pins.is_some();
    use_effect_with((file, ready), move |(file, ready)| {
        if let Some(path) = file.clone().filter(|_| *ready) {
            spawn_local(async move {
                let name = path.rsplit('/').next().unwrap_or_default().to_owned();
                let fetched = match proofs::site_file(&path).await {
                    Ok(bytes) => Ok(with_newest_proofs(&session, bytes).await),
                    Err(_) => Err(Key::FileUnreadable),
                };
                choose.emit(fetched.map(|bytes| vec![(name, Rc::new(bytes))]));
            });
        }
    });
}
