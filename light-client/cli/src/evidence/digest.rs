//! `tallystick evidence digest`: what to hand to the agency, and what to keep.

use std::io::Write;

use light_client::record::{MAX_EVIDENCE_BYTES, evidence_digest};

use super::{options::DigestOptions, salt};
use crate::{
    args::Failure,
    input, output,
    words::{Lang, Text, clean},
};

pub(super) fn run(
    options: &DigestOptions,
    lang: Lang,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let file = input::read_up_to(&options.file, MAX_EVIDENCE_BYTES, lang)?;
    if file.len() > MAX_EVIDENCE_BYTES {
        let name = options.file.display();
        return Err(Failure::Usage(match lang {
            Lang::Zh => format!("{name} 超过 1 GiB"),
            Lang::En => format!("{name} is longer than 1 GiB"),
        }));
    }
    let salt = match &options.salt {
        Some(source) => source.read(lang)?,
        None => salt::random(lang)?,
    };
    let hex = hex::encode(salt);
    if let Some(path) = &options.out {
        output::write_new(path, format!("{hex}\n").as_bytes(), lang)?;
    }
    let digest = evidence_digest(options.suite.into(), &salt, &file);
    let mut line = |label: Text, text: &str| writeln!(out, "{}: {text}", label.of(lang));
    let name = options.file.display().to_string();
    let size = file.len();
    line(
        Text::new("文件", "File"),
        &format!("{} ({size} B)", clean(&name)),
    )?;
    line(Text::new("存证摘要", "Digest"), &digest.to_hex())?;
    line(Text::new("盐值", "Salt"), &hex)?;
    if let Some(path) = &options.out {
        let path = path.display().to_string();
        line(Text::new("盐值已存入", "Salt kept in"), &clean(&path))?;
    }
    writeln!(out, "{}", KEEP.of(lang))?;
    Ok(0)
}

const KEEP: Text = Text::new(
    "把存证摘要交给机构登记。盐值和原件一起保管，两者一个字节都不能变：丢了盐值，谁也无法再证明这次登记；\
     盐值不要公开，否则猜得出文件的人就能查到它登记过。",
    "Hand the digest to the agency that deposits it. Keep the salt with the original, both unchanged to the \
     last byte: without the salt nobody can ever prove the deposit. Do not publish it: whoever has it and \
     guesses the file can find out that it was deposited.",
);
