//! `/wallet/d/{id}`: one document.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use wording::Sort;
use yew::prelude::*;

use crate::browser::{download, window};
use crate::component::document_fields::DocumentFields;
use crate::component::page_title::PageTitle;
use crate::component::remove_dialog::RemoveDialog;
use crate::component::verdict_card::VerdictCard;
use crate::i18n::{Key, use_lang};
use crate::router::{Link, Route, use_navigator};
use crate::session::{Connection, Event, Session, use_session};
use crate::wallet::documents::StoredDocument;
use crate::wallet::renew::{Renewal, renew};

/// Properties of [`Document`].
#[derive(Properties, PartialEq)]
pub(crate) struct DocumentProps {
    /// The document's id.
    pub(crate) id: AttrValue,
}

/// One document: its verdict, its fields, and what can be done with it.
#[component]
pub(crate) fn Document(props: &DocumentProps) -> Html {
    let lang = use_lang();
    let session = use_session();
    let shared = &session.shared;
    let Some(document) = shared
        .documents
        .iter()
        .find(|held| *held.id == *props.id)
        .cloned()
    else {
        return html! { <>
            <PageTitle title={lang.text(Key::DocumentGone)} />
            <p><Link to={Route::Wallet}>{ lang.text(Key::BackToWallet) }</Link></p>
        </> };
    };
    let checked = shared.checked.get(&document.id).cloned();
    let report = checked
        .as_ref()
        .and_then(|checked| checked.as_ref().ok())
        .cloned();
    let title = Sort::of(report.as_deref()).title(lang);
    html! { <>
        <p class="no-print"><Link to={Route::Wallet}>{ lang.text(Key::BackToWallet) }</Link></p>
        <PageTitle {title} />
        if let Some(report) = report.clone() {
            <VerdictCard {report} />
        } else {
            <p role="status">{ lang.text(if checked.is_some() { Key::CheckFailed } else { Key::Checking }) }</p>
        }
        <Actions {document} />
        if let Some(report) = report {
            <DocumentFields {report} />
        }
    </> }
}

/// Properties of [`Actions`].
#[derive(Properties, PartialEq)]
struct ActionsProps {
    document: StoredDocument,
}

/// Check again, export, print, remove.
#[component]
fn Actions(props: &ActionsProps) -> Html {
    let lang = use_lang();
    let session = use_session();
    let navigator = use_navigator();
    let message = use_state_eq(|| None::<Key>);
    let busy = use_state_eq(|| false);
    let offline = session.shared.connection == Connection::Offline;
    let document = Rc::new(props.document.clone());

    let recheck = {
        let (session, document, message, busy) = (
            session.clone(),
            document.clone(),
            message.clone(),
            busy.clone(),
        );
        Callback::from(move |_: MouseEvent| {
            let (session, document, message, busy) = (
                session.clone(),
                document.clone(),
                message.clone(),
                busy.clone(),
            );
            busy.set(true);
            message.set(Some(Key::RecheckBusy));
            spawn_local(async move {
                message.set(Some(recheck(&session, &document).await));
                busy.set(false);
            });
        })
    };
    let export = {
        let (document, message) = (document.clone(), message.clone());
        Callback::from(move |_: MouseEvent| {
            let name = format!("{}.tally", &document.id[..document.id.len().min(12)]);
            let done = download(&name, "application/octet-stream", &document.content).is_ok();
            message.set(Some(if done {
                Key::Exported
            } else {
                Key::ExportFailed
            }));
        })
    };
    let remove = {
        let id = document.id.clone();
        Callback::from(move |()| {
            session.shared.dispatch(Event::Remove(id.clone()));
            navigator.go.emit(Route::Wallet);
        })
    };
    let print = Callback::from(|_: MouseEvent| {
        window().print().ok();
    });
    html! {
        <div class="stack no-print">
            <div class="row">
                <button type="button" class="button" data-testid="recheck" disabled={*busy || offline} onclick={recheck}>{ lang.text(Key::Recheck) }</button>
                <button type="button" class="button quiet" data-testid="export" onclick={export}>{ lang.text(Key::Export) }</button>
                <button type="button" class="button quiet" onclick={print}>{ lang.text(Key::Print) }</button>
                <RemoveDialog onremove={remove} />
            </div>
            if offline {
                <p class="muted small">{ lang.text(Key::RecheckOffline) }</p>
            }
            <p role="status" data-testid="recheck-status">{ message.map(|key| lang.text(key)).unwrap_or_default() }</p>
        </div>
    }
}

async fn recheck(session: &Session, document: &StoredDocument) -> Key {
    match renew(session, document).await {
        Renewal::Renewed(renewed, report) => {
            session
                .shared
                .dispatch(Event::Put(renewed, Some(Ok(report))));
            Key::RecheckDone
        }
        Renewal::Kept => Key::RecheckKept,
        Renewal::NotYet => Key::RecheckNotYet,
        Renewal::Unknown => Key::RecheckNotKnown,
        Renewal::Unreachable => {
            session
                .shared
                .dispatch(Event::Connection(Connection::Offline));
            Key::RecheckUnreachable
        }
    }
}
