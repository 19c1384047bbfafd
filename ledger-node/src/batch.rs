//! Many transactions in one message, and what a validator says of having them.
//!
//! ```text
//! batch    = [transaction bytes, …]
//! receipt  = [[stored: bool, …], [validator's key id, signature] | null]    one bool per transaction
//! signed   = ["tally/receipt/1", ledger, [transaction id, …], key id]       the ids of those stored
//! ```
//! One signature stands for all that one answer says. A transaction's id covers its ledger and its
//! expiry, so a receipt is good for just as long. A node that is no validator signs nothing, and
//! its receipt counts for nothing.

use ledger_core::limits::MAX_TRANSACTION_BYTES;
use ledger_core::transaction::TxId;
use light_client::cbor::{self, DecodeError, Reader, Wire, Writer};
use light_client::id::LedgerId;
use light_client::key::{KeyId, Signature};

/// The most transactions of one message.
pub(crate) const MAX_BATCH: usize = 512;
/// The longest message; one transaction always fits.
pub(crate) const MAX_BATCH_BYTES: usize = 2 << 20;
/// The longest head of an array or a byte string of such lengths.
const HEAD_BYTES: usize = 5;
/// Above the longest receipt.
pub(crate) const MAX_RECEIPT_BYTES: usize = MAX_BATCH + 256;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch(pub(crate) Vec<Vec<u8>>);

impl Batch {
    /// Reads a batch; its transactions are read when they are checked.
    ///
    /// # Errors
    /// [`DecodeError`]: what is not one canonical batch within the limits.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        cbor::parse(bytes, MAX_BATCH_BYTES)
    }
}

/// How many of these transactions, in order, fit into one batch: at least one if there is any.
pub(crate) fn fitting(lengths: impl Iterator<Item = usize>) -> usize {
    let sizes = lengths.scan(HEAD_BYTES, |sum, len| {
        *sum += HEAD_BYTES + len;
        Some(*sum)
    });
    sizes
        .take(MAX_BATCH)
        .take_while(|sum| *sum <= MAX_BATCH_BYTES)
        .count()
}

impl Wire for Batch {
    fn encode(&self, writer: &mut Writer) {
        writer.array(self.0.len());
        for transaction in &self.0 {
            writer.bytes(transaction);
        }
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = reader.array_up_to(MAX_BATCH)?;
        let mut transactions = Vec::new();
        for _ in 0..len {
            transactions.push(reader.bytes(MAX_TRANSACTION_BYTES)?.to_vec());
        }
        Ok(Self(transactions))
    }
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Receipt {
    /// Which of the batch's transactions are on this node's disk.
    pub(crate) stored: Vec<bool>,
    /// Who says so; none who may not vote.
    pub(crate) by: Option<Witness>,
}

/// A validator's signature under a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Witness {
    pub(crate) signer: KeyId,
    pub(crate) signature: Signature,
}

impl Receipt {
    /// Reads a receipt; whose it is, is another question.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        cbor::parse(bytes, MAX_RECEIPT_BYTES)
    }
}

/// What a validator signs: that it keeps these transactions.
pub(crate) fn receipt_bytes(ledger: &LedgerId, stored: &[TxId], signer: &KeyId) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.array(4).text("tally/receipt/1").value(ledger);
    writer.list(stored).value(signer);
    writer.finish()
}

impl Wire for Receipt {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).array(self.stored.len());
        for stored in &self.stored {
            writer.bool(*stored);
        }
        writer.option(self.by.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        let len = reader.array_up_to(MAX_BATCH)?;
        let mut stored = Vec::new();
        for _ in 0..len {
            stored.push(reader.bool()?);
        }
        Ok(Self {
            stored,
            by: reader.option()?,
        })
    }
}

impl Wire for Witness {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.signer).value(&self.signature);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            signer: reader.value()?,
            signature: reader.value()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use light_client::hash::Digest;

    use super::*;

    #[test]
    fn what_fits_is_read_again_and_nothing_more_is() {
        let full = vec![vec![7; MAX_TRANSACTION_BYTES]; 3];
        let fit = fitting(full.iter().map(Vec::len));
        assert_eq!(fit, 1);
        for transactions in [vec![], full[..fit].to_vec(), vec![vec![1; 9]; MAX_BATCH]] {
            let batch = Batch(transactions);
            assert_eq!(fitting(batch.0.iter().map(Vec::len)), batch.0.len());
            assert_eq!(Batch::parse(&cbor::to_bytes(&batch)), Ok(batch));
        }
        let many = Batch(vec![vec![1; 9]; MAX_BATCH + 1]);
        assert_eq!(fitting(many.0.iter().map(Vec::len)), MAX_BATCH);
        let refused = Err(DecodeError::TooLong { max: MAX_BATCH });
        assert_eq!(Batch::parse(&cbor::to_bytes(&many)), refused);
    }

    #[test]
    fn a_receipt_is_read_again_and_no_cut_one_is() {
        let by = Some(Witness {
            signer: KeyId(Digest::from_bytes([3; 32])),
            signature: Signature([4; 64]),
        });
        for by in [by, None] {
            let stored = vec![true; MAX_BATCH];
            let receipt = Receipt { stored, by };
            let bytes = cbor::to_bytes(&receipt);
            assert_eq!(Receipt::parse(&bytes), Ok(receipt));
            for cut in 0..bytes.len() {
                assert!(Receipt::parse(&bytes[..cut]).is_err());
            }
        }
    }
}
