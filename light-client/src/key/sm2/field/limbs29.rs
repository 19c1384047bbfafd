//! Nine signed 29-bit limbs, R = 2²⁶¹, for machines without a 64 × 64 → 128 multiplication.
//!
//! A product of limbs has 58 bits, so nine of them, and twice that, add up in 64 bits without a
//! carry. Three types say how large a value may be (in limbs, and as a whole):
//!
//! ```text
//! Limbs29     each limb  0 ≤ l < 2²⁹, the top one |l| ≤ 2²⁵     |value| ≤ 2p
//! Difference  each limb |l| < 2²⁹                               |value| ≤ 4p
//! Sum         each limb |l| < 2³⁰                               |value| ≤ 4p
//! ```
//! A product of a `Difference` and a `Sum` then fills a column with at most 9·2⁵⁹ < 2⁶³, and
//! with R > 32p its reduction is at most 4p·4p/R + p < 1.5p: a `Limbs29` again.

use super::{Field, MODULUS};
use crate::key::sm2::{
    generator,
    point::Affine,
    words::{Words, is_below, subtract},
};

const LIMBS: usize = 9;
const BITS: u32 = 29;
const MASK: i64 = (1 << BITS) - 1;

/// R² modulo p: what takes an integer into Montgomery form.
const R_SQUARED: Words = [
    0x0000_0800_0000_0c00,
    0x0000_0bff_ffff_fc00,
    0x0000_0400_0000_0400,
    0x0000_1000_0000_0800,
];

/// An array of limbs, each from its index. Written out nine times: where the whole is optimised
/// for size, a loop would stay a loop.
macro_rules! limbs {
    ($index:ident => $limb:expr) => {
        limbs!($index => $limb; 0 1 2 3 4 5 6 7 8)
    };
    ($index:ident => $limb:expr; $($i:literal)+) => {
        [$({
            let $index: usize = $i;
            $limb
        }),+]
    };
}

/// A value congruent to x·2²⁶¹ modulo p, |value| ≤ 2p.
#[derive(Debug, Clone, Copy)]
pub(in crate::key::sm2) struct Limbs29([i32; LIMBS]);

/// A difference of two elements, or one element.
#[derive(Debug, Clone, Copy)]
pub(in crate::key::sm2) struct Difference([i32; LIMBS]);

/// A sum of two elements, or anything smaller.
#[derive(Debug, Clone, Copy)]
pub(in crate::key::sm2) struct Sum([i32; LIMBS]);

impl From<Limbs29> for Difference {
    #[inline(always)]
    fn from(value: Limbs29) -> Self {
        Self(value.0)
    }
}

impl From<Limbs29> for Sum {
    #[inline(always)]
    fn from(value: Limbs29) -> Self {
        Self(value.0)
    }
}

impl From<Difference> for Sum {
    #[inline(always)]
    fn from(value: Difference) -> Self {
        Self(value.0)
    }
}

impl Field for Limbs29 {
    type Difference = Difference;
    type Sum = Sum;

    const ZERO: Self = Self([0; LIMBS]);
    const ONE: Self = Self::new(&[1, 0, 0, 0]);
    const B: Self = Self::new(&generator::B);
    const GENERATOR_ODD: &'static [Affine<Self>; generator::ODD_MULTIPLES] =
        &generator_odd!(Limbs29);

    fn from_words(words: &Words) -> Self {
        Self::new(words)
    }

    fn to_words(self) -> Words {
        let mut one = [0; LIMBS];
        one[0] = 1;
        canonical(&reduce(product(&self.0, &one)))
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Sum {
        Sum(limbs!(i => self.0[i] + other.0[i]))
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Difference {
        Difference(limbs!(i => self.0[i] - other.0[i]))
    }

    #[inline(always)]
    fn times<const K: u32>(self) -> Self {
        const { assert!(K >= 2 && K <= 4) };
        let k = i64::from(K);
        shrink(limbs!(i => k * i64::from(self.0[i])))
    }

    fn negate(self) -> Self {
        shrink(limbs!(i => -i64::from(self.0[i])))
    }

    fn multiply(left: impl Into<Difference>, right: impl Into<Sum>) -> Self {
        reduce(product(&left.into().0, &right.into().0))
    }

    fn square(value: impl Into<Difference>) -> Self {
        reduce(square(&value.into().0))
    }

    fn square_minus<const K: u32>(value: impl Into<Difference>, one: Self, other: Self) -> Self {
        let square = Self::square(value);
        let k = i64::from(K);
        shrink(
            limbs!(i => i64::from(square.0[i]) - i64::from(one.0[i]) - k * i64::from(other.0[i])),
        )
    }

    fn multiply_minus(a: impl Into<Difference>, b: impl Into<Sum>, c: Self) -> Self {
        let product = Self::multiply(a, b);
        shrink(limbs!(i => i64::from(product.0[i]) - i64::from(c.0[i])))
    }

    fn cross(
        a: impl Into<Difference>,
        b: impl Into<Difference>,
        c: Self,
        d: impl Into<Sum>,
    ) -> Self {
        let plus = product(&a.into().0, &b.into().0);
        let minus = product(&c.0, &d.into().0);
        let low = limbs!(i => plus[i] - minus[i]);
        let high = limbs!(i => plus[LIMBS + i] - minus[LIMBS + i]);
        let mut columns = [0; 2 * LIMBS];
        columns[..LIMBS].copy_from_slice(&low);
        columns[LIMBS..].copy_from_slice(&high);
        reduce(columns)
    }

    fn settle(difference: Difference) -> Self {
        shrink(limbs!(i => i64::from(difference.0[i])))
    }

    fn vanishes(difference: Difference) -> bool {
        // k·p with |k| ≤ 4 is −k modulo 2²⁹; nearly nothing else passes this.
        let lowest = (i64::from(difference.0[0]) + 4) & MASK;
        lowest <= 8 && canonical_of(&difference.0) == [0; 4]
    }
}

impl Limbs29 {
    const fn new(words: &Words) -> Self {
        reduce(product(&split(words), &split(&R_SQUARED)))
    }
}

#[inline(always)]
const fn wide(a: i32, b: i32) -> i64 {
    (a as i64) * (b as i64)
}

/// The columns of a·b.
#[inline(always)]
const fn product(a: &[i32; LIMBS], b: &[i32; LIMBS]) -> [i64; 2 * LIMBS] {
    let mut columns = [0; 2 * LIMBS];
    macro_rules! column {
        ($($k:literal: $($i:literal)+;)+) => {
            $(columns[$k] = $(wide(a[$i], b[$k - $i]) +)+ 0;)+
        };
    }
    column! {
        0: 0;
        1: 0 1;
        2: 0 1 2;
        3: 0 1 2 3;
        4: 0 1 2 3 4;
        5: 0 1 2 3 4 5;
        6: 0 1 2 3 4 5 6;
        7: 0 1 2 3 4 5 6 7;
        8: 0 1 2 3 4 5 6 7 8;
        9: 1 2 3 4 5 6 7 8;
        10: 2 3 4 5 6 7 8;
        11: 3 4 5 6 7 8;
        12: 4 5 6 7 8;
        13: 5 6 7 8;
        14: 6 7 8;
        15: 7 8;
        16: 8;
    }
    columns
}

/// The columns of a²: each product of different limbs once, doubled.
#[inline(always)]
const fn square(a: &[i32; LIMBS]) -> [i64; 2 * LIMBS] {
    let mut columns = [0; 2 * LIMBS];
    macro_rules! column {
        ($($k:literal: $($i:literal)* $(, $middle:literal)?;)+) => {
            $(columns[$k] = 2 * ($(wide(a[$i], a[$k - $i]) +)* 0) $(+ wide(a[$middle], a[$middle]))?;)+
        };
    }
    column! {
        0: , 0;
        1: 0;
        2: 0, 1;
        3: 0 1;
        4: 0 1, 2;
        5: 0 1 2;
        6: 0 1 2, 3;
        7: 0 1 2 3;
        8: 0 1 2 3, 4;
        9: 1 2 3 4;
        10: 2 3 4, 5;
        11: 3 4 5;
        12: 4 5, 6;
        13: 5 6;
        14: 6, 7;
        15: 7;
        16: , 8;
    }
    columns
}

/// columns / 2²⁶¹ modulo p.
///
/// Step i adds m·p·2^(29·i), m being the lowest 29 bits of what is left, so that column i becomes
/// a multiple of 2²⁹ and moves up: 2⁶⁴ = 2⁶·2^(2·29), 2⁹⁶ = 2⁹·2^(3·29), 2²²⁴ = 2²¹·2^(7·29),
/// 2²⁵⁶ = 2²⁴·2^(8·29); the −m in column i takes away just what the shift would lose.
#[inline(always)]
const fn reduce(mut columns: [i64; 2 * LIMBS]) -> Limbs29 {
    macro_rules! step {
        ($($i:literal)+) => {
            $({
                let m = columns[$i] & MASK;
                columns[$i + 1] += columns[$i] >> BITS;
                columns[$i + 2] += m << 6;
                columns[$i + 3] -= m << 9;
                columns[$i + 7] -= m << 21;
                columns[$i + 8] += m << 24;
            })+
        };
    }
    step!(0 1 2 3 4 5 6 7 8);
    carry(limbs!(i => columns[LIMBS + i]))
}

/// Small columns, |value| ≤ 2⁶p, as an element between −p/2 and 2p: takes away the multiple of p
/// that the bits from 2²⁵⁶ up name, then carries.
#[inline(always)]
fn shrink(mut columns: [i64; LIMBS]) -> Limbs29 {
    let quotient = columns[8] >> 24;
    columns[8] -= quotient << 24;
    columns[7] += quotient << 21;
    columns[3] += quotient << 9;
    columns[2] -= quotient << 6;
    columns[0] += quotient;
    carry(columns)
}

/// Brings all limbs but the top one below 2²⁹.
#[inline(always)]
const fn carry(columns: [i64; LIMBS]) -> Limbs29 {
    let mut limbs = [0; LIMBS];
    let mut carry = 0;
    macro_rules! step {
        ($($i:literal)+) => {
            $({
                let limb = columns[$i] + carry;
                limbs[$i] = (limb & MASK) as i32;
                carry = limb >> BITS;
            })+
        };
    }
    step!(0 1 2 3 4 5 6 7);
    limbs[8] = (columns[8] + carry) as i32;
    Limbs29(limbs)
}

const fn split(words: &Words) -> [i32; LIMBS] {
    let mut limbs = [0; LIMBS];
    let mut index = 0;
    while index < LIMBS {
        let bit = 29 * index;
        let (word, shift) = (bit / 64, bit % 64);
        let mut limb = words[word] >> shift;
        if shift > 64 - 29 && word < 3 {
            limb |= words[word + 1] << (64 - shift);
        }
        limbs[index] = (limb & MASK as u64) as i32;
        index += 1;
    }
    limbs
}

/// The integer below p that `limbs` is modulo p, for |value| ≤ 4p.
fn canonical_of(limbs: &[i32; LIMBS]) -> Words {
    canonical(&carry(limbs!(i => i64::from(limbs[i]))))
}

/// The integer below p that a carried value, −4p ≤ value ≤ 4p, is modulo p.
fn canonical(value: &Limbs29) -> Words {
    // + 4p: not negative, and below 2²⁶¹.
    let modulus = split(&MODULUS);
    let columns = limbs!(i => i64::from(value.0[i]) + 4 * i64::from(modulus[i]));
    let limbs = carry(columns).0;
    let mut words = [0_u64; 5];
    for (index, limb) in limbs.into_iter().enumerate() {
        let (word, shift) = (29 * index / 64, 29 * index % 64);
        let bits = u128::from(limb.unsigned_abs()) << shift;
        words[word] |= bits as u64;
        words[word + 1] |= (bits >> 64) as u64;
    }
    subtract_multiples(words)
}

/// `words` modulo p, for words ≤ 8p.
fn subtract_multiples(words: [u64; 5]) -> Words {
    let [a, b, c, d, mut top] = words;
    let mut value = [a, b, c, d];
    while top > 0 || !is_below(&value, &MODULUS) {
        let (less, borrow) = subtract(&value, &MODULUS);
        value = less;
        top -= u64::from(borrow);
    }
    value
}
