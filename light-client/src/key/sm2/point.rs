//! Points of the curve y² = x³ − 3x + b.
//!
//! The point at infinity is `None`, so that every place that can meet it says what it does then.
//! As n is an odd prime, no point but infinity is its own opposite: doubling never leads there.
//!
//! # Security
//! Variable time: public data only. The formulas are complete: equal and opposite points are told
//! apart before the general formula, which does not hold for them, is used.
//!
//! # Standard
//! GB/T 32918.1-2016 §3.2.3 (the group), annex A.1.2.3.2 (Jacobian coordinates).

use super::{
    field::{Field, MODULUS, square_root},
    words::{bytes_of, is_below, words_of},
};

/// A point that is not at infinity: x and y.
#[derive(Debug, Clone, Copy)]
pub(super) struct Affine<F> {
    pub(super) x: F,
    pub(super) y: F,
}

impl<F: Field> Affine<F> {
    /// The point with this x and a y of this parity, if the curve has one.
    pub(super) fn with_x(x: &[u8; 32], odd: bool) -> Option<Self> {
        let words = words_of(x);
        if !is_below(&words, &MODULUS) {
            return None;
        }
        let x = F::from_words(&words);
        // x³ − 3x + b = x·(x² − 3) + b.
        let three = F::ONE.times::<3>();
        let cubic = F::multiply(F::square(x).minus(three), x);
        let y = square_root(F::multiply(F::ONE, cubic.plus(F::B)))?;
        let is_odd = y.to_words()[0] & 1 == 1;
        Some(Self {
            x,
            y: if is_odd == odd { y } else { y.negate() },
        })
    }

    /// 04, x and y.
    pub(super) fn uncompressed(&self) -> [u8; 65] {
        let mut bytes = [4; 65];
        bytes[1..33].copy_from_slice(&bytes_of(&self.x.to_words()));
        bytes[33..].copy_from_slice(&bytes_of(&self.y.to_words()));
        bytes
    }

    /// −self.
    pub(super) fn negate(self) -> Self {
        Self {
            x: self.x,
            y: self.y.negate(),
        }
    }
}

/// A point that is not at infinity: (x/z², y/z³), z ≠ 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Jacobian<F> {
    pub(super) x: F,
    pub(super) y: F,
    pub(super) z: F,
}

impl<F: Field> From<Affine<F>> for Jacobian<F> {
    fn from(point: Affine<F>) -> Self {
        Self {
            x: point.x,
            y: point.y,
            z: F::ONE,
        }
    }
}

impl<F: Field> Jacobian<F> {
    /// 2·self.
    ///
    /// α = 3(x − z²)(x + z²), γ = 4y², β = xγ: x' = α² − 2β, y' = α(β − x') − γ·(γ/2), z' = 2yz.
    #[inline]
    pub(super) fn double(&self) -> Self {
        let delta = F::square(self.z);
        let square = F::square(self.y);
        let gamma = square.times::<4>();
        let beta = F::multiply(self.x, gamma);
        let alpha = F::multiply(self.x.minus(delta), self.x.plus(delta)).times::<3>();
        let x = F::square_minus::<2>(alpha, F::ZERO, beta);
        Self {
            x,
            y: F::cross(alpha, beta.minus(x), gamma, square.plus(square)),
            z: F::multiply(self.z, self.y.plus(self.y)),
        }
    }

    /// self + other.
    #[inline]
    pub(super) fn add_affine(&self, other: &Affine<F>) -> Option<Self> {
        let zz = F::square(self.z);
        let x = F::multiply(other.x, zz);
        let y = F::multiply(F::multiply(other.y, self.z), zz);
        self.add_scaled(
            &Affine { x, y },
            &Affine {
                x: self.x,
                y: self.y,
            },
            self.z,
        )
    }

    /// self + other, where other's powers of z are at hand.
    #[inline]
    pub(super) fn add(&self, other: &Powers<F>) -> Option<Self> {
        let zz = F::square(self.z);
        let x = F::multiply(other.point.x, zz);
        let y = F::multiply(F::multiply(other.point.y, self.z), zz);
        let own = Affine {
            x: F::multiply(self.x, other.zz),
            y: F::multiply(self.y, other.zzz),
        };
        self.add_scaled(&Affine { x, y }, &own, F::multiply(self.z, other.point.z))
    }

    /// The sum of the points (own.x/z², own.y/z³), which is `self`, and (other.x/z², other.y/z³).
    #[inline(always)]
    fn add_scaled(&self, other: &Affine<F>, own: &Affine<F>, z: F) -> Option<Self> {
        let height = other.x.minus(own.x);
        let rise = other.y.minus(own.y);
        if F::vanishes(height) {
            return F::vanishes(rise).then(|| self.double());
        }
        let square = F::square(height);
        let cube = F::multiply(height, square);
        let v = F::multiply(own.x, square);
        let x = F::square_minus::<2>(rise, cube, v);
        Some(Self {
            x,
            y: F::cross(rise, v.minus(x), own.y, cube),
            z: F::multiply(height, z),
        })
    }

    /// Whether the x-coordinate is `x`: x·z² is compared, no inversion.
    pub(super) fn has_x(&self, x: F) -> bool {
        F::vanishes(F::multiply(x, F::square(self.z)).minus(self.x))
    }
}

/// A point with z² and z³.
#[derive(Debug, Clone, Copy)]
pub(super) struct Powers<F> {
    point: Jacobian<F>,
    zz: F,
    zzz: F,
}

impl<F: Field> From<Jacobian<F>> for Powers<F> {
    fn from(point: Jacobian<F>) -> Self {
        let zz = F::square(point.z);
        Self {
            point,
            zz,
            zzz: F::multiply(zz, point.z),
        }
    }
}

impl<F: Field> Powers<F> {
    pub(super) fn point(&self) -> &Jacobian<F> {
        &self.point
    }

    pub(super) fn negate(mut self) -> Self {
        self.point.y = self.point.y.negate();
        self
    }
}

/// sum + other, where sum may be infinity.
#[inline(always)]
pub(super) fn add_affine<F: Field>(
    sum: Option<Jacobian<F>>,
    other: &Affine<F>,
) -> Option<Jacobian<F>> {
    match sum {
        None => Some((*other).into()),
        Some(sum) => sum.add_affine(other),
    }
}
