//! The addresses of the app and how it moves between them.
//!
//! Everything secret in an address (an offer) stands in the fragment, which browsers never send.

use js_sys::JsString;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use crate::browser::{Listener, window};
use crate::settings::ProviderProps;

/// A page of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `/`
    Choose,
    /// `/wallet/d/{id}`
    Document {
        /// The id of a document in the wallet.
        id: String,
    },
    /// Any other address.
    NotFound,
    /// `/wallet/receive` or `/wallet/receive#{offer}`
    Receive {
        /// The text of an offer link.
        offer: Option<String>,
    },
    /// `/verify`, or `/verify#{path}` to check a file of this site.
    Verify {
        /// A path on this origin.
        file: Option<String>,
    },
    /// `/wallet`
    Wallet,
}

impl Route {
    /// The page at `path` with `fragment` (without `#`, percent-decoded).
    pub(crate) fn parse(path: &str, fragment: &str) -> Self {
        let fragment = Some(fragment)
            .filter(|text| !text.is_empty())
            .map(str::to_owned);
        match path.trim_end_matches('/') {
            "" => Self::Choose,
            "/wallet" => Self::Wallet,
            "/wallet/receive" => Self::Receive { offer: fragment },
            "/verify" => Self::Verify {
                file: fragment.filter(|path| path.starts_with('/')),
            },
            other => match other.strip_prefix("/wallet/d/") {
                Some(id) if id.bytes().all(|b| b.is_ascii_hexdigit()) => {
                    Self::Document { id: id.to_owned() }
                }
                _ => Self::NotFound,
            },
        }
    }

    /// The address of this page.
    pub(crate) fn address(&self) -> String {
        let with_fragment = |path: &str, fragment: &Option<String>| match fragment {
            Some(text) => format!(
                "{path}#{}",
                String::from(js_sys::encode_uri_component(text))
            ),
            None => path.to_owned(),
        };
        match self {
            Self::Choose | Self::NotFound => "/".to_owned(),
            Self::Document { id } => format!("/wallet/d/{id}"),
            Self::Receive { offer } => with_fragment("/wallet/receive", offer),
            Self::Verify { file } => with_fragment("/verify", file),
            Self::Wallet => "/wallet".to_owned(),
        }
    }

    fn current() -> Self {
        let location = window().location();
        let hash = location.hash().unwrap_or_default();
        let raw = hash.trim_start_matches('#');
        // A link that a service pasted as it is must not be decoded once too often.
        let as_it_is = raw.contains("://") || raw.starts_with('/');
        let decoded = if as_it_is {
            None
        } else {
            js_sys::decode_uri_component(raw).ok()
        };
        let fragment = decoded.map_or_else(|| raw.to_owned(), |text: JsString| text.into());
        Self::parse(&location.pathname().unwrap_or_default(), &fragment)
    }
}

/// The page shown and the way to another.
#[derive(Clone, PartialEq)]
pub(crate) struct Navigator {
    /// The page shown.
    pub(crate) route: Route,
    /// Goes to another page.
    pub(crate) go: Callback<Route>,
}

/// The page shown and the way to another.
#[hook]
pub(crate) fn use_navigator() -> Navigator {
    use_context::<Navigator>().expect("RouterProvider surrounds the pages")
}

/// Keeps the address bar and the page in step.
#[component]
pub(crate) fn RouterProvider(props: &ProviderProps) -> Html {
    let route = use_state_eq(Route::current);
    {
        let route = route.clone();
        use_effect_with((), move |()| {
            let listeners = ["popstate", "hashchange"].map(|event| {
                let route = route.clone();
                Listener::new(&window(), event, move || route.set(Route::current()))
            });
            move || drop(listeners)
        });
    }
    let go = {
        let route = route.clone();
        use_callback((), move |next: Route, ()| {
            if let Ok(history) = window().history() {
                history
                    .push_state_with_url(&JsValue::NULL, "", Some(&next.address()))
                    .ok();
            }
            window().scroll_to_with_x_and_y(0.0, 0.0);
            route.set(next);
        })
    };
    let context = Navigator {
        route: (*route).clone(),
        go,
    };
    html! { <ContextProvider<Navigator> {context}>{ props.children.clone() }</ContextProvider<Navigator>> }
}

/// Properties of [`Link`].
#[derive(Properties, PartialEq)]
pub(crate) struct LinkProps {
    /// Where it leads.
    pub(crate) to: Route,
    /// CSS classes.
    #[prop_or_default]
    pub(crate) class: Classes,
    /// Whether the page shown lies below this link's page.
    #[prop_or_default]
    pub(crate) within: bool,
    /// Name for tests.
    #[prop_or_default]
    pub(crate) testid: Option<AttrValue>,
    /// What is inside.
    pub(crate) children: Html,
}

/// A link inside the app: an ordinary link that does not load the page anew.
#[component]
pub(crate) fn Link(props: &LinkProps) -> Html {
    let navigator = use_navigator();
    let current = match (navigator.route == props.to, props.within) {
        (true, _) => Some("page"),
        (false, true) => Some("true"),
        (false, false) => None,
    };
    let onclick = {
        let to = props.to.clone();
        Callback::from(move |event: MouseEvent| {
            if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                event.prevent_default();
                navigator.go.emit(to.clone());
            }
        })
    };
    html! {
        <a href={props.to.address()} class={props.class.clone()} aria-current={current}
            data-testid={props.testid.clone()} {onclick}>{ props.children.clone() }</a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_their_pages() {
        assert_eq!(Route::parse("/", ""), Route::Choose);
        assert_eq!(Route::parse("/wallet/", ""), Route::Wallet);
        assert_eq!(
            Route::parse("/wallet/d/09af", ""),
            Route::Document { id: "09af".into() }
        );
        assert_eq!(
            Route::parse("/wallet/receive", "openid-credential-offer://?a=b"),
            Route::Receive {
                offer: Some("openid-credential-offer://?a=b".into())
            }
        );
        assert_eq!(
            Route::parse("/verify", "/demo/F1.tally"),
            Route::Verify {
                file: Some("/demo/F1.tally".into())
            }
        );
    }

    #[test]
    fn other_addresses_lead_nowhere() {
        for path in ["/wallet/d/..", "/wallet/x", "/verified", "/agencies/a"] {
            assert_eq!(Route::parse(path, ""), Route::NotFound, "{path}");
        }
        assert_eq!(
            Route::parse("/verify", "https://elsewhere"),
            Route::Verify { file: None }
        );
    }
}
