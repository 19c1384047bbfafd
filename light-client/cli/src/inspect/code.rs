//! What is in a code.

use std::io::{self, Write};

use light_client::{
    compact::{Compact, Figures},
    short_code::ShortCode,
};

use super::Parts;
use crate::{
    moment,
    words::{Lang, Text, field_label},
};

const KIND: &str = credentials_schemas::invoice::DOCUMENT_TYPE;

pub(super) fn write_compact<W: Write>(
    compact: &Compact,
    parts: &mut Parts<'_, W>,
) -> io::Result<()> {
    let lang = parts.lang;
    let (batch, head) = (&compact.batch, &compact.head);
    parts.wire(
        Text::new("账本", "ledger"),
        &compact.ledger,
        compact.ledger.to_string(),
    )?;
    let words = Text::new(
        "票面内容、盐与其余字段的根",
        "printed, salt, root of the rest",
    );
    let name = Text::new("票面", "figures");
    parts.wire(name, &compact.figures, words.of(lang))?;
    write_figures(&compact.figures, parts)?;
    let (height, epoch, time) = (head.height, head.epoch, moment::rfc3339(head.time_ms.0));
    let signatures = head.certificate.signatures.len();
    let words = match lang {
        Lang::Zh => format!("第 {height} 块，第 {epoch} 届，{time}，{signatures} 个签名"),
        Lang::En => format!("block {height}, epoch {epoch}, {time}, {signatures} signatures"),
    };
    parts.detail(
        Text::new("区块头与终局证书", "header and quorum certificate"),
        words,
    )?;
    let (steps, log_steps) = (batch.batch_path.path.len(), batch.log_path.path.len());
    let words = match lang {
        Lang::Zh => format!(
            "{} 于第 {} 块登记一批 {} 份，批次证明 {steps} 步，日志证明 {log_steps} 步",
            batch.issuer, batch.height, batch.count
        ),
        Lang::En => format!(
            "by {} in block {}, batch of {}, {steps} steps to the batch root, {log_steps} to the log root",
            batch.issuer, batch.height, batch.count
        ),
    };
    parts.detail(Text::new("登记路径", "paths"), words)
}

pub(super) fn write_short_code<W: Write>(text: &str, parts: &mut Parts<'_, W>) -> io::Result<()> {
    let name = Text::new("短码", "short code");
    match ShortCode::parse(text) {
        Ok(code) => {
            let words = Text::new(
                "只说明纸上写了什么，不能证明任何事",
                "says what the paper says; it proves nothing",
            );
            parts.whole(name, words.of(parts.lang))?;
            write_figures(code.figures(), parts)
        }
        Err(error) => parts.whole(name, error.to_string()),
    }
}

fn write_figures<W: Write>(figures: &Figures, parts: &mut Parts<'_, W>) -> io::Result<()> {
    for (path, value) in figures.printed.shown() {
        let label = field_label(KIND, path, parts.lang);
        parts.detail(
            Text::new("票面内容", "printed"),
            format!("{label} = {value}"),
        )?;
    }
    Ok(())
}
