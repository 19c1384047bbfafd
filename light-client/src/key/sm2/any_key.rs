//! s·G + t·P for a key seen for the first time: one run of doublings for both.

use super::{
    field::Field,
    point::{Affine, Jacobian, Powers, add_affine},
    scalar::{SPARSE, Scalar},
};

/// Width of the key's digits: 8 odd multiples, computed for each signature.
const KEY_WIDTH: usize = 5;
/// Width of the generator's digits: 64 odd multiples, which are constants.
const GENERATOR_WIDTH: usize = 8;

/// s·G + t·P; `None` is the point at infinity.
///
/// Interleaved sparse digits (GB/T 32918.1-2016 annex A.3.3 for one scalar; here two share the
/// doublings).
pub(super) fn combine<F: Field>(s: &Scalar, key: &Affine<F>, t: &Scalar) -> Option<Jacobian<F>> {
    let multiples = odd_multiples(key);
    let key_digits = t.sparse_digits::<KEY_WIDTH>();
    let generator_digits = s.sparse_digits::<GENERATOR_WIDTH>();
    let mut sum = None;
    for place in (0..SPARSE).rev() {
        sum = sum.as_ref().map(Jacobian::double);
        if let Some(multiple) = chosen(&multiples, key_digits[place], Powers::negate) {
            sum = match sum {
                None => Some(*multiple.point()),
                Some(sum) => sum.add(&multiple),
            };
        }
        let digit = generator_digits[place];
        if let Some(multiple) = chosen(F::GENERATOR_ODD, digit, Affine::negate) {
            sum = add_affine(sum, &multiple);
        }
    }
    sum
}

/// P, 3P, 5P, … 15P. None of them is infinity, as n is a prime above 15.
fn odd_multiples<F: Field>(key: &Affine<F>) -> [Powers<F>; 1 << (KEY_WIDTH - 2)] {
    let first = Jacobian::from(*key);
    let twice = Powers::from(first.double());
    let mut last = first;
    core::array::from_fn(|index| {
        if index > 0 {
            let next = last.add(&twice);
            last = next.expect("no odd multiple up to 15 meets -2P: n is a prime above 17");
        }
        Powers::from(last)
    })
}

/// The multiple that an odd digit names, with its sign.
#[inline(always)]
fn chosen<T: Copy>(multiples: &[T], digit: i8, negate: impl Fn(T) -> T) -> Option<T> {
    if digit == 0 {
        return None;
    }
    let multiple = multiples[usize::from(digit.unsigned_abs() / 2)];
    Some(if digit < 0 {
        negate(multiple)
    } else {
        multiple
    })
}
