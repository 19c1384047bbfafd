//! Everything that only the members together can do.
//!
//! ```text
//! [1, member]      admit       member = [agency, key, possession]
//! [2, agency]      remove
//! [3, member]      change a member's key
//! [4, set, [possession, …]]                   rotate the validator set
//! [5, parameter, value]                       set a parameter
//! [6, [module, version, source, build, activation height]]
//! [7, module]      freeze      [8, module]    unfreeze      [9, module]   emergency freeze
//! [10, issuer change]  register               [11, issuer change]  amend
//! [12, issuer]     suspend     [13, issuer, successor | null]
//! [14, issuer, digest, standing, reason, legal basis, effective time_ms]
//! [15, publication]
//! ```

use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::Digest,
    id::{Height, IssuerId},
    key::{PublicKey, Signature},
    validator_set::ValidatorSet,
};

use super::super::{IssuerChange, Payload, Publication, StatusChange};
use crate::{
    limits::MAX_MEMBERS,
    module::{Module, Parameter},
};

/// What a motion asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Takes an agency in as a member.
    AdmitMember(MemberChange),
    /// Lets a member go; its validator, if it has one, stays until the set is rotated.
    RemoveMember(IssuerId),
    /// Gives a member another governance key.
    ChangeMemberKey(MemberChange),
    /// Chooses the validator set of the next epoch.
    RotateSet(SetRotation),
    /// Sets a parameter.
    SetParameter(Parameter, u64),
    /// Schedules a module's next version.
    ScheduleVersion(VersionChange),
    /// Freezes a module until it is unfrozen; confirms an emergency freeze.
    Freeze(Module),
    /// Ends any freeze of a module.
    Unfreeze(Module),
    /// Freezes a module at once and for a time, by fewer members than anything else needs.
    EmergencyFreeze(Module),
    /// Adds an issuer.
    Register(IssuerChange),
    /// Changes an issuer's name and rights, from this height on.
    Amend(IssuerChange),
    /// Ends all rights of an issuer, from this height on.
    SuspendIssuer(IssuerId),
    /// Names the issuer that answers for another's documents from now on, or nobody.
    NameSuccessor(IssuerId, Option<IssuerId>),
    /// Decides a document's standing in place of its issuer.
    SetStatus(StatusChange),
    /// Publishes a schema, a release or a verifier.
    Publish(Publication),
}

/// A member and the key by which it governs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberChange {
    /// The agency.
    pub agency: IssuerId,
    /// Its governance key.
    pub key: PublicKey,
    /// Over [`crate::transaction::member_possession_bytes`], by that key.
    pub possession: Signature,
}

/// The validator set of the next epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetRotation {
    /// The set.
    pub next: ValidatorSet,
    /// One per validator of the set, in its order, over
    /// [`crate::transaction::possession_bytes`], by its key.
    pub possession: Vec<Signature>,
}

/// A module's next version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionChange {
    /// The module.
    pub module: Module,
    /// The version; one above the present.
    pub version: u32,
    /// A digest of its source.
    pub source: Digest,
    /// A digest of a build that can execute it.
    pub build: Digest,
    /// The first height at which it is in force.
    pub activation: Height,
}

impl Action {
    /// The module whose rules it follows.
    pub(crate) const fn module(&self) -> Module {
        match self {
            Self::AdmitMember(_)
            | Self::RemoveMember(_)
            | Self::ChangeMemberKey(_)
            | Self::RotateSet(_)
            | Self::SetParameter(..)
            | Self::ScheduleVersion(_)
            | Self::Freeze(_)
            | Self::Unfreeze(_)
            | Self::EmergencyFreeze(_) => Module::Governance,
            Self::Register(_)
            | Self::Amend(_)
            | Self::SuspendIssuer(_)
            | Self::NameSuccessor(..)
            | Self::Publish(_) => Module::Registry,
            Self::SetStatus(_) => Module::Status,
        }
    }

    const fn id(&self) -> u8 {
        match self {
            Self::AdmitMember(_) => 1,
            Self::RemoveMember(_) => 2,
            Self::ChangeMemberKey(_) => 3,
            Self::RotateSet(_) => 4,
            Self::SetParameter(..) => 5,
            Self::ScheduleVersion(_) => 6,
            Self::Freeze(_) => 7,
            Self::Unfreeze(_) => 8,
            Self::EmergencyFreeze(_) => 9,
            Self::Register(_) => 10,
            Self::Amend(_) => 11,
            Self::SuspendIssuer(_) => 12,
            Self::NameSuccessor(..) => 13,
            Self::SetStatus(_) => 14,
            Self::Publish(_) => 15,
        }
    }
}

impl Wire for Action {
    fn encode(&self, writer: &mut Writer) {
        let mut open = |fields: usize| {
            writer.array(1 + fields).uint(self.id());
        };
        match self {
            Self::AdmitMember(member) | Self::ChangeMemberKey(member) => {
                open(1);
                writer.value(member);
            }
            Self::RemoveMember(agency) | Self::SuspendIssuer(agency) => {
                open(1);
                writer.value(agency);
            }
            Self::RotateSet(rotation) => {
                open(2);
                writer.value(&rotation.next).list(&rotation.possession);
            }
            Self::SetParameter(parameter, value) => {
                open(2);
                writer.value(parameter).uint(*value);
            }
            Self::ScheduleVersion(change) => {
                open(1);
                writer.value(change);
            }
            Self::Freeze(module) | Self::Unfreeze(module) | Self::EmergencyFreeze(module) => {
                open(1);
                writer.value(module);
            }
            Self::Register(change) | Self::Amend(change) => {
                open(1);
                writer.value(change);
            }
            Self::NameSuccessor(issuer, successor) => {
                open(2);
                writer.value(issuer).option(successor.as_ref());
            }
            Self::SetStatus(change) => {
                open(StatusChange::FIELDS);
                change.write(writer);
            }
            Self::Publish(publication) => {
                open(1);
                writer.value(publication);
            }
        }
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = reader.array_up_to(1 + StatusChange::FIELDS)?;
        let action = match (len, reader.uint()?) {
            (2, 1) => Self::AdmitMember(reader.value()?),
            (2, 2) => Self::RemoveMember(reader.value()?),
            (2, 3) => Self::ChangeMemberKey(reader.value()?),
            (3, 4) => Self::RotateSet(SetRotation {
                next: reader.value()?,
                possession: reader.list(MAX_MEMBERS)?,
            }),
            (3, 5) => Self::SetParameter(reader.value()?, reader.uint()?),
            (2, 6) => Self::ScheduleVersion(reader.value()?),
            (2, 7) => Self::Freeze(reader.value()?),
            (2, 8) => Self::Unfreeze(reader.value()?),
            (2, 9) => Self::EmergencyFreeze(reader.value()?),
            (2, 10) => Self::Register(reader.value()?),
            (2, 11) => Self::Amend(reader.value()?),
            (2, 12) => Self::SuspendIssuer(reader.value()?),
            (3, 13) => Self::NameSuccessor(reader.value()?, reader.option()?),
            (7, 14) => Self::SetStatus(StatusChange::read(reader)?),
            (2, 15) => Self::Publish(reader.value()?),
            _ => return Err(DecodeError::WrongFormat),
        };
        Ok(action)
    }
}

impl Wire for MemberChange {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.agency).value(&self.key);
        writer.value(&self.possession);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            agency: reader.value()?,
            key: reader.value()?,
            possession: reader.value()?,
        })
    }
}

impl Wire for VersionChange {
    fn encode(&self, writer: &mut Writer) {
        writer.array(5).value(&self.module).uint(self.version);
        writer.value(&self.source).value(&self.build);
        writer.value(&self.activation);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(5)?;
        Ok(Self {
            module: reader.value()?,
            version: reader.small("version")?,
            source: reader.value()?,
            build: reader.value()?,
            activation: reader.value()?,
        })
    }
}
