//! `/wallet/receive`: take a document that an issuer offers.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::component::page_title::PageTitle;
use crate::i18n::{Key, use_lang};
use crate::router::{Link, Route};
use crate::session::{Connection, Event, Session, use_session};
use crate::wallet::openid4vci::MessageError;
use crate::wallet::receive::{OpenOffer, ReceiveError, open_offer};
use crate::wallet::take::{Taken, take};

mod link_form;
mod offer_form;

use link_form::LinkForm;
use offer_form::OfferForm;

/// How far receiving has come.
#[derive(Clone, PartialEq)]
enum Step {
    /// Waits for a link.
    Link(Option<Key>),
    /// Asks the issuer what it offers.
    Opening,
    /// Waits for the user's decision.
    Offer(Rc<OpenOffer>, Option<Key>),
    /// Fetches the document.
    Receiving,
    /// The document is here, its registration not yet.
    Waiting,
    /// The document is in the wallet; whether it is registered.
    Done { id: String, registered: bool },
    /// Nothing was received.
    Failed(Key),
}

/// Properties of [`Receive`].
#[derive(Properties, PartialEq)]
pub(crate) struct ReceiveProps {
    /// An offer link from the address.
    pub(crate) offer: Option<AttrValue>,
}

/// Link, offer, decision, document.
#[component]
pub(crate) fn Receive(props: &ReceiveProps) -> Html {
    let lang = use_lang();
    let session = use_session();
    let step = use_state(|| Step::Link(None));

    let open = {
        let step = step.clone();
        Callback::from(move |link: String| {
            let step = step.clone();
            step.set(Step::Opening);
            spawn_local(async move {
                step.set(match open_offer(&link).await {
                    Ok(open) => Step::Offer(Rc::new(open), None),
                    Err(error) => Step::Link(Some(words(&error))),
                });
            });
        })
    };
    {
        let open = open.clone();
        use_effect_with(props.offer.clone(), move |offer| {
            if let Some(link) = offer {
                open.emit(link.to_string());
            }
        });
    }
    let accept = {
        let step = step.clone();
        Callback::from(move |(open, code): (Rc<OpenOffer>, Option<String>)| {
            spawn_local(receive(session.clone(), step.clone(), open, code));
        })
    };
    let decline = {
        let step = step.clone();
        Callback::from(move |()| step.set(Step::Link(None)))
    };
    let body = match &*step {
        Step::Link(error) => html! { <LinkForm error={*error} onlink={open} /> },
        Step::Opening => status("opening", lang.text(Key::OfferOpening)),
        Step::Offer(open, error) => {
            html! { <OfferForm open={open.clone()} error={*error} onaccept={accept} ondecline={decline} /> }
        }
        Step::Receiving => status("receiving", lang.text(Key::Receiving)),
        Step::Waiting => status("waiting-registration", lang.text(Key::WaitingRegistration)),
        Step::Done { id, registered } => html! {
            <div class="stack">
                { status("ready", lang.text(if *registered { Key::ReceivedRegistered } else { Key::ReceivedWaiting })) }
                <Link to={Route::Document { id: id.clone() }} class="button" testid="receive-open">{ lang.text(Key::OpenDocument) }</Link>
            </div>
        },
        Step::Failed(key) => html! {
            <div class="stack">
                { status("failed", lang.text(*key)) }
                <Link to={Route::Wallet}>{ lang.text(Key::BackToWallet) }</Link>
            </div>
        },
    };
    html! { <>
        <p><Link to={Route::Wallet}>{ lang.text(Key::BackToWallet) }</Link></p>
        <PageTitle title={lang.text(Key::ReceiveTitle)} />
        { body }
    </> }
}

fn status(state: &'static str, words: &str) -> Html {
    html! { <p class="banner" role="status" data-testid="receive-status" data-state={state}>{ words }</p> }
}

async fn receive(
    session: Session,
    step: UseStateHandle<Step>,
    open: Rc<OpenOffer>,
    code: Option<String>,
) {
    step.set(Step::Receiving);
    let waiting = {
        let step = step.clone();
        move || step.set(Step::Waiting)
    };
    match take(&session, &open, code.as_deref(), waiting).await {
        Ok(Taken {
            document,
            registered,
        }) => {
            let id = document.id.clone();
            session.shared.dispatch(Event::Put(document, None));
            step.set(Step::Done { id, registered });
        }
        // The issuer lets a wrong code be corrected a few times.
        Err(ReceiveError::WrongCode) if open.offer.tx_code.is_some() => {
            step.set(Step::Offer(open, Some(Key::ReceiveWrongCode)));
        }
        Err(error) => {
            if matches!(error, ReceiveError::Unreachable) {
                session
                    .shared
                    .dispatch(Event::Connection(Connection::Offline));
            }
            step.set(Step::Failed(words(&error)));
        }
    }
}

/// What went wrong and what to do next.
fn words(error: &ReceiveError) -> Key {
    match error {
        ReceiveError::Closed | ReceiveError::WrongCode => Key::ReceiveClosed,
        ReceiveError::Denied => Key::ReceiveDenied,
        ReceiveError::Key(_) => Key::ReceiveNoKey,
        ReceiveError::Unreachable => Key::ReceiveUnreachable,
        ReceiveError::Message(MessageError::NotAnOffer) => Key::ReceiveNotAnOffer,
        ReceiveError::Message(MessageError::NoPreAuthorizedCode | MessageError::NothingFits) => {
            Key::ReceiveNothingFits
        }
        ReceiveError::Message(MessageError::UnsafeUrl | MessageError::OtherIssuer) => {
            Key::ReceiveUnsafe
        }
        ReceiveError::Message(MessageError::Malformed) => Key::ReceiveMalformed,
    }
}
