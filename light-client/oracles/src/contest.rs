//! The same signatures, verified by everyone: what the benchmark times.

use std::fmt;

use ed25519_dalek::Verifier as _;
use gmcrypto_core::asn1::sig::encode_sig;
use gmcrypto_core::sm2::{Sm2PublicKey, verify_with_id};
use light_client::key::sm2::{GeneratorTable, KeyTable, VerifyingKey, verify_digests};
use light_client::key::{KeyKind, KnownKeys, PublicKey, Signature, Signed};

use crate::case::{Case, Signer, USER_ID};
use crate::dice::Dice;
use crate::judge::{gmcrypto_key, halves};

/// Someone who verifies, with the key parsed before the clock starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// RustCrypto's `sm2`.
    Stock,
    /// The light client, a key without tables.
    OursAny,
    /// The light client, a key with tables.
    OursKnown,
    /// The light client, a key as bytes: decoding and the curve check included.
    OursBytes,
    /// `gmcrypto-core`.
    Gmcrypto,
    /// RustCrypto's `p256`, the other suite.
    P256,
    /// `ed25519-dalek`, the other suite.
    Ed25519,
}

impl Peer {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::Stock,
        Self::OursAny,
        Self::OursBytes,
        Self::OursKnown,
        Self::Gmcrypto,
        Self::P256,
        Self::Ed25519,
    ];

    /// The peer of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|peer| peer.to_string() == name)
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stock => "stock sm2",
            Self::OursAny => "ours, any key",
            Self::OursBytes => "ours, key from bytes",
            Self::OursKnown => "ours, known key",
            Self::Gmcrypto => "gmcrypto-core",
            Self::P256 => "p256",
            Self::Ed25519 => "Ed25519",
        })
    }
}

impl serde::Serialize for Peer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One signature in every form.
#[derive(Debug)]
struct Entry {
    case: Case,
    message: Vec<u8>,
    key: usize,
    stock: sm2::dsa::Signature,
    der: Vec<u8>,
    p256: p256::ecdsa::Signature,
    ed25519: ed25519_dalek::Signature,
}

/// One key in every form.
#[derive(Debug)]
struct Keys {
    stock: sm2::dsa::VerifyingKey,
    ours: VerifyingKey,
    table: KeyTable,
    gmcrypto: Sm2PublicKey,
    p256: p256::ecdsa::VerifyingKey,
    ed25519: ed25519_dalek::VerifyingKey,
}

/// Distinct signatures by several keys in turn, all valid.
#[derive(Debug)]
pub struct Contest {
    keys: Vec<Keys>,
    entries: Vec<Entry>,
    generator: GeneratorTable,
}

impl Contest {
    /// `signatures` of them by `keys` keys.
    pub fn new(signatures: usize, keys: usize) -> Option<Self> {
        let mut dice = Dice::new(0x7a11);
        let secrets: Vec<[u8; 32]> = (0..keys).map(|_| secret(&mut dice)).collect();
        let entry = |number: usize| Entry::new(number % keys, &secrets[number % keys], number);
        Some(Self {
            keys: secrets.iter().map(Keys::new).collect::<Option<_>>()?,
            entries: (0..signatures).map(entry).collect::<Option<_>>()?,
            generator: GeneratorTable::new(),
        })
    }

    /// The SM2 cases.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.entries.iter().map(|entry| &entry.case)
    }

    /// Lets a peer verify `count` signatures from `start` on; returns how many it found valid.
    pub fn run(&self, peer: Peer, start: usize, count: usize) -> usize {
        let held = |entry: &&Entry| self.verify(peer, entry);
        self.entries(start, count).filter(held).count()
    }

    fn verify(&self, peer: Peer, entry: &Entry) -> bool {
        let key = &self.keys[entry.key];
        let (message, case) = (&entry.message, &entry.case);
        match peer {
            Peer::Stock => {
                sm2::dsa::signature::Verifier::verify(&key.stock, message, &entry.stock).is_ok()
            }
            Peer::OursAny => key.ours.verify(message, &case.signature).is_ok(),
            Peer::OursBytes => VerifyingKey::decode(&case.key)
                .is_ok_and(|key| key.verify(message, &case.signature).is_ok()),
            Peer::OursKnown => {
                let digest = key.ours.digest(message);
                key.table
                    .verify_digest(&self.generator, &digest, &case.signature)
                    .is_ok()
            }
            Peer::Gmcrypto => {
                verify_with_id(&key.gmcrypto, USER_ID.as_bytes(), message, &entry.der)
            }
            Peer::P256 => key.p256.verify(message, &entry.p256).is_ok(),
            Peer::Ed25519 => key.ed25519.verify(message, &entry.ed25519).is_ok(),
        }
    }

    /// Lets the light client verify `count` signatures of known keys in one call; returns how many
    /// it found valid.
    pub fn run_together(&self, start: usize, count: usize) -> usize {
        let case = |entry: &Entry| {
            let key = &self.keys[entry.key];
            (
                &key.table,
                key.ours.digest(&entry.message),
                entry.case.signature,
            )
        };
        let cases: Vec<_> = self.entries(start, count).map(case).collect();
        let outcomes = verify_digests(&self.generator, &cases);
        outcomes.iter().filter(|outcome| outcome.is_ok()).count()
    }

    /// `count` entries from `start` on; after the last comes the first.
    fn entries(&self, start: usize, count: usize) -> impl Iterator<Item = &Entry> {
        let entries = self.entries.iter().cycle();
        entries.skip(start % self.entries.len()).take(count)
    }

    /// The SM2 keys.
    pub fn keys(&self) -> impl Iterator<Item = &VerifyingKey> {
        self.keys.iter().map(|key| &key.ours)
    }

    /// Bytes of the tables: the generator's, and one key's.
    pub fn table_bytes(&self) -> (usize, usize) {
        (self.generator.size(), self.keys[0].table.size())
    }
}

impl Keys {
    fn new(secret: &[u8; 32]) -> Option<Self> {
        let compressed = Signer::new(secret)?.key();
        let ours = VerifyingKey::decode(&compressed).ok()?;
        Some(Self {
            stock: sm2::dsa::VerifyingKey::from_sec1_bytes(USER_ID, &compressed).ok()?,
            table: KeyTable::new(&ours),
            ours,
            gmcrypto: gmcrypto_key(&compressed)?,
            p256: *p256::ecdsa::SigningKey::from_slice(secret)
                .ok()?
                .verifying_key(),
            ed25519: ed25519_dalek::SigningKey::from_bytes(secret).verifying_key(),
        })
    }
}

impl Entry {
    fn new(key: usize, secret: &[u8; 32], number: usize) -> Option<Self> {
        use ed25519_dalek::Signer as _;
        let message = format!(
            "document number {number}, about as long as what a validator signs: {number:0>40}"
        );
        let message = message.into_bytes();
        let case = Signer::new(secret)?.sign(&message);
        let (r, s) = halves(&case.signature);
        Some(Self {
            key,
            stock: sm2::dsa::Signature::from_slice(&case.signature).ok()?,
            der: encode_sig(&r, &s),
            p256: p256::ecdsa::SigningKey::from_slice(secret)
                .ok()?
                .sign(&message),
            ed25519: ed25519_dalek::SigningKey::from_bytes(secret).sign(&message),
            message,
            case,
        })
    }
}

/// Below both curves' orders: the first byte is small.
fn secret(dice: &mut Dice) -> [u8; 32] {
    let mut secret = dice.bytes();
    secret[0] = 1;
    secret
}

/// A quorum's signatures with the tables of its keys, as a certificate's check verifies them.
#[derive(Debug)]
pub struct Quorum {
    keys: KnownKeys,
    signed: Vec<(PublicKey, Vec<u8>, Signature)>,
}

impl Quorum {
    /// As many signatures as keys.
    pub fn new(signers: usize) -> Option<Self> {
        let contest = Contest::new(signers, signers)?;
        let mut keys = KnownKeys::with_tables(signers);
        let mut signed = Vec::new();
        for entry in contest.entries {
            let key = PublicKey::new(KeyKind::Sm2, &entry.case.key).ok()?;
            keys.prepare(&key).ok()?;
            signed.push((key, entry.message, Signature(entry.case.signature)));
        }
        Some(Self { keys, signed })
    }

    /// Verifies all; returns how many hold, which is all or none.
    pub fn run(&mut self) -> usize {
        let parts = self.signed.iter();
        let all: Vec<Signed<'_>> = parts
            .map(|(key, message, signature)| Signed {
                key,
                message,
                signature,
            })
            .collect();
        match self.keys.verify_all(&all) {
            Ok(()) => all.len(),
            Err(_) => 0,
        }
    }
}
