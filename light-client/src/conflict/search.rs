//! Which two headers of two files make the conflict that says most.

use alloc::{collections::BTreeMap, vec::Vec};
use core::cell::OnceCell;

use super::{
    Conflict, Source, Unproven,
    contradiction::{Entry, relation},
};
use crate::{
    certificate::{CertificateError, CertifiedHeader},
    hash::Digest,
    id::{Epoch, Height},
    suite::Suite,
    validator_set::ValidatorSet,
};

/// Why two files make no conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// Headers exclude each other, but one of them is not certified.
    #[error("a header that contradicts another is not certified")]
    Certificate(#[source] CertificateError),
    /// One of the files has no certified header at all.
    #[error("a file without a certified header")]
    NoHeaders,
    /// Headers exclude each other, but the set that is to have certified them is in none of the
    /// files.
    #[error("validator set of epoch {epoch} is in none of the files")]
    SetUnknown {
        /// The epoch that the headers name.
        epoch: u64,
    },
    /// No two headers of one set exclude each other; what came nearest to it.
    #[error("no two headers prove anything")]
    Unproven(#[source] Unproven),
}

impl SearchError {
    /// Of several failures the one of the highest rank is told.
    const fn rank(&self) -> (u8, Option<Unproven>) {
        match self {
            Self::NoHeaders => (0, None),
            Self::Unproven(unproven) => (1, Some(*unproven)),
            Self::SetUnknown { .. } => (2, None),
            Self::Certificate(_) => (3, None),
        }
    }
}

/// Finds the two headers, one of each source, that make the earliest conflict: of the lowest epoch
/// and, in it, of one height and round if there is such a pair. What comes later may only follow
/// from it.
///
/// `sets` are validator sets from elsewhere: a genesis is in no bundle. Every signature of what is
/// found has been checked, and no header's more than once.
///
/// # Errors
/// [`SearchError`].
pub fn find(a: &Source, b: &Source, sets: &[ValidatorSet]) -> Result<Conflict, SearchError> {
    let sets = by_hash(a.sets.iter().chain(&b.sets).chain(sets));
    let (ones, others) = (candidates(a), candidates(b));
    let mut found: Option<(Telling, Pair<'_>)> = None;
    let mut nearest = SearchError::NoHeaders;
    for one in &ones {
        for other in &others {
            match Pair::new(one, other, &sets) {
                Ok(pair) => {
                    let telling = pair.telling();
                    if found.as_ref().is_none_or(|(best, _)| telling < *best) {
                        found = Some((telling, pair));
                    }
                }
                Err(error) if error.rank() > nearest.rank() => nearest = error,
                Err(_) => {}
            }
        }
    }
    found.map(|(_, pair)| pair.conflict()).ok_or(nearest)
}

type Sets<'a> = BTreeMap<Digest, &'a ValidatorSet>;

/// A set is named by a hash of the ledger's suite, which a set alone does not tell.
fn by_hash<'a>(sets: impl Iterator<Item = &'a ValidatorSet>) -> Sets<'a> {
    let named = sets.flat_map(|set| [Suite::Sm, Suite::Intl].map(|suite| (set.hash(suite), set)));
    named.collect()
}

fn candidates(source: &Source) -> Vec<Candidate<'_>> {
    let headers = source.headers.iter();
    headers
        .map(|certified| Candidate {
            entry: Entry::new(certified),
            set: OnceCell::new(),
        })
        .collect()
}

/// A header, and the set that certified it once that was asked for.
struct Candidate<'a> {
    entry: Entry<'a>,
    set: OnceCell<Result<&'a ValidatorSet, SearchError>>,
}

impl<'a> Candidate<'a> {
    const fn certified(&self) -> &'a CertifiedHeader {
        self.entry.certified
    }

    fn set(&self, sets: &Sets<'a>) -> Result<&'a ValidatorSet, SearchError> {
        *self.set.get_or_init(|| {
            let core = &self.certified().header.core;
            let epoch = core.epoch.0;
            let set = sets.get(&core.set_hash);
            let set = *set.ok_or(SearchError::SetUnknown { epoch })?;
            let checked = self.certified().check(set);
            checked.map(|_| set).map_err(SearchError::Certificate)
        })
    }
}

/// Two headers that exclude each other, both certified by one set.
struct Pair<'a> {
    one: &'a CertifiedHeader,
    other: &'a CertifiedHeader,
    set: &'a ValidatorSet,
}

/// The order in which pairs are preferred.
type Telling = (Epoch, bool, Height);

impl<'a> Pair<'a> {
    fn new(
        one: &Candidate<'a>,
        other: &Candidate<'a>,
        sets: &Sets<'a>,
    ) -> Result<Self, SearchError> {
        relation(&one.entry, &other.entry).map_err(SearchError::Unproven)?;
        let set = one.set(sets)?;
        other.set(sets)?;
        Ok(Self {
            one: one.certified(),
            other: other.certified(),
            set,
        })
    }

    fn telling(&self) -> Telling {
        let (one, other) = (&self.one.header.core, &self.other.header.core);
        let one_round = self.one.certificate.round == self.other.certificate.round;
        let names_culprits = one.height == other.height && one_round;
        (one.epoch, !names_culprits, one.height.max(other.height))
    }

    fn conflict(self) -> Conflict {
        Conflict::new(self.set.clone(), self.one.clone(), self.other.clone())
    }
}
