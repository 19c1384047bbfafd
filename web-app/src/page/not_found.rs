//! Any other address.

use yew::prelude::*;

use crate::component::page_title::PageTitle;
use crate::i18n::{Key, use_lang};
use crate::router::{Link, Route};

/// There is nothing here.
#[component]
pub(crate) fn NotFound() -> Html {
    let lang = use_lang();
    html! { <>
        <PageTitle title={lang.text(Key::NotFoundTitle)} />
        <p>{ lang.text(Key::NotFoundText) }</p>
        <p><Link to={Route::Choose}>{ lang.text(Key::NotFoundBack) }</Link></p>
    </> }
}
