use super::{Decimal, Fen};

fn fen(text: &str) -> Fen {
    text.parse().expect(text)
}

fn product(a: &str, b: &str) -> Option<Fen> {
    let decimal = |text: &str| text.parse::<Decimal>().expect("canonical decimal");
    decimal(a).times(decimal(b))
}

#[test]
fn money_has_one_text() {
    for text in [
        "0.00",
        "0.01",
        "-0.01",
        "1.00",
        "-9999999999999999.99",
        "9999999999999999.99",
    ] {
        assert_eq!(fen(text).to_string(), text);
    }
    for text in [
        "",
        "-",
        "0",
        "1.0",
        "1.000",
        ".00",
        "00.00",
        "01.00",
        "-0.00",
        "+1.00",
        "1,00",
        "1.0a",
        "１.00",
        "10000000000000000.00",
        " 1.00",
        "1.00 ",
        "1e2",
        "--1.00",
        "1.-1",
    ] {
        assert!(text.parse::<Fen>().is_err(), "{text}");
    }
}

#[test]
fn money_stays_in_range() {
    assert_eq!(Fen::MAX.checked_add(fen("0.01")), None);
    assert_eq!(fen("-9999999999999999.99").checked_sub(fen("0.01")), None);
    assert_eq!(Fen::new(i64::MIN), None);
    assert_eq!(
        Fen::checked_sum([fen("1.10"), fen("2.20"), fen("-3.30")]),
        Some(Fen::ZERO)
    );
    assert_eq!(Fen::MAX.per_mille(1001), None);
    assert_eq!(Fen::MAX.per_mille(1000), Some(Fen::MAX));
}

#[test]
fn decimals_have_one_text() {
    for text in [
        "0",
        "1",
        "-1",
        "0.5",
        "999999999999.999999999999",
        "123456789012.1234567890123",
    ] {
        let value: Result<Decimal, _> = text.parse();
        assert_eq!(value.is_ok(), text.len() <= 25, "{text}");
        if let Ok(value) = value {
            assert_eq!(value.to_string(), text);
        }
    }
    for text in [
        "",
        "-",
        "-0",
        "00",
        "01",
        "1.",
        ".1",
        "1.0",
        "1.10",
        "1.12345678901234",
        "1e2",
        "1000000000000",
        "+1",
        "1 ",
        "１",
        "1.1.1",
        "1.-1",
        "-0.0",
    ] {
        assert!(text.parse::<Decimal>().is_err(), "{text}");
    }
}

#[test]
fn products_are_exact_before_they_are_rounded() {
    for (a, b, expected) in [
        ("200", "85.5", "17100.00"),
        ("2.5", "0.01", "0.03"),
        ("-2.5", "0.01", "-0.03"),
        ("0.5", "0.03", "0.02"),
        ("1.5", "0.01", "0.02"),
        ("1", "0.005", "0.01"),
        ("1", "0.0049999999999", "0.00"),
        ("-1", "0.0049999999999", "0.00"),
        // The tail decides: rounding to 13 places first would give 0.01.
        ("0.0999999999999", "0.05", "0.00"),
        ("0.1000000000001", "0.05", "0.01"),
        (
            "123456789.1234567890123",
            "98765.4321098765432",
            "12193263124676.12",
        ),
        ("0.0000000000001", "0.0000000000001", "0.00"),
    ] {
        assert_eq!(product(a, b), Some(fen(expected)), "{a} × {b}");
    }
    assert_eq!(product("999999999999", "999999999999"), None);
}

#[test]
fn tax_rounds_half_away_from_zero() {
    for (net, rate, tax) in [
        ("500.00", 90, "45.00"),
        ("17100.00", 130, "2223.00"),
        ("2.50", 10, "0.03"),
        ("-2.50", 10, "-0.03"),
        ("0.50", 30, "0.02"),
        ("1.50", 10, "0.02"),
        ("1.49", 10, "0.01"),
        ("0.33", 15, "0.00"),
        ("0.34", 15, "0.01"),
    ] {
        assert_eq!(fen(net).per_mille(rate), Some(fen(tax)), "{net} × {rate}‰");
    }
}
