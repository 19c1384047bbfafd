//! A document in the wallet, as one link.

use wording::clock::{age, now_ms};
use wording::{Sort, Tone};
use yew::prelude::*;

use super::icon::{Icon, Sign};
use crate::i18n::{Key, use_lang};
use crate::router::{Link, Route};
use crate::session::Checked;
use crate::wallet::documents::StoredDocument;

/// Properties of [`DocumentCard`].
#[derive(Properties, PartialEq)]
pub(crate) struct DocumentCardProps {
    /// The document.
    pub(crate) document: StoredDocument,
    /// Its verdict, once there is one.
    pub(crate) checked: Option<Checked>,
}

/// Issuer, title, the last four characters, and how it stands.
#[component]
pub(crate) fn DocumentCard(props: &DocumentCardProps) -> Html {
    let lang = use_lang();
    let report = props
        .checked
        .as_ref()
        .and_then(|checked| checked.as_ref().ok());
    let (verdict, tone, word) = match (&props.checked, report) {
        (_, Some(report)) => {
            let words = wording::headline(lang, report);
            (report.headline.kind.code(), words.tone, words.title)
        }
        (Some(_), None) => (
            "undetermined",
            Tone::Unknown,
            lang.text(Key::VerdictUnknown).to_owned(),
        ),
        (None, None) => (
            "checking",
            Tone::Unknown,
            lang.text(Key::Checking).to_owned(),
        ),
    };
    let title = Sort::of(report.map(AsRef::as_ref)).title(lang);
    let issuer = report
        .and_then(|report| report.issuer_name(lang))
        .map(str::to_owned);
    let tail = report.and_then(|report| report.number_tail());
    let as_of = report.and_then(|report| report.freshness).map(|freshness| {
        lang.fill(
            Key::CheckedAsOf,
            &[(
                "age",
                &age(lang, now_ms().saturating_sub(freshness.as_of_ms)),
            )],
        )
    });
    let data_tone = (tone == Tone::Warn).then_some("warn");
    html! {
        <Link to={Route::Document { id: props.document.id.clone() }} class="card-link" testid="document-card-link">
            <span class="card" data-testid="document-card" data-document={props.document.id.clone()} data-verdict={verdict} data-tone={data_tone}>
                <span class="title">
                    { title }
                    if let Some(tail) = tail { <span class="muted">{ format!(" ···· {tail}") }</span> }
                </span>
                <span class={classes!("tag", tone.class())}><Icon sign={Sign::from(tone)} size={16} />{ word }</span>
                <span class="muted small">
                    { issuer.unwrap_or_else(|| lang.text(Key::IssuerNotKnown).to_owned()) }
                    if let Some(as_of) = as_of { { " · " }{ as_of } }
                </span>
            </span>
        </Link>
    }
}
