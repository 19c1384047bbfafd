//! The amount in words, read back by an independent reader.

use credentials_schemas::invoice::{Fen, in_words};
use proptest::prelude::*;

fn digit(c: char) -> Option<i64> {
    "零壹贰叁肆伍陆柒捌玖"
        .chars()
        .position(|d| d == c)
        .and_then(|n| i64::try_from(n).ok())
}

fn yuan(text: &str) -> i64 {
    let (mut high, mut middle, mut section, mut pending) = (0, 0, 0, 0);
    for c in text.chars() {
        let mut unit = |size: i64| {
            section += pending * size;
            pending = 0;
        };
        match c {
            '拾' => unit(10),
            '佰' => unit(100),
            '仟' => unit(1000),
            '万' => {
                middle += (section + pending) * 10_000;
                (section, pending) = (0, 0);
            }
            '亿' => {
                high = (middle + section + pending) * 100_000_000;
                (middle, section, pending) = (0, 0, 0);
            }
            c => pending = digit(c).unwrap(),
        }
    }
    high + middle + section + pending
}

fn read(words: &str) -> i64 {
    let (sign, words) = match words.strip_prefix("（负数）") {
        Some(words) => (-1, words),
        None => (1, words),
    };
    let (whole, part) = words.split_once('圆').unwrap_or(("", words));
    let (mut fen, mut pending) = (yuan(whole) * 100, 0);
    for c in part.chars() {
        match c {
            '角' => fen += pending * 10,
            '分' => fen += pending,
            '整' => {}
            c => pending = digit(c).unwrap(),
        }
    }
    sign * fen
}

/// Amounts with long runs of zeros, where the rules are.
fn amount() -> impl Strategy<Value = i64> {
    let sparse = prop::collection::vec(prop_oneof![3 => Just(0_i64), 1 => 1_i64..10], 1..=18)
        .prop_map(|digits| digits.into_iter().fold(0, |sum, digit| sum * 10 + digit));
    prop_oneof![sparse, 0..100_000_i64, 0..=Fen::MAX.get()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn words_say_the_amount(fen in amount(), negative in any::<bool>()) {
        let fen = if negative { -fen } else { fen };
        let words = in_words(Fen::new(fen).unwrap());
        prop_assert_eq!(read(&words), fen, "{}", words);
        for never in ["零零", "零万", "零亿", "分整", "零整", "零拾"] {
            prop_assert!(!words.contains(never), "{}", words);
        }
        prop_assert_eq!(words.contains("零圆"), fen == 0, "{}", words);
        prop_assert_eq!(words.ends_with('整'), fen % 10 == 0, "{}", words);
        let yuan_ends_in_zero = fen.abs() >= 1_000 && fen / 100 % 10 == 0;
        let has_jiao = fen / 10 % 10 != 0;
        prop_assert_eq!(words.contains("圆零"), has_jiao && yuan_ends_in_zero
            || !has_jiao && fen % 10 != 0 && fen.abs() >= 100, "{}", words);
    }
}
