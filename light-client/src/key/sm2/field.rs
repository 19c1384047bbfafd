//! The field of the SM2 curve: integers modulo p = 2²⁵⁶ − 2²²⁴ − 2⁹⁶ + 2⁶⁴ − 1.
//!
//! Values are in Montgomery form, x·R mod p. As −p⁻¹ ≡ 1 modulo 2⁶⁴, the multiple of p that a
//! reduction step adds *is* the lowest limb, and adding it takes shifts and additions only.
//!
//! There are two representations, chosen by measurement (`docs/benchmarks.md`): four 64-bit limbs
//! where the machine multiplies 64 × 64 → 128, nine 29-bit limbs elsewhere. Tests compile both;
//! [`Element`] is the one in use.
//!
//! # Security
//! Variable time: public data only.
//!
//! # Standard
//! GB/T 32918.5-2017: the recommended curve.

use super::{generator, point::Affine, words::Words};

/// The generator's odd multiples in a representation: its `new` takes an integer.
macro_rules! generator_odd {
    ($field:ident) => {{
        let (x, y) = ($field::ZERO, $field::ZERO);
        let mut points = [Affine { x, y }; generator::ODD_MULTIPLES];
        let mut index = 0;
        while index < points.len() {
            let [x, y] = &generator::ODD[index];
            let (x, y) = ($field::new(x), $field::new(y));
            points[index] = Affine { x, y };
            index += 1;
        }
        points
    }};
}

#[cfg(any(test, target_arch = "wasm32", sm2_limbs = "29"))]
pub(super) mod limbs29;
#[cfg(any(test, not(any(target_arch = "wasm32", sm2_limbs = "29"))))]
pub(super) mod limbs64;

/// The representation in use.
#[cfg(not(any(target_arch = "wasm32", sm2_limbs = "29")))]
pub(super) type Element = limbs64::Limbs64;
/// The representation in use.
#[cfg(any(target_arch = "wasm32", sm2_limbs = "29"))]
pub(super) type Element = limbs29::Limbs29;

/// p.
pub(super) const MODULUS: Words = [
    0xffff_ffff_ffff_ffff,
    0xffff_ffff_0000_0000,
    0xffff_ffff_ffff_ffff,
    0xffff_fffe_ffff_ffff,
];

/// An element of the field.
///
/// Sums and differences that only feed a product need no reduction of their own. Their types say
/// how large they may be, so that what cannot overflow is what compiles: `docs/sm2.md` has the
/// bounds.
pub(super) trait Field: Copy + core::fmt::Debug + 'static {
    /// A difference of two elements, or an element.
    type Difference: Copy + From<Self>;
    /// A sum of two elements, or anything smaller.
    type Sum: Copy + From<Self> + From<Self::Difference>;

    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// The coefficient b of the curve.
    const B: Self;
    /// The odd multiples G, 3G, 5G, … of the generator, affine.
    const GENERATOR_ODD: &'static [Affine<Self>; generator::ODD_MULTIPLES];

    /// The element that is `words` modulo p, for any `words`.
    fn from_words(words: &Words) -> Self;
    /// The integer below p.
    fn to_words(self) -> Words;

    /// self + other, to be multiplied.
    fn plus(self, other: Self) -> Self::Sum;
    /// self − other, to be multiplied, squared or compared with 0.
    fn minus(self, other: Self) -> Self::Difference;
    /// k·self for k from 2 to 4.
    fn times<const K: u32>(self) -> Self;
    /// −self.
    fn negate(self) -> Self;

    /// left·right.
    fn multiply(left: impl Into<Self::Difference>, right: impl Into<Self::Sum>) -> Self;
    /// value².
    fn square(value: impl Into<Self::Difference>) -> Self;
    /// value² − one − K·other, for K of 1 or 2.
    fn square_minus<const K: u32>(
        value: impl Into<Self::Difference>,
        one: Self,
        other: Self,
    ) -> Self;
    /// a·b − c.
    fn multiply_minus(a: impl Into<Self::Difference>, b: impl Into<Self::Sum>, c: Self) -> Self;
    /// a·b − c·d with one reduction.
    fn cross(
        a: impl Into<Self::Difference>,
        b: impl Into<Self::Difference>,
        c: Self,
        d: impl Into<Self::Sum>,
    ) -> Self;

    /// Whether a difference is 0 modulo p.
    fn vanishes(difference: Self::Difference) -> bool;

    /// The difference as an element.
    fn settle(difference: Self::Difference) -> Self;

    fn is_zero(self) -> bool {
        Self::vanishes(self.into())
    }
}

/// value^(2^count).
fn square_times<F: Field>(value: F, count: u32) -> F {
    (0..count).fold(value, |value, _| F::square(value))
}

/// value^(2^k − 1) for k = 31, 62 and 128: p in binary is long runs of ones.
struct Runs<F> {
    ones31: F,
    ones62: F,
    ones128: F,
}

impl<F: Field> Runs<F> {
    fn of(value: F) -> Self {
        let join = |high: F, count: u32, low: F| F::multiply(square_times(high, count), low);
        let ones2 = join(value, 1, value);
        let ones3 = join(ones2, 1, value);
        let ones6 = join(ones3, 3, ones3);
        let ones7 = join(ones6, 1, value);
        let ones14 = join(ones7, 7, ones7);
        let ones15 = join(ones14, 1, value);
        let ones30 = join(ones15, 15, ones15);
        let ones31 = join(ones30, 1, value);
        let ones62 = join(ones31, 31, ones31);
        let ones64 = join(ones62, 2, ones2);
        let ones128 = join(ones64, 64, ones64);
        Self {
            ones31,
            ones62,
            ones128,
        }
    }

    /// The upper 160 bits that p − 2 and (p + 1) / 4 share: 31 ones, a zero, 128 ones.
    fn head(&self) -> F {
        F::multiply(square_times(self.ones31, 129), self.ones128)
    }
}

/// 1 / value, and 0 for 0 (Fermat: value^(p − 2)).
pub(super) fn invert<F: Field>(value: F) -> F {
    let runs = Runs::of(value);
    let upper = F::multiply(square_times(runs.head(), 32 + 62), runs.ones62);
    F::multiply(square_times(upper, 2), value)
}

/// A square root of `value`, if there is one (p ≡ 3 modulo 4: value^((p + 1) / 4)).
pub(super) fn square_root<F: Field>(value: F) -> Option<F> {
    let upper = F::multiply(square_times(Runs::of(value).head(), 32), value);
    let root = square_times(upper, 62);
    F::vanishes(F::square(root).minus(value)).then_some(root)
}

/// Replaces every value by its inverse with a single inversion; zeros stay.
///
/// `scratch` is only room: it is cleared and holds one element for each value.
pub(super) fn invert_all<F: Field>(values: &mut [F], scratch: &mut alloc::vec::Vec<F>) {
    scratch.clear();
    let mut product = F::ONE;
    for value in values.iter() {
        scratch.push(product);
        if !value.is_zero() {
            product = F::multiply(product, *value);
        }
    }
    let mut inverse = invert(product);
    for (value, before) in values.iter_mut().zip(scratch.iter()).rev() {
        if !value.is_zero() {
            let next = F::multiply(inverse, *value);
            *value = F::multiply(inverse, *before);
            inverse = next;
        }
    }
}

#[cfg(test)]
mod tests;
