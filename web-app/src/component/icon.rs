//! Drawn signs. Verdicts differ in shape, not only in colour.

use wording::Tone;
use yew::prelude::*;

/// A sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// A plus: add.
    Add,
    /// A clock: genuine, standing known up to a time.
    AsOf,
    /// A magnifier over a sheet: check a file.
    Check,
    /// An eight-sided stop with a cross: not genuine or not in force.
    Cross,
    /// The tally: two halves of one stick.
    Tally,
    /// A disc with a tick: genuine and in force.
    Tick,
    /// A diamond with a question mark: cannot be decided.
    Unknown,
    /// A card holder: the wallet.
    Wallet,
}

impl From<Tone> for Sign {
    fn from(tone: Tone) -> Self {
        match tone {
            Tone::Bad => Self::Cross,
            Tone::Ok => Self::Tick,
            Tone::Unknown => Self::Unknown,
            Tone::Warn => Self::AsOf,
        }
    }
}

/// Properties of [`Icon`].
#[derive(Properties, PartialEq)]
pub(crate) struct IconProps {
    /// What it shows.
    pub(crate) sign: Sign,
    /// Edge in CSS pixels.
    #[prop_or(24)]
    pub(crate) size: u32,
}

/// A sign beside words; it says nothing to a screen reader that the words do not.
#[component]
pub(crate) fn Icon(props: &IconProps) -> Html {
    let size = props.size.to_string();
    let line = |d: &'static str| {
        html! { <path {d} fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" /> }
    };
    let mark = |d: &'static str| {
        html! { <path {d} fill="none" stroke="var(--bg)" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round" /> }
    };
    let drawing = match props.sign {
        Sign::Add => line("M12 5v14M5 12h14"),
        Sign::AsOf => html! { <>
            <circle cx="12" cy="12" r="9.5" fill="none" stroke="currentColor" stroke-width="2.2" />
            { line("M12 6.5V12l4 2.5") }
        </> },
        Sign::Check => html! { <>
            { line("M13 21H6a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1h8l4 4v3M9 8h4M9 12h2") }
            { line("M16 19.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM18.6 18.6 21 21") }
        </> },
        Sign::Cross => html! { <>
            <path d="M8 1.8h8L22.2 8v8L16 22.2H8L1.8 16V8z" fill="currentColor" />
            { mark("M8.5 8.5l7 7M15.5 8.5l-7 7") }
        </> },
        Sign::Tally => html! { <>
            <rect width="24" height="24" rx="5" fill="var(--brand)" />
            { mark("M6 8h12M6 16h12") }
            <path d="M9 5.8v4.4M12 5.8v4.4M15 5.8v4.4M9 13.8v4.4M12 13.8v4.4M15 13.8v4.4" stroke="var(--brand)" stroke-width="1" />
        </> },
        Sign::Tick => html! { <>
            <circle cx="12" cy="12" r="10.5" fill="currentColor" />
            { mark("M7.2 12.4l3.3 3.3 6.3-7") }
        </> },
        Sign::Unknown => html! { <>
            <path d="M12 1.2 22.8 12 12 22.8 1.2 12z" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" />
            { line("M9.8 9.6a2.3 2.3 0 1 1 3.4 2c-.8.5-1.2 1-1.2 1.9M12 16.6v.1") }
        </> },
        Sign::Wallet => html! { <>
            { line("M4 7.5A1.5 1.5 0 0 1 5.5 6H19a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1H5.5A1.5 1.5 0 0 1 4 17.5zM4 7.5V6a2 2 0 0 1 2-2h10") }
            { line("M16 12.5h.1") }
        </> },
    };
    html! {
        <svg width={size.clone()} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">{ drawing }</svg>
    }
}
