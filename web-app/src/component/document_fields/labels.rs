//! The names of fields in both languages, in the order in which they are shown.

use crate::i18n::{Key, Lang};
use crate::verification::report::{Field, name};

/// A field with a name of its own.
pub(super) struct Label {
    /// The claim's name, or the JSON pointer without its first slash.
    pub(super) name: &'static str,
    /// Its name for people.
    pub(super) key: Key,
    /// Shown only on request: onlookers need not see it.
    pub(super) secret: bool,
}

const fn open(name: &'static str, key: Key) -> Label {
    Label { name, key, secret: false }
}

const fn secret(name: &'static str, key: Key) -> Label {
    Label { name, key, secret: true }
}

/// All labels, in the order in which they are shown.
pub(super) const ORDER: &[Label] = &[
    open("name", Key::FieldName),
    open("birth_date", Key::FieldBirthDate),
    open("age_over_18", Key::FieldAgeOver18),
    secret("document_number", Key::FieldDocumentNumber),
    secret("address", Key::FieldAddress),
    open("issuing_authority", Key::FieldIssuingAuthority),
    open("certificate_number", Key::FieldCertificateNumber),
    open("issue_date", Key::FieldIssueDate),
    open("expiry_date", Key::FieldExpiryDate),
    open("number", Key::FieldInvoiceNumber),
    open("kind", Key::FieldKind),
    open("docType", Key::FieldInvoiceType),
    open("issuedAt", Key::FieldIssuedAt),
    open("seller/name", Key::FieldSellerName),
    open("seller/id", Key::FieldSellerId),
    open("buyer/name", Key::FieldBuyerName),
    open("buyer/id", Key::FieldBuyerId),
    open("totals/net", Key::FieldNet),
    open("totals/tax", Key::FieldTax),
    open("totals/gross", Key::FieldGross),
    open("totals/grossInWords", Key::FieldGrossInWords),
    open("currency", Key::FieldCurrency),
    open("drawer", Key::FieldDrawer),
    open("remark", Key::FieldRemark),
];

/// The label of a field.
pub(super) fn of(path: &str) -> Option<&'static Label> {
    ORDER.iter().find(|label| label.name == name(path))
}

/// A field's value for people: enumerations translate, the content itself never does.
pub(super) fn value(lang: Lang, field: &Field) -> String {
    match (name(&field.path), field.value.as_str()) {
        (_, "true") => lang.text(Key::Yes).to_owned(),
        (_, "false") => lang.text(Key::No).to_owned(),
        ("kind", "blue") => lang.text(Key::KindBlue).to_owned(),
        ("kind", "red") => lang.text(Key::KindRed).to_owned(),
        ("docType", code) => invoice_type(code).map_or_else(|| code.to_owned(), |key| format!("{} ({code})", lang.text(key))),
        ("issuedAt", time) => china_time(lang, time),
        ("totals/net" | "totals/tax" | "totals/gross", amount) => grouped(amount),
        (_, text) => text.to_owned(),
    }
}

/// Whether a value is a person's number, which onlookers need not see: 17 digits and a check digit.
pub(super) fn is_personal(value: &str) -> bool {
    value.len() == 18
        && value.bytes().take(17).all(|byte| byte.is_ascii_digit())
        && value.ends_with(|last: char| last.is_ascii_digit() || last == 'X')
}

/// A rate such as `0.13` as per cent.
pub(super) fn percent(rate: &str) -> String {
    let digits = rate.strip_prefix("0.").filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    match (rate, digits) {
        ("0", _) => "0%".to_owned(),
        (_, Some(digits)) => {
            let padded = format!("{digits:0<2}");
            let (whole, rest) = padded.split_at(2);
            let whole = whole.strip_prefix('0').unwrap_or(whole);
            if rest.is_empty() { format!("{whole}%") } else { format!("{whole}.{rest}%") }
        }
        (_, None) => rate.to_owned(),
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
    match time.strip_suffix("+08:00").and_then(|local| local.split_once('T')) {
        Some((day, clock)) => lang.fill(Key::ChinaTime, &[("time", &format!("{day} {clock}"))]),
        None => time.to_owned(),
    }
}

/// An amount with its thousands separated.
pub(super) fn grouped(amount: &str) -> String {
    let (sign, rest) = amount.strip_prefix('-').map_or(("", amount), |rest| ("\u{2212}", rest));
    let (whole, decimals) = rest.split_once('.').unwrap_or((rest, ""));
    if whole.is_empty() || !whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit()) {
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
        for (rate, shown) in [("0.13", "13%"), ("0.09", "9%"), ("0.015", "1.5%"), ("0.1", "10%"), ("0", "0%"), ("x", "x")] {
            assert_eq!(percent(rate), shown);
        }
    }

    #[test]
    fn only_numbers_of_people_are_personal() {
        assert!(is_personal("990103199205160011"));
        assert!(is_personal("11010519491231002X"));
        assert!(!is_personal("91990105MA0DEM002H"));
        assert!(!is_personal("26991000000000001017"));
    }

    #[test]
    fn labels_are_found_with_and_without_the_slash() {
        assert!(of("/seller/name").is_some());
        assert!(of("name").is_some());
        assert!(of("/lines/0/itemName").is_none());
    }
}
