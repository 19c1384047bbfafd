//! Certificates: many signatures for one thing.

use arc_malachitebft_app_channel::app::types::core::{
    ExtendedCommitCertificate, ExtendedCommitSignature, NilOrVal, PolkaCertificate, PolkaSignature,
    Round, RoundCertificate, RoundCertificateType, RoundSignature, VoteType,
};
use ledger_engine::{Address, Height, TallyContext, ValueId};
use light_client::key::Signature;

use super::super::wire::{Reader, Wire, WireError, Writer};

impl Wire for PolkaSignature<TallyContext> {
    fn write(&self, out: &mut Writer) {
        self.address.write(out);
        self.signature.write(out);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self::new(Address::read(input)?, Signature::read(input)?))
    }
}

impl Wire for PolkaCertificate<TallyContext> {
    fn write(&self, out: &mut Writer) {
        self.height.write(out);
        self.round.write(out);
        self.value_id.write(out);
        out.list(&self.polka_signatures);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self {
            height: Height::read(input)?,
            round: Round::read(input)?,
            value_id: ValueId::read(input)?,
            polka_signatures: input.list(MAX_SIGNATURES)?,
        })
    }
}

/// Prevotes and precommits of the largest set (100 validators).
const MAX_SIGNATURES: usize = 200;

impl Wire for RoundSignature<TallyContext> {
    fn write(&self, out: &mut Writer) {
        self.vote_type.write(out);
        self.value_id.write(out);
        self.address.write(out);
        self.signature.write(out);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self::new(
            VoteType::read(input)?,
            NilOrVal::read(input)?,
            Address::read(input)?,
            Signature::read(input)?,
        ))
    }
}

impl Wire for RoundCertificate<TallyContext> {
    fn write(&self, out: &mut Writer) {
        self.height.write(out);
        self.round.write(out);
        out.u8(match self.cert_type {
            RoundCertificateType::Skip => 0,
            RoundCertificateType::Precommit => 1,
        });
        out.list(&self.round_signatures);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self {
            height: Height::read(input)?,
            round: Round::read(input)?,
            cert_type: match input.u8()? {
                0 => RoundCertificateType::Skip,
                1 => RoundCertificateType::Precommit,
                _ => return Err(WireError::UnknownTag),
            },
            round_signatures: input.list(MAX_SIGNATURES)?,
        })
    }
}

impl Wire for ExtendedCommitSignature<TallyContext> {
    fn write(&self, out: &mut Writer) {
        // Vote extensions are disabled at every height, so none is ever there to be written.
        self.address.write(out);
        self.signature.write(out);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self::new(
            Address::read(input)?,
            Signature::read(input)?,
            None,
        ))
    }
}

impl Wire for ExtendedCommitCertificate<TallyContext> {
    fn write(&self, out: &mut Writer) {
        self.height.write(out);
        self.round.write(out);
        self.value_id.write(out);
        out.list(&self.commit_signatures);
    }

    fn read(input: &mut Reader) -> Result<Self, WireError> {
        Ok(Self {
            height: Height::read(input)?,
            round: Round::read(input)?,
            value_id: ValueId::read(input)?,
            commit_signatures: input.list(MAX_SIGNATURES)?,
        })
    }
}
