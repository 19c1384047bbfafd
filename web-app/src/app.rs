//! The frame of every page.

use web_sys::HtmlElement;
use yew::prelude::*;

use crate::component::footer::Footer;
use crate::component::guide::{Guide, Watermark, use_demo};
use crate::component::header::Header;
use crate::component::trust_warning::TrustWarning;
use crate::component::update_banner::UpdateBanner;
use crate::i18n::{Key, use_lang};
use crate::page::choose::Choose;
use crate::page::document::Document;
use crate::page::not_found::NotFound;
use crate::page::receive::Receive;
use crate::page::verify::Verify;
use crate::page::wallet::Wallet;
use crate::router::{Route, RouterProvider, use_navigator};
use crate::session::{SessionProvider, use_session};
use crate::settings::SettingsProvider;

/// The wallet and verifier.
#[component]
pub fn App() -> Html {
    html! {
        <SettingsProvider>
            <RouterProvider>
                <SessionProvider>
                    <Frame />
                </SessionProvider>
            </RouterProvider>
        </SettingsProvider>
    }
}

#[component]
fn Frame() -> Html {
    let lang = use_lang();
    let demo = use_demo();
    let session = use_session();
    let main = use_node_ref();
    let skip = {
        let main = main.clone();
        Callback::from(move |event: MouseEvent| {
            // The fragment of an address is where offers come in, so this link must not set it.
            event.prevent_default();
            if let Some(main) = main.cast::<HtmlElement>() {
                main.focus().ok();
            }
        })
    };
    html! { <>
        <a class="skip" href="#main" onclick={skip}>{ lang.text(Key::SkipLink) }</a>
        if let Some(demo) = demo.clone() { <Watermark {demo} /> }
        <Header />
        <div class={classes!("frame", demo.is_some().then_some("with-guide"))}>
            <main id="main" ref={main} tabindex="-1">
                <UpdateBanner />
                if let Some(pin) = session.shared.offered_pin.clone() { <TrustWarning {pin} /> }
                <Page />
            </main>
            if let Some(demo) = demo { <Guide {demo} /> }
        </div>
        <Footer />
    </> }
}

#[component]
fn Page() -> Html {
    match use_navigator().route {
        Route::Choose => html! { <Choose /> },
        Route::Document { id } => {
            let key = id.clone();
            html! { <Document {key} {id} /> }
        }
        Route::NotFound => html! { <NotFound /> },
        Route::Receive { offer } => {
            let key = offer.clone().unwrap_or_default();
            html! { <Receive {key} {offer} /> }
        }
        Route::Verify { file } => html! { <Verify {file} /> },
        Route::Wallet => html! { <Wallet /> },
    }
}
