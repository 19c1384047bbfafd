use alloc::vec::Vec;

use num_bigint::BigUint;
use proptest::prelude::*;

use super::{limbs29::Limbs29, limbs64::Limbs64, *};
use crate::key::sm2::words::bytes_of;

fn number(words: &Words) -> BigUint {
    BigUint::from_bytes_be(&bytes_of(words))
}

fn p() -> BigUint {
    number(&MODULUS)
}

fn minus(a: &BigUint, b: &BigUint) -> BigUint {
    (a + p() - b % p()) % p()
}

/// Words of zeros, ones and single bits, where carries run far or just stop.
fn word() -> impl Strategy<Value = u64> {
    prop_oneof![
        Just(0),
        Just(1),
        Just(u64::MAX),
        Just(u64::MAX - 1),
        Just(0xffff_ffff),
        Just(0xffff_ffff_0000_0000),
        Just(0xffff_fffe_ffff_ffff),
        (0_u32..64).prop_map(|bit| 1 << bit),
        (0_u32..64).prop_map(|bit| u64::MAX << bit),
        any::<u64>(),
    ]
}

fn words() -> impl Strategy<Value = Words> {
    prop_oneof![
        [word(), word(), word(), word()],
        (-4_i64..4).prop_map(|offset| near(&MODULUS, offset)),
        (-4_i64..4).prop_map(|offset| near(&[0; 4], offset)),
        any::<Words>(),
    ]
}

/// value + offset modulo 2²⁵⁶.
fn near(value: &Words, offset: i64) -> Words {
    let mut carry = i128::from(offset);
    value.map(|word| {
        let sum = i128::from(word) + carry;
        carry = sum >> 64;
        (sum & i128::from(u64::MAX)) as u64
    })
}

/// Every operation against big integers.
fn every_law<F: Field>(a: &Words, b: &Words, c: &Words, d: &Words) {
    let [x, y, z, w] = [a, b, c, d].map(F::from_words);
    let [a, b, c, d] = [a, b, c, d].map(|words| number(words) % p());
    let same = |element: F, expected: &BigUint, law: &str| {
        assert_eq!(number(&element.to_words()), expected % p(), "{law}");
    };
    same(x, &a, "into the field and back");
    same(F::multiply(x, y), &(&a * &b), "ab");
    same(F::multiply(x, y.plus(z)), &(&a * (&b + &c)), "a(b + c)");
    same(
        F::multiply(x.minus(y), z.plus(w)),
        &(minus(&a, &b) * (&c + &d)),
        "(a - b)(c + d)",
    );
    same(F::square(x), &(&a * &a), "a²");
    let difference = minus(&a, &b);
    same(
        F::square(x.minus(y)),
        &(&difference * &difference),
        "(a - b)²",
    );
    same(F::settle(x.minus(y)), &difference, "a - b");
    same(x.times::<2>(), &(&a * 2_u8), "2a");
    same(x.times::<3>(), &(&a * 3_u8), "3a");
    same(x.times::<4>(), &(&a * 4_u8), "4a");
    same(x.negate(), &minus(&BigUint::ZERO, &a), "-a");
    let square_less = minus(&(&difference * &difference), &c);
    same(
        F::square_minus::<1>(x.minus(y), z, w),
        &minus(&square_less, &d),
        "(a - b)² - c - d",
    );
    let twice = minus(&square_less, &(&d * 2_u8));
    same(
        F::square_minus::<2>(x.minus(y), z, w),
        &twice,
        "(a - b)² - c - 2d",
    );
    same(
        F::multiply_minus(x, y.plus(w), z),
        &minus(&(&a * (&b + &d)), &c),
        "a(b + d) - c",
    );
    let cross = minus(&(&difference * minus(&c, &d)), &(&a * (&b + &d)));
    same(
        F::cross(x.minus(y), z.minus(w), x, y.plus(w)),
        &cross,
        "(a - b)(c - d) - a(b + d)",
    );
    assert_eq!(F::vanishes(x.minus(y)), a == b, "a = b");
    assert_eq!(x.is_zero(), a == BigUint::ZERO, "a = 0");
    same(invert(x), &a.modpow(&(p() - 2_u8), &p()), "1/a");
    let is_square = a.modpow(&((p() - 1_u8) / 2_u8), &p()) <= BigUint::from(1_u8);
    let root = square_root(x);
    assert_eq!(root.is_some(), is_square, "√a exists");
    if let Some(root) = root {
        same(F::square(root), &a, "√a");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn every_law_holds_in_64_bit_limbs(a in words(), b in words(), c in words(), d in words()) {
        every_law::<Limbs64>(&a, &b, &c, &d);
    }

    #[test]
    fn every_law_holds_in_29_bit_limbs(a in words(), b in words(), c in words(), d in words()) {
        every_law::<Limbs29>(&a, &b, &c, &d);
    }
}

/// All pairs of numbers at which a carry starts, stops or runs through on the way into the field
/// and out of it; `limbs64.rs` has the same for limbs as they are.
fn carry_edges<F: Field>() {
    let mut edges: Vec<Words> = (-3..=3).map(|offset| near(&MODULUS, offset)).collect();
    edges.extend((-3..=3).map(|offset| near(&[0; 4], offset)));
    for bit in (0..256).step_by(29).chain((0..256).step_by(32)) {
        let mut words = [0; 4];
        words[bit / 64] = 1 << (bit % 64);
        edges.extend([near(&words, -1), words]);
    }
    for a in &edges {
        for b in &edges {
            let (x, y) = (F::from_words(a), F::from_words(b));
            let product = number(a) * number(b);
            assert_eq!(
                number(&F::multiply(x, y).to_words()),
                &product % p(),
                "{a:x?} {b:x?}"
            );
            let difference = minus(&number(a), &number(b));
            assert_eq!(
                number(&F::settle(x.minus(y)).to_words()),
                difference,
                "{a:x?} {b:x?}"
            );
        }
    }
}

#[test]
fn carries_at_every_edge() {
    carry_edges::<Limbs64>();
    carry_edges::<Limbs29>();
}

/// What one operation leaves feeds the next, as it does in the curve's formulas: no reduction in
/// between hides a value that has grown too large. Overflow checks are on in this profile.
fn long_chains<F: Field>(seed: u64) {
    let mut state = seed;
    let mut roll = |bound: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let one = [1, 0, 0, 0];
    let mut pool: Vec<(F, BigUint)> = [[u64::MAX; 4], near(&MODULUS, -1), one, near(&[0; 4], -9)]
        .iter()
        .map(|words| (F::from_words(words), number(words) % p()))
        .collect();
    for step in 0..20_000 {
        let mut pick = || pool[usize::try_from(roll(4)).expect("small")].clone();
        let ((x, a), (y, b), (z, c), (w, d)) = (pick(), pick(), pick(), pick());
        let (element, expected) = match roll(9) {
            0 => (
                F::multiply(x.minus(y), z.plus(w)),
                minus(&a, &b) * (&c + &d),
            ),
            1 => (F::square(x.minus(y)), minus(&a, &b) * minus(&a, &b)),
            2 => (
                F::square_minus::<2>(x.minus(y), z, w),
                minus(&minus(&(minus(&a, &b) * minus(&a, &b)), &c), &(&d * 2_u8)),
            ),
            3 => (
                F::cross(x.minus(y), z.minus(w), y, x.plus(z)),
                minus(&(minus(&a, &b) * minus(&c, &d)), &(&b * (&a + &c))),
            ),
            4 => (x.times::<4>(), &a * 4_u8),
            5 => (x.times::<3>(), &a * 3_u8),
            6 => (x.negate(), minus(&BigUint::ZERO, &a)),
            7 => (
                F::multiply_minus(x, y.plus(z), w),
                minus(&(&a * (&b + &c)), &d),
            ),
            _ => (F::settle(x.minus(y)), minus(&a, &b)),
        };
        let expected = expected % p();
        assert_eq!(number(&element.to_words()), expected, "step {step}");
        pool[usize::try_from(roll(4)).expect("small")] = (element, expected);
    }
}

#[test]
fn long_chains_of_operations() {
    for seed in 1..=3 {
        long_chains::<Limbs64>(seed);
        long_chains::<Limbs29>(seed);
    }
}

#[test]
fn many_inversions_at_once() {
    fn check<F: Field>() {
        let words = |index: u64| [index % 3, 0, index, index * index];
        let mut values: Vec<F> = (0..50).map(|index| F::from_words(&words(index))).collect();
        let single: Vec<Words> = values
            .iter()
            .map(|value| invert(*value).to_words())
            .collect();
        invert_all(&mut values, &mut Vec::new());
        let together: Vec<Words> = values.iter().map(|value| value.to_words()).collect();
        assert_eq!(single, together);
    }
    check::<Limbs64>();
    check::<Limbs29>();
}
