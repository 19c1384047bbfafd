//! `/wallet`: the documents on this device.

use wording::Sort;
use yew::prelude::*;

use crate::component::document_card::DocumentCard;
use crate::component::icon::{Icon, Sign};
use crate::component::page_title::PageTitle;
use crate::i18n::{Key, Lang, use_lang};
use crate::router::{Link, Route};
use crate::session::{Session, use_session};
use crate::wallet::documents::StoredDocument;

const GROUPS: [Key; 3] = [Key::GroupCredentials, Key::GroupInvoices, Key::GroupOther];

/// The wallet's home.
#[component]
pub(crate) fn Wallet() -> Html {
    let lang = use_lang();
    let session = use_session();
    let add = html! {
        <Link to={Route::Receive { offer: None }} class="button" testid="wallet-add">
            <Icon sign={Sign::Add} size={20} />{ lang.text(Key::Add) }
        </Link>
    };
    html! { <>
        <PageTitle title={lang.text(Key::WalletTitle)} />
        if session.shared.storage_failed {
            <p class="banner warn" role="alert">{ lang.text(Key::StorageFailed) }</p>
        }
        if session.shared.documents.is_empty() {
            <div class="stack empty" data-testid="wallet-empty">
                <p>{ lang.text(Key::WalletEmpty) }</p>
                { add }
            </div>
        } else {
            { for GROUPS.map(|group| view_group(group, &session, lang)) }
            <p>{ add }</p>
        }
    </> }
}

fn view_group(group: Key, session: &Session, lang: Lang) -> Html {
    let shared = &session.shared;
    let documents: Vec<&StoredDocument> = shared
        .documents
        .iter()
        .filter(|document| group_of(session, document) == group)
        .collect();
    if documents.is_empty() {
        return Html::default();
    }
    html! {
        <section class="group">
            <h2>{ lang.text(group) }</h2>
            <ul class="cards">
                { for documents.into_iter().map(|document| html! {
                    <li key={document.id.clone()}>
                        <DocumentCard document={document.clone()} checked={shared.checked.get(&document.id).cloned()} />
                    </li>
                }) }
            </ul>
        </section>
    }
}

fn group_of(session: &Session, document: &StoredDocument) -> Key {
    let report = session
        .shared
        .checked
        .get(&document.id)
        .and_then(|checked| checked.as_ref().ok());
    match Sort::of(report.map(AsRef::as_ref)) {
        Sort::Credential(_) => Key::GroupCredentials,
        Sort::Invoice => Key::GroupInvoices,
        Sort::Other => Key::GroupOther,
    }
}
