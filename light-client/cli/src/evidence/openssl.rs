//! Keys and signatures in the forms that other programs read.
//!
//! # Standard
//! RFC 5480 §2 and RFC 8410 §4 (`SubjectPublicKeyInfo`), RFC 3279 §2.2.3 (`Ecdsa-Sig-Value`);
//! GB/T 32918.5-2017 for the curve's object identifier, 1.2.156.10197.1.301.

use light_client::key::{KeyKind, PublicKey, Signature};

/// `SubjectPublicKeyInfo` up to the key, which is the compressed point.
const SM2: &[u8] = &[
    0x30, 0x39, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x22, 0x00,
];
const P256: &[u8] = &[
    0x30, 0x39, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x22, 0x00,
];
const ED25519: &[u8] = &[
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// A public key as DER.
pub(super) fn public_key(key: &PublicKey) -> Vec<u8> {
    let head = match key.kind() {
        KeyKind::Sm2 => SM2,
        KeyKind::Ed25519 => ED25519,
        KeyKind::P256 => P256,
    };
    [head, key.key_bytes()].concat()
}

/// A signature as the key's kind has it: two integers as DER, or 64 bytes.
pub(super) fn signature(kind: KeyKind, signature: &Signature) -> Vec<u8> {
    match kind {
        KeyKind::Sm2 | KeyKind::P256 => {
            let (r, s) = signature.0.split_at(32);
            let integers = [integer(r), integer(s)].concat();
            element(0x30, &integers)
        }
        KeyKind::Ed25519 => signature.0.to_vec(),
    }
}

/// What `openssl pkeyutl` must be told of a kind of key.
pub(super) const fn options(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Sm2 => " -digest sm3 -pkeyopt distid:1234567812345678",
        KeyKind::Ed25519 => "",
        KeyKind::P256 => " -digest sha256",
    }
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let mut digits = bytes.iter().skip(zeros).copied().collect::<Vec<_>>();
    // A leading bit would be a sign.
    if digits.first().is_none_or(|first| *first >= 0x80) {
        digits.insert(0, 0);
    }
    element(0x02, &digits)
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    // Two integers of at most 33 bytes: the short form of a length is enough.
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    [&[tag, length], content].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_minimal_and_positive() {
        let mut signature = Signature([0; 64]);
        signature.0[31] = 0x7f;
        signature.0[62] = 0x80;
        let bytes = super::signature(KeyKind::Sm2, &signature);
        assert_eq!(
            bytes,
            [0x30, 8, 0x02, 1, 0x7f, 0x02, 3, 0, 0x80, 0],
            "a zero byte where the first bit is set, and no other"
        );
        assert_eq!(super::signature(KeyKind::Ed25519, &signature).len(), 64);
    }

    #[test]
    fn lengths_in_the_heads_are_right() {
        for (head, key) in [(SM2, 33), (P256, 33), (ED25519, 32)] {
            assert_eq!(usize::from(head[1]), head.len() + key - 2);
            assert_eq!(usize::from(head[head.len() - 2]), key + 1);
        }
    }
}
