//! The engine's messages in the layout of [`wire`](super::wire): every count and length bounded.

mod certificates;
mod parts;
mod value_sync;

use arc_malachitebft_app_channel::app::consensus::LivenessMsg;
use arc_malachitebft_app_channel::app::streaming::StreamMessage;
use arc_malachitebft_app_channel::app::types::codec::{Codec, HasEncodedLen};
use arc_malachitebft_app_channel::app::types::core::{
    NilOrVal, PolkaCertificate, Round, RoundCertificate, SignedMessage, ValidatorProof, Validity,
    VoteType,
};
use arc_malachitebft_app_channel::app::types::{ProposedValue, SignedConsensusMsg};
use arc_malachitebft_sync::{RawDecidedValue, Request, Response, Status};
use bytes::Bytes;
use ledger_engine::{Address, HeaderValue, Height, Part, Proposal, TallyContext, ValueId, Vote};
use light_client::cbor;
use light_client::key::{KeyId, Signature};

use super::wire::{Reader, Wire, WireError, Writer, from_bytes, to_bytes};

/// The codec of every channel and of the write-ahead log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WireCodec;

macro_rules! codec {
    ($($message:ty),+ $(,)?) => {$(
        impl Codec<$message> for WireCodec {
            type Error = WireError;

            fn decode(&self, bytes: Bytes) -> Result<$message, WireError> {
                from_bytes(bytes)
            }

            fn encode(&self, message: &$message) -> Result<Bytes, WireError> {
                Ok(to_bytes(message))
            }
        }
    )+};
}

codec! {
    LivenessMsg<TallyContext>,
    Part,
    PolkaCertificate<TallyContext>,
    ProposedValue<TallyContext>,
    Request<TallyContext>,
    Response<TallyContext>,
    SignedConsensusMsg<TallyContext>,
    Status<TallyContext>,
    StreamMessage<Part>,
    ValidatorProof<TallyContext>,
}

impl HasEncodedLen<Response<TallyContext>> for WireCodec {
    fn encoded_len(&self, message: &Response<TallyContext>) -> Result<usize, WireError> {
        let Response::ValueResponse(response) = message;
        Ok(8 + 4 + response.values.iter().map(decided_len).sum::<usize>())
    }
}

fn decided_len(value: &RawDecidedValue<TallyContext>) -> usize {
    // Length, bytes, then height, round, id, count and the signatures.
    4 + value.value_bytes.len()
        + 8
        + 4
        + 32
        + 4
        + value.certificate.commit_signatures.len() * (32 + 64)
}

impl Wire for Height {
    fn write(&self, out: &mut Writer) {
        out.u64(self.0);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        input.u64().map(Height)
    }
}

impl Wire for Round {
    fn write(&self, out: &mut Writer) {
        out.u32(self.as_u32().unwrap_or(NIL_ROUND));
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(match input.u32()? {
            NIL_ROUND => Self::Nil,
            round => Self::new(round),
        })
    }
}

/// The wire form of [`Round::Nil`]; no height ever reaches this round.
const NIL_ROUND: u32 = u32::MAX;

impl Wire for Address {
    fn write(&self, out: &mut Writer) {
        self.0.0.write(out);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        ValueId::read(input).map(KeyId).map(Address)
    }
}

impl Wire for Signature {
    fn write(&self, out: &mut Writer) {
        out.fixed(&self.0);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        input.array().map(Signature)
    }
}

impl Wire for ValueId {
    fn write(&self, out: &mut Writer) {
        out.fixed(self.as_bytes());
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        input.array().map(Self::from_bytes)
    }
}

impl Wire for HeaderValue {
    fn write(&self, out: &mut Writer) {
        out.variable(&cbor::to_bytes(self.header()));
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        let bytes = input.variable(MAX_HEADER_BYTES)?;
        let header = cbor::parse(&bytes, MAX_HEADER_BYTES);
        header
            .map(Self::new)
            .map_err(|_| WireError::Unreadable("header"))
    }
}

/// Far above any header; a bound for the decoder only.
pub(crate) const MAX_HEADER_BYTES: usize = 1024;

impl Wire for NilOrVal<ValueId> {
    fn write(&self, out: &mut Writer) {
        match self {
            Self::Nil => out.u8(0),
            Self::Val(id) => {
                out.u8(1);
                id.write(out);
            }
        }
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        match input.u8()? {
            0 => Ok(Self::Nil),
            1 => ValueId::read(input).map(Self::Val),
            _ => Err(WireError::UnknownTag),
        }
    }
}

impl Wire for VoteType {
    fn write(&self, out: &mut Writer) {
        out.u8(match self {
            Self::Prevote => 0,
            Self::Precommit => 1,
        });
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        match input.u8()? {
            0 => Ok(Self::Prevote),
            1 => Ok(Self::Precommit),
            _ => Err(WireError::UnknownTag),
        }
    }
}

impl Wire for Vote {
    fn write(&self, out: &mut Writer) {
        self.kind.write(out);
        self.height.write(out);
        self.round.write(out);
        self.value.write(out);
        self.address.write(out);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self {
            kind: VoteType::read(input)?,
            height: Height::read(input)?,
            round: Round::read(input)?,
            value: NilOrVal::read(input)?,
            address: Address::read(input)?,
        })
    }
}

impl Wire for Proposal {
    fn write(&self, out: &mut Writer) {
        self.height.write(out);
        self.round.write(out);
        self.pol_round.write(out);
        self.value.write(out);
        self.address.write(out);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self {
            height: Height::read(input)?,
            round: Round::read(input)?,
            pol_round: Round::read(input)?,
            value: HeaderValue::read(input)?,
            address: Address::read(input)?,
        })
    }
}

impl<T: Wire> Wire for SignedMessage<TallyContext, T> {
    fn write(&self, out: &mut Writer) {
        self.message.write(out);
        self.signature.write(out);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self::new(T::read(input)?, Signature::read(input)?))
    }
}

impl Wire for SignedConsensusMsg<TallyContext> {
    fn write(&self, out: &mut Writer) {
        match self {
            Self::Vote(vote) => {
                out.u8(0);
                vote.write(out);
            }
            Self::Proposal(proposal) => {
                out.u8(1);
                proposal.write(out);
            }
        }
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        match input.u8()? {
            0 => SignedMessage::read(input).map(Self::Vote),
            1 => SignedMessage::read(input).map(Self::Proposal),
            _ => Err(WireError::UnknownTag),
        }
    }
}

impl Wire for LivenessMsg<TallyContext> {
    fn write(&self, out: &mut Writer) {
        match self {
            Self::Vote(vote) => {
                out.u8(0);
                vote.write(out);
            }
            Self::PolkaCertificate(certificate) => {
                out.u8(1);
                certificate.write(out);
            }
            Self::SkipRoundCertificate(certificate) => {
                out.u8(2);
                certificate.write(out);
            }
        }
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        match input.u8()? {
            0 => SignedMessage::read(input).map(Self::Vote),
            1 => PolkaCertificate::read(input).map(Self::PolkaCertificate),
            2 => RoundCertificate::read(input).map(Self::SkipRoundCertificate),
            _ => Err(WireError::UnknownTag),
        }
    }
}

impl Wire for Validity {
    fn write(&self, out: &mut Writer) {
        out.u8(u8::from(self.to_bool()));
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        match input.u8()? {
            0 => Ok(Self::Invalid),
            1 => Ok(Self::Valid),
            _ => Err(WireError::UnknownTag),
        }
    }
}

impl Wire for ProposedValue<TallyContext> {
    fn write(&self, out: &mut Writer) {
        self.height.write(out);
        self.round.write(out);
        self.valid_round.write(out);
        self.proposer.write(out);
        self.value.write(out);
        self.validity.write(out);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self {
            height: Height::read(input)?,
            round: Round::read(input)?,
            valid_round: Round::read(input)?,
            proposer: Address::read(input)?,
            value: HeaderValue::read(input)?,
            validity: Validity::read(input)?,
        })
    }
}

#[cfg(test)]
mod tests;
