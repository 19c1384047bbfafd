//! The invariants, watched from outside.
//!
//! Agreement alone is weak: with few nodes most broken lock rules never lead to a fork. So each
//! vote is watched too: nobody signs twice, and nobody leaves a lock without a quorum's prevotes.

use std::collections::{BTreeMap, BTreeSet};

use arc_malachitebft_core_types::{Value as _, VoteType};
use ledger_core::{App, TxStatus, transaction::TxId};
use ledger_engine::{Proposal, Vote};
use light_client::{
    certificate::{Certificate, CertifiedHeader},
    hash::Digest,
    id::{Epoch, Height},
    key::{KeyId, PublicKey},
    record::issuer_key,
    validator_set::ValidatorSet,
};

use crate::{client, store::SimStore, violation::Violation};

/// The rules that a validator is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rules {
    /// It signs one thing in one place.
    pub(crate) signs_once: bool,
    /// It leaves a lock for a reason only.
    pub(crate) keeps_lock: bool,
}

/// What was signed at one height, as published.
#[derive(Debug, Default)]
struct Votes {
    /// All of them: misbehaving validators have several in one place.
    prevotes: BTreeSet<(u32, Option<Digest>, usize)>,
    /// The last of each place.
    cast: BTreeMap<(usize, VoteType, u32), Option<Digest>>,
    proposals: BTreeMap<(usize, u32), Digest>,
}

/// Watches a run.
#[derive(Debug)]
pub(crate) struct Checker {
    sets: BTreeMap<Epoch, ValidatorSet>,
    headers: BTreeMap<Height, Digest>,
    /// Certificates that were found good, of the newest heights.
    checked: Vec<(Digest, Certificate)>,
    votes: BTreeMap<u64, Votes>,
}

impl Checker {
    pub(crate) fn new(first: &ValidatorSet) -> Self {
        Self {
            sets: BTreeMap::from([(Epoch(0), first.clone())]),
            headers: BTreeMap::new(),
            checked: Vec::new(),
            votes: BTreeMap::new(),
        }
    }

    /// The public key of a validator of any epoch.
    pub(crate) fn key(&self, id: &KeyId) -> Option<PublicKey> {
        let mut keys = self.sets.values().flat_map(ValidatorSet::validators);
        let suite = keys.clone().next()?.key.kind().suite();
        let found = keys.find(|validator| validator.key.id(suite) == *id);
        found.map(|validator| validator.key.clone())
    }

    /// How many heights are decided.
    pub(crate) fn height(&self) -> Height {
        let last = self.headers.last_key_value();
        last.map_or(Height(0), |(height, _)| *height)
    }

    /// How many epochs have begun.
    pub(crate) fn epochs(&self) -> usize {
        self.sets.len()
    }

    /// A node committed a block; `app` is that node's.
    pub(crate) fn committed(
        &mut self,
        app: &App<SimStore>,
        certified: &CertifiedHeader,
    ) -> Result<(), Violation> {
        let core = &certified.header.core;
        let (height, hash) = (core.height, certified.header.hash());
        let first = *self.headers.entry(height).or_insert(hash);
        if first != hash {
            return Err(Violation::Disagreement {
                height,
                first,
                second: hash,
            });
        }
        // Believed only by the chain of hand-offs, as a light client does.
        let checked = (hash, certified.certificate.clone());
        if !self.checked.contains(&checked) {
            let set = self.sets.get(&core.epoch);
            let set = set.ok_or(Violation::NoQuorum(height.0))?;
            certified
                .check(set)
                .map_err(|source| Violation::BadCertificate { height, source })?;
            self.checked.truncate(16);
            self.checked.insert(0, checked);
        }
        if certified.header.ends_epoch() {
            let next = core.epoch.next().map(|next| app.view().validator_set(next));
            let next = next.transpose().map_err(|fault| Violation::fault(&fault))?;
            let named = certified.header.rest.next_set_hash;
            let next = next.flatten();
            let next = next.filter(|next| named == Some(next.hash(core.suite)));
            let next = next.ok_or(Violation::NoQuorum(height.0))?;
            self.sets.insert(next.epoch(), next);
        }
        Ok(())
    }

    /// A node published a vote.
    pub(crate) fn published(
        &mut self,
        node: usize,
        rules: Rules,
        vote: &Vote,
    ) -> Result<(), Violation> {
        let quorum = self.quorum();
        let votes = self.votes.entry(vote.height.0).or_default();
        let round = vote.round.as_u32().unwrap_or(u32::MAX);
        let (height, header) = (Height(vote.height.0), vote.header().copied());
        if vote.kind == VoteType::Prevote {
            if rules.keeps_lock && votes.breaks_lock(node, round, header, quorum) {
                return Err(Violation::LockBroken { node, height });
            }
            votes.prevotes.insert((round, header, node));
        }
        let earlier = votes.cast.insert((node, vote.kind, round), header);
        if rules.signs_once && earlier.is_some_and(|earlier| earlier != header) {
            return Err(Violation::DoubleSign { node, height });
        }
        Ok(())
    }

    /// A node published a proposal.
    pub(crate) fn proposed(
        &mut self,
        node: usize,
        rules: Rules,
        proposal: &Proposal,
    ) -> Result<(), Violation> {
        let height = Height(proposal.height.0);
        let round = proposal.round.as_u32().unwrap_or(u32::MAX);
        let (votes, value) = (self.votes.entry(height.0).or_default(), proposal.value.id());
        let earlier = votes.proposals.insert((node, round), value);
        if rules.signs_once && earlier.is_some_and(|earlier| earlier != value) {
            return Err(Violation::DoubleSign { node, height });
        }
        Ok(())
    }

    /// A node's state is what its newest header says, and holds every acknowledged transaction.
    pub(crate) fn finished(
        &self,
        node: usize,
        app: &App<SimStore>,
        acknowledged: &BTreeSet<TxId>,
    ) -> Result<(), Violation> {
        let height = app.head().height;
        if self.headers.get(&height) != Some(&app.head().header_hash) {
            return Err(Violation::StateMismatch { node, height });
        }
        let key = issuer_key(app.suite(), app.ledger(), &client::issuer());
        let fault = |error: ledger_core::QueryError| Violation::fault(&error);
        let answer = app.view().state_proof(&key, None).map_err(fault)?;
        let header = app
            .view()
            .header(height)
            .map_err(|error| Violation::fault(&error))?;
        let state_root = header.map(|header| header.header.rest.state_root);
        if state_root != Some(answer.roots.hash(app.suite())) {
            return Err(Violation::StateMismatch { node, height });
        }
        if !self.all_final(app, acknowledged)? {
            return Err(Violation::Lost { node });
        }
        Ok(())
    }

    /// Whether a node knows all of these as final.
    pub(crate) fn all_final(
        &self,
        app: &App<SimStore>,
        acknowledged: &BTreeSet<TxId>,
    ) -> Result<bool, Violation> {
        for id in acknowledged {
            let status = app.transaction_status(id);
            let status = status.map_err(|fault| Violation::fault(&fault))?;
            if !matches!(status, Some(TxStatus::Final { .. })) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// All sets of a run are of one size.
    fn quorum(&self) -> usize {
        self.sets
            .values()
            .map(ValidatorSet::quorum)
            .max()
            .unwrap_or(1)
    }
}

impl Votes {
    /// A prevote for another block than the one last precommitted, with no quorum of prevotes for
    /// it in any round since.
    fn breaks_lock(&self, node: usize, round: u32, header: Option<Digest>, quorum: usize) -> bool {
        let Some(header) = header else {
            return false;
        };
        let precommits = |at: u32| self.cast.get(&(node, VoteType::Precommit, at));
        let lock = (0..round)
            .rev()
            .find_map(|at| Some((at, (*precommits(at)?)?)));
        let Some((locked_at, locked)) = lock else {
            return false;
        };
        let polka = |at: u32| {
            let votes = (at, Some(header), 0)..=(at, Some(header), usize::MAX);
            self.prevotes.range(votes).count() >= quorum
        };
        locked != header && !(locked_at..round).any(polka)
    }
}

#[cfg(test)]
mod tests;
