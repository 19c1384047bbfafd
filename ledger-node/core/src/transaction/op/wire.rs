//! The operations' encodings.
//!
//! ```text
//! governance.rotate_set = [1, 1, next set, [possession, …], [approval, …]]
//! registry.register     = [2, 1, issuer, [zh, en], [[key, type, to | null], …], [approval, …]]
//! registry.amend        = [2, 2, issuer, [zh, en], [[key, type, to | null], …], [approval, …]]
//! status.set            = [4, 1, issuer, document digest, standing, reason, effective time_ms]
//! invoice.lease         = [5, 1, agency, seller key, seller, first number, count, quota, to]
//! invoice.issue         = [5, 2, agency, lease's first number, [[number, commitment], …],
//!                          [[record, gross, claim key | null], …], batch expiry, batch signature]
//! anchor.batch          = [8, 1, issuer, type, count, root, batch expiry, batch signature]
//! approval              = [member's index, signature]
//! ```

use credentials_schemas::invoice::InvoiceNumber;
use light_client::cbor::{DecodeError, Reader, Wire, Writer};

use super::{
    AnchorBatch, Approval, InvoiceIssue, IssuerChange, LeaseGrant, Op, RecordLine, RightChange,
    SetRotation, StatusChange, UsedLine,
};
use crate::limits::{MAX_BATCH, MAX_RIGHTS};

/// The most approvals or possession signatures of one transaction.
const MAX_MEMBERS: usize = 100;

impl Op {
    const fn ids(&self) -> (u8, u8) {
        match self {
            Self::RotateSet(_) => (1, 1),
            Self::Register(_) => (2, 1),
            Self::Amend(_) => (2, 2),
            Self::SetStatus(_) => (4, 1),
            Self::Lease(_) => (5, 1),
            Self::Issue(_) => (5, 2),
            Self::Anchor(_) => (8, 1),
        }
    }
}

impl Op {
    /// Writes the operation; without its approvals where members sign it.
    pub(in crate::transaction) fn write(&self, writer: &mut Writer, approvals: bool) {
        let (module, op) = self.ids();
        let mut open = |fields: usize| {
            writer.array(2 + fields).uint(module).uint(op);
        };
        match self {
            Self::Register(change) | Self::Amend(change) => {
                open(if approvals { 4 } else { 3 });
                writer.value(&change.issuer).value(&change.name);
                writer.list(&change.rights);
                if approvals {
                    writer.list(&change.approvals);
                }
            }
            Self::RotateSet(rotation) => {
                open(if approvals { 3 } else { 2 });
                writer.value(&rotation.next).list(&rotation.possession);
                if approvals {
                    writer.list(&rotation.approvals);
                }
            }
            Self::SetStatus(change) => {
                open(5);
                writer.value(&change.issuer).value(&change.document);
                writer.value(&change.standing).value(&change.reason);
                writer.value(&change.effective_ms);
            }
            Self::Lease(grant) => {
                open(7);
                writer.value(&grant.agency).value(&grant.seller_key);
                writer.value(&grant.seller).text(grant.first.as_str());
                writer.uint(grant.count).uint(grant.quota_fen);
                writer.value(&grant.to);
            }
            Self::Issue(issue) => {
                open(6);
                writer.value(&issue.agency).text(issue.lease_first.as_str());
                writer.list(&issue.used).list(&issue.records);
                writer.value(&issue.expiry).value(&issue.signature);
            }
            Self::Anchor(batch) => {
                open(6);
                writer.value(&batch.issuer).value(&batch.document_type);
                writer.value(&batch.count).value(&batch.root);
                writer.value(&batch.expiry).value(&batch.signature);
            }
        }
    }
}

impl Wire for Op {
    fn encode(&self, writer: &mut Writer) {
        self.write(writer, true);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = reader.array_up_to(9)?;
        let op = match (len, reader.uint()?, reader.uint()?) {
            (5, 1, 1) => Self::RotateSet(SetRotation {
                next: reader.value()?,
                possession: reader.list(MAX_MEMBERS)?,
                approvals: reader.list(MAX_MEMBERS)?,
            }),
            (6, 2, 1) => Self::Register(read_issuer_change(reader)?),
            (6, 2, 2) => Self::Amend(read_issuer_change(reader)?),
            (7, 4, 1) => Self::SetStatus(StatusChange {
                issuer: reader.value()?,
                document: reader.value()?,
                standing: reader.value()?,
                reason: reader.value()?,
                effective_ms: reader.value()?,
            }),
            (9, 5, 1) => Self::Lease(LeaseGrant {
                agency: reader.value()?,
                seller_key: reader.value()?,
                seller: reader.value()?,
                first: read_number(reader)?,
                count: reader.uint()?,
                quota_fen: reader.uint()?,
                to: reader.value()?,
            }),
            (8, 5, 2) => Self::Issue(InvoiceIssue {
                agency: reader.value()?,
                lease_first: read_number(reader)?,
                used: reader.list(MAX_BATCH)?,
                records: reader.list(MAX_BATCH)?,
                expiry: reader.value()?,
                signature: reader.value()?,
            }),
            (8, 8, 1) => Self::Anchor(AnchorBatch {
                issuer: reader.value()?,
                document_type: reader.value()?,
                count: reader.value()?,
                root: reader.value()?,
                expiry: reader.value()?,
                signature: reader.value()?,
            }),
            _ => return Err(DecodeError::WrongFormat),
        };
        Ok(op)
    }
}

/// A number as the text of its 20 digits.
fn read_number(reader: &mut Reader<'_>) -> Result<InvoiceNumber, DecodeError> {
    reader
        .text(20)?
        .parse()
        .map_err(|_| DecodeError::FieldOutOfRange("invoice number"))
}

fn read_issuer_change(reader: &mut Reader<'_>) -> Result<IssuerChange, DecodeError> {
    Ok(IssuerChange {
        issuer: reader.value()?,
        name: reader.value()?,
        rights: reader.list(MAX_RIGHTS)?,
        approvals: reader.list(MAX_MEMBERS)?,
    })
}

impl Wire for Approval {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).uint(self.member).value(&self.signature);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            member: reader.small("member")?,
            signature: reader.value()?,
        })
    }
}

impl Wire for RightChange {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.key).value(&self.document_type);
        writer.option(self.to.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            key: reader.value()?,
            document_type: reader.value()?,
            to: reader.option()?,
        })
    }
}

impl Wire for UsedLine {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).text(self.number.as_str());
        writer.value(&self.commitment);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            number: read_number(reader)?,
            commitment: reader.value()?,
        })
    }
}

impl Wire for RecordLine {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.name).uint(self.gross_fen);
        writer.option(self.claim_key.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            name: reader.value()?,
            gross_fen: reader.uint()?,
            claim_key: reader.option()?,
        })
    }
}
