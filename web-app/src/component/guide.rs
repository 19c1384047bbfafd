//! The guide of a demo: present only where a demo serves this page.

use gloo_net::http::Request;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::browser::window;
use crate::i18n::{Key, Lang, use_lang};
use crate::router::{Link, Route};

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Bilingual {
    zh: String,
    en: String,
}

impl Bilingual {
    fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// What the demo says about itself: `/demo.json`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Demo {
    watermark: Bilingual,
    place: Bilingual,
    folder: Option<String>,
    steps: Vec<Step>,
}

/// One thing to try.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Step {
    id: String,
    title: Bilingual,
    text: Bilingual,
    /// A file of this site to check.
    open: Option<String>,
    /// An offer to receive.
    offer: Option<String>,
}

/// The demo's description, if this page is served by a demo.
#[hook]
pub(crate) fn use_demo() -> Option<Demo> {
    let demo = use_state(|| None);
    {
        let demo = demo.clone();
        use_effect_with((), move |()| {
            spawn_local(async move {
                if let Ok(response) = Request::get("/demo.json").send().await {
                    demo.set(response.json::<Demo>().await.ok());
                }
            });
        });
    }
    (*demo).clone()
}

/// Properties of the demo's parts.
#[derive(Properties, PartialEq)]
pub(crate) struct DemoProps {
    /// The demo.
    pub(crate) demo: Demo,
}

/// The line that says that nothing here is real.
#[component]
pub(crate) fn Watermark(props: &DemoProps) -> Html {
    let lang = use_lang();
    let Demo {
        watermark, place, ..
    } = &props.demo;
    html! {
        <p class="watermark" data-testid="demo-watermark">{ format!("{} · {}", watermark.text(lang), place.text(lang)) }</p>
    }
}

/// What to try, step by step.
#[component]
pub(crate) fn Guide(props: &DemoProps) -> Html {
    let lang = use_lang();
    let wide = window()
        .match_media("(min-width: 62rem)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches());
    html! {
        <aside class="guide" aria-label={lang.text(Key::GuideTitle)} data-testid="guide-panel">
            <details open={wide}>
                <summary>{ lang.text(Key::GuideTitle) }</summary>
                if let Some(folder) = &props.demo.folder {
                    <p class="intro">{ lang.text(Key::GuideFolder) }{ " " }<span class="mono">{ folder }</span></p>
                }
                <ol>{ for props.demo.steps.iter().map(|step| view_step(step, lang)) }</ol>
            </details>
        </aside>
    }
}

fn view_step(step: &Step, lang: Lang) -> Html {
    let target = match (&step.open, &step.offer) {
        (Some(file), _) => Some((
            Route::Verify {
                file: Some(file.clone()),
            },
            Key::GuideOpen,
        )),
        (None, Some(offer)) => Some((
            Route::Receive {
                offer: Some(offer.clone()),
            },
            Key::GuideReceive,
        )),
        (None, None) => None,
    };
    html! {
        <li data-testid={format!("guide-step-{}", step.id)}>
            <h3>{ step.title.text(lang) }</h3>
            <p>{ step.text.text(lang) }</p>
            if let Some((to, words)) = target {
                <Link {to} class="button quiet" testid={format!("guide-open-{}", step.id)}>{ lang.text(words) }</Link>
            }
        </li>
    }
}
