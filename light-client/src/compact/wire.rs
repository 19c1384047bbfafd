//! The compact proof in bytes: what its reader can compute is left out, and computed.

use alloc::vec::Vec;

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    certificate::{Certificate, packed},
    hash::Digest,
    id::{Height, IssuerId, LeafIndex, TimeMs, TreeSize},
    key::{PublicKey, Signature},
    merkle::{Inclusion, path_length},
    record::BatchSignature,
};

use super::{Compact, CompactBatch, CompactHead};

/// A bit for each validator that a set can have.
const MAX_SIGNERS_BYTES: usize = 13;
/// Two paths of 64 digests.
const MAX_SIBLINGS_BYTES: usize = 2 * 64 * 32;

/// What a decoder knows of the batch before the header's height and time.
struct BatchWire {
    issuer: IssuerId,
    blocks_before: u64,
    ms_before: u64,
    count: TreeSize,
    index: LeafIndex,
    log_index: LeafIndex,
    key: PublicKey,
    blocks_to_expiry: u64,
    signature: Signature,
}

impl BatchWire {
    /// What does not fit together wraps, and is refused by the decoder.
    fn of(batch: &CompactBatch, head: &CompactHead) -> Self {
        Self {
            issuer: batch.issuer.clone(),
            blocks_before: head.height.0.wrapping_sub(batch.height.0),
            ms_before: head.time_ms.0.wrapping_sub(batch.time_ms.0),
            count: batch.count,
            index: batch.batch_path.index,
            log_index: batch.log_path.index,
            key: batch.signature.key.clone(),
            blocks_to_expiry: batch.signature.expiry.0.wrapping_sub(batch.height.0),
            signature: batch.signature.signature,
        }
    }

    /// With header and siblings, of which each path has exactly as many as it must.
    fn complete(self, head: &CompactHead, siblings: &[Digest]) -> Option<CompactBatch> {
        let height = head.height.0.checked_sub(self.blocks_before)?;
        let length = path_length(self.index, self.count)?;
        let log_length = path_length(self.log_index, head.log_size)?;
        let (path, log_path) = siblings.split_at_checked(length)?;
        if log_path.len() != log_length {
            return None;
        }
        let inclusion = |index, path: &[Digest]| Inclusion {
            index,
            path: path.to_vec(),
        };
        Some(CompactBatch {
            issuer: self.issuer,
            height: Height(height),
            time_ms: TimeMs(head.time_ms.0.checked_sub(self.ms_before)?),
            count: self.count,
            batch_path: inclusion(self.index, path),
            log_path: inclusion(self.log_index, log_path),
            signature: BatchSignature {
                key: self.key,
                expiry: Height(height.checked_add(self.blocks_to_expiry)?),
                signature: self.signature,
            },
        })
    }
}

impl Wire for BatchWire {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(9)
            .value(&self.issuer)
            .uint(self.blocks_before)
            .uint(self.ms_before);
        writer
            .value(&self.count)
            .value(&self.index)
            .value(&self.log_index);
        writer
            .value(&self.key)
            .uint(self.blocks_to_expiry)
            .value(&self.signature);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(9)?;
        Ok(Self {
            issuer: reader.value()?,
            blocks_before: reader.uint()?,
            ms_before: reader.uint()?,
            count: reader.value()?,
            index: reader.value()?,
            log_index: reader.value()?,
            key: reader.value()?,
            blocks_to_expiry: reader.uint()?,
            signature: reader.value()?,
        })
    }
}

impl Wire for CompactHead {
    fn encode(&self, writer: &mut Writer) {
        let commits = &self.certificate.signatures;
        writer
            .array(8)
            .value(&self.height)
            .value(&self.epoch)
            .value(&self.time_ms);
        writer.value(&self.log_size).value(&self.rest);
        writer.value(&self.certificate.round);
        writer
            .bytes(&packed::signers(commits))
            .bytes(&packed::signatures(commits));
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(8)?;
        let (height, epoch, time_ms) = (reader.value()?, reader.value()?, reader.value()?);
        let (log_size, rest, round) = (reader.value()?, reader.value()?, reader.value()?);
        // A clear last byte of signers does not survive the comparison of `cbor::parse`.
        let signers = reader.bytes(MAX_SIGNERS_BYTES)?;
        let signatures = reader.bytes(MAX_SIGNERS_BYTES * 8 * 64)?;
        let commits = packed::commits(signers, signatures);
        let signatures = commits.ok_or(DecodeError::LengthMismatch)?;
        Ok(Self {
            height,
            epoch,
            time_ms,
            log_size,
            rest,
            certificate: Certificate { round, signatures },
        })
    }
}

impl Wire for Compact {
    fn encode(&self, writer: &mut Writer) {
        let paths = [&self.batch.batch_path, &self.batch.log_path];
        let siblings = paths.into_iter().flat_map(|path| &path.path);
        let siblings: Vec<u8> = siblings.flat_map(|digest| *digest.as_bytes()).collect();
        writer
            .array(6)
            .text("tally/compact/1")
            .value(&self.ledger)
            .value(&self.figures);
        writer
            .value(&BatchWire::of(&self.batch, &self.head))
            .value(&self.head)
            .bytes(&siblings);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(6)?;
        reader.purpose("tally/compact/1")?;
        let (ledger, figures) = (reader.value()?, reader.value()?);
        let (batch, head): (BatchWire, CompactHead) = (reader.value()?, reader.value()?);
        let (siblings, rest) = reader.bytes(MAX_SIBLINGS_BYTES)?.as_chunks::<32>();
        if !rest.is_empty() {
            return Err(DecodeError::LengthMismatch);
        }
        let siblings: Vec<Digest> = siblings.iter().copied().map(Digest::from_bytes).collect();
        let batch = batch.complete(&head, &siblings);
        Ok(Self {
            ledger,
            figures,
            batch: batch.ok_or(DecodeError::FieldOutOfRange("batch"))?,
            head,
        })
    }
}
