//! The JSON reader and the canonical writer against each other and against `serde_json`.

use credentials_schemas::json::{Json, Limits, parse, to_jcs};
use proptest::prelude::*;

/// Values without numbers, of unique names.
fn value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<String>().prop_map(Json::String),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

/// Sorts members at every level, so that values compare by content.
fn sorted(value: Json) -> Json {
    match value {
        Json::Array(items) => Json::Array(items.into_iter().map(sorted).collect()),
        Json::Object(members) => {
            let mut members: Vec<_> = members
                .into_iter()
                .map(|(name, value)| (name, sorted(value)))
                .collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            Json::Object(members)
        }
        leaf => leaf,
    }
}

fn as_serde(value: &Json) -> serde_json::Value {
    match value {
        Json::Null => serde_json::Value::Null,
        Json::Bool(value) => (*value).into(),
        Json::Number(text) => serde_json::from_str(text).unwrap(),
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => items.iter().map(as_serde).collect(),
        Json::Object(members) => serde_json::Value::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone(), as_serde(value)))
                .collect(),
        ),
    }
}

proptest! {
    #[test]
    fn canonical_form_round_trips(value in value()) {
        let bytes = to_jcs(&value).unwrap();
        let parsed = parse(&bytes, Limits::default()).unwrap();
        prop_assert_eq!(&to_jcs(&parsed).unwrap(), &bytes);
        prop_assert_eq!(sorted(parsed), sorted(value));
    }

    #[test]
    fn canonical_form_does_not_depend_on_the_order_of_members(value in value()) {
        prop_assert_eq!(to_jcs(&value), to_jcs(&sorted(value)));
    }

    #[test]
    fn other_readers_agree_on_our_output(value in value()) {
        let bytes = to_jcs(&value).unwrap();
        prop_assert_eq!(serde_json::from_slice::<serde_json::Value>(&bytes).unwrap(), as_serde(&value));
    }

    /// Texts that are nearly JSON. Ours may refuse more (duplicate names), never less.
    #[test]
    fn both_readers_accept_the_same_texts(
        text in r#"[ \[\]{}:,"\\a\-0-9.eEtrufalsn\u{e9}]{0,12}"#
    ) {
        let limits = Limits { max_depth: 100, ..Limits::default() };
        let ours = parse(text.as_bytes(), limits);
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) => prop_assert_eq!(&as_serde(ours), theirs),
            (Err(_), Ok(_)) => {
                let duplicate = credentials_schemas::json::JsonErrorKind::DuplicateName;
                prop_assert_eq!(ours.unwrap_err().kind, duplicate);
            }
            // They parse numbers to f64, where 1e999 does not exist.
            (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("out of range")),
            (Err(_), Err(_)) => {}
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let ours = parse(&bytes, Limits::default()).is_ok();
        let theirs = serde_json::from_slice::<serde_json::Value>(&bytes).is_ok();
        prop_assert!(theirs || !ours);
    }
}
