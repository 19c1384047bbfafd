//! What a document says, made readable.

use credentials_schemas::{
    credential::{ClaimKind, ClaimSpec, CredentialType},
    invoice::{DOCUMENT_TYPE, Invoice},
};

use super::{Lang, Text};

/// More of one value than this helps nobody on a terminal.
const MAX_CHARS: usize = 200;

/// The name of a type of document, if we have one.
pub(crate) fn document_name(document_type: &str, lang: Lang) -> Option<&'static str> {
    if document_type == DOCUMENT_TYPE {
        return Some(Text::new("数电发票", "E-invoice").of(lang));
    }
    let kind = CredentialType::find(document_type)?;
    Some(match lang {
        Lang::Zh => kind.name_zh(),
        Lang::En => kind.name_en(),
    })
}

/// Whether a field is shown in a summary: of an invoice what is printed on its face.
pub(crate) fn is_shown(document_type: &str, path: &str) -> bool {
    document_type != DOCUMENT_TYPE || Invoice::is_printed(path)
}

/// The label of a field; its path where we have none.
pub(crate) fn field_label(document_type: &str, path: &str, lang: Lang) -> String {
    let label = match claim(document_type, path) {
        Some(spec) => Some(Text::new(spec.label_zh, spec.label_en)),
        None if document_type == DOCUMENT_TYPE => invoice_label(path),
        None => None,
    };
    label.map_or_else(|| clean(path), |label| label.of(lang).to_owned())
}

/// A field's value: codes by their names, nothing that could take over a terminal, not too long.
pub(crate) fn field_value(document_type: &str, path: &str, value: &str, lang: Lang) -> String {
    match claim(document_type, path).map(|spec| spec.kind) {
        Some(ClaimKind::Portrait) => {
            let bytes = value.len();
            Text::new("（照片）", "(portrait)").of(lang).to_owned() + &format!(" {bytes} B")
        }
        Some(ClaimKind::Code(codes)) => match codes.iter().find(|code| code.code == value) {
            Some(code) => Text::new(code.name_zh, code.name_en).of(lang).to_owned(),
            None => clean(value),
        },
        Some(ClaimKind::Flag) if value == "true" => Text::new("是", "yes").of(lang).to_owned(),
        Some(ClaimKind::Flag) => Text::new("否", "no").of(lang).to_owned(),
        Some(ClaimKind::Date | ClaimKind::DocumentNumber | ClaimKind::Text { .. }) | None => {
            clean(value)
        }
    }
}

/// A text from outside as it may appear on a terminal: no control characters, no reversed
/// direction, nothing invisible.
pub(crate) fn clean(text: &str) -> String {
    let mut chars = text.chars();
    let visible = |c: char| {
        if is_hidden(c) {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    let mut cleaned: String = chars.by_ref().take(MAX_CHARS).map(visible).collect();
    if chars.next().is_some() {
        cleaned.push('…');
    }
    cleaned
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

fn claim(document_type: &str, name: &str) -> Option<&'static ClaimSpec> {
    let mut claims = CredentialType::find(document_type)?.claims().iter();
    claims.find(|claim| claim.name == name)
}

fn invoice_label(path: &str) -> Option<Text> {
    Some(match path {
        "/number" => Text::new("发票号码", "Invoice number"),
        "/issuedAt" => Text::new("开票日期", "Issued"),
        "/docType" => Text::new("票种", "Type code"),
        "/seller/id" => Text::new("销售方识别号", "Seller id"),
        "/seller/name" => Text::new("销售方", "Seller"),
        "/buyer/id" => Text::new("购买方识别号", "Buyer id"),
        "/buyer/name" => Text::new("购买方", "Buyer"),
        "/totals/net" => Text::new("合计金额", "Net"),
        "/totals/tax" => Text::new("合计税额", "Tax"),
        "/totals/gross" => Text::new("价税合计", "Gross"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use credentials_schemas::invoice::PRINTED_FIELDS;

    use super::*;

    #[test]
    fn every_printed_field_has_a_label() {
        for path in PRINTED_FIELDS {
            assert_ne!(field_label(DOCUMENT_TYPE, path, Lang::Zh), path);
        }
    }

    #[test]
    fn t47_nothing_takes_over_the_terminal() {
        assert_eq!(
            clean("\u{1b}[2J有\u{202e}效\n"),
            "\u{fffd}[2J有\u{fffd}效\u{fffd}"
        );
        assert_eq!(clean(&"长".repeat(300)).chars().count(), MAX_CHARS + 1);
    }
}
