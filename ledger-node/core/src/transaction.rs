//! Transactions: what a sender asks of the ledger, signed.
//!
//! ```text
//! body = ["tally/tx/1", ledger, sender key, idempotency key, expiry height, after | null, op]
//! tx   = [body, signature]                        signature by the sender over body
//! id   = H("tally/transaction-id/1", body)
//! op   = [module id, op id, field, …]
//! ```
//! A transaction counts once per (sender, idempotency key), until its expiry; there is no gapless
//! nonce, so one that is refused never blocks the next. Order, where it matters, is asked for with
//! `after`.

mod check;
mod op;
mod signed;

use core::fmt;

use light_client::{
    cbor::{self, DecodeError, Reader, Wire, Writer},
    hash::{Digest, Tag, hash},
    id::{Height, LedgerId},
    key::{PublicKey, Signature},
    suite::Suite,
};

use crate::limits::MAX_TRANSACTION_BYTES;

pub use check::Checked;
pub(crate) use op::invoice_type;
pub use op::{
    Action, AnchorBatch, Announcement, Approval, BookingChange, Choice, ClaimRelease, ClaimRequest,
    Consent, Decision, Deposit, DidChange, DidKey, InvoiceIssue, IssuerChange, KeyUse, LeaseEnd,
    LeaseGrant, MemberChange, MemberProfile, Motion, MotionId, Op, OpKind, Party, PledgeEnd,
    PledgeRequest, Publication, Readiness, RecordLine, RedAnswer, RedBlock, RedEntry, RedLetter,
    RedWithdrawal, RightChange, Role, SetRotation, StatusChange, Subject, SupportedVersion,
    UsedLine, VersionChange, Vote,
};
pub use signed::{approval_bytes, did_possession_bytes, member_possession_bytes, possession_bytes};

/// A transaction's name: the hash of its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct TxId(pub Digest);

impl TxId {
    /// Reads 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// [`DecodeError`] for anything else.
    pub fn from_hex(text: &str) -> Result<Self, DecodeError> {
        Digest::from_hex(text).map(Self)
    }
}

impl fmt::Display for TxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Wire for TxId {
    fn encode(&self, writer: &mut Writer) {
        self.0.encode(writer);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Digest::decode(reader).map(Self)
    }
}

/// Chosen by the sender, once per intent: a repeated submission carries the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(pub [u8; 16]);

impl Wire for IdempotencyKey {
    fn encode(&self, writer: &mut Writer) {
        writer.bytes(&self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.byte_array().map(Self)
    }
}

/// What a sender signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The ledger; a transaction of one ledger is nothing on another.
    pub ledger: LedgerId,
    /// The key that signs.
    pub sender: PublicKey,
    /// The sender's name for the intent.
    pub idempotency_key: IdempotencyKey,
    /// The last height at which it may enter a block.
    pub expiry: Height,
    /// A transaction that must come before it.
    pub after: Option<TxId>,
    /// What is asked for.
    pub op: Op,
}

impl Body {
    /// The transaction's name.
    pub fn id(&self, suite: Suite) -> TxId {
        TxId(hash(suite, Tag::TRANSACTION, &[&self.signing_bytes()]))
    }

    /// The bytes to sign.
    pub fn signing_bytes(&self) -> Vec<u8> {
        cbor::to_bytes(self)
    }

    /// Completes the transaction with the sender's signature over [`Body::signing_bytes`].
    pub fn sign(self, signer: impl FnOnce(&[u8]) -> Signature) -> SignedTransaction {
        let signature = signer(&self.signing_bytes());
        SignedTransaction {
            body: self,
            signature,
        }
    }
}

impl Wire for Body {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(7)
            .text("tally/tx/1")
            .value(&self.ledger)
            .value(&self.sender);
        writer
            .value(&self.idempotency_key)
            .value(&self.expiry)
            .option(self.after.as_ref())
            .value(&self.op);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(7)?;
        reader.purpose("tally/tx/1")?;
        Ok(Self {
            ledger: reader.value()?,
            sender: reader.value()?,
            idempotency_key: reader.value()?,
            expiry: reader.value()?,
            after: reader.option()?,
            op: reader.value()?,
        })
    }
}

/// A transaction as it is submitted: unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedTransaction {
    /// What is signed.
    pub body: Body,
    /// By the sender.
    pub signature: Signature,
}

impl SignedTransaction {
    /// Reads a transaction; signatures are checked when it is submitted.
    ///
    /// # Errors
    /// [`DecodeError`]: what is not one canonical transaction of at most 1 MiB.
    pub fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        cbor::parse(bytes, MAX_TRANSACTION_BYTES)
    }

    /// The bytes to submit.
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::to_bytes(self)
    }

    /// The transaction's name.
    pub fn id(&self, suite: Suite) -> TxId {
        self.body.id(suite)
    }
}

impl Wire for SignedTransaction {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.body).value(&self.signature);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            body: reader.value()?,
            signature: reader.value()?,
        })
    }
}

#[cfg(test)]
mod tests;
