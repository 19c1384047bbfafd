//! Keys that verify again and again: validators, agencies, sellers.
//!
//! ```text
//! new key → decoded, kept → after BREAK_EVEN signatures: tables → verified several times faster
//! ```
//! What is remembered never changes an answer, only how soon it comes; the caller owns the
//! memory, and bounds it. Nothing is shared between callers.

use alloc::{collections::BTreeMap, vec::Vec};

use super::{
    KeyError, KeyKind, PublicKey, Signature,
    sm2::{GeneratorTable, KeyTable, VerifyingKey, verify_digests},
};

/// Signatures after which a key's tables would have paid for themselves, measured
/// (`docs/benchmarks.md`). Waiting for so many bounds the cost of tables that are never used
/// again: at worst all is twice as dear as without.
const BREAK_EVEN: u32 = if cfg!(target_arch = "wasm32") { 4 } else { 6 };

/// How many decoded keys are kept for each key with tables; a decoded key takes about 150 bytes.
const DECODED_PER_TABLE: usize = 8;

/// From how many signatures on adding in affine coordinates pays, measured: in wasm, where tables
/// are smaller, not for a quorum.
const CROWD: usize = if cfg!(target_arch = "wasm32") {
    usize::MAX
} else {
    16
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
    pub fn verify(&mut self, claim: Signed<'_>) -> Result<(), KeyError> {
        if claim.key.kind() != KeyKind::Sm2 || self.capacity == 0 {
            return claim.key.verify(claim.message, claim.signature);
        }
        self.note(claim.key)?;
        let Some(known) = self.keys.get(claim.key.key_bytes()) else {
            return claim.key.verify(claim.message, claim.signature);
        };
        let digest = known.key.digest(claim.message);
        match (&known.table, &self.generator) {
            (Some(table), Some(generator)) => {
                table.verify_digest(generator, &digest, &claim.signature.0)
            }
            _ => known.key.verify_digest(&digest, &claim.signature.0),
        }
    }

    /// Verifies all claims; those of keys with tables together, which is faster still.
    ///
    /// # Errors
    /// The first claim that does not hold, by its place, and why.
    pub fn verify_all(&mut self, claims: &[Signed<'_>]) -> Result<(), (usize, KeyError)> {
        let mut crowd = Vec::new();
        for (place, claim) in claims.iter().enumerate() {
            if self.has_table(claim.key) {
                crowd.push(place);
            }
        }
        if crowd.len() < CROWD {
            crowd.clear();
        }
        let mut first = self.verify_crowd(claims, &crowd);
        for (place, claim) in claims.iter().enumerate() {
            let sooner = first.is_none_or(|(wrong, _)| place < wrong);
            if sooner
                && crowd.binary_search(&place).is_err()
                && let Err(error) = self.verify(*claim)
            {
                first = Some((place, error));
            }
        }
        first.map_or(Ok(()), Err)
    }

    /// Builds a key's tables now, as for a validator set that will sign every block.
    ///
    /// # Errors
    /// [`KeyError::NotAPoint`]; a key of another kind needs no tables and is fine.
    pub fn prepare(&mut self, key: &PublicKey) -> Result<(), KeyError> {
        if key.kind() != KeyKind::Sm2 || self.capacity == 0 {
            return key.check_point();
        }
        self.note(key)?;
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

    fn has_table(&self, key: &PublicKey) -> bool {
        let known = self.keys.get(key.key_bytes());
        key.kind() == KeyKind::Sm2 && known.is_some_and(|known| known.table.is_some())
    }

    /// Verifies the claims at `places`, all of keys with tables, together.
    fn verify_crowd(
        &mut self,
        claims: &[Signed<'_>],
        places: &[usize],
    ) -> Option<(usize, KeyError)> {
        for place in places {
            // Cannot fail: the key has been decoded before. It counts as a use.
            self.note(claims[*place].key).ok()?;
        }
        let generator = self.generator.as_ref()?;
        let case = |place: &usize| {
            let claim = &claims[*place];
            let known = self.keys.get(claim.key.key_bytes())?;
            let digest = known.key.digest(claim.message);
            Some((known.table.as_ref()?, digest, claim.signature.0))
        };
        let cases: Vec<_> = places.iter().filter_map(case).collect();
        let outcomes = verify_digests(generator, &cases);
        let mut wrong = places.iter().zip(outcomes);
        wrong.find_map(|(place, outcome)| outcome.err().map(|error| (*place, error)))
    }

    /// Counts a use of an SM2 key; remembers it if it is new, and builds its tables once they pay.
    fn note(&mut self, key: &PublicKey) -> Result<(), KeyError> {
        self.clock += 1;
        let clock = self.clock;
        if let Some(known) = self.keys.get_mut(key.key_bytes()) {
            known.last_use = clock;
            known.uses = known.uses.saturating_add(1);
            if known.uses >= BREAK_EVEN && known.table.is_none() {
                self.build(key.key_bytes());
            }
            return Ok(());
        }
        let decoded = VerifyingKey::decode(key.key_bytes())?;
        if self.keys.len() >= self.capacity.saturating_mul(DECODED_PER_TABLE) {
            self.forget(|_| true);
        }
        let known = Known {
            key: decoded,
            table: None,
            uses: 1,
            last_use: clock,
        };
        self.keys.insert(key.key_bytes().to_vec(), known);
        Ok(())
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

    /// Forgets the key that has gone unused the longest among those that `matter`.
    fn forget(&mut self, matter: impl Fn(&Known) -> bool) {
        let candidates = self.keys.iter().filter(|(_, known)| matter(known));
        let oldest = candidates.min_by_key(|(_, known)| known.last_use);
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            self.keys.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests;
