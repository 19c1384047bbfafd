//! Answers for people.

use std::io::{self, Write};

use light_client::verdict::{CheckResult, Evidence, Freshness, Headline, Outcome, Verdict};

use crate::{
    answer::{Mark, Row, Summary},
    csv::yuan,
    moment,
    words::{self, Lang, Text, clean, labelled},
};

/// Writes what was decided about one file, what it repeats, why, and what was not checked.
pub(crate) fn write(row: &Row<'_>, lang: Lang, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", clean(row.file))?;
    // What a document repeats stands below its verdict.
    let body = &row.judged.body;
    let (first, rest) = body.split_once('\n').unwrap_or((body, ""));
    writeln!(out, "{first}")?;
    write_marks(row, &mut Lines { lang, out })?;
    writeln!(out, "{rest}")
}

/// What is said of a document alone.
pub(crate) fn body(verdict: &Verdict, lang: Lang) -> String {
    let mut text = Vec::new();
    let mut lines = Lines {
        lang,
        out: &mut text,
    };
    // Memory takes everything.
    let _written = write_body(verdict, &mut lines);
    String::from_utf8_lossy(&text).into_owned()
}

fn write_body<W: Write>(verdict: &Verdict, lines: &mut Lines<'_, W>) -> io::Result<()> {
    lines.line(VERDICT, &headline(verdict, lines.lang))?;
    write_evidence(&verdict.evidence, lines)?;
    if let Some(freshness) = &verdict.freshness {
        lines.line(AS_OF, &as_of(freshness, lines.lang))?;
    }
    write_fields(verdict, lines)?;
    write_checks(&verdict.checks, lines)
}

fn write_marks<W: Write>(row: &Row<'_>, lines: &mut Lines<'_, W>) -> io::Result<()> {
    let lang = lines.lang;
    for mark in &row.marks {
        let of = match mark {
            Mark::SameFile | Mark::SameContent => row.duplicate_of,
            Mark::NumberConflict => row.conflict_with,
            Mark::SeenBefore | Mark::OtherBuyer => None,
        };
        let words = mark.words().of(lang);
        lines.line(
            MARK,
            &of.map_or(words.to_owned(), |of| format!("{words}: {}", clean(of))),
        )?;
    }
    if let Some(seen) = row.seen {
        let (time, by) = (moment::rfc3339(seen.time_ms), clean(&seen.by.to_string()));
        lines.line(SEEN, &format!("{time}, {by}"))?;
    }
    Ok(())
}

/// Writes how many files there were, of which kinds.
pub(crate) fn write_summary(summary: &Summary, lang: Lang, out: &mut impl Write) -> io::Result<()> {
    let Summary {
        documents,
        valid,
        invalid,
        undetermined,
        duplicates,
        conflicts,
        ..
    } = summary;
    match lang {
        Lang::Zh => writeln!(
            out,
            "共核对 {documents} 个文件：有效 {valid}，无效 {invalid}，无法确定 {undetermined}；\
             重复 {duplicates}，同号不同内容 {conflicts}。"
        )?,
        Lang::En => writeln!(
            out,
            "{documents} files verified: {valid} valid, {invalid} invalid, {undetermined} \
             undetermined; {duplicates} duplicates, {conflicts} numbers in conflict."
        )?,
    }
    if !summary.complete {
        let text = Text::new(
            "中途停止：其余文件没有核对。",
            "Interrupted: the other files were not verified.",
        );
        writeln!(out, "{}", text.of(lang))?;
    }
    Ok(())
}

const VERDICT: Text = Text::new("结论", "Verdict");
const MARK: Text = Text::new("注意", "Note");
const SEEN: Text = Text::new("首次见到", "First seen");
const AS_OF: Text = Text::new("截至", "As of");

/// Lines of the form `label: text`, indented.
struct Lines<'a, W> {
    lang: Lang,
    out: &'a mut W,
}

impl<W: Write> Lines<'_, W> {
    fn line(&mut self, label: Text, text: &str) -> io::Result<()> {
        self.pair("  ", label.of(self.lang), text)
    }

    fn pair(&mut self, indent: &str, label: &str, text: &str) -> io::Result<()> {
        let line = labelled(label, text, self.lang);
        writeln!(self.out, "{indent}{line}")
    }
}

fn headline(verdict: &Verdict, lang: Lang) -> String {
    let word = words::headline(&verdict.headline).of(lang);
    let Some(reason) = verdict.headline.reason() else {
        return word.to_owned();
    };
    let issuer = match (&verdict.evidence.issuer, lang) {
        (Some(issuer), Lang::Zh) => clean(&issuer.name.zh),
        (Some(issuer), Lang::En) => clean(&issuer.name.en),
        (None, _) => Text::new("签发者", "the issuer").of(lang).to_owned(),
    };
    let freshness = verdict.freshness.as_ref();
    let time = freshness
        .map(|freshness| moment::rfc3339(freshness.as_of_ms))
        .unwrap_or_default();
    let sentence = words::reason(reason).of(lang);
    let sentence = sentence
        .replace("{issuer}", &issuer)
        .replace("{time}", &time);
    match lang {
        Lang::Zh => format!("{word}。{}（{}）", capitalised(&sentence), reason.code()),
        Lang::En => format!("{word}. {} ({})", capitalised(&sentence), reason.code()),
    }
}

fn capitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn write_evidence<W: Write>(evidence: &Evidence, lines: &mut Lines<'_, W>) -> io::Result<()> {
    let lang = lines.lang;
    if let Some(document) = &evidence.document {
        let document_type = clean(&document.document_type);
        if let Some(name) = words::document_name(&document.document_type, lang) {
            lines.line(
                Text::new("种类", "Kind"),
                &format!("{name} ({document_type})"),
            )?;
        } else if !document_type.is_empty() {
            lines.line(Text::new("种类", "Kind"), &document_type)?;
        }
        if let Some(rule) = &document.broken_rule {
            lines.line(Text::new("不合规则", "Broken rule"), &clean(rule))?;
        }
    }
    if let Some(issuer) = &evidence.issuer {
        let (zh, en) = (clean(&issuer.name.zh), clean(&issuer.name.en));
        let text = match lang {
            Lang::Zh => format!("{zh}（{}）", issuer.id),
            Lang::En => format!("{en} ({})", issuer.id),
        };
        lines.line(Text::new("签发者（登记）", "Issuer (registered)"), &text)?;
    } else if let Some(claimed) = evidence
        .document
        .as_ref()
        .and_then(|d| d.claimed_issuer.as_ref())
    {
        let label = Text::new("签发者（文件自称，未证实）", "Issuer (claimed, not proved)");
        lines.line(label, &clean(claimed))?;
    }
    if let Some(ledger) = &evidence.ledger {
        let demo = if ledger.demo {
            Text::new("，仅供演示", ", for demonstration only").of(lang)
        } else {
            ""
        };
        let text = match lang {
            Lang::Zh => format!(
                "{}{demo}，第 {} 块，{} 个验证机构中 {} 个已签名",
                clean(&ledger.name),
                ledger.height,
                ledger.validators,
                ledger.signers
            ),
            Lang::En => format!(
                "{}{demo}, block {}, signed by {} of {} validators",
                clean(&ledger.name),
                ledger.height,
                ledger.signers,
                ledger.validators
            ),
        };
        lines.line(Text::new("账本", "Ledger"), &text)?;
    }
    if let Some(anchor) = &evidence.anchor {
        let time = moment::rfc3339(anchor.time_ms);
        lines.line(Text::new("登记时间", "Registered"), &time)?;
    }
    if let Some(status) = &evidence.status {
        let text = format!(
            "{} · {} · {}",
            words::standing(status.standing).of(lang),
            words::status_reason(status.reason).of(lang),
            moment::rfc3339(status.effective_ms)
        );
        lines.line(Text::new("状态", "Standing"), &text)?;
        let text = format!(
            "{} · {} · {}",
            clean(status.by.as_str()),
            words::deciding_role(status.role).of(lang),
            clean(status.basis.as_str())
        );
        lines.line(Text::new("决定", "Decided"), &text)?;
    }
    if let Some(invoice) = &evidence.invoice {
        let (gross, remaining) = (yuan(invoice.gross_fen), yuan(invoice.remaining_fen));
        let (red, booking) = (
            yuan(invoice.red_fen),
            words::booking(invoice.booking).of(lang),
        );
        let mut text = match lang {
            Lang::Zh => format!("价税合计 {gross}，可报 {remaining}，已红冲 {red}，{booking}"),
            Lang::En => {
                format!("gross {gross}, left to claim {remaining}, taken back {red}, {booking}")
            }
        };
        if invoice.pledged {
            text.push_str(Text::new("，已质押", ", pledged").of(lang));
        }
        lines.line(Text::new("账本金额（元）", "On the ledger (CNY)"), &text)?;
    }
    Ok(())
}

fn as_of(freshness: &Freshness, lang: Lang) -> String {
    let time = moment::rfc3339(freshness.as_of_ms);
    let age = moment::age(freshness.age_ms, lang);
    let limit = moment::age(freshness.max_age_ms, lang);
    match lang {
        Lang::Zh => format!("{time}（{age}前；要求不超过 {limit}）"),
        Lang::En => format!("{time} ({age} old; at most {limit} asked for)"),
    }
}

fn write_fields<W: Write>(verdict: &Verdict, lines: &mut Lines<'_, W>) -> io::Result<()> {
    let lang = lines.lang;
    let Some(document) = verdict
        .evidence
        .document
        .as_ref()
        .filter(|d| !d.fields.is_empty())
    else {
        return Ok(());
    };
    let label = match verdict.headline {
        Headline::Valid => Text::new("内容", "Content"),
        Headline::Invalid(_) => Text::new("内容（不可采信）", "Content (not to be relied on)"),
        Headline::Undetermined(_) => Text::new("内容（未能确定）", "Content (not decided)"),
    };
    lines.line(label, "")?;
    let kind = &document.document_type;
    for field in document
        .fields
        .iter()
        .filter(|field| words::is_shown(kind, &field.path))
    {
        let label = words::field_label(kind, &field.path, lang);
        let value = words::field_value(kind, &field.path, &field.value, lang);
        lines.pair("    ", &label, &value)?;
    }
    if document.undisclosed > 0 {
        let text = document.undisclosed.to_string();
        lines.pair(
            "    ",
            Text::new("未出示的项数", "Not disclosed").of(lang),
            &text,
        )?;
    }
    Ok(())
}

fn write_checks<W: Write>(checks: &[CheckResult], lines: &mut Lines<'_, W>) -> io::Result<()> {
    let lang = lines.lang;
    let group = |is_in: fn(Outcome) -> bool| {
        let names = checks.iter().filter(|result| is_in(result.outcome));
        let names: Vec<&str> = names
            .map(|result| words::check(result.check).of(lang))
            .collect();
        names.join(Text::new("、", ", ").of(lang))
    };
    let groups = [
        (
            Text::new("核对通过", "Passed"),
            group(|outcome| outcome == Outcome::Passed),
        ),
        (
            Text::new("不成立", "Failed"),
            group(|outcome| matches!(outcome, Outcome::Failed(_))),
        ),
        (
            Text::new("无法确定", "Undecided"),
            group(|outcome| matches!(outcome, Outcome::Unknown(_))),
        ),
        (
            Text::new("未核对或不适用", "Not checked or not applicable"),
            group(|outcome| outcome == Outcome::NotChecked),
        ),
    ];
    for (label, names) in groups.iter().filter(|(_, names)| !names.is_empty()) {
        lines.line(*label, names)?;
    }
    Ok(())
}
