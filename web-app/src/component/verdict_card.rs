//! A verdict in three layers: headline, four questions, evidence.

use std::rc::Rc;

use light_client::verdict::Reason;
use wording::clock::{age, date_time, now_ms};
use wording::report::{Question, Report};
use yew::prelude::*;

use super::icon::{Icon, Sign};
use super::question::QuestionRow;
use super::technical::Technical;
use crate::i18n::{Key, use_lang};
use crate::session::{Connection, use_session};

const QUESTIONS: [Question; 4] = [
    Question::Issuer,
    Question::Content,
    Question::Registered,
    Question::Standing,
];

/// Properties of [`VerdictCard`].
#[derive(Properties, PartialEq)]
pub(crate) struct VerdictCardProps {
    /// The verdict.
    pub(crate) report: Rc<Report>,
    /// The name of the file, outside the wallet.
    #[prop_or_default]
    pub(crate) file: Option<AttrValue>,
}

/// A verdict.
#[component]
pub(crate) fn VerdictCard(props: &VerdictCardProps) -> Html {
    let lang = use_lang();
    let report = &props.report;
    let words = wording::headline(lang, report);
    html! {
        <section class="verdict" data-testid="verdict" data-verdict={report.headline.kind.code()}
            data-reason={report.headline.reason.map(Reason::code).unwrap_or_default()} data-file={props.file.clone()}>
            <div class={classes!("verdict-head", words.tone.class())} role="status">
                <Icon sign={Sign::from(words.tone)} size={36} />
                <h2 data-testid="verdict-headline">{ words.title }</h2>
                <p data-testid="verdict-sentence">{ words.sentence }</p>
                if let Some(next) = words.next {
                    <p class="next">{ lang.text(next) }</p>
                }
            </div>
            <dl class="questions">
                { for QUESTIONS.map(|question| html! { <QuestionRow {question} report={report.clone()} /> }) }
                <FreshnessRow report={report.clone()} />
            </dl>
            <Technical report={report.clone()} />
            <p class="print-only">{ lang.fill(Key::PrintNotice, &[("time", &date_time(lang, now_ms()))]) }</p>
        </section>
    }
}

/// How new the answer is.
#[component]
fn FreshnessRow(props: &VerdictCardProps) -> Html {
    let lang = use_lang();
    let connection = use_session().shared.connection;
    let Some(freshness) = props.report.freshness else {
        return html! {
            <div class="question" data-testid="freshness">
                <dt>{ lang.text(Key::AskFreshness) }</dt><dd>{ lang.text(Key::FreshnessNone) }</dd>
            </div>
        };
    };
    let age_ms = now_ms().saturating_sub(freshness.as_of_ms);
    let key = if connection == Connection::Offline {
        Key::FreshnessOffline
    } else {
        Key::Freshness
    };
    let words = lang.fill(
        key,
        &[
            ("time", &date_time(lang, freshness.as_of_ms)),
            ("age", &age(lang, age_ms)),
        ],
    );
    html! {
        <div class="question" data-testid="freshness" data-as-of-ms={freshness.as_of_ms.to_string()} data-age-ms={age_ms.to_string()}>
            <dt>{ lang.text(Key::AskFreshness) }</dt><dd>{ words }</dd>
        </div>
    }
}
