//! Cases to disagree about: honest signatures, tampered ones, and constructed ones by name.
//!
//! A signature's e is normally a hash. Choosing e *after* (r, s) reaches every case of the
//! equation that a hash makes unreachable by chance: for any s, t and key there is an e that makes
//! r = t − s right.

use light_client::key::sm2::VerifyingKey;
use sm2::dsa::{Signature, SigningKey, signature::Signer as _};
use sm2::elliptic_curve::{
    Group as _, PrimeField as _,
    bigint::U256,
    ops::Reduce as _,
    point::{AffineCoordinates as _, DecompressPoint as _},
    sec1::ToSec1Point as _,
    subtle::Choice,
};
use sm2::{AffinePoint, FieldBytes, NonZeroScalar, ProjectivePoint, Scalar};

use crate::dice::Dice;

/// The user id of all cases.
pub const USER_ID: &str = "1234567812345678";
/// n − 1.
const N_MINUS_1: [u8; 32] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x22,
];

/// p − n, which has 16 bytes.
const P_MINUS_N: [u8; 16] = 0x8dfc_2093_de39_fad5_ac44_0bf6_c62a_bedc_u128.to_be_bytes();

/// A question put to every implementation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What is special about it.
    pub name: &'static str,
    /// What it must be, where that is known by construction.
    pub expected: Option<bool>,
    /// The key, compressed.
    pub key: [u8; 33],
    /// The message, if e is the hash of one.
    pub message: Option<Vec<u8>>,
    /// e.
    pub digest: [u8; 32],
    /// r ‖ s.
    pub signature: [u8; 64],
}

/// A key with its secret: cases are made by knowing it.
#[derive(Debug)]
pub struct Signer {
    secret: NonZeroScalar,
    signing: SigningKey,
    key: VerifyingKey,
    compressed: [u8; 33],
}

impl Signer {
    /// The key of a secret; none if it is 0 or n and above.
    pub fn new(secret: &[u8; 32]) -> Option<Self> {
        let signing = SigningKey::from_slice(USER_ID, secret).ok()?;
        let compressed = compress(signing.verifying_key().as_affine())?;
        Some(Self {
            secret: *signing.as_nonzero_scalar(),
            key: VerifyingKey::decode(&compressed).ok()?,
            signing,
            compressed,
        })
    }

    /// The public key, compressed.
    pub const fn key(&self) -> [u8; 33] {
        self.compressed
    }

    /// An honest signature.
    pub fn sign(&self, message: &[u8]) -> Case {
        let signature: Signature = self.signing.sign(message);
        Case {
            name: "honest",
            expected: Some(true),
            key: self.compressed,
            message: Some(message.to_vec()),
            digest: self.key.digest(message),
            signature: signature.to_bytes().into(),
        }
    }

    /// e made to fit s and t.
    fn fitting(&self, name: &'static str, s: Scalar, t: Scalar) -> Case {
        let point = ProjectivePoint::GENERATOR * *self.secret;
        fitting(name, self.compressed, point, s, t)
    }

    /// All constructed cases, each once, with `dice` for what does not matter.
    pub fn constructed(&self, dice: &mut Dice) -> Vec<Case> {
        let (one, d) = (Scalar::ONE, *self.secret);
        let (s, t) = (scalar(dice), scalar(dice));
        let small = Scalar::from(dice.next() | 1);
        let refused = |case: Case| Case {
            expected: Some(false),
            ..case
        };
        let mut cases = vec![
            self.fitting("e fits", s, t),
            self.fitting("sG = tP", t * d, t),
            self.fitting("s = 1", one, t),
            self.fitting("s = n - 1", -one, t),
            self.fitting("r = 1", s, s + one),
            self.fitting("r = n - 1", s, s - one),
            self.fitting("s = 2", one + one, t),
            self.fitting("t = 1", s, one),
            self.fitting("t = n - 1", s, -one),
            refused(self.fitting("sG = -tP: infinity", -(t * d), t)),
            refused(self.fitting("t = 0", s, Scalar::ZERO)),
            refused(self.fitting("r = 0", s, s)),
            refused(self.fitting("s = 0", Scalar::ZERO, t)),
            refused(self.fitting("r = s = 0", Scalar::ZERO, Scalar::ZERO)),
            refused(raised("r + n", self.fitting("", s, s + small), 0)),
            refused(raised("s + n", self.fitting("", small, t), 32)),
            refused(raised("r = n", self.fitting("", s, s), 0)),
            refused(raised("s = n", self.fitting("", Scalar::ZERO, t), 32)),
            refused(raised("r = n + 1", self.fitting("", s, s + one), 0)),
            refused(raised("s = n + 1", self.fitting("", one, t), 32)),
        ];
        cases.extend(self.edges(dice));
        cases
    }

    /// Scalars that are runs of zeros and ones in limbs of 64, 32 and 29 bits.
    fn edges(&self, dice: &mut Dice) -> Vec<Case> {
        let pair = |name, bits: usize, dice: &mut Dice| {
            let (s, t) = (edge(bits, dice), edge(bits, dice));
            self.fitting(name, s, t)
        };
        vec![
            pair("64-bit limb edges", 64, dice),
            pair("32-bit limb edges", 32, dice),
            pair("29-bit limb edges", 29, dice),
            pair("window edges", 6, dice),
        ]
    }
}

/// Cases about points whose x-coordinate is special; they need a key made for them.
pub fn special_points(dice: &mut Dice) -> Vec<Case> {
    let mut n = N_MINUS_1;
    n[31] += 1;
    let n = U256::from_be_slice(&n);
    let offset = U256::from(dice.next() >> 1);
    let low = meeting("", offset, dice);
    vec![
        wrapped(low),
        meeting("x of n or more", n.wrapping_add(&offset), dice),
        meeting("x below p - n", offset, dice),
        meeting(
            "x just below p",
            U256::ZERO.wrapping_sub(&(offset.wrapping_add(&(U256::ONE << 225)))),
            dice,
        ),
    ]
}

/// e such that only x + p, which is x under another name, would fit: r − e + n = x + p. An
/// implementation that takes r − e + n without asking whether it is below p accepts it.
fn wrapped(mut case: Case) -> Case {
    // p − n, big-endian.
    let mut more = [0; 32];
    more[16..].copy_from_slice(&P_MINUS_N);
    let e = Scalar::reduce(&FieldBytes::from(case.digest));
    let e = e - Scalar::reduce(&FieldBytes::from(more));
    case.digest = e.to_repr().into();
    case.name = "x + p for x";
    case.expected = Some(false);
    case
}

/// A key P and s, t with sG + tP at the first x from `x` on that has a point.
fn meeting(name: &'static str, mut x: U256, dice: &mut Dice) -> Case {
    let met = loop {
        let bytes = FieldBytes::from(x.to_be_bytes());
        let point = AffinePoint::decompress(&bytes, Choice::from(u8::from(dice.below(2) == 1)));
        if let Some(point) = Option::<AffinePoint>::from(point) {
            break ProjectivePoint::from(point);
        }
        x = x.wrapping_add(&U256::ONE);
    };
    let (s, t) = (scalar(dice), scalar(dice));
    let inverse = Option::<Scalar>::from(t.invert());
    let key = (met - ProjectivePoint::GENERATOR * s) * inverse.unwrap_or(Scalar::ONE);
    let compressed = compress(&key.to_affine()).unwrap_or([2; 33]);
    fitting(name, compressed, key, s, t)
}

/// A case as it is and as it must not be: something flipped, or a neighbour's part.
pub fn tampered(case: &Case, other: &Case, dice: &mut Dice) -> Case {
    let mut tampered = case.clone();
    let bit = |dice: &mut Dice, bytes: usize| (dice.below(bytes), 1_u8 << dice.below(8));
    tampered.name = "tampered";
    tampered.expected = None;
    match dice.below(5) {
        0 => {
            let (at, mask) = bit(dice, 64);
            tampered.signature[at] ^= mask;
        }
        1 => tampered.signature = other.signature,
        2 => {
            tampered.signature[..32].copy_from_slice(&case.signature[32..]);
            tampered.signature[32..].copy_from_slice(&case.signature[..32]);
        }
        3 => tampered.key[0] ^= 1,
        _ => {
            tampered.message = None;
            let (at, mask) = bit(dice, 32);
            tampered.digest[at] ^= mask;
            return tampered;
        }
    }
    // Another key hashes the same message to another e.
    if let (Some(message), Ok(key)) = (&tampered.message, VerifyingKey::decode(&tampered.key)) {
        tampered.digest = key.digest(message);
    }
    tampered
}

/// The case whose e makes r = t − s right, if (s, t) is allowed at all.
fn fitting(
    name: &'static str,
    key: [u8; 33],
    point: ProjectivePoint,
    s: Scalar,
    t: Scalar,
) -> Case {
    let sum = ProjectivePoint::GENERATOR * s + point * t;
    let r = t - s;
    let infinite = bool::from(sum.is_identity());
    let e = if infinite {
        r
    } else {
        r - Scalar::reduce(&sum.to_affine().x())
    };
    // A tiny secret can make one of them 0 by chance.
    let zero = [r, s, t].iter().any(|scalar| bool::from(scalar.is_zero()));
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&r.to_repr());
    signature[32..].copy_from_slice(&s.to_repr());
    Case {
        name,
        expected: Some(!infinite && !zero),
        key,
        message: None,
        digest: e.to_repr().into(),
        signature,
    }
}

/// The same number modulo n, n more: the half of the signature that begins at `at`.
fn raised(name: &'static str, mut case: Case, at: usize) -> Case {
    let half = &mut case.signature[at..at + 32];
    let mut carry = 1_u16;
    for (byte, n) in half.iter_mut().zip(N_MINUS_1).rev() {
        let sum = u16::from(*byte) + u16::from(n) + carry;
        *byte = sum.to_be_bytes()[1];
        carry = sum >> 8;
    }
    case.name = name;
    case
}

fn scalar(dice: &mut Dice) -> Scalar {
    Scalar::reduce(&FieldBytes::from(dice.bytes()))
}

/// A scalar whose limbs of `bits` bits are all zeros, all ones, or random.
fn edge(bits: usize, dice: &mut Dice) -> Scalar {
    let mut bytes = dice.bytes();
    let mut start = 0;
    while start < 256 {
        let fill = dice.below(3);
        for bit in start..(start + bits).min(256) {
            let mask = 1 << (bit % 8);
            match fill {
                0 => bytes[31 - bit / 8] &= !mask,
                1 => bytes[31 - bit / 8] |= mask,
                _ => {}
            }
        }
        start += bits;
    }
    Scalar::reduce(&FieldBytes::from(bytes))
}

fn compress(point: &AffinePoint) -> Option<[u8; 33]> {
    point.to_sec1_point(true).as_bytes().try_into().ok()
}
