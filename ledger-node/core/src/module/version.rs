//! Which version of a module is in force, and whether the module is frozen.
//!
//! Both follow from the module's entry and from the block's height and time: a scheduled version
//! comes into force, and an emergency freeze lapses, without any transaction.

use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::Digest,
    id::{Height, IssuerId, LedgerId, TimeMs},
    record::LegalBasis,
    state::{Kind, StateKey},
    suite::Suite,
};

use super::Module;
use crate::{
    fault::Fault,
    refusal::Refusal,
    state::{Kept, State, Stop},
    store::Store,
    transaction::{SupportedVersion, VersionChange},
};

/// The newest version of each module that this software can execute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions([u32; 7]);

impl Versions {
    /// What this software can execute.
    pub fn supported() -> Self {
        Self(Module::ALL.map(|module| match module {
            // Version 2 takes many digests in one deposit.
            Module::Evidence => 2,
            Module::Governance
            | Module::Registry
            | Module::Did
            | Module::Status
            | Module::Invoice
            | Module::Anchor => 1,
        }))
    }

    /// The same but for one module: as older software, to rehearse an upgrade.
    #[must_use]
    pub fn with(mut self, module: Module, version: u32) -> Self {
        for (known, of) in Module::ALL.iter().zip(&mut self.0) {
            if *known == module {
                *of = version;
            }
        }
        self
    }

    /// Each module with its version, as validators announce it.
    pub fn iter(&self) -> impl Iterator<Item = SupportedVersion> {
        let pairs = Module::ALL.into_iter().zip(self.0);
        pairs.map(|(module, version)| SupportedVersion { module, version })
    }
}

/// Why a module takes no transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// On what it rests.
    pub basis: LegalBasis,
    /// When it began.
    pub since_ms: TimeMs,
    /// When it lapses; none if only members can end it.
    pub until_ms: Option<TimeMs>,
}

/// A module's entry. A module without one has version 1 and is not frozen.
///
/// Shape: `[version, scheduled | null, freeze | null]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleState {
    /// The version before the scheduled one.
    version: u32,
    /// The last version that was scheduled.
    pub scheduled: Option<VersionChange>,
    /// Why it takes no transactions, or took none until a time.
    pub freeze: Option<Freeze>,
}

impl Default for ModuleState {
    fn default() -> Self {
        Self {
            version: 1,
            scheduled: None,
            freeze: None,
        }
    }
}

impl ModuleState {
    pub(crate) fn read<S: Store>(state: &State<'_, S>, module: Module) -> Result<Self, Fault> {
        Ok(state.kept(&state.module_key(module))?.unwrap_or_default())
    }

    pub(crate) fn write<S: Store>(self, state: &mut State<'_, S>, module: Module) {
        let key = state.module_key(module);
        state.keep_entry(key, self);
    }

    /// Where a module's entry is kept.
    pub(crate) fn key(suite: Suite, ledger: &LedgerId, module: Module) -> StateKey {
        StateKey::new(suite, ledger, Kind::Module, &[&[module.id()]])
    }

    /// The version in force at `height`.
    pub fn in_force(&self, height: Height) -> u32 {
        match &self.scheduled {
            Some(change) if change.activation <= height => change.version,
            Some(_) | None => self.version,
        }
    }

    /// Schedules the version after the one in force; one that waits is replaced.
    pub(crate) fn schedule(&mut self, change: &VersionChange, height: Height) {
        self.version = self.in_force(height);
        self.scheduled = Some(change.clone());
    }

    /// Whether it takes no transactions at this time.
    pub fn is_frozen(&self, now: TimeMs) -> bool {
        let holds = |freeze: &Freeze| freeze.until_ms.is_none_or(|until| now < until);
        self.freeze.as_ref().is_some_and(holds)
    }
}

/// A module that is frozen takes no transactions.
pub(super) fn open<S: Store>(state: &State<'_, S>, module: Module) -> Result<(), Stop> {
    if ModuleState::read(state, module)?.is_frozen(state.time_ms()) {
        return Err(Refusal::ModuleFrozen.into());
    }
    Ok(())
}

/// A version in force at the block's height that is newer than what is supported.
pub(crate) fn lacking<S: Store>(
    state: &State<'_, S>,
    supported: &Versions,
) -> Result<Option<SupportedVersion>, Fault> {
    for SupportedVersion { module, version } in supported.iter() {
        let needed = ModuleState::read(state, module)?.in_force(state.height());
        if needed > version {
            let version = needed;
            return Ok(Some(SupportedVersion { module, version }));
        }
    }
    Ok(None)
}

impl Kept for ModuleState {
    const KIND: Kind = Kind::Module;
}

impl Wire for ModuleState {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).uint(self.version);
        writer.option(self.scheduled.as_ref());
        writer.option(self.freeze.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            version: reader.small("version")?,
            scheduled: reader.option()?,
            freeze: reader.option()?,
        })
    }
}

impl Wire for Freeze {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.basis).value(&self.since_ms);
        writer.option(self.until_ms.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            basis: reader.value()?,
            since_ms: reader.value()?,
            until_ms: reader.option()?,
        })
    }
}

/// What a validator's software can execute, as it announced.
///
/// Shape: `[build, [[module, version], …], height]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capability {
    /// A digest of the software.
    pub build: Digest,
    /// The newest version of each module.
    pub versions: Vec<SupportedVersion>,
    /// When it was announced.
    pub height: Height,
}

impl Capability {
    /// Where an agency's is kept.
    pub(crate) fn key(suite: Suite, ledger: &LedgerId, agency: &IssuerId) -> StateKey {
        StateKey::new(
            suite,
            ledger,
            Kind::Capability,
            &[agency.as_str().as_bytes()],
        )
    }

    /// Whether the software can execute this version.
    pub(crate) fn covers(&self, module: Module, version: u32) -> bool {
        let mut versions = self.versions.iter();
        versions.any(|known| known.module == module && known.version >= version)
    }
}

impl Kept for Capability {
    const KIND: Kind = Kind::Capability;
}

impl Wire for Capability {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.build).list(&self.versions);
        writer.value(&self.height);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            build: reader.value()?,
            versions: reader.list(Module::ALL.len())?,
            height: reader.value()?,
        })
    }
}
