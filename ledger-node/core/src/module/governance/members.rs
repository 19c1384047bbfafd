//! The members: agencies that govern the ledger together.

use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer},
    genesis::Genesis,
    id::{Height, IssuerId},
    key::PublicKey,
    state::Kind,
};

use crate::{
    fault::Fault,
    limits::MAX_MEMBERS,
    refusal::Refusal,
    state::{Kept, Only, State},
    store::Store,
    transaction::{Action, MemberProfile},
};

/// One agency that governs.
///
/// Shape: `[agency, key, admitted height, [operator, responsible] | null]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The agency.
    pub agency: IssuerId,
    /// The key by which it governs.
    pub key: PublicKey,
    /// Since when it is a member; 0 for founders.
    pub admitted: Height,
    /// Who runs its node and who answers for it, once it has said so.
    pub profile: Option<MemberProfile>,
}

/// All of them, ascending by agency. One entry, so that one proof shows who governs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Members(Vec<Member>);

impl Members {
    /// The founders.
    pub(crate) fn of_genesis(genesis: &Genesis) -> Self {
        let members = genesis.members.iter().map(|founder| Member {
            agency: founder.agency.clone(),
            key: founder.key.clone(),
            admitted: Height(0),
            profile: None,
        });
        let mut members: Vec<Member> = members.collect();
        members.sort_by(|a, b| a.agency.cmp(&b.agency));
        Self(members)
    }

    pub(crate) fn read<S: Store>(state: &State<'_, S>) -> Result<Self, Fault> {
        state.only()?.ok_or(Fault::Missing("the members"))
    }

    pub(crate) fn write<S: Store>(self, state: &mut State<'_, S>) {
        state.keep_only(self);
    }

    pub(crate) fn into_vec(self) -> Vec<Member> {
        self.0
    }

    pub(crate) fn find(&self, agency: &IssuerId) -> Option<&Member> {
        self.0.iter().find(|member| member.agency == *agency)
    }

    pub(crate) fn has(&self, agency: &IssuerId) -> bool {
        self.find(agency).is_some()
    }

    /// The member that governs with this key.
    pub(crate) fn with_key(&self, key: &PublicKey) -> Result<IssuerId, Refusal> {
        let member = self.0.iter().find(|member| member.key == *key);
        member
            .map(|member| member.agency.clone())
            .ok_or(Refusal::NoRight)
    }

    /// How many must agree: ⌊2m/3⌋ + 1, and ⌊m/3⌋ + 1 for an emergency freeze, which no minority
    /// that may be faulty can reach.
    pub(crate) fn threshold(&self, action: &Action) -> usize {
        let members = self.0.len();
        match action {
            Action::EmergencyFreeze(_) => members / 3 + 1,
            Action::AdmitMember(_)
            | Action::RemoveMember(_)
            | Action::ChangeMemberKey(_)
            | Action::RotateSet(_)
            | Action::SetParameter(..)
            | Action::ScheduleVersion(_)
            | Action::Freeze(_)
            | Action::Unfreeze(_)
            | Action::Register(_)
            | Action::Amend(_)
            | Action::SuspendIssuer(_)
            | Action::NameSuccessor(..)
            | Action::SetStatus(_)
            | Action::Publish(_) => members * 2 / 3 + 1,
        }
    }

    pub(crate) fn admit(&mut self, member: Member) -> Result<(), Refusal> {
        let taken = |other: &Member| other.agency == member.agency || other.key == member.key;
        if self.0.iter().any(taken) {
            return Err(Refusal::MemberExists);
        }
        if self.0.len() >= MAX_MEMBERS {
            return Err(Refusal::TooLarge);
        }
        let at = self.0.partition_point(|other| other.agency < member.agency);
        self.0.insert(at, member);
        Ok(())
    }

    /// The last member cannot go: nobody could decide anything any more.
    pub(crate) fn remove(&mut self, agency: &IssuerId) -> Result<(), Refusal> {
        if !self.has(agency) {
            return Err(Refusal::UnknownMember);
        }
        if self.0.len() == 1 {
            return Err(Refusal::LastMember);
        }
        self.0.retain(|member| member.agency != *agency);
        Ok(())
    }

    pub(crate) fn change_key(&mut self, agency: &IssuerId, key: &PublicKey) -> Result<(), Refusal> {
        if self.0.iter().any(|member| member.key == *key) {
            return Err(Refusal::MemberExists);
        }
        let mut members = self.0.iter_mut();
        let member = members.find(|member| member.agency == *agency);
        member.ok_or(Refusal::UnknownMember)?.key = key.clone();
        Ok(())
    }

    pub(crate) fn describe(&mut self, agency: &IssuerId, profile: &MemberProfile) {
        for member in &mut self.0 {
            if member.agency == *agency {
                member.profile = Some(profile.clone());
            }
        }
    }
}

impl Kept for Members {
    const KIND: Kind = Kind::Member;
}

impl Only for Members {}

impl Wire for Members {
    fn encode(&self, writer: &mut Writer) {
        writer.list(&self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.list(MAX_MEMBERS).map(Self)
    }
}

impl Wire for Member {
    fn encode(&self, writer: &mut Writer) {
        writer.array(4).value(&self.agency).value(&self.key);
        writer.value(&self.admitted).option(self.profile.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        Ok(Self {
            agency: reader.value()?,
            key: reader.value()?,
            admitted: reader.value()?,
            profile: reader.option()?,
        })
    }
}

impl Wire for MemberProfile {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(2)
            .value(&self.operator)
            .value(&self.responsible);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            operator: reader.value()?,
            responsible: reader.value()?,
        })
    }
}
