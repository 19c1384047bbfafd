use super::*;
use ::sm2::dsa::{SigningKey, signature::Signer as _};
use ::sm2::elliptic_curve::sec1::ToSec1Point as _;

fn signed(seed: u8, message: &[u8]) -> (PublicKey, Signature) {
    let signer = SigningKey::from_slice("1234567812345678", &[seed; 32]).expect("a scalar");
    let point = signer.verifying_key().as_affine().to_sec1_point(true);
    let key = PublicKey::new(KeyKind::Sm2, point.as_bytes()).expect("a key");
    let signature: ::sm2::dsa::Signature = signer.sign(message);
    (key, Signature(signature.to_bytes().into()))
}

fn one<'a>(key: &'a PublicKey, signature: &'a Signature) -> Signed<'a> {
    Signed {
        key,
        message: b"message",
        signature,
    }
}

fn all(signed: &[(PublicKey, Signature)]) -> Vec<Signed<'_>> {
    signed
        .iter()
        .map(|(key, signature)| one(key, signature))
        .collect()
}

#[test]
fn memory_never_changes_an_answer() {
    let mut keys = KnownKeys::with_tables(2);
    for round in 0..3 * BREAK_EVEN {
        for seed in 1..=4 {
            let (key, signature) = signed(seed, b"message");
            let claim = |message, signature| Signed {
                key: &key,
                message,
                signature,
            };
            assert_eq!(
                keys.verify(claim(b"message", &signature)),
                Ok(()),
                "{round}"
            );
            let other = keys.verify(claim(b"massage", &signature));
            assert_eq!(other, Err(KeyError::SignatureMismatch), "{round}");
        }
    }
}

#[test]
fn tables_are_built_when_they_pay_and_are_bounded() {
    let mut keys = KnownKeys::with_tables(2);
    let signed: Vec<_> = (1..=5).map(|seed| signed(seed, b"message")).collect();
    for (uses, claim) in
        (1..BREAK_EVEN).flat_map(|uses| all(&signed).into_iter().map(move |claim| (uses, claim)))
    {
        assert_eq!(keys.verify(claim), Ok(()));
        assert_eq!(keys.table_bytes(), 0, "after {uses} uses");
    }
    for claim in all(&signed) {
        assert_eq!(keys.verify(claim), Ok(()));
    }
    assert_eq!(keys.tables().count(), 2);
    let each = keys.tables().next().map_or(0, KeyTable::size);
    assert!((1..=100_000).contains(&each), "{each} bytes");
    assert_eq!(
        keys.table_bytes(),
        2 * each + keys.generator.as_ref().map_or(0, GeneratorTable::size)
    );
}

#[test]
fn unseen_keys_are_forgotten_first() {
    let mut keys = KnownKeys::with_tables(1);
    let (kept, _) = signed(1, b"");
    assert_eq!(keys.prepare(&kept), Ok(()));
    for seed in 2..40 {
        let (key, signature) = signed(seed, b"message");
        assert_eq!(keys.verify(one(&key, &signature)), Ok(()));
    }
    assert_eq!(keys.keys.len(), DECODED_PER_TABLE);
    assert!(keys.with_table(&kept).is_some());
}

#[test]
fn bad_signatures_leave_nothing_behind() {
    let mut keys = KnownKeys::with_tables(1);
    let (key, _) = signed(1, b"");
    for bad in [
        Signature([0; 64]),
        Signature([1; 64]),
        Signature([0xff; 64]),
    ] {
        for _ in 0..2 * BREAK_EVEN {
            assert_eq!(
                keys.verify(one(&key, &bad)),
                Err(KeyError::SignatureMismatch)
            );
        }
    }
    assert!(keys.keys.is_empty());
    assert_eq!(keys.table_bytes(), 0);
}

#[test]
fn a_crowd_names_the_first_that_does_not_hold() {
    let mut keys = KnownKeys::with_tables(64);
    let mut signed: Vec<_> = (1..=48).map(|seed| signed(seed, b"message")).collect();
    for (key, _) in &signed[..40] {
        assert_eq!(keys.prepare(key), Ok(()));
    }
    assert_eq!(keys.proven_together(&all(&signed)).len(), 40);
    assert_eq!(keys.verify_all(&all(&signed)), Ok(()));
    for wrong in [46, 41, 12, 3, 0] {
        signed[wrong].1.0[40] ^= 1;
        let expected = Err((wrong, KeyError::SignatureMismatch));
        assert_eq!(keys.verify_all(&all(&signed)), expected);
    }
    assert_eq!(keys.verify_all(&[]), Ok(()));
}

#[test]
fn other_kinds_and_bad_keys_get_their_usual_answers() {
    let mut keys = KnownKeys::with_tables(1);
    let off = (0..=255)
        .map(|x| {
            let mut bytes = [0; 33];
            (bytes[0], bytes[32]) = (2, x);
            PublicKey::new(KeyKind::Sm2, &bytes).expect("the form is right")
        })
        .find(|key| key.check_point().is_err())
        .expect("half of all x have no point");
    let signature = Signature([1; 64]);
    let claim = Signed {
        key: &off,
        message: b"",
        signature: &signature,
    };
    assert_eq!(keys.verify(claim), Err(KeyError::NotAPoint));
    assert_eq!(keys.prepare(&off), Err(KeyError::NotAPoint));
    assert_eq!(keys.verify_all(&[claim]), Err((0, KeyError::NotAPoint)));
    assert_eq!(KnownKeys::none().verify(claim), Err(KeyError::NotAPoint));

    let mut base = [0x66; 32];
    base[0] = 0x58;
    let ed25519 = PublicKey::new(KeyKind::Ed25519, &base).expect("the form is right");
    let claim = Signed {
        key: &ed25519,
        ..claim
    };
    assert_eq!(keys.verify(claim), ed25519.verify(b"", &signature));
    assert_eq!(keys.prepare(&ed25519), Ok(()));
    assert!(keys.keys.is_empty());
}
