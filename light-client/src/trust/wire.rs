//! A trust store as it is written: nothing in it is checked yet.

use alloc::vec::Vec;

use super::{Checkpoint, Profile};
use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    certificate::CertifiedHeader,
    genesis::Genesis,
    handoff::Handoff,
};

const MAX_LEDGERS: usize = 1_000;
const MAX_HANDOFFS: usize = 10_000;

pub(super) struct StoreWire {
    pub(super) profile: Profile,
    pub(super) pins: Vec<PinWire>,
}

pub(super) struct PinWire {
    pub(super) genesis: Genesis,
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) handoffs: Vec<Handoff>,
    pub(super) newest: Option<CertifiedHeader>,
}

impl Wire for PinWire {
    fn encode(&self, writer: &mut Writer) {
        match &self.checkpoint {
            None => writer.array(3).value(&self.genesis),
            Some(checkpoint) => writer.array(4).value(&self.genesis).value(checkpoint),
        };
        writer.list(&self.handoffs).option(self.newest.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = reader.array_up_to(4)?;
        Ok(Self {
            genesis: reader.value()?,
            checkpoint: match len {
                3 => None,
                4 => Some(reader.value()?),
                _ => return Err(DecodeError::LengthMismatch),
            },
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
