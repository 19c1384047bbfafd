//! Four 64-bit limbs, R = 2²⁵⁶, for machines that multiply 64 × 64 → 128.
//!
//! Any value below 2²⁵⁶ represents its residue: reducing below p after each operation would cost
//! more than it saves. Only [`Field::to_words`] and the tests for zero reduce fully.

use super::{Field, MODULUS};
use crate::key::sm2::{
    generator,
    point::Affine,
    words::{Words, add, add_carry, sub_borrow, subtract},
};

/// R² modulo p: what takes an integer into Montgomery form.
const R_SQUARED: Words = [
    0x0000_0002_0000_0003,
    0x0000_0002_ffff_ffff,
    0x0000_0001_0000_0001,
    0x0000_0004_0000_0002,
];

/// Some value below 2²⁵⁶ congruent to x·2²⁵⁶ modulo p.
#[derive(Debug, Clone, Copy)]
pub(in crate::key::sm2) struct Limbs64(Words);

impl Field for Limbs64 {
    type Difference = Self;
    type Sum = Self;

    const ZERO: Self = Self([0; 4]);
    const ONE: Self = Self::new(&[1, 0, 0, 0]);
    const B: Self = Self::new(&generator::B);
    const GENERATOR_ODD: &'static [Affine<Self>; generator::ODD_MULTIPLES] =
        &generator_odd!(Limbs64);

    fn from_words(words: &Words) -> Self {
        Self::new(words)
    }

    fn to_words(self) -> Words {
        let [a, b, c, d] = self.0;
        below_modulus(reduce([a, b, c, d, 0, 0, 0, 0]))
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        let (sum, carry) = add(&self.0, &other.0);
        Self(fold_up(sum, carry as u64))
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        let (difference, borrow) = subtract(&self.0, &other.0);
        Self(fold_down(difference, borrow as u64))
    }

    #[inline(always)]
    fn times<const K: u32>(self) -> Self {
        const { assert!(K >= 2 && K <= 4) };
        if K == 4 {
            let (shifted, top) = shift_left::<2>(&self.0);
            return Self(fold_up(shifted, top));
        }
        let (double, top) = shift_left::<1>(&self.0);
        if K == 2 {
            return Self(fold_up(double, top));
        }
        let (triple, carry) = add(&double, &self.0);
        Self(fold_up(triple, top + carry as u64))
    }

    fn negate(self) -> Self {
        Self::ZERO.minus(self)
    }

    #[inline(always)]
    fn multiply(left: impl Into<Self>, right: impl Into<Self>) -> Self {
        Self(reduce(product(&left.into().0, &right.into().0)))
    }

    #[inline(always)]
    fn square(value: impl Into<Self>) -> Self {
        Self(reduce(square(&value.into().0)))
    }

    #[inline(always)]
    fn square_minus<const K: u32>(value: impl Into<Self>, one: Self, other: Self) -> Self {
        const { assert!(K == 1 || K == 2) };
        let square = Self::square(value);
        let (less, first) = subtract(&square.0, &one.0);
        let (less, second) = subtract(&less, &other.0);
        let borrows = first as u64 + second as u64;
        if K == 1 {
            return Self(fold_down(less, borrows));
        }
        let (less, third) = subtract(&less, &other.0);
        Self(fold_down(less, borrows + third as u64))
    }

    #[inline(always)]
    fn multiply_minus(a: impl Into<Self>, b: impl Into<Self>, c: Self) -> Self {
        Self::multiply(a, b).minus(c)
    }

    #[inline(always)]
    fn cross(a: impl Into<Self>, b: impl Into<Self>, c: Self, d: impl Into<Self>) -> Self {
        let [a0, a1, a2, a3, a4, a5, a6, a7] = product(&a.into().0, &b.into().0);
        let [b0, b1, b2, b3, b4, b5, b6, b7] = product(&c.0, &d.into().0);
        let ([d0, d1, d2, d3], borrow) = subtract(&[a0, a1, a2, a3], &[b0, b1, b2, b3]);
        let (upper, first) = subtract(&[a4, a5, a6, a7], &[b4, b5, b6, b7]);
        let (upper, second) = subtract(&upper, &[borrow as u64, 0, 0, 0]);
        // 2²⁵⁶ times what is taken from the upper half is a multiple of p.
        let [d4, d5, d6, d7] = fold_down(upper, (first | second) as u64);
        Self(reduce([d0, d1, d2, d3, d4, d5, d6, d7]))
    }

    #[inline(always)]
    fn settle(difference: Self) -> Self {
        difference
    }

    #[inline(always)]
    fn vanishes(difference: Self) -> bool {
        difference.0 == [0; 4] || difference.0 == MODULUS
    }
}

impl Limbs64 {
    const fn new(words: &Words) -> Self {
        Self(reduce(product(words, &R_SQUARED)))
    }
}

#[inline(always)]
const fn wide(a: u64, b: u64) -> (u64, u64) {
    let product = (a as u128) * (b as u128);
    (product as u64, (product >> 64) as u64)
}

/// top·(2²⁵⁶ − p), for a small `top`: 2²⁵⁶ − p = 2²²⁴ + 2⁹⁶ − 2⁶⁴ + 1.
#[inline(always)]
const fn excess(top: u64) -> Words {
    [top, (top << 32) - top, 0, top << 32]
}

/// value + top·2²⁵⁶ modulo p, below 2²⁵⁶, for top < 2³².
#[inline(always)]
const fn fold_up(value: Words, top: u64) -> Words {
    let (folded, carry) = add(&value, &excess(top));
    if carry {
        // Rare: the value was within top·2²²⁵ of 2²⁵⁶, and now is near 0.
        return add(&folded, &excess(1)).0;
    }
    folded
}

/// value − top·2²⁵⁶ modulo p, below 2²⁵⁶, for top < 2³².
#[inline(always)]
const fn fold_down(value: Words, top: u64) -> Words {
    let (folded, borrow) = subtract(&value, &excess(top));
    if borrow {
        // Rare: the value was below top·2²²⁵, and now is near 2²⁵⁶.
        return subtract(&folded, &excess(1)).0;
    }
    folded
}

/// value·2^COUNT as 256 bits and what is above them.
#[inline(always)]
const fn shift_left<const COUNT: u32>(value: &Words) -> (Words, u64) {
    let [a, b, c, d] = *value;
    let back = 64 - COUNT;
    let shifted = [
        a << COUNT,
        b << COUNT | a >> back,
        c << COUNT | b >> back,
        d << COUNT | c >> back,
    ];
    (shifted, d >> back)
}

const fn below_modulus(value: Words) -> Words {
    let (reduced, borrow) = subtract(&value, &MODULUS);
    if borrow { value } else { reduced }
}

/// x·b for one limb x: five limbs.
#[inline(always)]
const fn row(x: u64, b: &Words) -> ([u64; 4], u64) {
    let (l0, h0) = wide(x, b[0]);
    let (l1, h1) = wide(x, b[1]);
    let (l2, h2) = wide(x, b[2]);
    let (l3, h3) = wide(x, b[3]);
    let (r1, carry) = add_carry(l1, h0, false);
    let (r2, carry) = add_carry(l2, h1, carry);
    let (r3, carry) = add_carry(l3, h2, carry);
    ([l0, r1, r2, r3], h3 + carry as u64)
}

/// a·b, 512 bits.
#[inline(always)]
const fn product(a: &Words, b: &Words) -> [u64; 8] {
    let (low, top) = row(a[0], b);
    let mut out = [low[0], 0, 0, 0, 0, 0, 0, 0];
    let mut upper = [low[1], low[2], low[3], top];
    let mut index = 1;
    while index < 4 {
        let (low, top) = row(a[index], b);
        let (sum, carry) = add(&upper, &low);
        out[index] = sum[0];
        // No overflow: the partial sums are below 2^(64·(5 + index)).
        upper = [sum[1], sum[2], sum[3], top + carry as u64];
        index += 1;
    }
    [
        out[0], out[1], out[2], out[3], upper[0], upper[1], upper[2], upper[3],
    ]
}

#[inline(always)]
const fn multiply_add(a: u64, b: u64, c: u64, d: u64) -> (u64, u64) {
    let sum = (a as u128) * (b as u128) + c as u128 + d as u128;
    (sum as u64, (sum >> 64) as u64)
}

/// a², 512 bits: the six products of different limbs once, doubled, and the four squares.
#[inline(always)]
const fn square(a: &Words) -> [u64; 8] {
    let (t1, c) = wide(a[0], a[1]);
    let (t2, c) = multiply_add(a[0], a[2], c, 0);
    let (t3, t4) = multiply_add(a[0], a[3], c, 0);
    let (t3, c) = multiply_add(a[1], a[2], t3, 0);
    let (t4, t5) = multiply_add(a[1], a[3], t4, c);
    let (t5, t6) = multiply_add(a[2], a[3], t5, 0);
    let double = [
        t1 << 1,
        t2 << 1 | t1 >> 63,
        t3 << 1 | t2 >> 63,
        t4 << 1 | t3 >> 63,
        t5 << 1 | t4 >> 63,
        t6 << 1 | t5 >> 63,
        t6 >> 63,
    ];
    let ((l0, h0), (l1, h1)) = (wide(a[0], a[0]), wide(a[1], a[1]));
    let ((l2, h2), (l3, h3)) = (wide(a[2], a[2]), wide(a[3], a[3]));
    let (t1, carry) = add_carry(double[0], h0, false);
    let (t2, carry) = add_carry(double[1], l1, carry);
    let (t3, carry) = add_carry(double[2], h1, carry);
    let (t4, carry) = add_carry(double[3], l2, carry);
    let (t5, carry) = add_carry(double[4], h2, carry);
    let (t6, carry) = add_carry(double[5], l3, carry);
    let (t7, _) = add_carry(double[6], h3, carry);
    [l0, t1, t2, t3, t4, t5, t6, t7]
}

/// value / 2²⁵⁶ modulo p, below 2²⁵⁶, for any 512-bit value.
///
/// Each step adds m·p, m being the lowest limb, and drops that limb, which has become 0:
/// m·p = −m − 2⁶⁴·u + 2¹⁹²·(2⁶⁴·m − 2³²·m) with u = 2³²·m − m. The window of four limbs never
/// grows a fifth: (w + m·p) / 2⁶⁴ ≤ (2²⁵⁶ − 1 + (2⁶⁴ − 1)·p) / 2⁶⁴ < 2²⁵⁶.
#[inline(always)]
const fn reduce(value: [u64; 8]) -> Words {
    let mut window = [value[0], value[1], value[2], value[3]];
    let mut step = 0;
    while step < 4 {
        let m = window[0];
        let (left, right) = (m << 32, m >> 32);
        let (low, borrow) = left.overflowing_sub(m);
        let high = right - borrow as u64;
        let (w1, borrow) = sub_borrow(window[1], low, false);
        let (w2, borrow) = sub_borrow(window[2], high, borrow);
        let (w3, borrow) = sub_borrow(window[3], left, borrow);
        // Not negative: m = 0 borrows nothing.
        let w4 = (m - right).wrapping_sub(borrow as u64);
        window = [w1, w2, w3, w4];
        step += 1;
    }
    let (sum, carry) = add(&window, &[value[4], value[5], value[6], value[7]]);
    // The sum is below 2²⁵⁶ + p, so this cannot carry again.
    add(&sum, &excess(carry as u64)).0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Raw limbs, also at and above p, where a folded carry carries once more.
    #[test]
    fn values_near_the_ends_of_256_bits() {
        let ends = [[0; 4], [1, 0, 0, 0], [9, 0, 0, 0], MODULUS, [u64::MAX; 4]];
        let mut values = ends.to_vec();
        values.push([u64::MAX - 5, u64::MAX, u64::MAX, u64::MAX]);
        values.push([0, 0, 0, 1 << 32]);
        values.push([7, MODULUS[1], MODULUS[2], u64::MAX]);
        for a in &values {
            for b in &values {
                let [x, y] = [Limbs64(*a), Limbs64(*b)];
                // The same residues below p, where nothing carries twice.
                let [small_x, small_y] = [x, y].map(|value| Limbs64(below_modulus(value.0)));
                let same = |found: Limbs64, expected: Limbs64| {
                    assert_eq!(found.to_words(), expected.to_words(), "{a:x?} {b:x?}");
                };
                same(x.plus(y), small_x.plus(small_y));
                same(x.minus(y), small_x.minus(small_y));
                same(x.times::<2>(), small_x.plus(small_x));
                same(x.times::<3>(), small_x.plus(small_x).plus(small_x));
                same(x.times::<4>(), small_x.times::<2>().times::<2>());
                let product = Limbs64::multiply(small_x, small_y);
                same(Limbs64::multiply(x, y), product);
                same(
                    Limbs64::cross(x, y, y, y),
                    product.minus(Limbs64::square(small_y)),
                );
                same(
                    Limbs64::cross(y, y, x, x),
                    Limbs64::square(small_y).minus(Limbs64::square(small_x)),
                );
                let less = Limbs64::square(small_x)
                    .minus(small_y)
                    .minus(small_y)
                    .minus(small_x);
                same(Limbs64::square_minus::<2>(x, x, y), less);
                assert_eq!(
                    Limbs64::vanishes(x.minus(y)),
                    small_x.to_words() == small_y.to_words()
                );
            }
        }
    }
}
