//! The parts of a streamed block.

use arc_malachitebft_app_channel::app::streaming::{StreamContent, StreamId, StreamMessage};
use arc_malachitebft_app_channel::app::types::core::Round;
use ledger_engine::{Address, Height, Part, PartInit, StreamHead};
use light_client::key::Signature;

use super::super::streaming::MAX_PART_BYTES;
use super::super::wire::{Reader, Wire, WireError, Writer};

impl Wire for PartInit {
    fn write(&self, out: &mut Writer) {
        self.height.write(out);
        self.round.write(out);
        self.valid_round.write(out);
        self.proposer.write(out);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self {
            height: Height::read(input)?,
            round: Round::read(input)?,
            valid_round: Round::read(input)?,
            proposer: Address::read(input)?,
        })
    }
}

impl Wire for StreamHead {
    fn write(&self, out: &mut Writer) {
        self.init.write(out);
        self.signature.write(out);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self {
            init: PartInit::read(input)?,
            signature: Signature::read(input)?,
        })
    }
}

impl Wire for Part {
    fn write(&self, out: &mut Writer) {
        match self {
            Self::Init(init) => {
                out.u8(0);
                init.write(out);
            }
            Self::Data(data) => {
                out.u8(1);
                out.variable(data);
            }
            Self::Fin(signature) => {
                out.u8(2);
                signature.write(out);
            }
        }
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        match input.u8()? {
            0 => PartInit::read(input).map(Self::Init),
            1 => input.variable(MAX_PART_BYTES).map(Self::Data),
            2 => Signature::read(input).map(Self::Fin),
            _ => Err(WireError::UnknownTag),
        }
    }
}

impl Wire for StreamMessage<Part> {
    fn write(&self, out: &mut Writer) {
        out.variable(&self.stream_id.to_bytes());
        out.u64(self.sequence);
        match &self.content {
            StreamContent::Data(part) => {
                out.u8(0);
                part.write(out);
            }
            StreamContent::Fin => out.u8(1),
        }
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self::new(
            StreamId::new(input.variable(MAX_STREAM_ID_BYTES)?),
            input.u64()?,
            match input.u8()? {
                0 => StreamContent::Data(Part::read(input)?),
                1 => StreamContent::Fin,
                _ => return Err(WireError::UnknownTag),
            },
        ))
    }
}

const MAX_STREAM_ID_BYTES: usize = 64;
