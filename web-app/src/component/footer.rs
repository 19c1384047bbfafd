//! Who provided the program, and what it trusts.

use yew::prelude::*;

use crate::browser::origin;
use crate::i18n::{Key, use_lang};
use crate::session::use_session;

/// The foot of every page.
#[component]
pub(crate) fn Footer() -> Html {
    let lang = use_lang();
    let session = use_session();
    let anchors: Vec<_> = session
        .shared
        .pins
        .iter()
        .flat_map(|pins| pins.iter())
        .flat_map(|pin| &pin.anchors)
        .collect();
    html! {
        <footer class="bottom">
            <div class="bottom-inner">
                <p data-testid="portal-provider">
                    { lang.fill(Key::PortalProvider, &[("portal", &origin())]) }
                </p>
                <p data-testid="trust-fingerprint">
                    { lang.text(Key::TrustAnchor) }{ " " }
                    if anchors.is_empty() {
                        { lang.text(Key::TrustAnchorNone) }
                    }
                    { for anchors.iter().map(|anchor| html! {
                        <span class="anchor" title={anchor.ledger.clone()}>{ &anchor.name }{ " " }<span class="mono">{ grouped(&anchor.ledger) }</span>{ " " }</span>
                    }) }
                </p>
                <p>{ lang.fill(Key::AppVersion, &[("version", env!("CARGO_PKG_VERSION"))]) }</p>
            </div>
        </footer>
    }
}

/// The first 16 hex digits in groups of four, as they are compared by eye.
pub(crate) fn grouped(fingerprint: &str) -> String {
    let digits: Vec<char> = fingerprint.chars().take(16).collect();
    let groups: Vec<String> = digits
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_grouped() {
        assert_eq!(grouped("0123456789abcdef0123"), "0123 4567 89ab cdef");
        assert_eq!(grouped("01234"), "0123 4");
    }
}
