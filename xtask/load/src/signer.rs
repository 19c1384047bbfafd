//! Signing fast: nonces in a row instead of at random, so that a signature costs one addition of
//! points instead of one multiplication.
//!
//! # Security
//! Two such signatures give the key away. They verify like any others, which is all that a load
//! needs; the keys are made for one run and thrown away with it.

use anyhow::{Context as _, Result};
use light_client::{
    hash::{Digest, Hasher},
    key::{KeyId, KeyKind, PublicKey, Signature},
    suite::Suite,
};
use sm2::{
    AffinePoint, FieldBytes, ProjectivePoint, Scalar,
    elliptic_curve::{
        BatchNormalize as _, Group as _, ff::PrimeField as _, ops::Reduce as _,
        point::AffineCoordinates as _, sec1::ToSec1Point as _,
    },
};

/// Points that are brought to affine form together.
const AT_ONCE: usize = 256;

/// Scalars one after the other, with their multiples of the generator.
pub(crate) struct Row {
    next: Scalar,
    at: ProjectivePoint,
    ready: Vec<(Scalar, AffinePoint)>,
}

impl Row {
    /// A row that begins at a random place.
    pub(crate) fn random() -> Result<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)
            .ok()
            .context("no randomness from the operating system")?;
        Ok(Self::at(&bytes))
    }

    /// The row that begins at a place, which the bytes name.
    pub(crate) fn at(place: &[u8; 32]) -> Self {
        let next = scalar(place);
        Self {
            next,
            at: ProjectivePoint::mul_by_generator(&next),
            ready: Vec::new(),
        }
    }

    /// The row that begins `steps` after a place.
    pub(crate) fn after(place: &[u8; 32], steps: u64) -> Self {
        let next = scalar(place) + Scalar::from(steps);
        Self {
            next,
            at: ProjectivePoint::mul_by_generator(&next),
            ready: Vec::new(),
        }
    }

    fn step(&mut self) -> (Scalar, AffinePoint) {
        loop {
            if let Some(ready) = self.ready.pop() {
                return ready;
            }
            self.fill();
        }
    }

    fn fill(&mut self) {
        let (mut scalars, mut points) = (Vec::new(), Vec::new());
        for _ in 0..AT_ONCE {
            scalars.push(self.next);
            points.push(self.at);
            self.next += Scalar::ONE;
            self.at += AffinePoint::GENERATOR;
        }
        let affine = ProjectivePoint::batch_normalize(points.as_slice());
        self.ready = scalars.into_iter().zip(affine).rev().collect();
    }

    /// A public key of which nobody needs the secret.
    pub(crate) fn public_key(&mut self) -> Result<PublicKey> {
        public(&self.step().1)
    }

    /// A key pair.
    pub(crate) fn secret(&mut self) -> Result<Secret> {
        let (secret, point) = self.step();
        Secret::new(secret, &point)
    }
}

/// A private key.
pub(crate) struct Secret {
    public: PublicKey,
    id: KeyId,
    secret: Scalar,
    /// 1 / (1 + d).
    inverse: Scalar,
    /// SM3 with Z_A taken in.
    begun: Hasher,
}

impl Secret {
    fn new(secret: Scalar, point: &AffinePoint) -> Result<Self> {
        let inverse = Option::from((secret + Scalar::ONE).invert()).context("a key of n - 1")?;
        let public = public(point)?;
        let mut begun = Hasher::new(Suite::Sm);
        begun.update(identity(point)?.as_bytes());
        Ok(Self {
            id: public.id(Suite::Sm),
            public,
            secret,
            inverse,
            begun,
        })
    }

    /// Reads a key file of a node: `sm2 <64 hex digits>`.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let digits = text.trim_end().strip_prefix("sm2 ").context("no SM2 key")?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes)?;
        let secret = scalar(&bytes);
        let point = ProjectivePoint::mul_by_generator(&secret);
        let [point] = ProjectivePoint::batch_normalize(&[point]);
        Self::new(secret, &point)
    }

    pub(crate) const fn public(&self) -> &PublicKey {
        &self.public
    }

    pub(crate) const fn id(&self) -> KeyId {
        self.id
    }

    /// A digest to which the message's beginning has been given already.
    pub(crate) fn begin(&self, message: &[u8]) -> Hasher {
        let mut hasher = self.begun.clone();
        hasher.update(message);
        hasher
    }

    /// Signs a message.
    pub(crate) fn sign(&self, message: &[u8], nonces: &mut Row) -> Signature {
        self.sign_digest(&self.begin(message).finish(), nonces)
    }

    /// Signs what [`Self::begin`] began.
    ///
    /// # Standard
    /// GB/T 32918.2-2016 §6.1, A5 to A7.
    pub(crate) fn sign_digest(&self, digest: &Digest, nonces: &mut Row) -> Signature {
        let (nonce, point) = nonces.step();
        let r = scalar(digest.as_bytes()) + Scalar::reduce(&point.x());
        let s = self.inverse * (nonce - r * self.secret);
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&r.to_repr());
        signature[32..].copy_from_slice(&s.to_repr());
        Signature(signature)
    }
}

fn scalar(bytes: &[u8; 32]) -> Scalar {
    Scalar::reduce(&FieldBytes::from(*bytes))
}

fn public(point: &AffinePoint) -> Result<PublicKey> {
    Ok(PublicKey::new(
        KeyKind::Sm2,
        point.to_sec1_point(true).as_bytes(),
    )?)
}

/// Z_A (GB/T 32918.2-2016 §5.5).
fn identity(point: &AffinePoint) -> Result<Digest> {
    const CURVE: &str = "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc\
                         28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93";
    let mut hasher = Hasher::new(Suite::Sm);
    hasher.update(&[0, 128]);
    hasher.update(b"1234567812345678");
    hasher.update(&hex::decode(CURVE)?);
    for point in [&AffinePoint::GENERATOR, point] {
        let bytes = point.to_sec1_point(false);
        hasher.update(bytes.as_bytes().get(1..).context("the point at infinity")?);
    }
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signatures_hold() {
        let mut row = Row::at(&[7; 32]);
        let key = row.secret().expect("a key");
        let mut nonces = Row::at(&[9; 32]);
        for message in [&b"one"[..], b"two", b""] {
            let signature = key.sign(message, &mut nonces);
            assert_eq!(key.public().verify(message, &signature), Ok(()));
            assert!(key.public().verify(b"other", &signature).is_err());
        }
    }

    #[test]
    fn a_row_may_be_entered_anywhere() {
        let mut row = Row::at(&[3; 32]);
        let all: Vec<_> = (0..600).map(|_| row.step()).collect();
        for at in [0, 1, 255, 256, 599] {
            let mut later = Row::after(&[3; 32], at);
            let at = usize::try_from(at).expect("small");
            assert_eq!(later.step(), all[at]);
        }
    }
}
