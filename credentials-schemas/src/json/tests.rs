use super::{Json, JsonErrorKind, Limits, parse, to_jcs, to_shown};

fn refusal(text: &str) -> JsonErrorKind {
    parse(text.as_bytes(), Limits::default())
        .expect_err(text)
        .kind
}

fn canonical(text: &str) -> String {
    let value = parse(text.as_bytes(), Limits::default()).expect(text);
    String::from_utf8(to_jcs(&value).expect(text)).expect("canonical form is UTF-8")
}

#[test]
fn numbers_keep_their_text() {
    for text in [
        "0",
        "-0",
        "1.10",
        "1E400",
        "-12.5e-3",
        "123456789012345678901234567890",
    ] {
        let value = parse(text.as_bytes(), Limits::default());
        assert_eq!(value, Ok(Json::Number(text.to_owned())));
    }
}

#[test]
fn malformed_text_is_refused_with_its_reason() {
    use JsonErrorKind::{
        BadString, DuplicateName, LoneSurrogate, TooDeep, TrailingBytes, UnexpectedByte,
        UnexpectedEnd,
    };
    for (text, reason) in [
        ("", UnexpectedEnd),
        ("{} x", TrailingBytes),
        ("[1,]", UnexpectedByte),
        ("[1 2]", UnexpectedByte),
        ("{\"a\":1,}", UnexpectedByte),
        ("{a:1}", UnexpectedByte),
        ("{\"a\" 1}", UnexpectedByte),
        ("[1", UnexpectedEnd),
        ("01", TrailingBytes),
        ("+1", UnexpectedByte),
        ("1.", UnexpectedEnd),
        (".5", UnexpectedByte),
        ("1e", UnexpectedEnd),
        ("-", UnexpectedEnd),
        ("NaN", UnexpectedByte),
        ("tru", UnexpectedByte),
        ("\u{feff}{}", UnexpectedByte),
        ("'a'", UnexpectedByte),
        ("\"a", UnexpectedEnd),
        ("\"\t\"", BadString),
        ("\"\\x\"", BadString),
        ("\"\\u12g4\"", BadString),
        ("\"\\u12", UnexpectedEnd),
        ("\"\\ud800\"", LoneSurrogate),
        ("\"\\udc00\\ud800\"", LoneSurrogate),
        ("\"\\ud800\\u0041\"", LoneSurrogate),
        ("{\"a\":1,\"b\":2,\"a\":1}", DuplicateName),
        ("{\"a\":1,\"\\u0061\":1}", DuplicateName),
        (&"[".repeat(33), TooDeep),
    ] {
        assert_eq!(refusal(text), reason, "{text}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_refused() {
    let error = parse(b"\"\xc3\x28\"", Limits::default()).expect_err("not UTF-8");
    assert_eq!((error.kind, error.offset), (JsonErrorKind::NotUtf8, 1));
    // A surrogate encoded as UTF-8 (CESU) is not UTF-8 either.
    let error = parse(b"\"\xed\xa0\x80\"", Limits::default()).expect_err("not UTF-8");
    assert_eq!(error.kind, JsonErrorKind::NotUtf8);
}

#[test]
fn limits_are_exact() {
    let text = b"[[1],2]";
    let limits = Limits {
        max_bytes: 7,
        max_depth: 2,
        max_nodes: 4,
    };
    assert!(parse(text, limits).is_ok());
    let kind = |limits| parse(text, limits).expect_err("one too small").kind;
    assert_eq!(
        kind(Limits {
            max_bytes: 6,
            ..limits
        }),
        JsonErrorKind::TooLong
    );
    assert_eq!(
        kind(Limits {
            max_depth: 1,
            ..limits
        }),
        JsonErrorKind::TooDeep
    );
    assert_eq!(
        kind(Limits {
            max_nodes: 3,
            ..limits
        }),
        JsonErrorKind::TooManyNodes
    );
}

#[test]
fn a_generous_limit_does_not_lift_the_depth_ceiling() {
    let limits = Limits {
        max_depth: usize::MAX,
        ..Limits::default()
    };
    let deep = "[".repeat(100_000);
    let error = parse(deep.as_bytes(), limits).expect_err("deeper than the stack allows");
    assert_eq!(error.kind, JsonErrorKind::TooDeep);
}

#[test]
fn names_are_sorted_by_utf16_and_not_by_bytes() {
    // U+1F602 is D83D DE02 in UTF-16, which sorts before FB33.
    assert_eq!(
        canonical("{\"\u{fb33}\":\"b\",\"\u{1f602}\":\"a\",\"10\":\"\",\"1\":\"\"}"),
        "{\"1\":\"\",\"10\":\"\",\"\u{1f602}\":\"a\",\"\u{fb33}\":\"b\"}"
    );
}

#[test]
fn only_what_must_be_escaped_is() {
    assert_eq!(
        canonical(r#" [ "\u0000\b\t\n\f\r\u001f\"\\\/\u20ac\u007f" , true , null ] "#),
        "[\"\\u0000\\b\\t\\n\\f\\r\\u001f\\\"\\\\/\u{20ac}\u{7f}\",true,null]"
    );
}

#[test]
fn canonical_form_refuses_what_it_cannot_write() {
    let kind = |value| to_jcs(&value).expect_err("not canonical").kind;
    assert_eq!(
        kind(Json::object([("a", Json::Number("1".into()))])),
        JsonErrorKind::NumberNotAllowed
    );
    assert_eq!(
        kind(Json::object([("a", Json::Null), ("a", Json::Null)])),
        JsonErrorKind::DuplicateName
    );
    let deep = (0..200).fold(Json::Null, |value, _| Json::Array(vec![value]));
    assert_eq!(kind(deep), JsonErrorKind::TooDeep);
}

#[test]
fn pointers_find_values() {
    let text = r#"{"a/b":[{"~":"x"}],"0":"zero"}"#;
    let value = parse(text.as_bytes(), Limits::default()).expect("valid");
    assert_eq!(value.at("/a~1b/0/~0").and_then(Json::as_str), Some("x"));
    assert_eq!(value.at("/0").and_then(Json::as_str), Some("zero"));
    assert_eq!(value.at("/a~1b/00"), None);
    assert_eq!(value.at("/a~1b/1"), None);
    assert_eq!(value.at(""), Some(&value));
}

#[test]
fn what_is_shown_is_canonical_but_for_numbers_in_their_own_text() {
    let value = parse(br#"{"b":[1.10,-0,1e400],"a":"\u0041"}"#, Limits::default()).expect("valid");
    assert_eq!(
        to_shown(&value).expect("shown"),
        br#"{"a":"A","b":[1.10,-0,1e400]}"#
    );
    assert!(to_jcs(&value).is_err());
}
