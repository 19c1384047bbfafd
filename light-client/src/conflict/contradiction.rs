//! Which two headers exclude each other, whoever signed them.

use serde::Serialize;

use crate::{certificate::CertifiedHeader, hash::Digest, id::Epoch};

/// How two headers exclude each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Contradiction {
    /// Two headers of one height.
    SameHeight,
    /// The first ends the epoch; the second is of that epoch and comes after it.
    PastEnd,
    /// The second comes next after the first and names another header as the one before it.
    OtherPrevious,
}

/// Why two headers do not make a conflict. In the order in which it says more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Unproven {
    /// They are of different ledgers.
    #[error("headers of different ledgers")]
    LedgerMismatch,
    /// They are one and the same header, whoever signed it.
    #[error("one and the same header")]
    SameHeader,
    /// They may belong to one history.
    #[error("headers may belong to one history")]
    OneHistory,
    /// They exclude each other, but were signed by different sets: the fault lies with an earlier
    /// hand-off, and these two do not say with whom.
    #[error("headers by different validator sets")]
    DifferentSets,
}

/// A header with its hash, which is computed once.
pub(super) struct Entry<'a> {
    pub(super) certified: &'a CertifiedHeader,
    hash: Digest,
}

impl<'a> Entry<'a> {
    pub(super) fn new(certified: &'a CertifiedHeader) -> Self {
        let hash = certified.header.hash();
        Self { certified, hash }
    }

    const fn epoch(&self) -> Epoch {
        self.certified.header.core.epoch
    }
}

/// How two headers exclude each other, whoever signed them, if one set is to have certified both.
pub(super) fn relation(one: &Entry<'_>, other: &Entry<'_>) -> Result<Contradiction, Unproven> {
    let (a, b) = (&one.certified.header.core, &other.certified.header.core);
    if a.ledger != b.ledger || a.suite != b.suite {
        return Err(Unproven::LedgerMismatch);
    }
    if one.hash == other.hash {
        return Err(Unproven::SameHeader);
    }
    let (lower, higher) = if a.height <= b.height {
        (one, other)
    } else {
        (other, one)
    };
    let same_set = a.set_hash == b.set_hash;
    // One epoch has one set, and a later epoch has later heights.
    let disordered = lower.epoch() > higher.epoch() || (a.epoch == b.epoch && !same_set);
    match contradiction(lower, higher) {
        Some(contradiction) if same_set => Ok(contradiction),
        Some(_) => Err(Unproven::DifferentSets),
        None if disordered => Err(Unproven::DifferentSets),
        None => Err(Unproven::OneHistory),
    }
}

fn contradiction(lower: &Entry<'_>, higher: &Entry<'_>) -> Option<Contradiction> {
    let (low, high) = (&lower.certified.header, &higher.certified.header);
    if low.core.height == high.core.height {
        Some(Contradiction::SameHeight)
    } else if low.ends_epoch() && low.core.epoch == high.core.epoch {
        Some(Contradiction::PastEnd)
    } else if low.core.height.next() == Some(high.core.height) && high.rest.previous != lower.hash {
        Some(Contradiction::OtherPrevious)
    } else {
        None
    }
}
