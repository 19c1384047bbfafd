//! What members decide, how they say so, and what validators report.
//!
//! ```text
//! governance.move      = [1, 1, action, legal basis]
//! governance.vote      = [1, 2, motion, choice]
//! governance.execute   = [1, 3, motion]
//! governance.decide    = [1, 4, action, legal basis, [[agency, signature], …]]
//! governance.ready     = [1, 5, set hash]
//! governance.announce  = [1, 6, build, [[module, version], …]]
//! governance.describe  = [1, 7, operator [zh, en], responsible [zh, en]]
//! ```
//! A motion is named by the id of the transaction that moved it.

mod action;

use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::Digest,
    id::IssuerId,
    key::Signature,
    record::{DisplayName, LegalBasis},
};

use super::Payload;
use crate::{limits::MAX_MEMBERS, module::Module, transaction::TxId};

pub use action::{Action, MemberChange, SetRotation, VersionChange};

/// Something to be voted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Motion {
    /// What shall be done.
    pub action: Action,
    /// The law, agreement or order on which it rests.
    pub basis: LegalBasis,
}

/// The name of a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MotionId(pub TxId);

/// For or against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Against.
    No,
    /// For.
    Yes,
}

/// A member's vote; a later one replaces it, while the motion is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// The motion.
    pub motion: MotionId,
    /// For or against.
    pub choice: Choice,
}

/// A motion that its members have agreed on elsewhere: decided and carried out in one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What is done.
    pub action: Action,
    /// On what it rests.
    pub basis: LegalBasis,
    /// Consent of enough members, strictly ascending by agency.
    pub approvals: Vec<Approval>,
}

/// A member's consent to a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The member.
    pub agency: IssuerId,
    /// Over [`crate::transaction::approval_bytes`], by the member's governance key.
    pub signature: Signature,
}

/// A validator of the next set has its new key in place. The sender is that key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// The hash of the set.
    pub set: Digest,
}

/// What a validator's software can execute. The sender is a validator's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// A digest of the software.
    pub build: Digest,
    /// The newest version of each module that it can execute, strictly ascending by module.
    pub versions: Vec<SupportedVersion>,
}

/// The newest version of a module that somebody can execute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SupportedVersion {
    /// The module.
    pub module: Module,
    /// The version.
    pub version: u32,
}

/// Who runs a member's node, and who answers for it: offices, never persons. The sender is the
/// member's governance key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberProfile {
    /// Who runs the node.
    pub operator: DisplayName,
    /// Who answers for it.
    pub responsible: DisplayName,
}

impl Payload for Motion {
    const ID: u8 = 1;
    const FIELDS: usize = 2;
    fn write(&self, writer: &mut Writer) {
        writer.value(&self.action).value(&self.basis);
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            action: reader.value()?,
            basis: reader.value()?,
        })
    }
}

impl Payload for Vote {
    const ID: u8 = 2;
    const FIELDS: usize = 2;
    fn write(&self, writer: &mut Writer) {
        writer.value(&self.motion.0).value(&self.choice);
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            motion: MotionId(reader.value()?),
            choice: reader.value()?,
        })
    }
}

impl Payload for MotionId {
    const ID: u8 = 3;
    const FIELDS: usize = 1;
    fn write(&self, writer: &mut Writer) {
        writer.value(&self.0);
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.value().map(Self)
    }
}

impl Payload for Decision {
    const ID: u8 = 4;
    const FIELDS: usize = 3;
    fn write(&self, writer: &mut Writer) {
        writer.value(&self.action).value(&self.basis);
        writer.list(&self.approvals);
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            action: reader.value()?,
            basis: reader.value()?,
            approvals: reader.list(MAX_MEMBERS)?,
        })
    }
}

impl Payload for Readiness {
    const ID: u8 = 5;
    const FIELDS: usize = 1;
    fn write(&self, writer: &mut Writer) {
        writer.value(&self.set);
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let set = reader.value()?;
        Ok(Self { set })
    }
}

impl Payload for Announcement {
    const ID: u8 = 6;
    const FIELDS: usize = 2;
    fn write(&self, writer: &mut Writer) {
        writer.value(&self.build).list(&self.versions);
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            build: reader.value()?,
            versions: reader.list(Module::ALL.len())?,
        })
    }
}

impl Payload for MemberProfile {
    const ID: u8 = 7;
    const FIELDS: usize = 2;
    fn write(&self, writer: &mut Writer) {
        writer.value(&self.operator).value(&self.responsible);
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            operator: reader.value()?,
            responsible: reader.value()?,
        })
    }
}

impl Wire for Choice {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(match self {
            Self::No => 0u8,
            Self::Yes => 1,
        });
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint()? {
            0 => Ok(Self::No),
            1 => Ok(Self::Yes),
            _ => Err(DecodeError::FieldOutOfRange("choice")),
        }
    }
}

impl Wire for Approval {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.agency).value(&self.signature);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            agency: reader.value()?,
            signature: reader.value()?,
        })
    }
}

impl Wire for SupportedVersion {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.module).uint(self.version);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            module: reader.value()?,
            version: reader.small("version")?,
        })
    }
}
