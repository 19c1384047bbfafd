//! Additions in affine coordinates: dear alone, for each divides, but cheap in a crowd, as all
//! divisions of a round share one inversion (Montgomery's trick).
//!
//! # Standard
//! GB/T 32918.1-2016 §3.2.3.1.

use alloc::vec::Vec;

use super::{
    field::{Field, invert_all},
    point::Affine,
};

/// The denominator of the slope through a and b: 2y where they are the same point. None where
/// they are opposite, and their sum is infinity.
#[inline]
pub(super) fn denominator<F: Field>(a: &Affine<F>, b: &Affine<F>) -> Option<F> {
    let width = b.x.minus(a.x);
    if !F::vanishes(width) {
        Some(F::settle(width))
    } else if F::vanishes(b.y.minus(a.y)) {
        Some(a.y.times::<2>())
    } else {
        None
    }
}

/// a + b, given the inverse of their [`denominator`].
#[inline]
pub(super) fn sum<F: Field>(a: &Affine<F>, b: &Affine<F>, inverse: F) -> Affine<F> {
    let slope = if F::vanishes(b.x.minus(a.x)) {
        // 3x² − 3 = 3(x − 1)(x + 1).
        let rise = F::multiply(a.x.minus(F::ONE), a.x.plus(F::ONE)).times::<3>();
        F::multiply(rise, inverse)
    } else {
        F::multiply(b.y.minus(a.y), inverse)
    };
    let x = F::square_minus::<1>(slope, a.x, b.x);
    Affine {
        x,
        y: F::multiply_minus(slope, a.x.minus(x), a.y),
    }
}

/// Adds up each list, until it holds its sum alone, or nothing if that is infinity.
pub(super) fn add_up<F: Field>(mut lists: Vec<&mut Vec<Affine<F>>>) {
    let (mut denominators, mut scratch) = (Vec::new(), Vec::new());
    while lists.iter().any(|list| list.len() > 1) {
        denominators.clear();
        for list in &lists {
            let pairs = list.as_chunks::<2>().0;
            // 1 keeps the place of a pair that has no slope.
            let place = |[a, b]: &[Affine<F>; 2]| denominator(a, b).unwrap_or(F::ONE);
            denominators.extend(pairs.iter().map(place));
        }
        invert_all(&mut denominators, &mut scratch);
        let mut inverses = denominators.iter();
        for list in &mut lists {
            halve(list, &mut inverses);
        }
    }
}

/// Replaces each pair by its sum; a last point without a partner stays.
fn halve<'a, F: Field>(list: &mut Vec<Affine<F>>, inverses: &mut impl Iterator<Item = &'a F>) {
    let mut kept = 0;
    let pairs = list.len() / 2;
    for pair in 0..pairs {
        let (a, b) = (list[2 * pair], list[2 * pair + 1]);
        let inverse = inverses.next();
        if let (Some(inverse), Some(_)) = (inverse, denominator(&a, &b)) {
            list[kept] = sum(&a, &b, *inverse);
            kept += 1;
        }
    }
    if list.len() % 2 == 1 {
        list[kept] = list[2 * pairs];
        kept += 1;
    }
    list.truncate(kept);
}
