use num_bigint::{BigInt, BigUint};
use proptest::prelude::*;

use super::*;
use crate::key::sm2::words::bytes_of;

fn number(bytes: &[u8; 32]) -> BigUint {
    BigUint::from_bytes_be(bytes)
}

fn n() -> BigUint {
    number(&bytes_of(&ORDER))
}

/// Bytes in runs, around n, and any.
fn bytes() -> impl Strategy<Value = [u8; 32]> {
    let run = prop_oneof![Just(0_u8), Just(0xff), Just(0x80), Just(0x7f), any::<u8>()];
    prop_oneof![
        prop::collection::vec((run, 1_usize..9), 4..33).prop_map(|runs| {
            let runs = runs
                .into_iter()
                .flat_map(|(byte, count)| core::iter::repeat_n(byte, count));
            let mut bytes = [0; 32];
            for (byte, value) in bytes.iter_mut().zip(runs) {
                *byte = value;
            }
            bytes
        }),
        any::<u8>().prop_map(|low| {
            let mut bytes = bytes_of(&ORDER);
            bytes[31] = low;
            bytes
        }),
        any::<[u8; 32]>(),
    ]
}

fn value(scalar: &Scalar) -> BigUint {
    number(&bytes_of(scalar.words()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn addition_is_modulo_the_order(a in bytes(), b in bytes()) {
        let (x, y) = (Scalar::reduce(&a), Scalar::reduce(&b));
        let (a_n, b_n) = (number(&a) % n(), number(&b) % n());
        prop_assert_eq!(&value(&x), &a_n);
        prop_assert_eq!(value(&x.plus(y)), (&a_n + &b_n) % n());
        prop_assert_eq!(value(&x.minus(y)), (&a_n + n() - &b_n) % n());
        prop_assert_eq!(Scalar::from_bytes(&a).is_some(), number(&a) < n());
        let above = &a_n + n();
        let fits = above.bits() <= 256;
        prop_assert_eq!(x.plus_order().map(|words| number(&bytes_of(&words))), fits.then_some(above));
    }

    #[test]
    fn digits_add_up(a in bytes()) {
        let scalar = Scalar::reduce(&a);
        let expected = BigInt::from(value(&scalar));
        let place = |index: usize| BigInt::from(1) << index;
        let sparse = |digits: [i8; SPARSE], width: u32| {
            for (index, digit) in digits.iter().enumerate().filter(|(_, digit)| **digit != 0) {
                assert!(digit % 2 != 0 && i32::from(digit.unsigned_abs()) < 1 << (width - 1));
                let next = &digits[index + 1..digits.len().min(index + width as usize)];
                assert!(next.iter().all(|digit| *digit == 0), "not adjacent");
            }
            digits.iter().enumerate().map(|(index, digit)| place(index) * *digit).sum::<BigInt>()
        };
        prop_assert_eq!(&sparse(scalar.sparse_digits::<5>(), 5), &expected);
        prop_assert_eq!(&sparse(scalar.sparse_digits::<8>(), 8), &expected);
        for width in 4..=12 {
            let digits = scalar.dense_digits(width);
            prop_assert!(digits.iter().all(|digit| digit.unsigned_abs() <= 1 << (width - 1)));
            let sum: BigInt = digits.iter().enumerate().map(|(index, digit)| place(width * index) * *digit).sum();
            prop_assert_eq!(&sum, &expected, "width {}", width);
        }
    }
}
