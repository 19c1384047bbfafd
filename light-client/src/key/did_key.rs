//! `did:key`: a public key as a name that needs no registry.
//!
//! ```text
//! did:key:z<base58btc( codec varint ‖ key )>
//!   ed 01  Ed25519, 32 bytes                  z6Mk…
//!   80 24  P-256, 33 bytes, compressed        zDn…
//!   86 24  SM2, 33 bytes, compressed          zEPJ…
//! ```
//! # Standard
//! W3C CCG did:key v0.9 §2 (format); multicodec table: `ed25519-pub` 0xed, `p256-pub` 0x1200,
//! `sm2-pub` 0x1206 (draft). SM2 as a did:key is our profile: generic resolvers know the framing
//! (a Multikey) but not the algorithm.

use alloc::{string::String, vec::Vec};

use super::{KeyError, KeyKind, PublicKey};

/// Base58 of 35 bytes is 48 characters: nothing longer can be a key of ours.
const MAX_DID_BYTES: usize = SCHEME.len() + 1 + 48;
const SCHEME: &str = "did:key:";

/// Why a text is not a `did:key` of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DidKeyError {
    /// The key has another length or form than its codec's one form.
    #[error("key of another length or form than its codec's")]
    BadKeyForm,
    /// The key is not a point of its curve.
    #[error("unusable key")]
    BadPoint(#[source] KeyError),
    /// Not the one base58btc text of some bytes.
    #[error("not base58btc")]
    NotBase58,
    /// Another scheme or DID method, or a DID URL with a path, query or fragment.
    #[error("not a did:key")]
    NotDidKey,
    /// A multibase other than `z`.
    #[error("another multibase than base58btc")]
    OtherMultibase,
    /// Longer than any key of ours.
    #[error("longer than {max} bytes")]
    TooLong {
        /// The limit.
        max: usize,
    },
    /// A codec of no key kind of ours, or a codec in a longer varint than it needs.
    #[error("unknown key codec")]
    UnknownCodec,
}

/// Reads a `did:key`.
///
/// Every key has exactly one DID: `format(&parse(did)?) == did`.
///
/// # Errors
/// [`DidKeyError`], the first thing that is wrong.
///
/// # Security
/// The key is a point of its curve and, for Ed25519, neither weak nor non-canonical.
pub fn parse(did: &str) -> Result<PublicKey, DidKeyError> {
    // Base58 takes quadratic time, so the length comes first.
    if did.len() > MAX_DID_BYTES {
        return Err(DidKeyError::TooLong { max: MAX_DID_BYTES });
    }
    let multibase = did.strip_prefix(SCHEME).ok_or(DidKeyError::NotDidKey)?;
    let key = parse_multibase(multibase)?;
    if multibase == self::multibase(&key) {
        Ok(key)
    } else {
        Err(DidKeyError::NotBase58)
    }
}

/// The key's one `did:key`.
pub fn format(key: &PublicKey) -> String {
    let mut did = String::from(SCHEME);
    did.push_str(&multibase(key));
    did
}

/// The key as a multibase text: what follows `did:key:`, and the fragment of its verification
/// method.
pub fn multibase(key: &PublicKey) -> String {
    let mut bytes = Vec::from(codec(key.kind()));
    bytes.extend_from_slice(key.key_bytes());
    let mut text = String::from("z");
    text.push_str(&bs58::encode(bytes).into_string());
    text
}

fn parse_multibase(multibase: &str) -> Result<PublicKey, DidKeyError> {
    let base58 = multibase
        .strip_prefix('z')
        .ok_or(DidKeyError::OtherMultibase)?;
    let bytes = bs58::decode(base58)
        .into_vec()
        .map_err(|_| DidKeyError::NotBase58)?;
    let (kind, key) = [KeyKind::Ed25519, KeyKind::P256, KeyKind::Sm2]
        .into_iter()
        .find_map(|kind| Some((kind, bytes.strip_prefix(&codec(kind))?)))
        .ok_or(DidKeyError::UnknownCodec)?;
    let key = PublicKey::new(kind, key).map_err(|_| DidKeyError::BadKeyForm)?;
    key.check_point().map_err(DidKeyError::BadPoint)?;
    Ok(key)
}

/// The multicodec of a kind, as its shortest varint. Comparing bytes, instead of reading a
/// varint, leaves no room for a longer one.
const fn codec(kind: KeyKind) -> [u8; 2] {
    match kind {
        KeyKind::Ed25519 => [0xed, 0x01],
        KeyKind::P256 => [0x80, 0x24],
        KeyKind::Sm2 => [0x86, 0x24],
    }
}

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned as _;

    use super::*;

    /// GB/T 32918.5-2017 annex A: the public key of the worked example.
    const ANNEX_A: &str = "did:key:zEPJcGHUVYyrGAXXGQhLF39KAny4ojC9RPmA777H2iVztKwBd";
    const ANNEX_A_KEY: &str = "0309f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020";
    /// W3C CCG did:key test vectors, ed25519-x25519.json and nist-curves.json.
    const ED25519: &str = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp";
    const P256: &str = "did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv";

    fn did_of(bytes: &[u8]) -> String {
        let mut did = String::from("did:key:z");
        did.push_str(&bs58::encode(bytes).into_string());
        did
    }

    #[test]
    fn annex_a_of_gbt_32918_5() {
        let key = parse(ANNEX_A).expect("the standard's key");
        assert_eq!(key.kind(), KeyKind::Sm2);
        assert_eq!(hex::encode(key.key_bytes()), ANNEX_A_KEY);
        assert_eq!(format(&key), ANNEX_A);
    }

    #[test]
    fn all_kinds_round_trip() {
        for (did, kind) in [
            (ED25519, KeyKind::Ed25519),
            (P256, KeyKind::P256),
            (ANNEX_A, KeyKind::Sm2),
        ] {
            let key = parse(did).expect(did);
            assert_eq!(key.kind(), kind);
            assert_eq!(format(&key), did);
        }
    }

    #[test]
    fn t41_one_key_has_one_did() {
        let key = hex::decode(ANNEX_A_KEY).expect("hex");
        let with = |codec: &[u8], key: &[u8]| did_of(&[codec, key].concat());
        let cases = [
            (ANNEX_A.to_uppercase(), DidKeyError::NotDidKey),
            (ANNEX_A.replace("key:z", "web:z"), DidKeyError::NotDidKey),
            (ANNEX_A.replace(":zE", ":mE"), DidKeyError::OtherMultibase),
            (ANNEX_A.replace(":zE", ":z0"), DidKeyError::NotBase58),
            (
                ANNEX_A.replace(":z", ":z "),
                DidKeyError::TooLong { max: 57 },
            ),
            (ANNEX_A.to_owned() + "#", DidKeyError::TooLong { max: 57 }),
            (ED25519.to_owned() + "#", DidKeyError::NotBase58),
            ("did:key:z".to_owned(), DidKeyError::UnknownCodec),
            (
                with(&[0x86, 0xa4, 0x00], &key[1..]),
                DidKeyError::UnknownCodec,
            ), // longer varint
            (with(&[0, 0x86, 0x24], &key[1..]), DidKeyError::UnknownCodec), // leading zero byte
            (with(&[0x90, 0x26], &key[1..]), DidKeyError::UnknownCodec),    // an SM2 secret
            (with(&[0x86, 0x24], &key[1..]), DidKeyError::BadKeyForm),
            (with(&[0xed, 0x01], &key), DidKeyError::BadKeyForm),
            (with(&[0x86, 0x24], &[4; 33]), DidKeyError::BadKeyForm),
            (
                with(&[0xed, 0x01], &[0; 32]),
                DidKeyError::BadPoint(KeyError::NotAPoint),
            ),
            (
                with(&[0x86, 0x24], &[2; 33]),
                DidKeyError::BadPoint(KeyError::NotAPoint),
            ),
        ];
        for (did, expected) in cases {
            assert_eq!(parse(&did), Err(expected), "{did}");
        }
    }
}
