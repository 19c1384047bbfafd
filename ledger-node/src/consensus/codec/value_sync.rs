//! What peers exchange outside of rounds: who they are, where they are, final blocks.

use arc_malachitebft_app_channel::app::consensus::PeerId;
use arc_malachitebft_app_channel::app::types::core::{ExtendedCommitCertificate, ValidatorProof};
use arc_malachitebft_sync::{
    RawDecidedValue, Request, Response, Status, ValueRequest, ValueResponse,
};
use ledger_engine::{Height, TallyContext};
use light_client::key::Signature;

use super::super::streaming::MAX_BLOCK_BYTES;
use super::super::wire::{Reader, Wire, WireError, Writer};

impl Wire for ValidatorProof<TallyContext> {
    fn write(&self, out: &mut Writer) {
        out.variable(&self.public_key);
        out.variable(&self.peer_id);
        self.signature.write(out);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self::new(
            input.variable(MAX_KEY_BYTES)?.to_vec(),
            input.variable(MAX_KEY_BYTES)?.to_vec(),
            Signature::read(input)?,
        ))
    }
}

const MAX_KEY_BYTES: usize = 128;

impl Wire for Status<TallyContext> {
    fn write(&self, out: &mut Writer) {
        out.variable(&self.peer_id.to_bytes());
        self.tip_height.write(out);
        self.history_min_height.write(out);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        let peer_id = input.variable(MAX_KEY_BYTES)?;
        Ok(Self {
            peer_id: PeerId::from_bytes(&peer_id).map_err(|_| WireError::Unreadable("peer id"))?,
            tip_height: Height::read(input)?,
            history_min_height: Height::read(input)?,
        })
    }
}

impl Wire for Request<TallyContext> {
    fn write(&self, out: &mut Writer) {
        let Self::ValueRequest(request) = self;
        request.range.start().write(out);
        request.range.end().write(out);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        let start = Height::read(input)?;
        let end = Height::read(input)?;
        Ok(Self::ValueRequest(ValueRequest::new(start..=end)))
    }
}

impl Wire for RawDecidedValue<TallyContext> {
    fn write(&self, out: &mut Writer) {
        out.variable(&self.value_bytes);
        self.certificate.write(out);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self::new(
            input.variable(MAX_BLOCK_BYTES)?,
            ExtendedCommitCertificate::read(input)?,
        ))
    }
}

impl Wire for Response<TallyContext> {
    fn write(&self, out: &mut Writer) {
        let Self::ValueResponse(response) = self;
        response.start_height.write(out);
        out.list(&response.values);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self::ValueResponse(ValueResponse::new(
            Height::read(input)?,
            input.list(MAX_SYNCED_VALUES)?,
        )))
    }
}

/// Above every batch size that a node asks for.
const MAX_SYNCED_VALUES: usize = 1024;
