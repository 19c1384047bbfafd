//! The one `h1` of a page.

use web_sys::HtmlElement;
use yew::prelude::*;

use crate::browser::document;
use crate::i18n::{Key, use_lang};

/// Properties of [`PageTitle`].
#[derive(Properties, PartialEq)]
pub(crate) struct PageTitleProps {
    /// The title.
    pub(crate) title: AttrValue,
}

/// The title of a page; takes the focus when its page appears, and names the window.
#[component]
pub(crate) fn PageTitle(props: &PageTitleProps) -> Html {
    let heading = use_focus_on_arrival();
    let app_name = use_lang().text(Key::AppName);
    use_effect_with(props.title.clone(), move |title| {
        document().set_title(&format!("{title} · {app_name}"));
    });
    html! { <h1 ref={heading} tabindex="-1" data-testid="page-title">{ &props.title }</h1> }
}

/// A heading that takes the focus when it appears, for people who do not see the page change.
#[hook]
pub(crate) fn use_focus_on_arrival() -> NodeRef {
    let heading = use_node_ref();
    {
        let heading = heading.clone();
        use_effect_with((), move |()| {
            if let Some(heading) = heading.cast::<HtmlElement>() {
                // Focusing an element of the page cannot fail.
                heading.focus().ok();
            }
        });
    }
    heading
}
