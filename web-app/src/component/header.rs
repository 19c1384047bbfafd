//! Name, places, tools, and whether the portal answers.

use wording::clock::short_time;
use yew::prelude::*;

use super::icon::{Icon, Sign};
use crate::i18n::{Key, use_lang};
use crate::router::{Link, Route, use_navigator};
use crate::session::{Connection, use_session};
use crate::settings::{Settings, TextSize, Theme, use_settings};

/// The head of every page.
#[component]
pub(crate) fn Header() -> Html {
    let lang = use_lang();
    let route = use_navigator().route;
    let in_wallet = matches!(route, Route::Document { .. } | Route::Receive { .. });
    let in_verify = matches!(route, Route::Verify { file: Some(_) });
    html! {
        <header class="top">
            <div class="top-inner">
                <Link to={Route::Choose} class="name">
                    <Icon sign={Sign::Tally} size={28} />{ lang.text(Key::AppName) }
                </Link>
                <nav class="nav" aria-label={lang.text(Key::NavLabel)}>
                    <Link to={Route::Wallet} within={in_wallet}><Icon sign={Sign::Wallet} />{ lang.text(Key::NavWallet) }</Link>
                    <Link to={Route::Verify { file: None }} within={in_verify}><Icon sign={Sign::Check} />{ lang.text(Key::NavVerify) }</Link>
                </nav>
                <ConnectionState />
                <Tools />
            </div>
        </header>
    }
}

/// Whether the portal answers; offline with the age of what is known.
#[component]
fn ConnectionState() -> Html {
    let lang = use_lang();
    let session = use_session();
    let as_of_ms = session.shared.as_of_ms;
    let (state, words) = match (session.shared.connection, as_of_ms) {
        (Connection::Unknown, _) => ("unknown", lang.text(Key::ConnectionUnknown).to_owned()),
        (Connection::Online, _) => ("online", lang.text(Key::ConnectionOnline).to_owned()),
        (Connection::Offline, None) => ("offline", lang.text(Key::ConnectionOffline).to_owned()),
        (Connection::Offline, Some(ms)) => (
            "offline",
            lang.fill(
                Key::ConnectionOfflineAsOf,
                &[("time", &short_time(lang, ms))],
            ),
        ),
    };
    html! {
        <span class="connection" role="status" data-testid="connection" data-state={state}
            data-as-of-ms={as_of_ms.map(|ms| ms.to_string())}>{ words }</span>
    }
}

/// Language, text size, theme.
#[component]
fn Tools() -> Html {
    let settings = use_settings();
    let value = settings.value;
    let lang = value.lang;
    let change = |next: Settings| settings.change.reform(move |_: MouseEvent| next);
    let theme = match value.theme {
        Theme::Auto => Key::ThemeAuto,
        Theme::Light => Key::ThemeLight,
        Theme::Dark => Key::ThemeDark,
    };
    let size = match value.size {
        TextSize::Normal => Key::TextNormal,
        TextSize::Large => Key::TextLarge,
    };
    let other = lang.other();
    html! {
        <div class="tools">
            <button class="tool" type="button" data-testid="text-size-toggle" aria-pressed={(value.size == TextSize::Large).to_string()}
                onclick={change(Settings { size: value.size.other(), ..value })}>
                <span class="tool-label">{ lang.text(Key::TextSize) }</span>{ lang.text(size) }
            </button>
            <button class="tool" type="button" data-testid="theme-toggle"
                onclick={change(Settings { theme: value.theme.next(), ..value })}>
                <span class="tool-label">{ lang.text(Key::Theme) }</span>{ lang.text(theme) }
            </button>
            <button class="tool" type="button" data-testid="lang-toggle" lang={other.tag()}
                onclick={change(Settings { lang: other, ..value })}>{ other.text(Key::LanguageName) }</button>
        </div>
    }
}
