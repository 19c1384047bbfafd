//! A verdict as the page shows it: words in one language, in the order of the page.

use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wording::clock::{age, date_time};
use wording::fields::{self, LineTable, Row, Show};
use wording::report::{CheckResult, Kind, Outcome, Question, Report};
use wording::{Key, Lang, Sort};

/// The questions of a verdict, each with the name by which the page finds it.
const QUESTIONS: [(&str, Question); 4] = [
    ("issuer", Question::Issuer),
    ("content", Question::Content),
    ("registered", Question::Registered),
    ("standing", Question::Standing),
];

/// What the page shows of one file. All texts are to be shown as text.
#[derive(Serialize)]
struct View<'a> {
    /// CSS class of the tone: `tone-ok`, `tone-warn`, `tone-bad`, `tone-unknown`.
    tone: &'static str,
    /// Code of the headline: `valid`, `invalid`, `undetermined`.
    kind: &'static str,
    /// Code of the reason, empty if valid.
    reason: &'static str,
    title: String,
    sentence: String,
    next: Option<&'static str>,
    /// What sort of document it is.
    sort: &'static str,
    /// Whether its ledger is for demonstration only.
    demo: bool,
    questions: Vec<Asked>,
    checks: Vec<Checked>,
    /// A sentence that names the checks that were not made.
    unchecked: Option<String>,
    /// Said above fields whose issuer is not proved.
    unproven: Option<&'static str>,
    fields: Vec<FieldView<'a>>,
    other: Vec<FieldView<'a>>,
    lines: Option<LinesView>,
    undisclosed: Option<String>,
}

/// A question and its answer.
#[derive(Serialize)]
struct Asked {
    name: &'static str,
    asked: &'static str,
    answer: String,
    /// Code: `passed`, `failed`, `unknown`, `not_checked`; none for a question without a sign.
    outcome: Option<&'static str>,
}

/// A check of the light client.
#[derive(Serialize)]
struct Checked {
    name: &'static str,
    outcome: &'static str,
    /// The reason's code, if there is one.
    reason: &'static str,
}

/// A field of the document.
#[derive(Serialize)]
struct FieldView<'a> {
    path: &'a str,
    label: &'a str,
    value: &'a str,
    /// BCP 47 tag of the value, if it has words.
    lang: Option<&'static str>,
    /// `openly`, `on_request`, or `as_picture`: then the value is a `data:` URL.
    show: &'static str,
}

/// An invoice's lines.
#[derive(Serialize)]
struct LinesView {
    caption: &'static str,
    columns: Vec<ColumnView>,
    rows: Vec<Vec<String>>,
}

/// A column of the lines.
#[derive(Serialize)]
struct ColumnView {
    label: &'static str,
    is_number: bool,
}

/// What the page shows of a verdict, as JSON; empty if `verdict` is none.
///
/// `language` is a BCP 47 tag; `now_ms` is Unix milliseconds, from which ages are counted.
#[wasm_bindgen]
pub fn view(verdict: &str, language: &str, now_ms: u64) -> String {
    let lang = Lang::of_tag(language);
    let Some(report) = Report::parse(verdict.to_owned()) else {
        return String::new();
    };
    let rows = fields::of(lang, &report);
    serde_json::to_string(&of(lang, &report, &rows, now_ms)).unwrap_or_default()
}

fn of<'a>(lang: Lang, report: &Report, rows: &'a fields::Rows, now_ms: u64) -> View<'a> {
    let headline = wording::headline(lang, report);
    let reason = report.headline.reason;
    View {
        tone: headline.tone.class(),
        kind: report.headline.kind.code(),
        reason: reason.map_or("", |reason| reason.code()),
        title: headline.title,
        sentence: headline.sentence,
        next: headline.next.map(|next| lang.text(next)),
        sort: Sort::of(Some(report)).title(lang),
        demo: report
            .evidence
            .ledger
            .as_ref()
            .is_some_and(|ledger| ledger.demo),
        questions: questions(lang, report, now_ms),
        checks: report.checks.iter().map(|of| checked(lang, of)).collect(),
        unchecked: unchecked(lang, report),
        unproven: unproven(report).then(|| lang.text(Key::FieldsUnproven)),
        fields: rows.known.iter().map(FieldView::from).collect(),
        other: rows.other.iter().map(FieldView::from).collect(),
        lines: lines(lang, report),
        undisclosed: undisclosed(lang, report),
    }
}

fn questions(lang: Lang, report: &Report, now_ms: u64) -> Vec<Asked> {
    let asked = QUESTIONS.map(|(name, question)| {
        let (asked, answer) = wording::question(lang, question, report);
        Asked {
            name,
            asked: lang.text(asked),
            answer,
            outcome: Some(report.answer(question).code()),
        }
    });
    asked
        .into_iter()
        .chain([freshness(lang, report, now_ms)])
        .collect()
}

fn freshness(lang: Lang, report: &Report, now_ms: u64) -> Asked {
    let answer = match report.freshness.map(|freshness| freshness.as_of_ms) {
        None => lang.text(Key::FreshnessNone).to_owned(),
        Some(as_of_ms) => {
            let age = age(lang, now_ms.saturating_sub(as_of_ms));
            let time = date_time(lang, as_of_ms);
            lang.fill(Key::FreshnessOffline, &[("time", &time), ("age", &age)])
        }
    };
    Asked {
        name: "freshness",
        asked: lang.text(Key::AskFreshness),
        answer,
        outcome: None,
    }
}

fn checked(lang: Lang, result: &CheckResult) -> Checked {
    Checked {
        name: lang.text(wording::check(result.check)),
        outcome: lang.text(wording::outcome(result.outcome)),
        reason: result.reason.map_or("", |reason| reason.code()),
    }
}

/// Names what was not checked: an answer must not seem to say more than it does.
fn unchecked(lang: Lang, report: &Report) -> Option<String> {
    let unchecked = report.checks.iter();
    let unchecked = unchecked.filter(|result| result.outcome == Outcome::NotChecked);
    let names: Vec<&str> = unchecked
        .map(|result| lang.text(wording::check(result.check)))
        .collect();
    let names = names.join(lang.text(Key::ListComma));
    (!names.is_empty()).then(|| lang.fill(Key::SingleUnchecked, &[("checks", &names)]))
}

fn unproven(report: &Report) -> bool {
    report.headline.kind != Kind::Valid && report.answer(Question::Issuer) != Outcome::Passed
}

fn lines(lang: Lang, report: &Report) -> Option<LinesView> {
    let LineTable { columns, rows } = LineTable::of(lang, report);
    let columns = columns.into_iter().map(|column| ColumnView {
        label: column.label,
        is_number: column.is_number,
    });
    (!rows.is_empty()).then(|| LinesView {
        caption: lang.text(Key::LinesTitle),
        columns: columns.collect(),
        rows,
    })
}

fn undisclosed(lang: Lang, report: &Report) -> Option<String> {
    let document = report.evidence.document.as_ref()?;
    let count = document.undisclosed;
    (count > 0).then(|| lang.fill(Key::Undisclosed, &[("n", &count.to_string())]))
}

impl<'a> From<&'a Row> for FieldView<'a> {
    fn from(row: &'a Row) -> Self {
        Self {
            path: &row.path,
            label: &row.label,
            value: &row.value,
            lang: row.lang(),
            show: match row.show {
                Show::AsPicture => "as_picture",
                Show::OnRequest => "on_request",
                Show::Openly => "openly",
            },
        }
    }
}
