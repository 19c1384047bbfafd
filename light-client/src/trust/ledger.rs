//! What a client knows of one ledger.

use alloc::vec::Vec;

use super::{Checkpoint, TrustError};
use crate::{
    certificate::{Certificate, CertifiedHeader, FinalizedHeader},
    genesis::Genesis,
    handoff::{Handoff, HandoffError},
    hash::Digest,
    header::Header,
    id::{Epoch, Height, LedgerId, TimeMs},
    key::KnownKeys,
    suite::Suite,
    validator_set::ValidatorSet,
};

/// One ledger as this client knows it: every hand-off and header in here has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedLedger {
    genesis: Genesis,
    id: LedgerId,
    /// Where it was pinned, if not by its genesis: what came before is unknown.
    checkpoint: Option<Checkpoint>,
    /// What a file says of the time before: it leads to the checkpoint, and is never stored. With
    /// leaked keys anybody can lead there, so it tells keys to check signatures by, and nothing else.
    before: Vec<Handoff>,
    handoffs: Vec<Handoff>,
    newest_set: ValidatorSet,
    newest: Option<(CertifiedHeader, FinalizedHeader)>,
}

impl TrustedLedger {
    /// Starts from a genesis that the caller has pinned.
    pub fn from_genesis(genesis: Genesis) -> Self {
        let (id, newest_set) = (genesis.ledger_id(), genesis.validators.clone());
        Self {
            genesis,
            id,
            checkpoint: None,
            before: Vec::new(),
            handoffs: Vec::new(),
            newest_set,
            newest: None,
        }
    }

    /// Starts from a checkpoint of the same ledger that the caller has pinned.
    pub(super) fn from_checkpoint(genesis: Genesis, checkpoint: Checkpoint) -> Self {
        Self {
            newest_set: checkpoint.next_set().clone(),
            checkpoint: Some(checkpoint),
            ..Self::from_genesis(genesis)
        }
    }

    /// The ledger.
    pub const fn id(&self) -> LedgerId {
        self.id
    }

    /// Its genesis.
    pub const fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// Where it was pinned, if not by its genesis.
    pub const fn checkpoint(&self) -> Option<&Checkpoint> {
        self.checkpoint.as_ref()
    }

    /// The suite of its consensus and trees.
    pub const fn suite(&self) -> Suite {
        self.genesis.suite
    }

    /// The newest validator set this client knows.
    pub const fn newest_set(&self) -> &ValidatorSet {
        &self.newest_set
    }

    /// The newest header this client has verified.
    pub fn newest_header(&self) -> Option<&FinalizedHeader> {
        self.newest.as_ref().map(|(_, header)| header)
    }

    /// Every hand-off this client has followed, the oldest first.
    pub fn handoffs(&self) -> &[Handoff] {
        &self.handoffs
    }

    /// The newest header this client has verified, with its certificate.
    pub fn newest_certified(&self) -> Option<&CertifiedHeader> {
        self.newest.as_ref().map(|(certified, _)| certified)
    }

    /// The header in `certified`, if it is byte for byte the newest one that this client has
    /// verified: the next document under the same header costs no signature of the chain.
    pub fn known(&self, certified: &CertifiedHeader) -> Option<&FinalizedHeader> {
        match &self.newest {
            Some((newest, finalized)) if newest == certified => Some(finalized),
            _ => None,
        }
    }

    /// The newest header that this client has verified, if it has this hash and came with this very
    /// certificate: [`Self::known`] for who has not the whole of it.
    pub fn known_by_hash(
        &self,
        hash: &Digest,
        certificate: &Certificate,
    ) -> Option<&FinalizedHeader> {
        let (newest, finalized) = self.newest.as_ref()?;
        let known = finalized.hash() == *hash && newest.certificate == *certificate;
        known.then_some(finalized)
    }

    /// The set of `epoch`, if the client has come that far.
    pub fn set_of(&self, epoch: Epoch) -> Option<&ValidatorSet> {
        if epoch == Epoch(0) {
            return Some(&self.genesis.validators);
        }
        let pinned = self.checkpoint.iter().map(Checkpoint::next_set);
        let handed_over = self.before.iter().chain(&self.handoffs);
        let followed = handed_over.map(|handoff| &handoff.next_set);
        pinned.chain(followed).find(|set| set.epoch() == epoch)
    }

    /// A header that counts for ever, and all before it that its history has: the pinned one. The
    /// last headers of epochs that were followed are none, as leaked keys could have signed others
    /// that name the same next sets.
    pub fn landmark(&self) -> Option<&Header> {
        self.checkpoint.as_ref().map(Checkpoint::last)
    }

    /// Whether a header counts no more by itself: its epoch has ended, and it is not the landmark.
    pub fn has_superseded(&self, epoch: Epoch, hash: &Digest) -> bool {
        let is_landmark = |landmark: &Header| landmark.hash() == *hash;
        epoch != self.newest_set.epoch() && !self.landmark().is_some_and(is_landmark)
    }

    /// The last header of each epoch that has ended.
    fn ends(&self) -> impl Iterator<Item = &Header> {
        let before = self.before.iter().map(|handoff| &handoff.last.header);
        let followed = self.handoffs.iter().map(|handoff| &handoff.last.header);
        before.chain(self.landmark()).chain(followed)
    }

    /// The last height of `epoch`, if it has ended.
    pub fn last_height_of(&self, epoch: Epoch) -> Option<Height> {
        let mut ends = self.ends().map(|header| &header.core);
        ends.find(|core| core.epoch == epoch)
            .map(|core| core.height)
    }

    /// Whether a header of this epoch may have this height: an epoch begins after the last height of
    /// the one before, and ends with its own.
    pub fn spans(&self, epoch: Epoch, height: Height) -> bool {
        let before = epoch.0.checked_sub(1).map(Epoch);
        let before = before.and_then(|before| self.last_height_of(before));
        let last = self.last_height_of(epoch);
        before.is_none_or(|before| height > before) && last.is_none_or(|last| height <= last)
    }

    /// When the newest thing in here was signed: what the age of a pin is counted from.
    pub fn learned_ms(&self) -> TimeMs {
        let ended = self.ends().map(|last| last.core.time_ms).max();
        let header = self
            .newest
            .as_ref()
            .map(|(_, header)| header.header().core.time_ms);
        ended
            .max(header)
            .unwrap_or(self.genesis.time_ms)
            .max(self.genesis.time_ms)
    }

    /// Follows hand-offs, ascending, each from the set before it. One that is already known must be
    /// the same. Those before a checkpoint must lead to it, from the genesis on.
    ///
    /// # Errors
    /// [`TrustError::Handoff`], [`TrustError::HandoffConflict`], [`TrustError::HandoffOrder`],
    /// [`TrustError::OutsideEpoch`]; nothing is learned then.
    pub fn follow(&mut self, handoffs: &[Handoff]) -> Result<(), TrustError> {
        self.follow_with(handoffs, &mut KnownKeys::none())
    }

    pub(crate) fn follow_with(
        &mut self,
        handoffs: &[Handoff],
        keys: &mut KnownKeys,
    ) -> Result<(), TrustError> {
        let mut known = self.clone();
        let mut before = None;
        for handoff in known.reach_back(handoffs, keys)? {
            let epoch = handoff.last.header.core.epoch;
            // Twice the same would be a second form of the same file.
            if before >= Some(epoch) {
                return Err(TrustError::HandoffOrder);
            }
            known.follow_one(handoff, keys)?;
            before = Some(epoch);
        }
        *self = known;
        Ok(())
    }

    /// Follows the hand-offs at the front that are from before the checkpoint; returns the rest.
    fn reach_back<'a>(
        &mut self,
        handoffs: &'a [Handoff],
        keys: &mut KnownKeys,
    ) -> Result<&'a [Handoff], TrustError> {
        let Some(checkpoint) = &self.checkpoint else {
            return Ok(handoffs);
        };
        let end = checkpoint.next_set().epoch();
        let is_before = |handoff: &&Handoff| handoff.last.header.core.epoch < end;
        let (before, rest) = handoffs.split_at(handoffs.iter().take_while(is_before).count());
        let mut early = Self::from_genesis(self.genesis.clone());
        early.follow_with(before, keys)?;
        match early.handoffs.last() {
            None => return Ok(rest),
            Some(last) if checkpoint.is_at(last) => {}
            Some(last) if last.next_set.epoch() < end => {
                return Err(TrustError::Handoff(HandoffError::EpochAhead));
            }
            Some(last) => {
                let epoch = last.last.header.core.epoch.0;
                return Err(TrustError::HandoffConflict { epoch });
            }
        }
        early.handoffs.pop();
        self.before = early.handoffs;
        Ok(rest)
    }

    /// Whether this client has come as far as the checkpoint, and there.
    ///
    /// # Errors
    /// [`TrustError::HandoffConflict`]: it has verified another history.
    pub(super) fn has_reached(&self, checkpoint: &Checkpoint) -> Result<bool, TrustError> {
        let (last, end) = (checkpoint.last(), checkpoint.next_set().epoch());
        let conflict = Err(TrustError::HandoffConflict {
            epoch: last.core.epoch.0,
        });
        if end > self.newest_set.epoch() {
            return if self.goes_on_otherwise(last) {
                conflict
            } else {
                Ok(false)
            };
        }
        let mut ends = self.ends();
        match ends.find(|own| own.core.epoch == last.core.epoch) {
            // The header names the set.
            Some(own) if own != last => conflict,
            // From before its own checkpoint, it says nothing that is known.
            Some(_) | None => Ok(true),
        }
    }

    fn follow_one(&mut self, handoff: &Handoff, keys: &mut KnownKeys) -> Result<(), TrustError> {
        let epoch = handoff.last.header.core.epoch;
        let mut followed = self.handoffs.iter();
        match followed.find(|known| known.last.header.core.epoch == epoch) {
            Some(known) if known == handoff => Ok(()),
            // Any quorum may have signed it: the certificate is checked, the rest compared.
            Some(known) if known.last.header == handoff.last.header => {
                let set = self
                    .set_of(epoch)
                    .ok_or(TrustError::HandoffConflict { epoch: epoch.0 })?;
                handoff
                    .check_with(&self.id, set, keys)
                    .map_err(TrustError::Handoff)?;
                Ok(())
            }
            Some(_) => Err(TrustError::HandoffConflict { epoch: epoch.0 }),
            None => {
                let next = handoff
                    .check_with(&self.id, &self.newest_set, keys)
                    .map_err(TrustError::Handoff)?;
                if !self.spans(epoch, handoff.last.header.core.height) {
                    return Err(TrustError::OutsideEpoch { epoch: epoch.0 });
                }
                if self.goes_on_otherwise(&handoff.last.header) {
                    return Err(TrustError::HandoffConflict { epoch: epoch.0 });
                }
                self.newest_set = next.next_set().clone();
                self.handoffs.push(handoff.clone());
                Ok(())
            }
        }
    }

    /// Whether the newest header that was verified belongs to another history than one in which its
    /// epoch ends with `last`.
    fn goes_on_otherwise(&self, last: &Header) -> bool {
        let newest = self.newest_header().map(FinalizedHeader::header);
        newest.is_some_and(|newest| {
            newest.core.epoch == last.core.epoch
                && newest.core.height >= last.core.height
                && newest != last
        })
    }

    /// Forgets what must not be stored: what a file said of the time before the checkpoint, and a
    /// newest header whose epoch has ended.
    pub(super) fn settle(&mut self) {
        self.before.clear();
        let newest = self.newest_set.epoch();
        self.newest
            .take_if(|(_, header)| header.header().core.epoch != newest);
    }

    /// Keeps `header` as the newest if it is certified by the newest set and newer than the one
    /// kept; an older one is checked and left alone.
    pub(super) fn learn(
        &mut self,
        header: &CertifiedHeader,
        keys: &mut KnownKeys,
    ) -> Result<(), TrustError> {
        let finalized = header
            .check_with(&self.newest_set, keys)
            .map_err(TrustError::Certificate)?;
        let core = &finalized.header().core;
        let height = core.height;
        if !self.spans(core.epoch, height) {
            return Err(TrustError::OutsideEpoch {
                epoch: core.epoch.0,
            });
        }
        if self
            .newest_header()
            .is_none_or(|newest| newest.header().core.height < height)
        {
            self.newest = Some((header.clone(), finalized));
        }
        Ok(())
    }
}
