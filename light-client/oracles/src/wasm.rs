//! The contest for JavaScript, which brings its own peers.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::contest::{Contest as Inner, Peer, Quorum as InnerQuorum};
use crate::soak::{judge, round};
use light_client::key::sm2::{GeneratorTable, KeyTable, VerifyingKey};

/// See [`crate::contest::Contest`].
#[wasm_bindgen]
#[derive(Debug)]
pub struct Contest(Inner);

#[wasm_bindgen]
impl Contest {
    /// `signatures` of them by `keys` keys.
    #[wasm_bindgen(constructor)]
    pub fn new(signatures: usize, keys: usize) -> Result<Self, String> {
        Inner::new(signatures, keys)
            .map(Self)
            .ok_or_else(|| "a key is not usable".to_owned())
    }

    /// The SM2 cases as JSON, in hex.
    pub fn cases(&self) -> String {
        let cases: Vec<_> = self.0.cases().map(Row::of).collect();
        serde_json::to_string(&cases).unwrap_or_default()
    }

    /// The peers' names as JSON.
    pub fn peers(&self) -> String {
        serde_json::to_string(&Peer::ALL).unwrap_or_default()
    }

    /// See [`crate::contest::Contest::run`]; 0 for an unknown peer.
    pub fn run(&self, peer: &str, start: usize, count: usize) -> usize {
        Peer::named(peer).map_or(0, |peer| self.0.run(peer, start, count))
    }

    /// Builds the tables of `count` keys; returns how many it built.
    pub fn build_tables(&self, count: usize) -> usize {
        let keys = self.0.keys().take(count);
        keys.filter(|key| KeyTable::new(key).size() > 0).count()
    }

    /// Bytes of the generator's tables and of one key's.
    pub fn table_bytes(&self) -> Vec<usize> {
        let (generator, key) = self.0.table_bytes();
        vec![generator, key]
    }
}

/// A case as JavaScript's libraries take it.
#[derive(serde::Serialize)]
struct Row {
    key: String,
    compressed: String,
    message: String,
    digest: String,
    signature: String,
}

impl Row {
    fn of(case: &crate::case::Case) -> Self {
        use sm2::elliptic_curve::sec1::ToSec1Point as _;
        let uncompressed = sm2::PublicKey::from_sec1_bytes(&case.key)
            .map(|key| hex::encode(key.to_sec1_point(false).as_bytes()));
        Self {
            key: uncompressed.unwrap_or_default(),
            compressed: hex::encode(case.key),
            message: hex::encode(case.message.as_deref().unwrap_or_default()),
            digest: hex::encode(case.digest),
            signature: hex::encode(case.signature),
        }
    }
}

/// A quorum's certificate as bytes, with nothing prepared: `records` is 33 bytes of key, 32 of e
/// and 64 of signature, again and again. Returns how many hold.
#[wasm_bindgen]
pub fn quorum_cold(records: &[u8]) -> usize {
    let holds = |record: &&[u8]| {
        let (key, rest) = record.split_at(33);
        let (digest, signature) = rest.split_at(32);
        match (
            VerifyingKey::decode(key),
            digest.try_into(),
            signature.try_into(),
        ) {
            (Ok(key), Ok(digest), Ok(signature)) => key.verify_digest(digest, signature).is_ok(),
            _ => false,
        }
    };
    records.chunks_exact(129).filter(holds).count()
}

/// See [`crate::contest::Quorum`].
#[wasm_bindgen]
#[derive(Debug)]
pub struct Quorum(InnerQuorum);

#[wasm_bindgen]
impl Quorum {
    /// As many signatures as keys.
    #[wasm_bindgen(constructor)]
    pub fn new(signers: usize) -> Result<Self, String> {
        InnerQuorum::new(signers)
            .map(Self)
            .ok_or_else(|| "a key is not usable".to_owned())
    }

    /// Verifies all with tables; returns how many hold.
    pub fn run(&mut self) -> usize {
        self.0.run()
    }
}

/// Judges rounds of the soak in wasm; returns how many cases all agreed on.
///
/// # Errors
/// The case on which they do not.
#[wasm_bindgen]
pub fn soak(first: u32, rounds: u32) -> Result<usize, String> {
    let generator = GeneratorTable::new();
    let mut cases = 0;
    for number in first..first.saturating_add(rounds) {
        let tally = judge(&generator, &round(number.into()));
        cases += tally
            .map_err(|disagreement| format!("{disagreement:?}"))?
            .cases();
    }
    Ok(cases)
}
