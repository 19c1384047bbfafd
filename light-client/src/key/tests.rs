use ::sm2::dsa::{SigningKey, signature::Signer as _};

use super::*;

fn sm2_pair() -> (SigningKey, PublicKey) {
    let signer = SigningKey::from_slice("1234567812345678", &[7; 32]).expect("a scalar");
    let point = signer.verifying_key().as_affine();
    let compressed = ::sm2::elliptic_curve::sec1::ToSec1Point::to_sec1_point(point, true);
    let key = PublicKey::new(KeyKind::Sm2, compressed.as_bytes()).expect("a key");
    (signer, key)
}

#[test]
fn sm2_signature_verifies_and_any_other_does_not() {
    let (signer, key) = sm2_pair();
    let signature: ::sm2::dsa::Signature = signer.sign(b"message");
    let signature = Signature(signature.to_bytes().into());
    assert_eq!(key.verify(b"message", &signature), Ok(()));
    assert_eq!(
        key.verify(b"massage", &signature),
        Err(KeyError::SignatureMismatch)
    );
    for bit in 0..512 {
        let mut flipped = signature;
        flipped.0[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            key.verify(b"message", &flipped),
            Err(KeyError::SignatureMismatch)
        );
    }
}

/// n of the SM2 curve, GB/T 32918.5-2017.
const N: [u8; 32] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x23,
];

#[test]
fn t07_sm2_edge_values_are_refused() {
    let (_, key) = sm2_pair();
    let one = {
        let mut one = [0; 32];
        one[31] = 1;
        one
    };
    let n_minus_one = {
        let mut bytes = N;
        bytes[31] -= 1;
        bytes
    };
    let cases: [(&str, [u8; 32], [u8; 32]); 6] = [
        ("r = 0", [0; 32], one),
        ("s = 0", one, [0; 32]),
        ("r = n", N, one),
        ("s = n", one, N),
        ("all ones", [0xff; 32], [0xff; 32]),
        ("r + s = n", one, n_minus_one),
    ];
    for (name, r, s) in cases {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&r);
        bytes[32..].copy_from_slice(&s);
        let outcome = key.verify(b"message", &Signature(bytes));
        assert_eq!(outcome, Err(KeyError::SignatureMismatch), "{name}");
    }
}

#[test]
fn t07_points_off_the_curve_are_refused() {
    let mut off = [0; 33];
    off[0] = 2;
    off[32] = 5;
    let mut found = 0;
    for x in 0..=255 {
        off[32] = x;
        let key = PublicKey::new(KeyKind::Sm2, &off).expect("the form is right");
        if key.check_point() == Err(KeyError::NotAPoint) {
            found += 1;
            assert_eq!(
                key.verify(b"", &Signature([1; 64])),
                Err(KeyError::NotAPoint)
            );
        }
    }
    assert!(found > 50, "about half of all x have no point: {found}");
    assert!(
        PublicKey::new(KeyKind::Sm2, &[0; 33]).is_err(),
        "infinity has no compressed form"
    );
    assert!(
        PublicKey::new(KeyKind::Sm2, &[4; 65]).is_err(),
        "uncompressed"
    );
}

#[test]
fn weak_ed25519_keys_are_refused() {
    let mut identity = [0; 32];
    identity[0] = 1;
    let key = PublicKey::new(KeyKind::Ed25519, &identity).expect("the form is right");
    assert_eq!(key.check_point(), Err(KeyError::NotAPoint));
}

#[test]
fn wire_form_round_trip() {
    let (_, key) = sm2_pair();
    assert_eq!(PublicKey::parse(&key.to_bytes()), Ok(key.clone()));
    assert_ne!(key.id(Suite::Sm), key.id(Suite::Intl));
    assert!(PublicKey::parse(&[]).is_err());
    assert!(PublicKey::parse(&[9; 34]).is_err());
}
