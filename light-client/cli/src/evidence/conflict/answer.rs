//! What a conflict file proves, for people.

use std::{
    io::{self, Write},
    path::Path,
};

use light_client::{
    key::did_key,
    verdict::{ConflictEvidence, ConflictVerdict, ConflictingHeader, FaultEvidence, Signatory},
};

use super::words;
use crate::{
    moment,
    words::{Lang, Text, clean, labelled},
};

/// Writes what was decided about a conflict file, and what it shows by itself.
pub(super) fn write(
    file: &Path,
    verdict: &ConflictVerdict,
    lang: Lang,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "{}", clean(&file.display().to_string()))?;
    line(
        Text::new("结论", "Finding"),
        &finding(verdict, lang),
        lang,
        out,
    )?;
    match &verdict.conflict {
        Some(conflict) => write_evidence(verdict, conflict, lang, out),
        None => Ok(()),
    }
}

fn line(label: Text, text: &str, lang: Lang, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "  {}", labelled(label.of(lang), text, lang))
}

fn finding(verdict: &ConflictVerdict, lang: Lang) -> String {
    let reason = verdict.headline.reason();
    let why = reason.map(|reason| (words::reason(reason), reason.code()));
    crate::words::finding(words::headline(&verdict.headline), why, lang)
}

fn write_evidence(
    verdict: &ConflictVerdict,
    conflict: &ConflictEvidence,
    lang: Lang,
    out: &mut impl Write,
) -> io::Result<()> {
    if verdict.pinned.is_none() {
        let alone = words::fault(&conflict.fault).of(lang);
        line(Text::new("文件本身", "By itself"), alone, lang, out)?;
    }
    let [first, second] = &conflict.headers;
    for (label, text) in [
        (Text::new("账本", "Ledger"), ledger(verdict, conflict, lang)),
        (Text::new("验证机构", "Validators"), set(conflict, lang)),
        (Text::new("区块一", "First block"), header(first, lang)),
        (Text::new("区块二", "Second block"), header(second, lang)),
    ] {
        line(label, &text, lang, out)?;
    }
    write_signatories(&conflict.fault, verdict.pinned.is_some(), lang, out)?;
    let note = words::note(&conflict.fault).of(lang);
    line(Text::new("注意", "Note"), note, lang, out)
}

fn write_signatories(
    fault: &FaultEvidence,
    is_pinned: bool,
    lang: Lang,
    out: &mut impl Write,
) -> io::Result<()> {
    let both = match fault {
        FaultEvidence::Equivocation { culprits } => culprits,
        FaultEvidence::Fork {
            contradiction,
            suspects,
        } => {
            let how = words::contradiction(*contradiction).of(lang);
            line(Text::new("矛盾", "Contradiction"), how, lang, out)?;
            suspects
        }
    };
    let unconfirmed = if is_pinned { "" } else { UNCONFIRMED.of(lang) };
    let count = format!("{}{unconfirmed}", both.len());
    line(words::signatories(fault), &count, lang, out)?;
    let mut validators = both.iter();
    validators.try_for_each(|validator| write_validator(validator, out))
}

const UNCONFIRMED: Text = Text::new(
    "（名称只是文件自己的说法）",
    " (the names are what the file says, no more)",
);

fn write_validator(validator: &Signatory, out: &mut impl Write) -> io::Result<()> {
    let (agency, key) = (&validator.agency, did_key::format(&validator.key));
    writeln!(out, "    {agency} {key}")
}

fn ledger(verdict: &ConflictVerdict, conflict: &ConflictEvidence, lang: Lang) -> String {
    let id = conflict.ledger.0.to_hex();
    let Some(pinned) = &verdict.pinned else {
        return id;
    };
    let demo = Text::new("，仅供演示", ", for demonstration only").of(lang);
    let (name, demo) = (clean(&pinned.name), if pinned.demo { demo } else { "" });
    match lang {
        Lang::Zh => format!("{name}{demo}（{id}）"),
        Lang::En => format!("{name}{demo} ({id})"),
    }
}

fn set(conflict: &ConflictEvidence, lang: Lang) -> String {
    let (epoch, all, faulty) = (
        conflict.epoch,
        conflict.validators,
        conflict.faulty_at_least,
    );
    let hash = conflict.set_hash;
    match lang {
        Lang::Zh => format!("第 {epoch} 届，{all} 个，其中至少 {faulty} 个出错；名单摘要 {hash}"),
        Lang::En => format!("epoch {epoch}, {all} of them, at least {faulty} faulty; set {hash}"),
    }
}

fn header(header: &ConflictingHeader, lang: Lang) -> String {
    let (height, round, hash) = (header.height, header.round, header.header_hash);
    let time = moment::rfc3339(header.time_ms);
    match lang {
        Lang::Zh => format!("第 {height} 区块，第 {round} 轮，{time}，{hash}"),
        Lang::En => format!("block {height}, round {round}, {time}, {hash}"),
    }
}
