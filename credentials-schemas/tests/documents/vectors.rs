//! The committed vectors, and those of `TALLYSTICK_EXTRA_VECTORS`.

use std::path::{Path, PathBuf};

use credentials_schemas::identity::{ResidentId, Uscc};
use credentials_schemas::invoice::{InvoiceNumber, Region, RegionStanding, in_words};
use credentials_schemas::json::{Json, JsonErrorKind, Limits, parse, to_jcs};

use crate::edit::{parse_value, set};

/// Runs a test on the committed folder, and on the same folder of the extra vectors if there is
/// one.
fn on_each(folder: &str, test: fn(&Path)) {
    test(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("vectors")
            .join(folder),
    );
    match std::env::var_os("TALLYSTICK_EXTRA_VECTORS") {
        Some(extra) => test(&PathBuf::from(extra).join(folder)),
        None => eprintln!("TALLYSTICK_EXTRA_VECTORS is unset: extra {folder} vectors did not run"),
    }
}

fn read(path: &Path) -> Json {
    let bytes = std::fs::read(path).unwrap_or_else(|error| unreachable!("{path:?}: {error}"));
    parse(&bytes, Limits::default()).unwrap()
}

fn texts<'a>(vectors: &'a Json, name: &str) -> Vec<&'a str> {
    vectors
        .member(name)
        .and_then(Json::as_array)
        .unwrap()
        .iter()
        .filter_map(Json::as_str)
        .collect()
}

#[test]
fn amounts_in_words() {
    on_each("cn", |folder| {
        let vectors = read(&folder.join("amount-in-words.json"));
        let cases = vectors.member("cases").and_then(Json::as_array).unwrap();
        assert!(cases.len() >= 24);
        for case in cases {
            let amount = case.member("amount").and_then(Json::as_str).unwrap();
            let words = case.member("words").and_then(Json::as_str);
            assert_eq!(
                Some(in_words(amount.parse().unwrap()).as_str()),
                words,
                "{amount}"
            );
        }
        // Of the forms that the rule allows we write one, but for 元 and 圆.
        let allowed = vectors
            .member("alternates_allowed_by_pboc")
            .and_then(Json::as_object);
        for (amount, _) in allowed.unwrap() {
            let words = in_words(amount.parse().unwrap()).replace('圆', "元");
            assert!(
                texts(
                    vectors.member("alternates_allowed_by_pboc").unwrap(),
                    amount
                )
                .contains(&words.as_str())
            );
        }
    });
}

#[test]
fn check_digits_of_firms() {
    on_each("cn", |folder| {
        let vectors = read(&folder.join("uscc.json"));
        for code in texts(&vectors, "valid")
            .into_iter()
            .chain(texts(&vectors, "valid_with_check_0"))
        {
            assert!(code.parse::<Uscc>().is_ok(), "{code}");
        }
        for code in texts(&vectors, "invalid") {
            assert!(code.parse::<Uscc>().is_err(), "{code}");
        }
    });
}

#[test]
fn check_digits_of_residents() {
    on_each("cn", |folder| {
        let vectors = read(&folder.join("resident-id.json"));
        for number in texts(&vectors, "valid") {
            assert!(number.parse::<ResidentId>().is_ok(), "{number}");
        }
        for number in texts(&vectors, "invalid") {
            assert!(number.parse::<ResidentId>().is_err(), "{number}");
        }
    });
}

#[test]
fn invoice_numbers() {
    on_each("cn", |folder| {
        let vectors = read(&folder.join("invoice-number.json"));
        for number in texts(&vectors, "valid") {
            assert!(number.parse::<InvoiceNumber>().is_ok(), "{number}");
        }
        for text in texts(&vectors, "invalid") {
            // 99 is nobody's region, so ours for the demo, and marked so.
            let standing = text.parse::<InvoiceNumber>().ok().and_then(|n| n.region());
            let standing = standing.map(|region| region.standing);
            assert!(
                matches!(standing, None | Some(RegionStanding::Demo)),
                "{text}"
            );
        }
        let regions = vectors
            .member("region_codes")
            .and_then(Json::as_object)
            .unwrap();
        for (code, name) in regions {
            let known = Region::find(code).map(|region| region.name_zh);
            assert_eq!(known, name.as_str(), "{code}");
        }
    });
}

/// Mends the three differences between the vectors' form and ours.
fn mended(invoice: &Json) -> Json {
    let mut mended = invoice.clone();
    let lines = invoice.member("lines").and_then(Json::as_array).unwrap();
    for index in 0..lines.len() {
        let number = Json::from((index + 1).to_string());
        mended = set(&mended, &format!("/lines/{index}/lineNo"), Some(number));
    }
    for pointer in ["/redLetter/lineMap/0/line", "/redLetter/lineMap/0/blueLine"] {
        if let Some(Json::Number(number)) = invoice.at(pointer) {
            mended = set(&mended, pointer, Some(number.as_str().into()));
        }
    }
    mended = set(&mended, "/drawer", invoice.member("issuerUser").cloned());
    set(&set(&mended, "/issuerUser", None), "/remark", None)
}

#[test]
fn invoices_of_an_earlier_form() {
    on_each("cn", |folder| {
        for (file, gross) in [
            ("invoice-blue-2lines.json", "1272.00"),
            ("invoice-red-partial.json", "-106.00"),
        ] {
            let vector = read(&folder.join(file));
            let refused = to_jcs(&vector).unwrap_err().kind;
            assert_eq!(refused, JsonErrorKind::NumberNotAllowed, "{file}");
            let invoice = parse_value(&mended(&vector)).unwrap();
            assert_eq!(invoice.gross().to_string(), gross, "{file}");
        }
    });
}

fn check_jcs(input: &Path, output: &Path) {
    assert_eq!(
        to_jcs(&read(input)).unwrap(),
        std::fs::read(output).unwrap(),
        "{input:?}"
    );
}

#[test]
fn canonical_forms() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/jcs");
    for name in ["french", "unicode", "weird"] {
        let path = |kind: &str| folder.join(format!("{name}.{kind}.json"));
        check_jcs(&path("input"), &path("output"));
    }
    let Some(extra) = std::env::var_os("TALLYSTICK_EXTRA_VECTORS") else {
        eprintln!("TALLYSTICK_EXTRA_VECTORS is unset: extra jcs vectors did not run");
        return;
    };
    let folder = PathBuf::from(extra).join("jcs");
    for name in ["french.json", "unicode.json", "weird.json"] {
        check_jcs(
            &folder.join("input").join(name),
            &folder.join("output").join(name),
        );
    }
    for name in ["arrays.json", "structures.json", "values.json"] {
        let refused = to_jcs(&read(&folder.join("input").join(name)))
            .unwrap_err()
            .kind;
        assert_eq!(refused, JsonErrorKind::NumberNotAllowed, "{name}");
    }
}
