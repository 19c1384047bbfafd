//! `tallystick inspect`: what is in a bundle, part by part, in words and in bytes.

mod code;
mod parts;

use std::{
    io::{self, Write},
    path::PathBuf,
};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use credentials_schemas::json::{Json, to_jcs};
use light_client::{
    bundle::{Bundle, Document, Proofs},
    cbor::Writer,
    compact::Compact,
    document::{Credential, CredentialLimits, InvoiceDocument},
    short_code::ShortCode,
    state::StateProof,
};

use crate::{
    args::{Failure, USAGE},
    input, moment,
    words::{Lang, Text},
};
use parts::Parts;

#[derive(Debug, clap::Args)]
pub(crate) struct InspectOptions {
    /// A bundle (.tally), a picture of a code (.png), or an SD-JWT.
    file: PathBuf,
    /// Show the bytes of each part too, hexadecimal.
    #[arg(long)]
    bytes: bool,
}

/// Explains a file; decides nothing.
pub(crate) fn run(
    options: &InspectOptions,
    lang: Lang,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let bytes = input::read_document(&options.file, lang)?;
    let mut parts = Parts::new(&bytes, options.bytes, lang, out);
    parts.line(Text::new(
        "以下只是文件所写，什么都没有核对。要核对请用 tallystick verify。",
        "This is what the file says; nothing has been checked. To check it: tallystick verify.",
    ))?;
    let name = Text::new("文件", "file");
    if let Ok(bundle) = Bundle::parse(&bytes) {
        parts.whole(name, options.file.display().to_string())?;
        write_document(&bundle.document, &mut parts)?;
        write_proofs(&bundle.proofs, &mut parts)?;
        return Ok(0);
    }
    if let Ok(compact) = Compact::parse(&bytes) {
        parts.whole(name, options.file.display().to_string())?;
        code::write_compact(&compact, &mut parts)?;
        return Ok(0);
    }
    match std::str::from_utf8(&bytes).map(|text| text.trim_end_matches('\n')) {
        Ok(text) if ShortCode::parse(text).is_ok() => {
            code::write_short_code(text, &mut parts)?;
            Ok(0)
        }
        Ok(text) if text.starts_with("eyJ") => {
            parts.whole(name, options.file.display().to_string())?;
            write_credential(text, &mut parts)?;
            Ok(0)
        }
        _ => {
            parts.line(Text::new(
                "既不是凭证文件或二维码，也不是 SD-JWT。",
                "Neither a bundle, nor a code, nor an SD-JWT.",
            ))?;
            Ok(USAGE)
        }
    }
}

fn write_document<W: Write>(document: &Document, parts: &mut Parts<'_, W>) -> io::Result<()> {
    match document {
        Document::Credential(text) => write_credential(text, parts),
        Document::Invoice { content, seed } => {
            let name = Text::new("发票", "invoice");
            match InvoiceDocument::parse(content, *seed, Default::default()) {
                Ok(document) => {
                    let invoice = document.invoice();
                    let (lines, fields) = (invoice.lines().len(), invoice.fields().len());
                    let (seller, gross) = (invoice.seller().name(), invoice.gross());
                    let number = document.number();
                    let words = match parts.lang {
                        Lang::Zh => format!(
                            "{number}，{seller}，价税合计 {gross}，{lines} 行，{fields} 个字段"
                        ),
                        Lang::En => format!(
                            "{number}, {seller}, gross {gross}, {lines} lines, {fields} fields"
                        ),
                    };
                    parts.part(name, content, words)?;
                }
                Err(error) => parts.part(name, content, format!("{error} ({})", error.code()))?,
            }
            let words = Text::new(
                "各字段的盐由它导出，请勿外传",
                "all salts come from it; keep it to yourself",
            );
            parts.part(Text::new("种子", "seed"), seed, words.of(parts.lang))
        }
    }
}

fn write_credential<W: Write>(text: &str, parts: &mut Parts<'_, W>) -> io::Result<()> {
    let name = Text::new("凭证", "credential");
    let credential = match Credential::parse(text, CredentialLimits::default()) {
        Ok(credential) => credential,
        Err(error) => {
            return parts.part(name, text.as_bytes(), format!("{error} ({})", error.code()));
        }
    };
    let words = format!(
        "{}, {}",
        credential.document_type(),
        credential.algorithm().name()
    );
    let mut pieces = text.split('~');
    let signed = pieces.next().unwrap_or(text);
    parts.part(name, signed.as_bytes(), words)?;
    for disclosure in pieces.filter(|piece| !piece.is_empty()) {
        let name = Text::new("披露项", "disclosure");
        parts.part(name, disclosure.as_bytes(), decoded(disclosure))?;
    }
    parts.detail(
        Text::new("签发者密钥", "issuer's key"),
        credential.issuer().key_url(),
    )?;
    let time = |time: i64| moment::rfc3339(u64::try_from(time).unwrap_or(0).saturating_mul(1000));
    parts.detail(
        Text::new("签发时间", "issued"),
        time(credential.issued_at().0),
    )?;
    if let Some(until) = credential.valid_until() {
        parts.detail(Text::new("有效期至", "valid until"), time(until.0))?;
    }
    for claim in credential.claims() {
        let kind = if claim.selective {
            Text::new("出示的内容", "disclosed claim")
        } else {
            Text::new("始终可见的内容", "visible claim")
        };
        let value = match &claim.value {
            Json::String(text) => text.clone(),
            // A number of a foreign credential has no canonical form.
            other => to_jcs(other).map_or_else(
                |_| String::from("?"),
                |jcs| String::from_utf8_lossy(&jcs).into_owned(),
            ),
        };
        parts.detail(kind, format!("{} = {value}", claim.name))?;
    }
    let undisclosed = credential.undisclosed_count().to_string();
    parts.detail(
        Text::new("未出示的项数", "claims not disclosed"),
        undisclosed,
    )
}

/// The text of a disclosure; a key binding is no disclosure, and stands as it is.
fn decoded(piece: &str) -> String {
    let bytes = Base64UrlUnpadded::decode_vec(piece).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

fn write_proofs<W: Write>(proofs: &Proofs, parts: &mut Parts<'_, W>) -> io::Result<()> {
    let lang = parts.lang;
    let core = &proofs.head.header.core;
    parts.wire(
        Text::new("账本", "ledger"),
        &proofs.ledger,
        proofs.ledger.to_string(),
    )?;
    let (height, epoch, time) = (core.height, core.epoch, moment::rfc3339(core.time_ms.0));
    let words = match lang {
        Lang::Zh => format!("第 {height} 块，第 {epoch} 届，{time}"),
        Lang::En => format!("block {height}, epoch {epoch}, {time}"),
    };
    parts.wire(Text::new("区块头", "header"), &proofs.head.header, words)?;
    let signatures = proofs.head.certificate.signatures.len();
    let words = match lang {
        Lang::Zh => format!("{signatures} 个签名"),
        Lang::En => format!("{signatures} signatures"),
    };
    parts.wire(
        Text::new("终局证书", "quorum certificate"),
        &proofs.head.certificate,
        words,
    )?;
    let count = proofs.handoffs.len().to_string();
    let mut list = Writer::default();
    list.list(&proofs.handoffs);
    parts.part(Text::new("换届", "hand-offs"), &list.finish(), count)?;
    parts.optional(
        Text::new("历史证明", "succession"),
        proofs.succession.as_ref(),
        |succession| format!("→ {}", succession.newest.header.core.height),
    )?;
    parts.wire(Text::new("状态树根", "state roots"), &proofs.roots, "8")?;
    parts.optional(Text::new("登记", "origin"), proofs.origin.as_ref(), |origin| {
        let leaf = &origin.leaf;
        match lang {
            Lang::Zh => format!(
                "{} 于第 {} 块登记一批 {} 份，第 {} 份，批次证明 {} 步，日志证明 {} 步",
                leaf.issuer, leaf.height, leaf.count, origin.batch_path.index,
                origin.batch_path.path.len(), origin.log_path.path.len()
            ),
            Lang::En => format!(
                "by {} in block {}, batch of {}, place {}, {} steps to the batch root, {} to the log root",
                leaf.issuer, leaf.height, leaf.count, origin.batch_path.index,
                origin.batch_path.path.len(), origin.log_path.path.len()
            ),
        }
    })?;
    parts.optional(
        Text::new("签发者登记", "issuer's entry"),
        proofs.registry.as_ref(),
        |proof| presence(proof, lang),
    )?;
    parts.optional(
        Text::new("撤销状态", "standing"),
        proofs.status.as_ref(),
        |proof| presence(proof, lang),
    )?;
    parts.optional(
        Text::new("发票登记", "invoice's entries"),
        proofs.invoice.as_ref(),
        |entries| {
            let [lease, used, record] = [
                presence(&entries.lease, lang),
                presence(&entries.used, lang),
                presence(&entries.record, lang),
            ];
            match lang {
                Lang::Zh => format!("号段{lease}，号码{used}，金额{record}"),
                Lang::En => format!("lease {lease}, number {used}, amounts {record}"),
            }
        },
    )
}

fn presence<T>(proof: &StateProof<T>, lang: Lang) -> String {
    let text = match proof {
        StateProof::Present(..) => Text::new("在册", "present"),
        StateProof::Absent(_) => Text::new("不在册", "absent"),
    };
    text.of(lang).to_owned()
}
