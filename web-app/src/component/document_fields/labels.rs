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
    secret("buyer/id", Key::FieldBuyerId),
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
        ("totals/net" | "totals/tax" | "totals/gross", amount) => grouped(amount),
        (_, text) => text.to_owned(),
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
    fn labels_are_found_with_and_without_the_slash() {
        assert!(of("/seller/name").is_some());
        assert!(of("name").is_some());
        assert!(of("/lines/0/itemName").is_none());
    }
}
