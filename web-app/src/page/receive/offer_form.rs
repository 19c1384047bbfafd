//! What is offered, by whom, and the decision.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::component::page_title::use_focus_on_arrival;
use crate::i18n::{Key, use_lang};
use crate::wallet::openid4vci::TxCode;
use crate::wallet::receive::OpenOffer;

/// Properties of [`OfferForm`].
#[derive(Properties, PartialEq)]
pub(super) struct OfferFormProps {
    /// The offer.
    pub(super) open: Rc<OpenOffer>,
    /// Why the last attempt did not succeed.
    pub(super) error: Option<Key>,
    /// The user agrees, with the code if one is wanted.
    pub(super) onaccept: Callback<(Rc<OpenOffer>, Option<String>)>,
    /// The user does not agree.
    pub(super) ondecline: Callback<()>,
}

/// Who, what, an optional code, and two answers of equal weight.
#[component]
pub(super) fn OfferForm(props: &OfferFormProps) -> Html {
    let lang = use_lang();
    let field = use_node_ref();
    let heading = use_focus_on_arrival();
    let OpenOffer {
        offer,
        issuer,
        configuration,
    } = &*props.open;
    let title = issuer
        .title(configuration, lang.tag())
        .unwrap_or(configuration);
    let onsubmit = {
        let (field, open, onaccept) = (field.clone(), props.open.clone(), props.onaccept.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let code = field
                .cast::<HtmlInputElement>()
                .map(|field| field.value().trim().to_owned());
            onaccept.emit((open.clone(), code));
        })
    };
    let ondecline = props.ondecline.reform(|_: MouseEvent| ());
    html! {
        <form class="stack" {onsubmit}>
            <section class="group" data-testid="offer-details">
                <h2 ref={heading} tabindex="-1">{ lang.text(Key::OfferTitle) }</h2>
                <dl class="summary-list">
                    <div><dt>{ lang.text(Key::OfferFrom) }</dt>
                        <dd data-testid="offer-issuer">{ issuer.name(lang.tag()).unwrap_or(&issuer.identifier) }</dd></div>
                    <div><dt>{ lang.text(Key::OfferAddress) }</dt><dd class="mono">{ &issuer.identifier }</dd></div>
                    <div><dt>{ lang.text(Key::OfferWhat) }</dt><dd data-testid="offer-types">{ title }</dd></div>
                    <div><dt>{ lang.text(Key::OfferUse) }</dt><dd>{ lang.text(Key::OfferOnce) }</dd></div>
                </dl>
                <p class="muted small">{ lang.text(Key::OfferSelfDeclared) }</p>
            </section>
            if let Some(error) = props.error {
                <p class="error" role="alert" data-testid="offer-error">{ lang.text(error) }</p>
            }
            if let Some(tx_code) = &offer.tx_code {
                <CodeField tx_code={tx_code.clone()} {field} />
            }
            <div class="row">
                <button type="submit" class="button" data-testid="offer-accept">{ lang.text(Key::Accept) }</button>
                <button type="button" class="button quiet" data-testid="offer-decline" onclick={ondecline}>{ lang.text(Key::Decline) }</button>
            </div>
        </form>
    }
}

/// Properties of [`CodeField`].
#[derive(Properties, PartialEq)]
struct CodeFieldProps {
    tx_code: TxCode,
    field: NodeRef,
}

/// The code that the issuer gave by another way.
#[component]
fn CodeField(props: &CodeFieldProps) -> Html {
    let lang = use_lang();
    let TxCode {
        input_mode,
        length,
        description,
    } = &props.tx_code;
    let mode = if input_mode.as_deref() == Some("text") {
        "text"
    } else {
        "numeric"
    };
    let hint = description
        .clone()
        .unwrap_or_else(|| lang.text(Key::CodeHint).to_owned());
    html! {
        <div class="field">
            <label for="tx-code">{ lang.text(Key::CodeLabel) }</label>
            <span class="muted small" id="tx-code-hint">{ hint }</span>
            <input id="tx-code" class="short" ref={props.field.clone()} data-testid="tx-code" type="text" inputmode={mode}
                autocomplete="one-time-code" required=true maxlength={length.map(|length| length.to_string())}
                aria-describedby="tx-code-hint" />
        </div>
    }
}
