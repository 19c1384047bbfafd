//! What a client starts from and what it has learned since, per ledger.
//!
//! ```text
//! trust store = ["tally/trust/1", profile, [[genesis, [hand-off, …], newest header | null], …]]
//! ```
//! Ledgers ascend by id. Reading a store checks all of it again, so a store that was tampered
//! with on disk is refused, and learning only ever moves forward.

use alloc::{collections::BTreeMap, vec::Vec};

use crate::{
    cbor::{self, DecodeError, Reader, Wire, Writer, to_bytes},
    certificate::{CertificateError, CertifiedHeader, FinalizedHeader},
    genesis::{Genesis, Purpose},
    handoff::{Handoff, HandoffError},
    id::{Epoch, Height, LedgerId, TimeMs},
    key::KnownKeys,
    suite::Suite,
    validator_set::ValidatorSet,
};

/// The largest trust store that is read.
const MAX_BYTES: usize = 16 << 20;
const MAX_LEDGERS: usize = 1_000;
const MAX_HANDOFFS: usize = 10_000;

/// Which ledgers a store accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Production ledgers only.
    Production,
    /// Demonstration ledgers too.
    Demo,
}

/// Why a trust store, or something it was offered, is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// A header is not certified by the newest set.
    #[error("newest header is not certified")]
    Certificate(#[source] CertificateError),
    /// A production store was offered a demonstration ledger.
    #[error("a production trust store refuses a demonstration ledger")]
    DemoLedger,
    /// The bytes are not a trust store.
    #[error("not a trust store")]
    Decode(#[source] DecodeError),
    /// A hand-off does not hold.
    #[error("hand-off does not hold")]
    Handoff(#[source] HandoffError),
    /// A hand-off differs from the one this client verified before.
    #[error("hand-off of epoch {epoch} differs from the one verified before")]
    HandoffConflict {
        /// The epoch that the hand-off ends.
        epoch: u64,
    },
    /// The ledger is not in the store.
    #[error("ledger is not in the trust store")]
    UnknownLedger,
}

/// One ledger as this client knows it: every hand-off and header in here has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedLedger {
    genesis: Genesis,
    id: LedgerId,
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
            handoffs: Vec::new(),
            newest_set,
            newest: None,
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

    /// The header in `certified`, if it is byte for byte the newest one that this client has
    /// verified: the next document under the same header costs no signature of the chain.
    pub fn known(&self, certified: &CertifiedHeader) -> Option<&FinalizedHeader> {
        match &self.newest {
            Some((newest, finalized)) if newest == certified => Some(finalized),
            _ => None,
        }
    }

    /// The set of `epoch`, if the client has come that far.
    pub fn set_of(&self, epoch: Epoch) -> Option<&ValidatorSet> {
        if epoch == Epoch(0) {
            return Some(&self.genesis.validators);
        }
        self.handoffs
            .iter()
            .map(|handoff| &handoff.next_set)
            .find(|set| set.epoch() == epoch)
    }

    /// The last height of `epoch`, if it has ended.
    pub fn last_height_of(&self, epoch: Epoch) -> Option<Height> {
        let cores = self
            .handoffs
            .iter()
            .map(|handoff| &handoff.last.header.core);
        cores
            .into_iter()
            .find(|core| core.epoch == epoch)
            .map(|core| core.height)
    }

    /// When the newest thing in here was signed: what the age of a pin is counted from.
    pub fn learned_ms(&self) -> TimeMs {
        let handoff = self
            .handoffs
            .last()
            .map(|handoff| handoff.last.header.core.time_ms);
        let header = self
            .newest
            .as_ref()
            .map(|(_, header)| header.header().core.time_ms);
        handoff
            .max(header)
            .unwrap_or(self.genesis.time_ms)
            .max(self.genesis.time_ms)
    }

    /// Follows hand-offs, each from the set before it. One that is already known must be the same.
    ///
    /// # Errors
    /// [`TrustError::Handoff`], [`TrustError::HandoffConflict`]; nothing is learned then.
    pub fn follow(&mut self, handoffs: &[Handoff]) -> Result<(), TrustError> {
        self.follow_with(handoffs, &mut KnownKeys::none())
    }

    pub(crate) fn follow_with(
        &mut self,
        handoffs: &[Handoff],
        keys: &mut KnownKeys,
    ) -> Result<(), TrustError> {
        let mut known = self.clone();
        for handoff in handoffs {
            known.follow_one(handoff, keys)?;
        }
        *self = known;
        Ok(())
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
                self.newest_set = next.next_set().clone();
                self.handoffs.push(handoff.clone());
                Ok(())
            }
        }
    }

    /// Keeps `header` as the newest if it is certified by the newest set and newer than the one
    /// kept; an older one is checked and left alone.
    fn learn(&mut self, header: &CertifiedHeader, keys: &mut KnownKeys) -> Result<(), TrustError> {
        let finalized = header
            .check_with(&self.newest_set, keys)
            .map_err(TrustError::Certificate)?;
        let height = finalized.header().core.height;
        if self
            .newest_header()
            .is_none_or(|newest| newest.header().core.height < height)
        {
            self.newest = Some((header.clone(), finalized));
        }
        Ok(())
    }
}

/// All ledgers that a client trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustStore {
    profile: Profile,
    ledgers: BTreeMap<LedgerId, TrustedLedger>,
}

impl TrustStore {
    /// A store that trusts nothing yet.
    pub const fn new(profile: Profile) -> Self {
        Self {
            profile,
            ledgers: BTreeMap::new(),
        }
    }

    /// Reads a store and checks everything in it again.
    ///
    /// # Errors
    /// [`TrustError`]: a store of which any part does not hold is not used at all.
    pub fn parse(bytes: &[u8]) -> Result<Self, TrustError> {
        let wire: StoreWire = cbor::parse(bytes, MAX_BYTES).map_err(TrustError::Decode)?;
        let mut store = Self::new(wire.profile);
        let mut keys = KnownKeys::none();
        for pin in &wire.pins {
            let id = store.pin(pin.genesis.clone())?;
            let ledger = store
                .ledgers
                .get_mut(&id)
                .ok_or(TrustError::UnknownLedger)?;
            ledger.follow_with(&pin.handoffs, &mut keys)?;
            if let Some(newest) = &pin.newest {
                ledger.learn(newest, &mut keys)?;
            }
        }
        // A ledger listed twice, out of order, or with something left over shows here.
        if store.to_bytes() == bytes {
            Ok(store)
        } else {
            Err(TrustError::Decode(DecodeError::NotCanonical))
        }
    }

    /// The store's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let pins = self.ledgers.values().map(|ledger| PinWire {
            genesis: ledger.genesis.clone(),
            handoffs: ledger.handoffs.clone(),
            newest: ledger.newest.as_ref().map(|(header, _)| header.clone()),
        });
        to_bytes(&StoreWire {
            profile: self.profile,
            pins: pins.collect(),
        })
    }

    /// Which ledgers the store accepts.
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// Trusts a genesis; a ledger that is already there stays as it is.
    ///
    /// # Errors
    /// [`TrustError::DemoLedger`].
    pub fn pin(&mut self, genesis: Genesis) -> Result<LedgerId, TrustError> {
        if self.profile == Profile::Production && genesis.purpose == Purpose::Demo {
            return Err(TrustError::DemoLedger);
        }
        let ledger = TrustedLedger::from_genesis(genesis);
        let id = ledger.id;
        self.ledgers.entry(id).or_insert(ledger);
        Ok(id)
    }

    /// The ledgers, ascending by id.
    pub fn ledgers(&self) -> impl Iterator<Item = &TrustedLedger> {
        self.ledgers.values()
    }

    /// One ledger.
    pub fn ledger(&self, id: &LedgerId) -> Option<&TrustedLedger> {
        self.ledgers.get(id)
    }

    /// Follows hand-offs and keeps a newer header: what a client calls after a verification, so
    /// that the next one need not start from the pin.
    ///
    /// # Errors
    /// [`TrustError`]; the store is unchanged then.
    pub fn advance(
        &mut self,
        id: &LedgerId,
        handoffs: &[Handoff],
        header: &CertifiedHeader,
    ) -> Result<(), TrustError> {
        self.advance_with(id, handoffs, header, &mut KnownKeys::none())
    }

    /// [`Self::advance`], sooner where the validators' keys are known.
    ///
    /// # Errors
    /// The same.
    pub fn advance_with(
        &mut self,
        id: &LedgerId,
        handoffs: &[Handoff],
        header: &CertifiedHeader,
        keys: &mut KnownKeys,
    ) -> Result<(), TrustError> {
        let mut ledger = self
            .ledgers
            .get(id)
            .ok_or(TrustError::UnknownLedger)?
            .clone();
        ledger.follow_with(handoffs, keys)?;
        ledger.learn(header, keys)?;
        self.ledgers.insert(*id, ledger);
        Ok(())
    }
}

struct StoreWire {
    profile: Profile,
    pins: Vec<PinWire>,
}

struct PinWire {
    genesis: Genesis,
    handoffs: Vec<Handoff>,
    newest: Option<CertifiedHeader>,
}

impl Wire for PinWire {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(3)
            .value(&self.genesis)
            .list(&self.handoffs)
            .option(self.newest.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            genesis: reader.value()?,
            handoffs: reader.list(MAX_HANDOFFS)?,
            newest: reader.option()?,
        })
    }
}

impl Wire for StoreWire {
    fn encode(&self, writer: &mut Writer) {
        let profile = match self.profile {
            Profile::Production => 0u8,
            Profile::Demo => 1,
        };
        writer
            .array(3)
            .text("tally/trust/1")
            .uint(profile)
            .list(&self.pins);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        reader.purpose("tally/trust/1")?;
        let profile = match reader.uint()? {
            0 => Profile::Production,
            1 => Profile::Demo,
            _ => return Err(DecodeError::FieldOutOfRange("profile")),
        };
        Ok(Self {
            profile,
            pins: reader.list(MAX_LEDGERS)?,
        })
    }
}
