//! A new version is offered, never forced.

use yew::prelude::*;

use crate::browser::{Listener, document};
use crate::i18n::{Key, use_lang};

/// Shown when a newer version of this program waits.
#[component]
pub(crate) fn UpdateBanner() -> Html {
    let lang = use_lang();
    let waiting = use_state_eq(|| false);
    {
        let waiting = waiting.clone();
        use_effect_with((), move |()| {
            let listener = Listener::new(&document(), "tally-update-waiting", move || {
                waiting.set(true)
            });
            move || drop(listener)
        });
    }
    if !*waiting {
        return Html::default();
    }
    let accept = Callback::from(|_: MouseEvent| {
        // boot.js hears this; making and sending a plain event cannot fail.
        if let Ok(event) = Event::new("tally-update-accepted") {
            document().dispatch_event(&event).ok();
        }
    });
    html! {
        <p class="banner" role="status" data-testid="update-banner">
            { lang.text(Key::UpdateWaiting) }
            <button type="button" class="button quiet" data-testid="update-button" onclick={accept}>{ lang.text(Key::UpdateNow) }</button>
        </p>
    }
}
