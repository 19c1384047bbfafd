//! The fields of an invoice for people.

use super::{Row, Show, is_personal};
use crate::i18n::{Key, Lang};
use crate::report::{Field, name};

/// JSON pointer without its first slash, and name, in the order in which they are shown.
pub(super) const LABELS: [(&str, Key); 16] = [
    ("number", Key::FieldInvoiceNumber),
    ("kind", Key::FieldKind),
    ("docType", Key::FieldInvoiceType),
    ("issuedAt", Key::FieldIssuedAt),
    ("seller/name", Key::FieldSellerName),
    ("seller/id", Key::FieldSellerId),
    ("buyer/name", Key::FieldBuyerName),
    ("buyer/id", Key::FieldBuyerId),
    ("totals/net", Key::FieldNet),
    ("totals/tax", Key::FieldTax),
    ("totals/gross", Key::FieldGross),
    ("totals/grossInWords", Key::FieldGrossInWords),
    ("currency", Key::FieldCurrency),
    ("drawer", Key::FieldDrawer),
    ("remark", Key::FieldRemark),
    ("redLetter/blueNumber", Key::FieldBlueNumber),
];

/// A field's row.
pub(super) fn row(lang: Lang, label: Key, field: &Field) -> Row {
    let show = if is_personal(&field.value) {
        Show::OnRequest
    } else {
        Show::Openly
    };
    Row {
        path: field.path.clone(),
        label: lang.text(label).to_owned(),
        value: value(lang, field),
        show,
    }
}

/// Whether a field belongs to a line, which the table shows.
pub(super) fn is_line(path: &str) -> bool {
    name(path).starts_with("lines/")
}

fn value(lang: Lang, field: &Field) -> String {
    match (name(&field.path), field.value.as_str()) {
        ("kind", "blue") => lang.text(Key::KindBlue).to_owned(),
        ("kind", "red") => lang.text(Key::KindRed).to_owned(),
        ("docType", code) => invoice_type(code).map_or_else(
            || code.to_owned(),
            |key| format!("{} ({code})", lang.text(key)),
        ),
        ("issuedAt", time) => china_time(lang, time),
        ("totals/net" | "totals/tax" | "totals/gross", amount) => grouped(amount),
        (_, text) => text.to_owned(),
    }
}

const fn invoice_type(code: &str) -> Option<Key> {
    Some(match code.as_bytes() {
        b"81" => Key::InvoiceSpecial,
        b"82" => Key::InvoiceOrdinary,
        b"51" => Key::InvoiceRail,
        b"61" => Key::InvoiceAir,
        _ => return None,
    })
}

/// An RFC 3339 time of China's zone without its letters.
fn china_time(lang: Lang, time: &str) -> String {
    match time
        .strip_suffix("+08:00")
        .and_then(|local| local.split_once('T'))
    {
        Some((day, clock)) => lang.fill(Key::ChinaTime, &[("time", &format!("{day} {clock}"))]),
        None => time.to_owned(),
    }
}

/// An amount with its thousands separated.
pub(super) fn grouped(amount: &str) -> String {
    let (sign, rest) = amount
        .strip_prefix('-')
        .map_or(("", amount), |rest| ("\u{2212}", rest));
    let (whole, decimals) = rest.split_once('.').unwrap_or((rest, ""));
    if whole.is_empty()
        || !whole
            .bytes()
            .chain(decimals.bytes())
            .all(|byte| byte.is_ascii_digit())
    {
        return amount.to_owned();
    }
    let mut text = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !decimals.is_empty() {
        text.push('.');
        text.push_str(decimals);
    }
    text
}

/// A rate such as `0.13` as per cent.
pub(super) fn percent(rate: &str) -> String {
    let digits = rate
        .strip_prefix("0.")
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    match (rate, digits) {
        ("0", _) => "0%".to_owned(),
        (_, Some(digits)) => {
            let padded = format!("{digits:0<2}");
            let (whole, rest) = padded.split_at(2);
            let whole = whole.strip_prefix('0').unwrap_or(whole);
            if rest.is_empty() {
                format!("{whole}%")
            } else {
                format!("{whole}.{rest}%")
            }
        }
        (_, None) => rate.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated_and_nothing_else_changes() {
        assert_eq!(grouped("545.00"), "545.00");
        assert_eq!(grouped("19323.00"), "19,323.00");
        assert_eq!(grouped("-1234567.89"), "\u{2212}1,234,567.89");
        assert_eq!(grouped("100"), "100");
        assert_eq!(grouped("12x4"), "12x4");
        assert_eq!(grouped(""), "");
    }

    #[test]
    fn rates_are_per_cent() {
        for (rate, shown) in [
            ("0.13", "13%"),
            ("0.09", "9%"),
            ("0.015", "1.5%"),
            ("0.1", "10%"),
            ("0", "0%"),
            ("x", "x"),
        ] {
            assert_eq!(percent(rate), shown);
        }
    }

    #[test]
    fn times_of_other_zones_stay_as_they_are() {
        let shown = |time: &str| china_time(Lang::En, time);
        assert_eq!(
            shown("2026-09-21T14:13:20+08:00"),
            "2026-09-21 14:13:20 (UTC+8)"
        );
        assert_eq!(shown("2026-09-21T14:13:20Z"), "2026-09-21T14:13:20Z");
    }
}
