//! A block's body, and a proposal: header and body together.
//!
//! ```text
//! body      = [transaction bytes, …]       in the order of execution
//! leaf      = H("tally/body-leaf/1", transaction bytes)
//! proposal  = [header, body]
//! ```

use light_client::{
    cbor::{self, DecodeError, Reader, Wire, Writer},
    hash::{Digest, Tag, hash},
    header::Header,
    merkle::{self, Tree},
    suite::Suite,
};

use crate::limits::{
    MAX_BLOCK_BYTES, MAX_BLOCK_TRANSACTIONS, MAX_PROPOSAL_BYTES, MAX_TRANSACTION_BYTES,
};

/// The transactions of one block.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BlockBody {
    transactions: Vec<Vec<u8>>,
}

impl BlockBody {
    /// Takes transactions as they were submitted, in the order of execution.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] beyond the limits of a block.
    pub fn new(transactions: Vec<Vec<u8>>) -> Result<Self, DecodeError> {
        let max = MAX_BLOCK_BYTES;
        let bytes: usize = transactions.iter().map(Vec::len).sum();
        if bytes > max || transactions.len() > MAX_BLOCK_TRANSACTIONS {
            return Err(DecodeError::TooLong { max });
        }
        Ok(Self { transactions })
    }

    /// The transactions.
    pub fn transactions(&self) -> &[Vec<u8>] {
        &self.transactions
    }

    /// The header's body root.
    pub fn root(&self, suite: Suite) -> Digest {
        let leaves: Vec<Digest> = self
            .transactions
            .iter()
            .map(|transaction| hash(suite, Tag::BODY_LEAF, &[transaction]))
            .collect();
        merkle::root(Tree::Body, suite, &leaves)
    }
}

impl Wire for BlockBody {
    fn encode(&self, writer: &mut Writer) {
        writer.array(self.transactions.len());
        for transaction in &self.transactions {
            writer.bytes(transaction);
        }
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = reader.array_up_to(MAX_BLOCK_TRANSACTIONS)?;
        let mut transactions = Vec::new();
        for _ in 0..len {
            transactions.push(reader.bytes(MAX_TRANSACTION_BYTES)?.to_vec());
        }
        Self::new(transactions)
    }
}

/// A block that is not decided yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What validators vote on.
    pub header: Header,
    /// What it commits to.
    pub body: BlockBody,
}

impl Proposal {
    /// Reads a proposal.
    ///
    /// # Errors
    /// [`DecodeError`]: what is not one canonical proposal.
    pub fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        cbor::parse(bytes, MAX_PROPOSAL_BYTES)
    }
}

impl Wire for Proposal {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.header).value(&self.body);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            header: reader.value()?,
            body: reader.value()?,
        })
    }
}
