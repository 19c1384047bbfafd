//! Keys that verify again and again: validators, agencies, sellers.
//!
//! ```text
//! new key → decoded, kept → after BREAK_EVEN good signatures: tables → verified several times faster
//! ```
//! What is remembered never changes an answer, only how soon it comes; the caller owns the
//! memory, and bounds it. Nothing is shared between callers. Only signatures that hold count: who
//! sends bad ones is not remembered.

use alloc::{collections::BTreeMap, vec::Vec};

use super::{
    KeyError, KeyKind, PublicKey, Signature,
    sm2::{GeneratorTable, KeyTable, VerifyingKey, verify_digests},
};

/// Signatures after which a key's tables would have paid for themselves, measured
/// (`docs/benchmarks.md`). Waiting for so many bounds the cost of tables that are never used
/// again: the key's own are then at worst as dear as what came before. The generator's, built with
/// the first, cost as much as fifty signatures, once.
const BREAK_EVEN: u32 = if cfg!(target_arch = "wasm32") { 4 } else { 6 };

/// How many decoded keys are kept for each key with tables; a decoded key takes about 250 bytes.
const DECODED_PER_TABLE: usize = 8;

/// From how many signatures on adding in affine coordinates pays, measured. In wasm, where tables
/// are smaller, it does not for a quorum.
const CROWD: Option<usize> = if cfg!(target_arch = "wasm32") {
    None
} else {
    Some(32)
};

/// One signature to verify.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// Who is said to have signed.
    pub key: &'a PublicKey,
    /// What.
    pub message: &'a [u8],
    /// The signature.
    pub signature: &'a Signature,
}

/// A memory of keys, with tables for those seen often.
#[derive(Debug, Clone)]
pub struct KnownKeys {
    capacity: usize,
    clock: u64,
    keys: BTreeMap<Vec<u8>, Known>,
    generator: Option<GeneratorTable>,
}

#[derive(Debug, Clone)]
struct Known {
    key: VerifyingKey,
    table: Option<KeyTable>,
    uses: u32,
    last_use: u64,
}

impl Known {
    fn verify(
        &self,
        generator: Option<&GeneratorTable>,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), KeyError> {
        match (&self.table, generator) {
            (Some(table), Some(generator)) => {
                table.verify_digest(generator, &self.key.digest(message), &signature.0)
            }
            _ => self.key.verify(message, &signature.0),
        }
    }
}

impl KnownKeys {
    /// Remembers nothing: for a single signature.
    pub const fn none() -> Self {
        Self::with_tables(0)
    }

    /// Keeps tables for at most `capacity` keys: under 100 kB each natively, under 40 kB in wasm,
    /// and the generator's once.
    pub const fn with_tables(capacity: usize) -> Self {
        Self {
            capacity,
            clock: 0,
            keys: BTreeMap::new(),
            generator: None,
        }
    }

    /// The same answer as [`PublicKey::verify`].
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn verify(&mut self, signed: Signed<'_>) -> Result<(), KeyError> {
        let Signed {
            key,
            message,
            signature,
        } = signed;
        if key.kind() != KeyKind::Sm2 || self.capacity == 0 {
            return key.verify(message, signature);
        }
        match self.keys.get(key.key_bytes()) {
            Some(known) => {
                known.verify(self.generator.as_ref(), message, signature)?;
            }
            None => {
                let decoded = VerifyingKey::decode(key.key_bytes())?;
                decoded.verify(message, &signature.0)?;
                self.remember(key, decoded);
            }
        }
        self.count(key);
        Ok(())
    }

    /// Verifies all; those of keys with tables together, which is faster still.
    ///
    /// # Errors
    /// The first that does not hold, by its place, and why.
    pub fn verify_all(&mut self, all: &[Signed<'_>]) -> Result<(), (usize, KeyError)> {
        let proven = self.proven_together(all);
        for (place, signed) in all.iter().enumerate() {
            if proven.binary_search(&place).is_ok() {
                self.count(signed.key);
            } else {
                self.verify(*signed).map_err(|error| (place, error))?;
            }
        }
        Ok(())
    }

    /// Builds a key's tables now, as for a validator set that will sign every block.
    ///
    /// # Errors
    /// [`KeyError::NotAPoint`]; a key of another kind needs no tables and is fine.
    pub fn prepare(&mut self, key: &PublicKey) -> Result<(), KeyError> {
        if key.kind() != KeyKind::Sm2 || self.capacity == 0 {
            return key.check_point();
        }
        if !self.keys.contains_key(key.key_bytes()) {
            self.remember(key, VerifyingKey::decode(key.key_bytes())?);
        }
        self.count(key);
        self.build(key.key_bytes());
        Ok(())
    }

    /// Bytes of all tables.
    pub fn table_bytes(&self) -> usize {
        let generator = self.generator.as_ref().map_or(0, GeneratorTable::size);
        self.tables().map(KeyTable::size).sum::<usize>() + generator
    }

    fn tables(&self) -> impl Iterator<Item = &KeyTable> {
        self.keys.values().filter_map(|known| known.table.as_ref())
    }

    /// The places, ascending, of those that hold, as far as many can be verified together. Of the
    /// others nothing is said.
    fn proven_together(&self, all: &[Signed<'_>]) -> Vec<usize> {
        let (Some(crowd), Some(generator)) = (CROWD, &self.generator) else {
            return Vec::new();
        };
        let (mut places, mut cases) = (Vec::new(), Vec::new());
        for (place, signed) in all.iter().enumerate() {
            if let Some((known, table)) = self.with_table(signed.key) {
                places.push(place);
                cases.push((table, known.key.digest(signed.message), signed.signature.0));
            }
        }
        if cases.len() < crowd {
            return Vec::new();
        }
        let outcomes = verify_digests(generator, &cases);
        let held = places.into_iter().zip(outcomes);
        held.filter_map(|(place, outcome)| outcome.is_ok().then_some(place))
            .collect()
    }

    fn with_table(&self, key: &PublicKey) -> Option<(&Known, &KeyTable)> {
        if key.kind() != KeyKind::Sm2 {
            return None;
        }
        let known = self.keys.get(key.key_bytes())?;
        Some((known, known.table.as_ref()?))
    }

    /// Keeps a decoded key, in place of one without tables if there is one, the oldest first.
    fn remember(&mut self, key: &PublicKey, decoded: VerifyingKey) {
        if self.keys.len() >= self.capacity.saturating_mul(DECODED_PER_TABLE) {
            self.forget(|_| true);
        }
        let known = Known {
            key: decoded,
            table: None,
            uses: 0,
            last_use: self.clock,
        };
        self.keys.insert(key.key_bytes().to_vec(), known);
    }

    /// Counts a use of a remembered key, and builds its tables once they pay.
    fn count(&mut self, key: &PublicKey) {
        self.clock += 1;
        let Some(known) = self.keys.get_mut(key.key_bytes()) else {
            return;
        };
        known.last_use = self.clock;
        known.uses = known.uses.saturating_add(1);
        if known.table.is_none() && known.uses >= BREAK_EVEN {
            self.build(key.key_bytes());
        }
    }

    fn build(&mut self, key: &[u8]) {
        if self.keys.get(key).is_none_or(|known| known.table.is_some()) {
            return;
        }
        if self.tables().count() >= self.capacity {
            self.forget(|known| known.table.is_some());
        }
        self.generator.get_or_insert_with(GeneratorTable::new);
        if let Some(known) = self.keys.get_mut(key) {
            known.table = Some(KeyTable::new(&known.key));
        }
    }

    /// Forgets the key that has gone unused the longest among those that `matter`; one with tables
    /// only if all of them have some.
    fn forget(&mut self, matter: impl Fn(&Known) -> bool) {
        let candidates = self.keys.iter().filter(|(_, known)| matter(known));
        let oldest = candidates.min_by_key(|(_, known)| (known.table.is_some(), known.last_use));
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            self.keys.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests;
