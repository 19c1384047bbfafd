//! One question of a verdict and its answer.

use wording::report::{Outcome, Question, Report};
use yew::prelude::*;

use super::icon::{Icon, Sign};
use crate::i18n::use_lang;

/// Properties of [`QuestionRow`].
#[derive(Properties, PartialEq)]
pub(crate) struct QuestionRowProps {
    /// The question.
    pub(crate) question: Question,
    /// The verdict that answers it.
    pub(crate) report: std::rc::Rc<Report>,
}

/// A question, its answer in words, and a sign.
#[component]
pub(crate) fn QuestionRow(props: &QuestionRowProps) -> Html {
    let lang = use_lang();
    let (asked, answer) = wording::question(lang, props.question, &props.report);
    let outcome = props.report.answer(props.question);
    let (sign, class) = match outcome {
        Outcome::Passed => (Sign::Tick, "mark mark-ok"),
        Outcome::Failed => (Sign::Cross, "mark mark-bad"),
        Outcome::Unknown | Outcome::NotChecked => (Sign::Unknown, "mark mark-unknown"),
    };
    let testid = match props.question {
        Question::Content => "question-content",
        Question::Issuer => "question-issuer",
        Question::Registered => "question-registered",
        Question::Standing => "question-standing",
    };
    html! {
        <div class="question" data-testid={testid} data-outcome={outcome.code()}>
            <dt>{ lang.text(asked) }</dt>
            <dd>{ answer }</dd>
            <dd class={class}><Icon {sign} size={20} /></dd>
        </div>
    }
}
