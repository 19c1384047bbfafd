//! `tallystick compact` and `tallystick compare`: codes for paper.

use std::{io::Write, path::Path};

use light_client::{
    bundle::Bundle,
    compact::{Compact, CompactError, MAX_QR_BYTES},
    short_code::{ShortCode, ShortCodeError, ShortCodeMismatch},
};
use tally_qr::{Code, TooLong};

use crate::{
    args::{CompactOptions, Failure},
    input, output,
    words::{Lang, Text, clean, field_label},
};

/// Pixels a module: enough for a scanner at any angle, and for print at 300 dpi.
const PIXELS: usize = 8;
/// The sides for print, the white around included.
const FULL_MM: u16 = 60;
const SHORT_MM: u16 = 28;

/// What is drawn, and how large.
struct Drawing {
    content: Vec<u8>,
    code: Result<Code, TooLong>,
    side_mm: u16,
}

/// Draws a code of a bundle's invoice into a new file.
pub(crate) fn draw(
    options: &CompactOptions,
    lang: Lang,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let path = &options.bundle;
    let bundle = Bundle::parse(&input::read(path, lang)?).map_err(|_| no_bundle(path, lang))?;
    let drawing = match &options.short {
        Some(portal) => short(&bundle, portal, lang)?,
        None => full(&bundle, lang)?,
    };
    let extension = options
        .out
        .extension()
        .and_then(|extension| extension.to_str());
    let bytes = match (extension, &drawing.code) {
        (Some("tally"), _) => drawing.content.clone(),
        (Some("png"), Ok(code)) => code.to_picture(PIXELS).to_png(),
        (Some("svg"), Ok(code)) => code.to_svg(drawing.side_mm).into_bytes(),
        (Some("png" | "svg"), Err(_)) => return Err(too_long(drawing.content.len(), lang)),
        _ => return Err(unknown_picture(&options.out, lang)),
    };
    output::write_new(&options.out, &bytes, lang)?;
    let (length, side) = (drawing.content.len(), drawing.side_mm);
    let version = drawing.code.map_or(0, |code| code.version());
    match lang {
        Lang::Zh => writeln!(
            out,
            "{length} 字节，二维码版本 {version}，边长 {side} 毫米。"
        )?,
        Lang::En => writeln!(
            out,
            "{length} bytes, QR version {version}, {side} mm a side."
        )?,
    }
    Ok(0)
}

fn full(bundle: &Bundle, lang: Lang) -> Result<Drawing, Failure> {
    let compact = Compact::from_bundle(bundle).map_err(|error| no_compact(&error, lang))?;
    let content = compact.to_bytes();
    Ok(Drawing {
        code: Code::of_bytes(&content),
        content,
        side_mm: FULL_MM,
    })
}

fn short(bundle: &Bundle, portal: &str, lang: Lang) -> Result<Drawing, Failure> {
    let code = ShortCode::from_bundle(bundle).map_err(|error| no_compact(&error, lang))?;
    let [prefix, digits] = code.parts(portal).map_err(|error| no_short(&error, lang))?;
    Ok(Drawing {
        code: Code::of_address(&prefix, &digits),
        content: (prefix + &digits).into_bytes(),
        side_mm: SHORT_MM,
    })
}

/// Says whether a short code and a proof are of the same invoice, figure by figure.
pub(crate) fn compare(
    code: &Path,
    proof: &Path,
    lang: Lang,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let text = String::from_utf8(input::read_document(code, lang)?).unwrap_or_default();
    let code = ShortCode::parse(text.trim_end_matches('\n'));
    let code = code.map_err(|error| no_short(&error, lang))?;
    let proof = of_proof(proof, lang)?;
    let (words, exit) = match code.check(&proof) {
        Ok(()) => {
            let same = Text::new(
                "相同：短码与证明说的是同一张发票。证明本身请用 tallystick verify 核对。",
                "The same: code and proof are of one invoice. Verify the proof: tallystick verify.",
            );
            (same.of(lang).to_owned(), 0)
        }
        Err(mismatch) => (differs(mismatch, lang), 1),
    };
    writeln!(out, "{words}")?;
    for (path, value) in proof.figures().printed.shown() {
        let label = field_label(credentials_schemas::invoice::DOCUMENT_TYPE, path, lang);
        writeln!(out, "  {label}: {}", clean(&value))?;
    }
    Ok(exit)
}

fn of_proof(path: &Path, lang: Lang) -> Result<ShortCode, Failure> {
    let bytes = input::read_document(path, lang)?;
    if let Ok(compact) = Compact::parse(&bytes) {
        return Ok(ShortCode::from_compact(&compact));
    }
    let bundle = Bundle::parse(&bytes).map_err(|_| no_bundle(path, lang))?;
    ShortCode::from_bundle(&bundle).map_err(|error| no_compact(&error, lang))
}

fn differs(mismatch: ShortCodeMismatch, lang: Lang) -> String {
    let label = match mismatch {
        ShortCodeMismatch::Figure { path } => {
            field_label(credentials_schemas::invoice::DOCUMENT_TYPE, path, lang)
        }
        ShortCodeMismatch::Ledger => Text::new("账本", "ledger").of(lang).to_owned(),
        _ => Text::new("承诺值", "commitment").of(lang).to_owned(),
    };
    match lang {
        Lang::Zh => format!("不同：{label}。这不是同一张发票，或者内容被改动过。证明的内容："),
        Lang::En => {
            format!("Different: {label}. Not the same invoice, or it was changed. The proof says:")
        }
    }
}

fn no_bundle(path: &Path, lang: Lang) -> Failure {
    let path = path.display();
    Failure::Usage(match lang {
        Lang::Zh => format!("不是凭证文件：{path}"),
        Lang::En => format!("not a bundle: {path}"),
    })
}

fn no_compact(error: &CompactError, lang: Lang) -> Failure {
    Failure::Usage(match lang {
        Lang::Zh => format!("做不出二维码：{error}"),
        Lang::En => format!("there is no code of it: {error}"),
    })
}

fn no_short(error: &ShortCodeError, lang: Lang) -> Failure {
    Failure::Usage(match lang {
        Lang::Zh => format!("短码不能用：{error}"),
        Lang::En => format!("cannot use the short code: {error}"),
    })
}

fn too_long(bytes: usize, lang: Lang) -> Failure {
    Failure::Usage(match lang {
        Lang::Zh => format!("{bytes} 字节，一个二维码放不下（最多 {MAX_QR_BYTES}）；请写成 .tally"),
        Lang::En => {
            format!("{bytes} bytes: one QR code takes {MAX_QR_BYTES} at most; write a .tally")
        }
    })
}

fn unknown_picture(path: &Path, lang: Lang) -> Failure {
    let path = path.display();
    Failure::Usage(match lang {
        Lang::Zh => format!("--out 只能是 .png、.svg 或 .tally：{path}"),
        Lang::En => format!("--out is a .png, .svg or .tally: {path}"),
    })
}
