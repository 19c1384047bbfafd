//! The published schemas and metadata say what the code does.

use credentials_schemas::credential::{
    ClaimKind, Completeness, Credential, CredentialType, Disclosure, ENVELOPE_CLAIMS,
};
use credentials_schemas::invoice::{Decimal, DocType, Fen, RedReason, VatCategory, VatRate};
use credentials_schemas::json::Json;
use credentials_schemas::schema;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::string::string_regex;
use proptest::test_runner::TestRunner;

use crate::edit::{parse_value, set};
use crate::json_schema::{check, check_invoice, load};
use crate::samples::{RED, RICH, complete};

fn strings(value: &Json) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Json::as_str)
        .collect()
}

#[test]
fn samples_are_of_the_published_shape() {
    for sample in [RICH, RED] {
        assert_eq!(check_invoice(complete(sample).invoice.json()), Ok(()));
    }
}

/// Whatever the schema calls unknown, missing or of the wrong type, the parser refuses as TI-02,
/// and the other way round: both know the same members, at every level.
#[test]
fn schema_and_parser_know_the_same_members() {
    let sample = complete(RICH).invoice;
    let sample = set(
        sample.json(),
        "/specific",
        None.or(Some(Json::Object(vec![]))),
    );
    let sample = set(&sample, "/specific", None);
    let objects = [
        "",
        "/seller",
        "/buyer",
        "/agency",
        "/lines/0",
        "/totals",
        "/vatBreakdown/0",
    ];
    for object in objects {
        let unknown = set(&sample, &format!("{object}/unknown"), Some("x".into()));
        assert!(check_invoice(&unknown).is_err(), "{object}");
        assert_eq!(
            parse_value(&unknown).unwrap_err().code(),
            "TI-02",
            "{object}"
        );
        let names: Vec<String> = sample
            .at(object)
            .and_then(Json::as_object)
            .unwrap()
            .iter()
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            let pointer = format!("{object}/{name}");
            let other_type = set(
                &sample,
                &pointer,
                Some(Json::Array(vec![Json::Array(vec![])])),
            );
            assert!(check_invoice(&other_type).is_err(), "{pointer}");
            assert!(parse_value(&other_type).is_err(), "{pointer}");
            let without = set(&sample, &pointer, None);
            if check_invoice(&without).is_err() {
                let code = parse_value(&without).unwrap_err().code();
                assert!(matches!(code, "TI-02" | "TI-21"), "{pointer}: {code}");
            }
        }
    }
}

#[test]
fn code_lists_of_the_schema_are_those_of_the_code() {
    let schema = load(schema::INVOICE);
    let agree = |pointer: &str, codes: Vec<&'static str>| {
        assert_eq!(strings(schema.at(pointer).unwrap()), codes, "{pointer}");
    };
    agree(
        "/properties/docType/enum",
        DocType::ALL.iter().map(|code| code.code()).collect(),
    );
    agree(
        "/$defs/vatCategory/enum",
        VatCategory::ALL.iter().map(|code| code.code()).collect(),
    );
    let reasons = RedReason::ALL.iter().map(|code| code.code()).collect();
    agree("/$defs/redLetter/properties/reason/enum", reasons);
    agree(
        "/$defs/vatRate/enum",
        VatRate::all().iter().map(VatRate::text).collect(),
    );
}

/// What a pattern generates, the code accepts (but for what the schema excludes beside it).
#[test]
fn patterns_of_the_schema_are_forms_of_the_code() {
    let schema = load(schema::INVOICE);
    let mut runner = TestRunner::default();
    let mut sample = |name: &str, accepts: fn(&str) -> bool| {
        let definition = schema.at(&format!("/$defs/{name}")).unwrap();
        let pattern = definition.member("pattern").and_then(Json::as_str).unwrap();
        let strategy = string_regex(pattern.trim_matches(['^', '$'])).unwrap();
        for _ in 0..500 {
            let text = strategy.new_tree(&mut runner).unwrap().current();
            let fits = check(definition, &text.as_str().into()).is_ok();
            assert_eq!(accepts(&text), fits, "{name}: {text}");
        }
    };
    sample("money", |text| text.parse::<Fen>().is_ok());
    sample("decimal", |text| text.parse::<Decimal>().is_ok());
}

#[test]
fn type_metadata_follows_the_tables() {
    for kind in CredentialType::ALL {
        let metadata = load(schema::type_metadata(kind.vct()).unwrap());
        assert_eq!(
            metadata.member("vct").and_then(Json::as_str),
            Some(kind.vct())
        );
        assert_eq!(
            metadata.at("/display/0/name").and_then(Json::as_str),
            Some(kind.name_zh())
        );
        assert_eq!(
            metadata.at("/display/1/name").and_then(Json::as_str),
            Some(kind.name_en())
        );
        let rows = metadata.member("claims").and_then(Json::as_array).unwrap();
        assert_eq!(rows.len(), kind.claims().len());
        for (row, spec) in rows.iter().zip(kind.claims()) {
            let sd = match spec.disclosure {
                Disclosure::Always => "always",
                Disclosure::Never => "never",
            };
            let label = |locale: &str, label: &str| {
                Json::object([("locale", locale.into()), ("label", label.into())])
            };
            let display = vec![label("zh-CN", spec.label_zh), label("en", spec.label_en)];
            let expected = Json::object([
                ("path", Json::Array(vec![spec.name.into()])),
                ("display", Json::Array(display)),
                ("mandatory", spec.is_mandatory.into()),
                ("sd", sd.into()),
            ]);
            assert_eq!(row, &expected, "{} {}", kind.vct(), spec.name);
        }
    }
    assert_eq!(schema::type_metadata("urn:example:other"), None);
    assert_eq!(schema::for_vct("urn:example:other"), None);
}

#[test]
fn credential_schemas_follow_the_tables() {
    for kind in CredentialType::ALL {
        let schema = load(schema::for_vct(kind.vct()).unwrap());
        let properties = schema
            .member("properties")
            .and_then(Json::as_object)
            .unwrap();
        let names: Vec<&str> = properties.iter().map(|(name, _)| name.as_str()).collect();
        let subject = kind.claims().iter().map(|spec| spec.name);
        let expected: Vec<&str> = ENVELOPE_CLAIMS.into_iter().chain(subject).collect();
        assert_eq!(names, expected);
        let mandatory = kind.claims().iter().filter(|spec| spec.is_mandatory);
        let required: Vec<&str> = core::iter::once("vct")
            .chain(mandatory.map(|spec| spec.name))
            .collect();
        assert_eq!(strings(schema.member("required").unwrap()), required);
        for spec in kind.claims() {
            let property = schema.at(&format!("/properties/{}", spec.name)).unwrap();
            let member = |name: &str| property.member(name);
            match spec.kind {
                ClaimKind::Code(codes) => {
                    let codes: Vec<&str> = codes.iter().map(|code| code.code).collect();
                    assert_eq!(strings(member("enum").unwrap()), codes);
                }
                ClaimKind::Text { max_chars } => {
                    let max = member("maxLength").and_then(Json::as_number);
                    assert_eq!(max, Some(max_chars.to_string().as_str()), "{}", spec.name);
                }
                ClaimKind::Flag => {
                    assert_eq!(member("type").and_then(Json::as_str), Some("boolean"));
                }
                ClaimKind::Date | ClaimKind::DocumentNumber | ClaimKind::Portrait => {
                    assert!(member("pattern").is_some(), "{}", spec.name);
                }
            }
        }
    }
}

/// A value that fits its row, for any kind of claim.
fn fitting(kind: ClaimKind) -> Json {
    match kind {
        ClaimKind::Code(codes) => codes[0].code.into(),
        ClaimKind::Date => "1992-05-16".into(),
        ClaimKind::DocumentNumber => "990103199205160011".into(),
        ClaimKind::Flag => true.into(),
        ClaimKind::Portrait => "data:image/png;base64,iVBORw0KGgo=".into(),
        ClaimKind::Text { max_chars } => "长".repeat(max_chars).into(),
    }
}

#[test]
fn schema_and_reader_agree_claim_by_claim() {
    for kind in CredentialType::ALL {
        let schema = load(schema::for_vct(kind.vct()).unwrap());
        let mut members = vec![("vct".to_owned(), Json::from(kind.vct()))];
        members.extend(
            kind.claims()
                .iter()
                .map(|row| (row.name.to_owned(), fitting(row.kind))),
        );
        let whole = Json::Object(members);
        let verdicts = |payload: &Json| {
            let read = Credential::parse(payload, Completeness::Whole).is_ok();
            (check(&schema, payload).is_ok(), read)
        };
        assert_eq!(verdicts(&whole), (true, true), "{}", kind.vct());
        for row in kind.claims() {
            let pointer = format!("/{}", row.name);
            let without = verdicts(&set(&whole, &pointer, None));
            assert_eq!(
                without,
                (!row.is_mandatory, !row.is_mandatory),
                "{}",
                row.name
            );
            for wrong in [
                Json::Null,
                "".into(),
                "长".repeat(301).into(),
                Json::Array(vec![]),
            ] {
                let wrong = verdicts(&set(&whole, &pointer, Some(wrong)));
                assert_eq!(wrong, (false, false), "{}", row.name);
            }
        }
        let unknown = set(&whole, "/unknown", Some("x".into()));
        assert_eq!(verdicts(&unknown), (false, false));
    }
}
