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

/// How two points lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meeting {
    /// Different x: the line through both.
    Chord,
    /// The same point: its tangent.
    Tangent,
    /// Opposite points: their sum is infinity.
    Vertical,
}

impl Meeting {
    /// How a and b lie, and the denominator of the slope; 1 where there is none.
    #[inline]
    pub(super) fn of<F: Field>(a: &Affine<F>, b: &Affine<F>) -> (Self, F) {
        let width = b.x.minus(a.x);
        if !F::vanishes(width) {
            (Self::Chord, F::settle(width))
        } else if F::vanishes(b.y.minus(a.y)) {
            (Self::Tangent, a.y.times::<2>())
        } else {
            (Self::Vertical, F::ONE)
        }
    }

    /// a + b, given the inverse of their denominator; none for infinity.
    #[inline]
    pub(super) fn sum<F: Field>(
        self,
        a: &Affine<F>,
        b: &Affine<F>,
        inverse: F,
    ) -> Option<Affine<F>> {
        let slope = match self {
            Self::Chord => F::multiply(b.y.minus(a.y), inverse),
            Self::Tangent => {
                // 3x² − 3 = 3(x − 1)(x + 1).
                let rise = F::multiply(a.x.minus(F::ONE), a.x.plus(F::ONE)).times::<3>();
                F::multiply(rise, inverse)
            }
            Self::Vertical => return None,
        };
        let x = F::square_minus::<1>(slope, a.x, b.x);
        Some(Affine {
            x,
            y: F::multiply_minus(slope, a.x.minus(x), a.y),
        })
    }
}

/// Adds up each list, until it holds its sum alone, or nothing if that is infinity.
pub(super) fn add_up<F: Field>(mut lists: Vec<&mut Vec<Affine<F>>>) {
    let (mut meetings, mut denominators, mut scratch) = (Vec::new(), Vec::new(), Vec::new());
    while lists.iter().any(|list| list.len() > 1) {
        meetings.clear();
        denominators.clear();
        for list in &lists {
            for [a, b] in list.as_chunks::<2>().0 {
                let (meeting, denominator) = Meeting::of(a, b);
                meetings.push(meeting);
                denominators.push(denominator);
            }
        }
        invert_all(&mut denominators, &mut scratch);
        let mut slopes = meetings.iter().zip(&denominators);
        for list in &mut lists {
            halve(list, &mut slopes);
        }
    }
}

/// Replaces each pair by its sum; a last point without a partner stays.
fn halve<'a, F: Field>(
    list: &mut Vec<Affine<F>>,
    slopes: &mut impl Iterator<Item = (&'a Meeting, &'a F)>,
) {
    let (pairs, rest) = list.as_chunks::<2>();
    let sums = pairs.iter().zip(slopes);
    let sums = sums.filter_map(|([a, b], (meeting, inverse))| meeting.sum(a, b, *inverse));
    *list = sums.chain(rest.iter().copied()).collect();
}
