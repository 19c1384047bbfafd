//! The portal presents another ledger than the one this device remembers.

use yew::prelude::*;

use super::footer::grouped;
use crate::i18n::{Key, use_lang};
use crate::session::{Event, use_session};
use crate::wallet::trust::Pin;

/// Properties of [`TrustWarning`].
#[derive(Properties, PartialEq)]
pub(crate) struct TrustWarningProps {
    /// What the portal presents.
    pub(crate) pin: Pin,
}

/// What changed, the new fingerprint, and the user's decision.
#[component]
pub(crate) fn TrustWarning(props: &TrustWarningProps) -> Html {
    let lang = use_lang();
    let session = use_session();
    let accept = Callback::from(move |_: MouseEvent| session.shared.dispatch(Event::AcceptOffered));
    html! {
        <div class="banner warn" role="alert" data-testid="trust-warning">
            <p>{ lang.text(Key::TrustConflict) }</p>
            <p>
                { lang.text(Key::TrustOffered) }
                { for props.pin.anchors.iter().map(|anchor| html! {
                    <span>{ &anchor.name }{ " " }<span class="mono">{ grouped(&anchor.ledger) }</span>{ " " }</span>
                }) }
            </p>
            <button type="button" class="button quiet" data-testid="trust-accept" onclick={accept}>{ lang.text(Key::TrustAccept) }</button>
        </div>
    }
}
