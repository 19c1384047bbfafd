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

#![expect(
    clippy::as_conversions,
    reason = "limbs are cut and joined on purpose; docs/sm2.md has the bounds"
)]

mod affine;
mod any_key;
mod field;
mod generator;
mod known_key;
mod point;
mod scalar;
mod words;

use alloc::vec::Vec;

use super::KeyError;
use crate::{hash::Hasher, suite::Suite};
use field::{Element, Field as _, MODULUS};
use known_key::{Shape, Table};
use point::{Affine, Jacobian};
use scalar::Scalar;
use words::{Words, bytes_of, is_below, subtract};

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
        let equation = Equation::parse(digest, signature)?;
        equation.decide(any_key::combine(&equation.s, &self.point, &equation.t))
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
    #[expect(clippy::new_without_default, reason = "it is work: some milliseconds")]
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
        let equation = Equation::parse(digest, signature)?;
        equation.decide(known_key::combine(
            &generator.0,
            &equation.s,
            &self.0,
            &equation.t,
        ))
    }
}

/// How many are verified together at most: more gain nothing, and take 5 kB each.
const TOGETHER: usize = 64;

/// [`KeyTable::verify_digest`] for several at once: the same answers, sooner from about thirty on.
pub fn verify_digests(
    generator: &GeneratorTable,
    cases: &[(&KeyTable, [u8; 32], [u8; 64])],
) -> Vec<Result<(), KeyError>> {
    let chunks = cases.chunks(TOGETHER);
    chunks
        .flat_map(|cases| verify_together(&generator.0, cases))
        .collect()
}

fn verify_together(
    generator: &Table<Element>,
    cases: &[(&KeyTable, [u8; 32], [u8; 64])],
) -> Vec<Result<(), KeyError>> {
    let parse = |(_, digest, signature): &(_, _, _)| Equation::parse(digest, signature);
    let equations: Vec<Result<Equation, KeyError>> = cases.iter().map(parse).collect();
    let terms: Vec<(Scalar, &Table<Element>, Scalar)> = cases
        .iter()
        .zip(&equations)
        .filter_map(|((table, ..), equation)| {
            let equation = equation.as_ref().ok()?;
            Some((equation.s, &table.0, equation.t))
        })
        .collect();
    let mut sums = known_key::combine_all(generator, &terms).into_iter();
    let decide = |equation: Result<Equation, KeyError>| equation?.decide(sums.next().flatten());
    equations.into_iter().map(decide).collect()
}

/// What a signature says of the point s·G + t·P: its x-coordinate is `x` modulo n.
struct Equation {
    s: Scalar,
    t: Scalar,
    x: Scalar,
}

impl Equation {
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
        let below = |words: &Words| is_below(words, &MODULUS);
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

/// Z_A (GB/T 32918.2-2016 §5.5): the id's length in bits and the id, a, b, G, and the key.
fn identity(uncompressed: &[u8; 65]) -> [u8; 32] {
    let three_less: Words = subtract(&MODULUS, &[3, 0, 0, 0]).0;
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

#[cfg(test)]
mod tests;
