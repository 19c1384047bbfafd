//! Headers and bodies.

use std::collections::BTreeMap;

use light_client::{
    cbor, certificate::CertifiedHeader, hash::Digest, header::Header, id::Height, key::KnownKeys,
};

use super::{Base, Check, MAX_ROW_BYTES};
use crate::{
    block::BlockBody,
    store::{Column, Store},
};

/// Keys of two sets.
const KNOWN_VALIDATORS: usize = 60;

/// The headers that hold, with their hashes.
pub(super) type Headers = BTreeMap<Height, (Header, Digest)>;

impl<S: Store> Check<'_, S> {
    /// Every header: certified by the set of its epoch, at its place, after the one before.
    pub(super) fn headers(&mut self, base: &Base) -> Headers {
        let mut headers = Headers::new();
        let mut keys = KnownKeys::with_tables(KNOWN_VALIDATORS);
        self.each(Column::Headers, |check, row, bytes| {
            let Some(certified) = check.parsed::<CertifiedHeader>(Column::Headers, row, bytes)
            else {
                return;
            };
            let core = &certified.header.core;
            let (height, at_its_place) = (core.height, row == core.height.0.to_be_bytes());
            // A ledger that was restored also has the header of its snapshot, but not the block.
            let in_range = height.0 + 1 >= base.earliest_block.0 && height <= base.head.height;
            if !at_its_place || !(in_range || height == base.head.height) {
                check.note(Column::Headers, row, "is at a wrong place");
                return;
            }
            if let Some(what) = wrong(base, &certified, &mut keys) {
                check.note(Column::Headers, row, what);
                return;
            }
            let hash = certified.header.hash();
            headers.insert(height, (certified.header, hash));
        });
        let first = base.earliest_block.min(base.head.height);
        for height in (first.0..=base.head.height.0)
            .map(Height)
            .filter(|h| h.0 > 0)
        {
            if !headers.contains_key(&height) {
                self.note(
                    Column::Headers,
                    &height.0.to_be_bytes(),
                    "is missing or wrong",
                );
            }
        }
        self.chain(base, &headers);
        headers
    }

    fn chain(&mut self, base: &Base, headers: &Headers) {
        for ((_, (before, hash)), (height, (header, _))) in
            headers.iter().zip(headers.iter().skip(1))
        {
            let follows = header.rest.previous == *hash
                && header.core.time_ms > before.core.time_ms
                && header.core.height.0 == before.core.height.0 + 1;
            if !follows {
                let row = height.0.to_be_bytes();
                self.note(Column::Headers, &row, "does not follow the one before");
            }
        }
        let newest = headers.get(&base.head.height);
        let same = newest.is_none_or(|(header, hash)| {
            *hash == base.head.header_hash && header.core.time_ms == base.head.time_ms
        });
        let founded = base.head.height.0 > 0 || base.head.header_hash == base.ledger.id().0;
        if !same || !founded {
            self.note(Column::Meta, crate::view::HEAD, "is not the newest header");
        }
    }

    /// Every body: the one that its header commits to.
    pub(super) fn bodies(&mut self, base: &Base, headers: &Headers) {
        let mut next = base.earliest_block;
        self.each(Column::Bodies, |check, row, bytes| {
            let height = row.try_into().map(u64::from_be_bytes).map(Height);
            let Ok(height) = height else {
                check.note(Column::Bodies, row, "is at a wrong place");
                return;
            };
            if height < base.earliest_block {
                check.note(Column::Bodies, row, "is at a wrong place");
                return;
            }
            while next < height && next <= base.head.height {
                check.note(Column::Bodies, &next.0.to_be_bytes(), "is missing");
                next = Height(next.0 + 1);
            }
            next = Height(height.0.saturating_add(1));
            let body: Option<BlockBody> = cbor::parse(bytes, MAX_ROW_BYTES).ok();
            let root = body.map(|body| body.root(base.ledger.suite()));
            let told = headers
                .get(&height)
                .map(|(header, _)| header.rest.body_root);
            if root.is_none() || root != told {
                check.note(Column::Bodies, row, "is not what its header commits to");
            }
        });
        while next <= base.head.height {
            self.note(Column::Bodies, &next.0.to_be_bytes(), "is missing");
            next = Height(next.0 + 1);
        }
    }
}

fn wrong(base: &Base, certified: &CertifiedHeader, keys: &mut KnownKeys) -> Option<&'static str> {
    let core = &certified.header.core;
    if core.ledger != *base.ledger.id() || core.suite != base.ledger.suite() {
        return Some("is of another ledger");
    }
    let Some(set) = base.trusted.set_of(core.epoch) else {
        return Some("is of an epoch that has not begun");
    };
    let certificate = certified.check_with(set, keys);
    certificate.is_err().then_some("is not certified")
}
