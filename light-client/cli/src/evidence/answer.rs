//! The answer of `check`, for people.

use std::{
    io::{self, Write},
    path::Path,
};

use light_client::verdict::{DepositVerdict, LedgerEvidence};

use super::words::{self, agency};
use crate::{
    moment,
    words::{Lang, Text, clean, labelled},
};

/// Writes what was decided about a file, and on which grounds.
pub(super) fn write(
    file: &Path,
    verdict: &DepositVerdict,
    lang: Lang,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "{}", clean(&file.display().to_string()))?;
    let mut line =
        |label: Text, text: &str| writeln!(out, "  {}", labelled(label.of(lang), text, lang));
    line(Text::new("结论", "Finding"), &finding(verdict, lang))?;
    if let Some(digest) = verdict.digest {
        line(Text::new("存证摘要", "Digest"), &digest.to_hex())?;
    }
    if let Some(found) = &verdict.deposit {
        let time = moment::rfc3339(found.recorded_ms);
        let text = match lang {
            Lang::Zh => format!("{time}，第 {} 区块", found.recorded_height),
            Lang::En => format!("{time}, block {}", found.recorded_height),
        };
        line(Text::new("登记时间", "Deposited at"), &text)?;
        line(Text::new("登记机构", "By"), &agency(found, lang))?;
    }
    if let Some(ledger) = &verdict.ledger {
        line(Text::new("账本", "Ledger"), &header(ledger, lang))?;
        let time = moment::rfc3339(ledger.time_ms);
        line(Text::new("证明截至", "Proved as of"), &time)?;
    }
    Ok(())
}

fn finding(verdict: &DepositVerdict, lang: Lang) -> String {
    let reason = verdict.headline.reason();
    let why = reason.map(|reason| (words::reason(reason), reason.code()));
    crate::words::finding(words::headline(&verdict.headline), why, lang)
}

fn header(ledger: &LedgerEvidence, lang: Lang) -> String {
    let name = clean(&ledger.name);
    let (height, signers, all) = (ledger.height, ledger.signers, ledger.validators);
    let demo = Text::new("，仅供演示", ", for demonstration only").of(lang);
    let demo = if ledger.demo { demo } else { "" };
    match lang {
        Lang::Zh => {
            format!("{name}{demo}，第 {height} 区块，{all} 个验证机构中 {signers} 个已签名")
        }
        Lang::En => {
            format!("{name}{demo}, block {height}, signed by {signers} of {all} validators")
        }
    }
}
