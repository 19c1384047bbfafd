//! One mutation per rule: each is refused with its own code, at the field.

use std::collections::BTreeSet;

use credentials_schemas::invoice::{Invoice, Rule};
use credentials_schemas::json::{Json, Limits};

use crate::edit::{parse_value, set};
use crate::samples::{RED, RICH, complete};

/// A changed value, the code of the rule it breaks, and the field that is blamed.
type Case = (
    &'static str,
    Option<&'static str>,
    &'static str,
    &'static str,
);

const AT_FIELD: &str = "";

/// `None` removes; an empty pointer blames the field itself.
const CASES: &[Case] = &[
    ("/schema", Some("tallystick/invoice/2"), "TI-02", AT_FIELD),
    ("/currency", Some("USD"), "TI-02", AT_FIELD),
    ("/kind", Some("green"), "TI-02", AT_FIELD),
    ("/docType", Some("99"), "TI-02", AT_FIELD),
    ("/colour", Some("red"), "TI-02", AT_FIELD),
    ("/lines/0/colour", Some("red"), "TI-02", AT_FIELD),
    ("/seller/natural", Some("x"), "TI-02", AT_FIELD),
    ("/seller/name", None, "TI-02", AT_FIELD),
    ("/totals", None, "TI-02", AT_FIELD),
    ("/lines", Some("none"), "TI-02", AT_FIELD),
    ("/lines/1", Some("none"), "TI-02", AT_FIELD),
    ("/drawer", Some(""), "TI-02", AT_FIELD),
    ("/buyer/natural", Some("no"), "TI-02", AT_FIELD),
    ("/lines/0/unitCode", Some("KGM"), "TI-02", AT_FIELD),
    ("/lines/0/vatCategory", Some("X"), "TI-02", AT_FIELD),
    ("/lines/1/discountOf", Some("01"), "TI-02", AT_FIELD),
    // Beyond the last line there can be, and beyond what a machine counts.
    ("/lines/1/discountOf", Some("100001"), "TI-02", AT_FIELD),
    (
        "/lines/1/discountOf",
        Some("18446744073709551615"),
        "TI-02",
        AT_FIELD,
    ),
    ("/kind", Some("red"), "TI-26", "/lines/0/netAmount"),
    ("/seller/name", Some("恒轴\u{200b}轴承"), "TI-03", AT_FIELD),
    ("/seller/name", Some("恒轴\u{202e}轴承"), "TI-03", AT_FIELD),
    ("/drawer", Some("Mu\u{308}ller"), "TI-03", AT_FIELD),
    ("/terms", Some("a\nb"), "TI-03", AT_FIELD),
    ("/lines/0/netAmount", Some("17100"), "TI-05", AT_FIELD),
    ("/lines/0/vatAmount", Some("02223.00"), "TI-05", AT_FIELD),
    ("/lines/2/vatAmount", Some("-0.00"), "TI-05", AT_FIELD),
    ("/totals/gross", Some("20,296.00"), "TI-05", AT_FIELD),
    ("/lines/0/quantity", Some("200.0"), "TI-06", AT_FIELD),
    ("/lines/0/unitPrice", Some("8.55e1"), "TI-06", AT_FIELD),
    ("/lines/0/vatRate", Some("0.17"), "TI-07", AT_FIELD),
    ("/lines/0/vatRate", Some("0.130"), "TI-07", AT_FIELD),
    ("/vatBreakdown/0/vatRate", Some("13%"), "TI-07", AT_FIELD),
    ("/number", Some("2699100000000000201"), "TI-08", AT_FIELD),
    ("/number", Some("26001000000000002016"), "TI-08", AT_FIELD),
    ("/number", Some("26991000000000000000"), "TI-08", AT_FIELD),
    (
        "/number",
        Some("25991000000000002016"),
        "TI-09",
        "/issuedAt",
    ),
    (
        "/issuedAt",
        Some("2026-02-29T09:00:00+08:00"),
        "TI-09",
        AT_FIELD,
    ),
    ("/issuedAt", Some("2026-09-02T09:00:00Z"), "TI-09", AT_FIELD),
    ("/paymentDue", Some("2026-09-31"), "TI-09", AT_FIELD),
    ("/seller/id", Some("91990106MA0DEM0047"), "TI-10", AT_FIELD),
    ("/seller/id", Some("990106MA0DEM004"), "TI-10", AT_FIELD),
    ("/buyer/id", Some("91990105MA0DEM002J"), "TI-10", AT_FIELD),
    ("/buyer/id", Some("990103199205160011"), "TI-10", AT_FIELD),
    ("/buyer/id", None, "TI-10", AT_FIELD),
    ("/buyer/id", Some("91990106MA0DEM0046"), "TI-11", AT_FIELD),
    ("/buyer/id", Some("310115607234567"), "TI-12", AT_FIELD),
    ("/seller/did", Some("did:tally"), "TI-13", AT_FIELD),
    (
        "/agency/did",
        Some("https://example.org"),
        "TI-13",
        AT_FIELD,
    ),
    ("/lines/0/lineNo", Some("2"), "TI-20", AT_FIELD),
    ("/lines/2", None, "TI-20", "/lines/2/lineNo"),
    ("/lines/0/unitPrice", None, "TI-21", AT_FIELD),
    ("/lines/0/quantity", None, "TI-21", AT_FIELD),
    ("/lines/0/unitPrice", Some("-85.5"), "TI-21", AT_FIELD),
    ("/lines/0/netAmount", Some("17100.01"), "TI-22", AT_FIELD),
    (
        "/lines/0/quantity",
        Some("201"),
        "TI-22",
        "/lines/0/netAmount",
    ),
    ("/lines/0/vatAmount", Some("2223.01"), "TI-23", AT_FIELD),
    (
        "/lines/1/netAmount",
        Some("-100.10"),
        "TI-23",
        "/lines/1/vatAmount",
    ),
    ("/lines/3/deduction", Some("-0.01"), "TI-24", AT_FIELD),
    ("/lines/3/deduction", Some("1000.01"), "TI-24", AT_FIELD),
    ("/lines/3/vatAmount", Some("60.00"), "TI-24", AT_FIELD),
    ("/remark", Some("400.00"), "TI-24", "/lines/3/deduction"),
    ("/remark", None, "TI-24", "/lines/3/deduction"),
    ("/lines/2/exemptionReason", None, "TI-25", AT_FIELD),
    ("/lines/0/exemptionReason", Some("none"), "TI-25", AT_FIELD),
    (
        "/lines/2/vatCategory",
        Some("Z"),
        "TI-25",
        "/lines/2/exemptionReason",
    ),
    (
        "/lines/2/vatCategory",
        Some("S"),
        "TI-25",
        "/lines/2/vatRate",
    ),
    ("/lines/2/vatRate", Some("0.13"), "TI-25", AT_FIELD),
    ("/lines/1/discountOf", None, "TI-26", "/lines/1/netAmount"),
    ("/lines/1/discountOf", Some("2"), "TI-26", AT_FIELD),
    ("/lines/2/discountOf", Some("2"), "TI-26", AT_FIELD),
    (
        "/lines/1/taxClassCode",
        Some("1090122010000000001"),
        "TI-26",
        "/lines/1/discountOf",
    ),
    ("/lines/2/netAmount", Some("-50.00"), "TI-26", AT_FIELD),
    (
        "/lines/0/taxClassCode",
        Some("109012201000000000"),
        "TI-27",
        AT_FIELD,
    ),
    ("/lines/0/itemName", Some("深沟球轴承"), "TI-27", AT_FIELD),
    ("/lines/0/itemName", Some("*轴承*"), "TI-27", AT_FIELD),
    ("/lines/0/itemName", Some("**轴承"), "TI-27", AT_FIELD),
    ("/totals/net", Some("18050.01"), "TI-30", AT_FIELD),
    ("/totals/tax", Some("2246.01"), "TI-31", AT_FIELD),
    ("/totals/gross", Some("20296.01"), "TI-32", AT_FIELD),
    ("/vatBreakdown/1/taxable", Some("50.01"), "TI-33", AT_FIELD),
    (
        "/vatBreakdown/0/tax",
        Some("2210.01"),
        "TI-33",
        "/vatBreakdown/0/taxable",
    ),
    ("/vatBreakdown/2", None, "TI-33", "/vatBreakdown"),
    (
        "/totals/grossInWords",
        Some("贰万零贰佰玖拾陆元整"),
        "TI-34",
        AT_FIELD,
    ),
];

#[test]
fn every_mutation_is_refused_with_its_code_at_its_field() {
    let valid = complete(RICH).invoice;
    for &(pointer, value, code, blamed) in CASES {
        let error = parse_value(&set(valid.json(), pointer, value.map(Json::from)));
        let error = error.expect_err(pointer);
        let blamed = if blamed.is_empty() { pointer } else { blamed };
        assert_eq!(
            (error.code(), error.pointer.as_str()),
            (code, blamed),
            "{pointer}: {value:?}"
        );
    }
}

#[test]
fn bytes_that_are_not_the_canonical_form_are_refused() {
    let bytes = String::from_utf8(complete(RICH).bytes).unwrap();
    let refusal = |from: &str, to: &str| {
        let edited = bytes.replacen(from, to, 1);
        assert_ne!(edited, bytes, "{from} is in the sample");
        let error = Invoice::parse(edited.as_bytes(), Limits::default()).unwrap_err();
        (error.code(), error.pointer)
    };
    let at = |code, pointer: &str| (code, pointer.to_owned());
    assert_eq!(
        refusal("\"lineNo\":\"1\"", "\"lineNo\":1"),
        at("TI-01", "/lines/0/lineNo")
    );
    assert_eq!(
        refusal("\"natural\":false", "\"natural\":null"),
        at("TI-01", "/buyer/natural")
    );
    assert_eq!(
        refusal("\"keyId\":\"k1\"", "\"keyId\":\"k1\",\"keyId\":\"k1\""),
        at("TI-02", "")
    );
    assert_eq!(refusal("k1", "k\\ud8001"), at("TI-03", ""));
    assert_eq!(refusal("\"keyId\":", "\"keyId\": "), at("TI-04", ""));
    assert_eq!(refusal("k1", "\\u006b1"), at("TI-04", ""));
    assert_eq!(
        refusal("{\"agency\"", "{\"zzz\":\"\",\"agency\""),
        at("TI-04", "")
    );
    assert_eq!(refusal("{\"agency\"", "[{\"agency\""), at("TI-04", ""));
    let mut not_utf8 = bytes.into_bytes();
    let name = not_utf8.windows(2).position(|pair| pair == b"k1").unwrap();
    not_utf8[name] = 0xff;
    assert_eq!(
        Invoice::parse(&not_utf8, Limits::default())
            .unwrap_err()
            .code(),
        "TI-03"
    );
}

#[test]
fn a_document_beyond_the_limits_is_not_read() {
    let bytes = complete(RICH).bytes;
    let limits = Limits {
        max_bytes: bytes.len(),
        ..Limits::default()
    };
    assert!(Invoice::parse(&bytes, limits).is_ok());
    let tight = Limits {
        max_bytes: bytes.len() - 1,
        ..limits
    };
    assert_eq!(Invoice::parse(&bytes, tight).unwrap_err().code(), "LIMIT");
}

#[test]
fn a_special_invoice_needs_a_firm_as_buyer() {
    let buyer = Json::object([("name", "李明".into()), ("natural", true.into())]);
    let document = set(complete(RICH).invoice.json(), "/buyer", Some(buyer));
    assert_eq!(parse_value(&document).unwrap_err().rule, Rule::BuyerCode);
    let ordinary = set(&document, "/docType", Some("82".into()));
    assert!(parse_value(&ordinary).is_ok());
}

#[test]
fn a_discount_takes_no_more_than_its_line() {
    let at = |net: &str, vat: &str| {
        let document = set(
            complete(RICH).invoice.json(),
            "/lines/1/netAmount",
            Some(net.into()),
        );
        let document = set(&document, "/lines/1/vatAmount", Some(vat.into()));
        parse_value(&document).unwrap_err().code()
    };
    assert_eq!(at("-17100.00", "-2223.00"), "TI-30");
    assert_eq!(at("-17100.01", "-2223.00"), "TI-26");
    assert_eq!(at("0.00", "0.00"), "TI-26");
}

#[test]
fn rates_end_with_their_day() {
    let on = |year: &str| {
        let line = |member: &str, value: &str, document: &Json| {
            set(document, &format!("/lines/2/{member}"), Some(value.into()))
        };
        let number = format!("{}991000000000002016", &year[2..]);
        let document = complete(RICH).invoice.json().clone();
        let document = set(&document, "/number", Some(number.into()));
        let issued_at = format!("{year}-01-01T00:00:00+08:00");
        let document = set(&document, "/issuedAt", Some(issued_at.into()));
        let document = set(&document, "/lines/2/exemptionReason", None);
        let document = line("vatCategory", "S", &line("vatRate", "0.01", &document));
        parse_value(&line("vatAmount", "0.50", &document))
            .unwrap_err()
            .code()
    };
    // In force, so that the next thing wrong is the total.
    assert_eq!(on("2027"), "TI-31");
    assert_eq!(on("2028"), "TI-07");
}

#[test]
fn sums_out_of_range_are_money_out_of_range() {
    let document = complete(RICH).invoice.json().clone();
    let largest = "9999999999999999.99";
    let document = set(&document, "/lines/2/netAmount", Some(largest.into()));
    assert_eq!(parse_value(&document).unwrap_err().rule, Rule::Money);
}

#[test]
fn the_sign_of_the_gross_follows_the_kind() {
    let blue = r#"{"number": "26991000000000000017", "docType": "82",
        "issuedAt": "2026-09-02T09:00:00+08:00",
        "seller": {"id": "91990106MA0DEM0046", "name": "恒轴"},
        "buyer": {"name": "李明", "natural": true},
        "lines": [{"itemName": "*轴承*样品", "taxClassCode": "1090122010000000000",
                   "netAmount": "0.00", "vatCategory": "Z", "vatRate": "0"}]}"#;
    let draft =
        credentials_schemas::invoice::InvoiceDraft::parse(blue.as_bytes(), Limits::default());
    let error = draft.unwrap().complete().unwrap_err();
    assert_eq!(
        (error.code(), error.pointer.as_str()),
        ("TI-35", "/totals/gross")
    );

    let red = complete(RED).invoice.json().clone();
    let red = set(&red, "/lines/0/quantity", Some("0".into()));
    let red = set(&red, "/lines/0/netAmount", Some("0.00".into()));
    let red = set(&red, "/lines/0/vatAmount", Some("0.00".into()));
    let red = set(&red, "/vatBreakdown/0/taxable", Some("0.00".into()));
    let red = set(&red, "/vatBreakdown/0/tax", Some("0.00".into()));
    let zero = [
        ("net", "0.00"),
        ("tax", "0.00"),
        ("gross", "0.00"),
        ("grossInWords", "零圆整"),
    ];
    let zero = Json::object(zero.map(|(name, value)| (name, value.into())));
    assert_eq!(
        parse_value(&set(&red, "/totals", Some(zero)))
            .unwrap_err()
            .rule,
        Rule::Sign
    );
}

#[test]
fn a_red_letter_has_its_shape() {
    let red = complete(RED).invoice.json().clone();
    for (pointer, value, code) in [
        ("/redLetter", None, "TI-02"),
        ("/redLetter/blueNumber", Some("2699"), "TI-08"),
        ("/redLetter/confirmationNo", Some("99"), "TI-02"),
        ("/redLetter/reason", Some("05"), "TI-02"),
        ("/redLetter/full", Some("no"), "TI-02"),
        ("/redLetter/lineMap/0", None, "TI-02"),
        ("/redLetter/lineMap/0/line", Some("2"), "TI-02"),
        ("/redLetter/lineMap/0/blueLine", Some("0"), "TI-02"),
        ("/lines/0/quantity", Some("100"), "TI-22"),
    ] {
        let error = parse_value(&set(&red, pointer, value.map(Json::from))).expect_err(pointer);
        assert_eq!(error.code(), code, "{pointer}");
    }
    let confirmed_by_none = set(&red, "/redLetter/confirmationNo", None);
    assert!(parse_value(&confirmed_by_none).is_ok());
    let blue = complete(RICH).invoice.json().clone();
    let both = set(&blue, "/redLetter", red.member("redLetter").cloned());
    let error = parse_value(&both).unwrap_err();
    assert_eq!(
        (error.code(), error.pointer.as_str()),
        ("TI-02", "/redLetter")
    );
}

#[test]
fn every_rule_without_a_ledger_has_a_mutation() {
    let elsewhere = ["TI-01", "TI-04", "TI-35"];
    let covered: BTreeSet<&str> = CASES
        .iter()
        .map(|(_, _, code, _)| *code)
        .chain(elsewhere)
        .collect();
    let expected: BTreeSet<String> = (1..=13)
        .chain(20..=27)
        .chain(30..=35)
        .map(|rule: u8| format!("TI-{rule:02}"))
        .collect();
    assert_eq!(covered, expected.iter().map(String::as_str).collect());
}
