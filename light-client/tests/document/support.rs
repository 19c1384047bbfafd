//! Keys from a seed, tokens from their parts.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use credentials_schemas::{invoice::InvoiceDraft, json::Json};
use light_client::{
    document::{Algorithm, Credential, CredentialLimits, DocumentError},
    hash::Hasher,
    key::{KeyKind, PublicKey, Signature, did_key},
    suite::Suite,
};
use p256::{ecdsa::signature::Signer as _, elliptic_curve::sec1::ToSec1Point as _};

pub(crate) const KINDS: [KeyKind; 3] = [KeyKind::Sm2, KeyKind::Ed25519, KeyKind::P256];

/// A key of any kind, made from one byte.
pub(crate) enum Secret {
    Sm2(Box<sm2::dsa::SigningKey>),
    Ed25519(ed25519_dalek::SigningKey),
    P256(p256::ecdsa::SigningKey),
}

impl Secret {
    pub(crate) fn new(kind: KeyKind, seed: u8) -> Self {
        match kind {
            KeyKind::Sm2 => Self::Sm2(Box::new(
                sm2::dsa::SigningKey::from_slice("1234567812345678", &[seed; 32]).unwrap(),
            )),
            KeyKind::Ed25519 => Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[seed; 32])),
            KeyKind::P256 => Self::P256(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap()),
        }
    }

    pub(crate) fn public(&self) -> PublicKey {
        match self {
            Self::Sm2(key) => {
                let point = key.verifying_key().as_affine().to_sec1_point(true);
                PublicKey::new(KeyKind::Sm2, point.as_bytes()).unwrap()
            }
            Self::Ed25519(key) => {
                PublicKey::new(KeyKind::Ed25519, key.verifying_key().as_bytes()).unwrap()
            }
            Self::P256(key) => {
                let point = key.verifying_key().to_sec1_point(true);
                PublicKey::new(KeyKind::P256, point.as_bytes()).unwrap()
            }
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        Signature(match self {
            Self::Sm2(key) => {
                let signature: sm2::dsa::Signature = key.sign(message);
                signature.to_bytes().into()
            }
            Self::Ed25519(key) => {
                use ed25519_dalek::Signer as _;
                key.sign(message).to_bytes()
            }
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.normalize_s().to_bytes().into()
            }
        })
    }
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}

pub(crate) fn decode(text: &str) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(text).unwrap()
}

/// The digest of a disclosure that is given as JSON.
pub(crate) fn digest(kind: KeyKind, disclosure: &str) -> String {
    let mut hasher = Hasher::new(kind.suite());
    hasher.update(encode(disclosure).as_bytes());
    encode(hasher.finish().as_bytes())
}

/// A token from the JSON of its parts, by a `did:key` issuer. `{…}` in the payload are the
/// payload's own braces; `@0` is replaced by the digest of disclosure 0, and so on, in later
/// disclosures too.
pub(crate) struct Token {
    pub(crate) secret: Secret,
    pub(crate) header: String,
    pub(crate) payload: String,
    pub(crate) disclosures: Vec<String>,
}

impl Token {
    /// A token whose payload has, besides what every credential has, `members`.
    pub(crate) fn new(kind: KeyKind, members: &str, disclosures: &[&str]) -> Self {
        let secret = Secret::new(kind, 7);
        let did = did_key::format(&secret.public());
        let url = format!("{did}#{}", did_key::multibase(&secret.public()));
        let algorithm = Algorithm::of(kind);
        Self {
            header: format!(
                r#"{{"alg":"{}","kid":"{url}","typ":"dc+sd-jwt"}}"#,
                algorithm.name()
            ),
            payload: format!(
                r#"{{"iss":"{did}","vct":"urn:example:1","iat":1790000000,"_sd_alg":"{}"{members}}}"#,
                algorithm.hash_name()
            ),
            disclosures: disclosures.iter().map(|text| (*text).to_owned()).collect(),
            secret,
        }
    }

    /// Replaces text in header and payload; it must be there.
    pub(crate) fn replace(mut self, from: &str, to: &str) -> Self {
        assert!(
            self.header.contains(from) || self.payload.contains(from),
            "{from}"
        );
        self.header = self.header.replace(from, to);
        self.payload = self.payload.replace(from, to);
        self
    }

    pub(crate) fn text(&self) -> String {
        let kind = self.secret.public().kind();
        let mut payload = self.payload.clone();
        let mut disclosures = self.disclosures.clone();
        for index in 0..disclosures.len() {
            let digest = digest(kind, &disclosures[index]);
            let mark = format!("@{index}");
            payload = payload.replace(&mark, &digest);
            for later in &mut disclosures[index + 1..] {
                *later = later.replace(&mark, &digest);
            }
        }
        let input = format!("{}.{}", encode(&self.header), encode(payload));
        let signature = encode(self.secret.sign(input.as_bytes()).0);
        let disclosures: String = disclosures
            .iter()
            .map(|text| format!("{}~", encode(text)))
            .collect();
        format!("{input}.{signature}~{disclosures}")
    }

    pub(crate) fn parse(&self) -> Result<Credential, DocumentError> {
        Credential::parse(&self.text(), CredentialLimits::default())
    }
}

/// The canonical bytes of an invoice with `lines` lines.
pub(crate) fn invoice_bytes(lines: usize) -> Vec<u8> {
    let line = |index: usize| {
        Json::object([
            ("itemName", format!("*轴承*深沟球轴承{index}").into()),
            ("taxClassCode", "1090122010000000000".into()),
            ("unit", "件".into()),
            ("quantity", "200".into()),
            ("unitPrice", "85.5".into()),
            ("vatCategory", "S".into()),
            ("vatRate", "0.13".into()),
        ])
    };
    let draft = Json::object([
        ("number", "26991000000000001025".into()),
        ("docType", "82".into()),
        ("issuedAt", "2026-09-02T09:00:00+08:00".into()),
        (
            "seller",
            Json::object([
                ("id", "91990106MA0DEM0046".into()),
                ("name", "海州恒轴轴承有限公司".into()),
            ]),
        ),
        (
            "buyer",
            Json::object([
                ("id", "91990105MA0DEM002H".into()),
                ("name", "青禾智能装备股份有限公司".into()),
            ]),
        ),
        ("lines", Json::Array((0..lines).map(line).collect())),
    ]);
    let draft = InvoiceDraft::from_json(draft).unwrap();
    draft.complete().unwrap().bytes
}

/// A generator for tests that must be the same everywhere: splitmix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }
}

pub(crate) const SUITES: [Suite; 2] = [Suite::Sm, Suite::Intl];

/// The extra vectors' folder, if this machine has one; says so when it does not.
pub(crate) fn extra_vectors(folder: &str) -> Option<std::path::PathBuf> {
    let root = std::env::var_os("TALLYSTICK_EXTRA_VECTORS");
    if root.is_none() {
        // A skipped check must show in the output.
        eprintln!("NOT RUN: extra vectors in {folder}; TALLYSTICK_EXTRA_VECTORS is not set");
    }
    Some(std::path::PathBuf::from(root?).join(folder))
}
