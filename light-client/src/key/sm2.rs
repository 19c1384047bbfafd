//! SM2 verification: the one function by which all parts of the system verify SM2.
//!
//! ```text
//! field     integers modulo p, Montgomery form, in 64-bit or 29-bit limbs
//! scalar    integers modulo n and their digits
//! point     the group
//! any_key   s·G + t·P for any key          known_key   the same with tables
//! ```
//! Verification sees public data only, so it may take the time that the data ask for. Signing,
//! secrets, and the decision whether a key is a point of the curve are the `sm2` crate's.
//! `docs/sm2.md` explains each step and how it is tested.
//!
//! # Security
//! No secret may ever enter: nothing here is constant-time.
//!
//! # Standard
//! GB/T 32918.2-2016 §7.1, user id `1234567812345678`, curve of GB/T 32918.5-2017.

// The limbs of this arithmetic are cut and joined on purpose; `docs/sm2.md` has the bounds.
#![allow(clippy::as_conversions)]

mod affine;
mod any_key;
mod field;
mod generator;
mod known_key;
mod point;
mod scalar;

use alloc::vec::Vec;

use super::KeyError;
use crate::{hash::Hasher, suite::Suite};
use field::{Element, Field, MODULUS};
use known_key::{Shape, Table};
use point::{Affine, Jacobian};
use scalar::{Scalar, bytes_of, subtract, words_of};

/// The user id that enters Z_A, fixed for all of Tallystick (GM/T 0009-2012 §10).
const USER_ID: &[u8] = b"1234567812345678";

/// A key that is a point of the curve, with its Z_A.
#[derive(Debug, Clone)]
pub struct VerifyingKey {
    point: Affine<Element>,
    identity: [u8; 32],
}

impl VerifyingKey {
    /// Decodes the compressed form: 02 or 03, and x.
    ///
    /// The root for y is found here, because that is fast; that (x, y) is a point of the curve is
    /// then for the curve crate to say.
    ///
    /// # Errors
    /// [`KeyError::NotAPoint`] for any other form, an x of p or more, and an x without a point.
    pub fn decode(compressed: &[u8]) -> Result<Self, KeyError> {
        let compressed: &[u8; 33] = compressed.try_into().map_err(|_| KeyError::NotAPoint)?;
        let (sign, x) = compressed.split_first().ok_or(KeyError::NotAPoint)?;
        let odd = match sign {
            2 => false,
            3 => true,
            _ => return Err(KeyError::NotAPoint),
        };
        let x: &[u8; 32] = x.try_into().map_err(|_| KeyError::NotAPoint)?;
        let point = Affine::<Element>::with_x(x, odd).ok_or(KeyError::NotAPoint)?;
        let uncompressed = point.uncompressed();
        sm2::PublicKey::from_sec1_bytes(&uncompressed).map_err(|_| KeyError::NotAPoint)?;
        let identity = identity(&uncompressed);
        Ok(Self { point, identity })
    }

    /// Verifies r ‖ s over `message`.
    ///
    /// # Errors
    /// [`KeyError::SignatureMismatch`].
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), KeyError> {
        self.verify_digest(&self.digest(message), signature)
    }

    /// Verifies r ‖ s over a digest e = SM3(Z_A ‖ message) that the caller has computed.
    ///
    /// # Errors
    /// [`KeyError::SignatureMismatch`].
    pub fn verify_digest(&self, digest: &[u8; 32], signature: &[u8; 64]) -> Result<(), KeyError> {
        let claim = Claim::parse(digest, signature)?;
        claim.decide(any_key::combine(&claim.s, &self.point, &claim.t))
    }

    /// e: the hash that is signed (§7.1 B3, B4).
    pub fn digest(&self, message: &[u8]) -> [u8; 32] {
        let mut hasher = Hasher::new(Suite::Sm);
        hasher.update(&self.identity);
        hasher.update(message);
        *hasher.finish().as_bytes()
    }
}

/// The tables of one key.
#[derive(Debug, Clone)]
pub struct KeyTable(Table<Element>);

/// The tables of the generator, which all keys with tables need.
#[derive(Debug, Clone)]
pub struct GeneratorTable(Table<Element>);

/// By measurement (`docs/benchmarks.md`). In the browser memory counts for more.
#[cfg(not(target_arch = "wasm32"))]
const SHAPES: [Shape; 2] = [shape(10, 1), shape(6, 1)];
#[cfg(target_arch = "wasm32")]
const SHAPES: [Shape; 2] = [shape(9, 2), shape(6, 3)];

const fn shape(width: usize, stride: usize) -> Shape {
    Shape { width, stride }
}

impl GeneratorTable {
    /// Builds them.
    #[expect(
        clippy::new_without_default,
        reason = "it is work: about a millisecond"
    )]
    pub fn new() -> Self {
        Self(Table::of_generator(SHAPES[0]))
    }

    /// Bytes they take.
    pub fn size(&self) -> usize {
        self.0.size()
    }
}

impl KeyTable {
    /// Builds them.
    pub fn new(key: &VerifyingKey) -> Self {
        Self(Table::new(&key.point, SHAPES[1]))
    }

    /// Bytes they take.
    pub fn size(&self) -> usize {
        self.0.size()
    }

    /// [`VerifyingKey::verify_digest`] for the key of these tables: the same answer, sooner.
    ///
    /// # Errors
    /// [`KeyError::SignatureMismatch`].
    pub fn verify_digest(
        &self,
        generator: &GeneratorTable,
        digest: &[u8; 32],
        signature: &[u8; 64],
    ) -> Result<(), KeyError> {
        let claim = Claim::parse(digest, signature)?;
        claim.decide(known_key::combine(
            &generator.0,
            &claim.s,
            &self.0,
            &claim.t,
        ))
    }
}

/// [`KeyTable::verify_digest`] for several at once: the same answers, sooner from about eight on.
pub fn verify_digests(
    generator: &GeneratorTable,
    cases: &[(&KeyTable, [u8; 32], [u8; 64])],
) -> Vec<Result<(), KeyError>> {
    let parsed: Vec<Result<Claim, KeyError>> = cases
        .iter()
        .map(|(_, digest, signature)| Claim::parse(digest, signature))
        .collect();
    let claims: Vec<(Scalar, &Table<Element>, Scalar)> = cases
        .iter()
        .zip(&parsed)
        .filter_map(|((table, ..), claim)| {
            claim
                .as_ref()
                .ok()
                .map(|claim| (claim.s, &table.0, claim.t))
        })
        .collect();
    let mut sums = known_key::combine_all(&generator.0, &claims).into_iter();
    let decide = |claim: Result<Claim, KeyError>| claim?.decide(sums.next().flatten());
    parsed.into_iter().map(decide).collect()
}

/// What a signature says of the point s·G + t·P: its x-coordinate is `x` modulo n.
struct Claim {
    s: Scalar,
    t: Scalar,
    x: Scalar,
}

impl Claim {
    /// §7.1 B1, B2 (r and s from 1 to n − 1) and B5 (t = r + s modulo n is not 0).
    fn parse(digest: &[u8; 32], signature: &[u8; 64]) -> Result<Self, KeyError> {
        let (r, s) = signature.split_at(32);
        let r = scalar_of(r).ok_or(KeyError::SignatureMismatch)?;
        let s = scalar_of(s).ok_or(KeyError::SignatureMismatch)?;
        let t = r.plus(s);
        if t == Scalar::ZERO {
            return Err(KeyError::SignatureMismatch);
        }
        let x = r.minus(Scalar::reduce(digest));
        Ok(Self { s, t, x })
    }

    /// §7.1 B6, B7: e + x₁ = r modulo n. As p < 2n, x₁ is x or x + n.
    fn decide(&self, sum: Option<Jacobian<Element>>) -> Result<(), KeyError> {
        let sum = sum.ok_or(KeyError::SignatureMismatch)?;
        let below = |words: &field::Words| subtract(words, &MODULUS).1;
        let other = self.x.plus_order().filter(below);
        let holds = sum.has_x(Element::from_words(self.x.words()))
            || other.is_some_and(|x| sum.has_x(Element::from_words(&x)));
        if holds {
            Ok(())
        } else {
            Err(KeyError::SignatureMismatch)
        }
    }
}

/// From 1 to n − 1.
fn scalar_of(bytes: &[u8]) -> Option<Scalar> {
    let scalar = Scalar::from_bytes(bytes.try_into().ok()?)?;
    (scalar != Scalar::ZERO).then_some(scalar)
}

impl<F: Field> Affine<F> {
    /// The point with this x and a y of this parity, if the curve has one.
    fn with_x(x: &[u8; 32], odd: bool) -> Option<Self> {
        let words = words_of(x);
        if !subtract(&words, &MODULUS).1 {
            return None;
        }
        let x = F::from_words(&words);
        // x³ − 3x + b = x·(x² − 3) + b.
        let three = F::ONE.times::<3>();
        let cubic = F::multiply(F::square(x).minus(three), x);
        let y = field::square_root(F::multiply(F::ONE, cubic.plus(F::B)))?;
        let is_odd = y.to_words()[0] & 1 == 1;
        Some(Self {
            x,
            y: if is_odd == odd { y } else { y.negate() },
        })
    }

    /// 04, x and y.
    fn uncompressed(&self) -> [u8; 65] {
        let mut bytes = [4; 65];
        bytes[1..33].copy_from_slice(&bytes_of(&self.x.to_words()));
        bytes[33..].copy_from_slice(&bytes_of(&self.y.to_words()));
        bytes
    }
}

/// Z_A (GB/T 32918.2-2016 §5.5): the id's length in bits and the id, a, b, G, and the key.
fn identity(uncompressed: &[u8; 65]) -> [u8; 32] {
    let three_less: field::Words = subtract(&MODULUS, &[3, 0, 0, 0]).0;
    let [gx, gy] = &generator::ODD[0];
    let mut hasher = Hasher::new(Suite::Sm);
    hasher.update(&[0, 128]);
    hasher.update(USER_ID);
    for constant in [&three_less, &generator::B, gx, gy] {
        hasher.update(&bytes_of(constant));
    }
    hasher.update(&uncompressed[1..]);
    *hasher.finish().as_bytes()
}

/// Decodes a compressed key; the curve crate checks that it is on the curve.
pub(super) fn decode(key: &[u8]) -> Result<VerifyingKey, KeyError> {
    VerifyingKey::decode(key)
}

/// Verifies r ‖ s over `message`.
pub(super) fn verify(key: &[u8], message: &[u8], signature: &[u8; 64]) -> Result<(), KeyError> {
    VerifyingKey::decode(key)?.verify(message, signature)
}

#[cfg(test)]
mod tests;
