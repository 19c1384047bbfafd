//! `/`: what do you want to do?

use yew::prelude::*;

use crate::component::icon::{Icon, Sign};
use crate::component::page_title::PageTitle;
use crate::i18n::{Key, use_lang};
use crate::router::{Link, Route};

/// The first page.
#[component]
pub(crate) fn Choose() -> Html {
    let lang = use_lang();
    html! { <>
        <PageTitle title={lang.text(Key::ChooseTitle)} />
        <p>{ lang.text(Key::ChooseText) }</p>
        <div class="choices">
            <Link to={Route::Wallet} class="choice" testid="choose-wallet">
                <Icon sign={Sign::Wallet} size={32} />
                <strong>{ lang.text(Key::ChooseWallet) }</strong>
                <span>{ lang.text(Key::ChooseWalletText) }</span>
            </Link>
            <Link to={Route::Verify { file: None }} class="choice" testid="choose-verify">
                <Icon sign={Sign::Check} size={32} />
                <strong>{ lang.text(Key::ChooseVerify) }</strong>
                <span>{ lang.text(Key::ChooseVerifyText) }</span>
            </Link>
        </div>
        <p class="muted small">{ lang.text(Key::ChooseHow) }</p>
    </> }
}
