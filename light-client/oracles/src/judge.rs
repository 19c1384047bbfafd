//! What each implementation says of a case.

use crypto_bigint::U256;
use gmcrypto_core::asn1::sig::encode_sig;
use gmcrypto_core::sm2::{Fn as GmScalar, Sm2PublicKey, mul_g, mul_var, verify_with_id};
use light_client::key::{
    KeyKind, PublicKey, Signature,
    sm2::{GeneratorTable, KeyTable, VerifyingKey},
};
use sm2::dsa::signature::{Verifier as _, hazmat::PrehashVerifier as _};
use sm2::elliptic_curve::sec1::ToSec1Point as _;

use crate::case::{Case, USER_ID};

/// RustCrypto's `sm2`: constant time, generic arithmetic.
pub fn stock(case: &Case) -> bool {
    let Ok(key) = sm2::dsa::VerifyingKey::from_sec1_bytes(USER_ID, &case.key) else {
        return false;
    };
    let Ok(signature) = sm2::dsa::Signature::from_slice(&case.signature) else {
        return false;
    };
    match &case.message {
        Some(message) => key.verify(message, &signature).is_ok(),
        None => key.verify_prehash(&case.digest, &signature).is_ok(),
    }
}

/// `gmcrypto-core`: its own verification of messages; for a chosen e, its group operations with
/// the standard's equation (it has no entry for that).
pub fn gmcrypto(case: &Case) -> bool {
    let Some(key) = gmcrypto_key(&case.key) else {
        return false;
    };
    let (r, s) = halves(&case.signature);
    match &case.message {
        Some(message) => verify_with_id(&key, USER_ID.as_bytes(), message, &encode_sig(&r, &s)),
        None => gmcrypto_equation(&key, &case.digest, &r, &s),
    }
}

/// Its form of a key.
pub fn gmcrypto_key(compressed: &[u8; 33]) -> Option<Sm2PublicKey> {
    let key = sm2::PublicKey::from_sec1_bytes(compressed).ok()?;
    Sm2PublicKey::from_sec1_bytes(key.to_sec1_point(false).as_bytes())
}

fn gmcrypto_equation(key: &Sm2PublicKey, digest: &[u8; 32], r: &[u8; 32], s: &[u8; 32]) -> bool {
    let [e, r, s] = [digest, r, s].map(|bytes| U256::from_be_slice(bytes));
    let order = GmScalar::MODULUS.as_ref();
    let outside = |value: &U256| *value == U256::ZERO || value >= order;
    if outside(&r) || outside(&s) {
        return false;
    }
    let [e, r, s] = [e, r, s].map(|value| GmScalar::new(&value));
    let t = r + s;
    if t.retrieve() == U256::ZERO {
        return false;
    }
    match mul_g(&s).add(&mul_var(&t, &key.point())).to_affine() {
        None => false,
        Some((x, _)) => (e + GmScalar::new(&x.retrieve())).retrieve() == r.retrieve(),
    }
}

/// The light client's public door: what the whole system calls. For a chosen e, the one below it.
pub fn ours(case: &Case) -> bool {
    match &case.message {
        Some(message) => PublicKey::new(KeyKind::Sm2, &case.key)
            .is_ok_and(|key| key.verify(message, &Signature(case.signature)).is_ok()),
        None => VerifyingKey::decode(&case.key)
            .is_ok_and(|key| key.verify_digest(&case.digest, &case.signature).is_ok()),
    }
}

/// The light client's tables of one key.
#[derive(Debug)]
pub struct OursKnown {
    key: [u8; 33],
    table: KeyTable,
}

impl OursKnown {
    /// Tables for a case's key; none if it is no point.
    pub fn new(key: &[u8; 33]) -> Option<Self> {
        let decoded = VerifyingKey::decode(key).ok()?;
        Some(Self {
            key: *key,
            table: KeyTable::new(&decoded),
        })
    }

    /// Whether these are the tables of that key.
    pub fn is_of(&self, key: &[u8; 33]) -> bool {
        self.key == *key
    }

    /// The tables.
    pub fn table(&self) -> &KeyTable {
        &self.table
    }

    /// The light client with tables.
    pub fn verify(&self, generator: &GeneratorTable, case: &Case) -> bool {
        let verdict = self
            .table
            .verify_digest(generator, &case.digest, &case.signature);
        verdict.is_ok()
    }
}

/// r and s.
pub fn halves(signature: &[u8; 64]) -> ([u8; 32], [u8; 32]) {
    let (mut r, mut s) = ([0; 32], [0; 32]);
    r.copy_from_slice(&signature[..32]);
    s.copy_from_slice(&signature[32..]);
    (r, s)
}
