//! Invoices: JSON in canonical form, and a salted tree over its fields.

use alloc::vec::Vec;

use credentials_schemas::{
    invoice::{Field, Invoice, InvoiceNumber},
    json::Limits,
};

use super::DocumentError;
use crate::{
    cbor::Writer,
    hash::{Digest, Tag, hash},
    merkle::{self, Tree},
    record,
    suite::Suite,
};

/// The path whose salt covers the printed fields; no field of an invoice has it.
const PRINTED_PATH: &str = "/printed";

/// An invoice and the seed from which its salts come: all that its holder needs to prove it.
///
/// # Security
/// Number, amount and date of an invoice can be guessed, so nothing of it is hashed without
/// salt. The seed is never disclosed with single fields: who has it can compute every salt.
#[derive(Clone, PartialEq, Eq)]
pub struct InvoiceDocument {
    invoice: Invoice,
    seed: [u8; 32],
}

/// An invoice's fields as two digests, from which its commitment follows.
///
/// The printed fields are one leaf of their own, so that a printed code can carry them all with
/// a single salt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldTree {
    /// The leaf of the printed fields.
    pub printed: Digest,
    /// The root over all other fields.
    pub root: Digest,
}

impl FieldTree {
    /// The name under which a ledger of `suite` knows the invoice.
    pub fn commitment(&self, suite: Suite) -> Digest {
        let parts: [&[u8]; 2] = [self.printed.as_bytes(), self.root.as_bytes()];
        hash(suite, Tag::INVOICE, &parts)
    }
}

impl InvoiceDocument {
    /// Reads an invoice in canonical form.
    ///
    /// # Errors
    /// [`DocumentError::Invoice`] with the broken rule.
    pub fn parse(jcs: &[u8], seed: [u8; 32], limits: Limits) -> Result<Self, DocumentError> {
        let invoice = Invoice::parse(jcs, limits).map_err(DocumentError::Invoice)?;
        Ok(Self { invoice, seed })
    }

    /// The invoice.
    pub const fn invoice(&self) -> &Invoice {
        &self.invoice
    }

    /// Its number.
    pub fn number(&self) -> InvoiceNumber {
        self.invoice.number()
    }

    /// Commits to every field; linear in their number.
    pub fn field_tree(&self, suite: Suite) -> FieldTree {
        let fields = self.invoice.fields();
        let (printed, others): (Vec<Field>, Vec<Field>) = fields
            .into_iter()
            .partition(|field| Invoice::is_printed(&field.path));
        let leaves: Vec<Digest> = others
            .iter()
            .map(|field| self.field_leaf(suite, field))
            .collect();
        FieldTree {
            printed: printed_leaf(suite, &self.printed_salt(suite), &printed),
            root: merkle::root(Tree::Fields, suite, &leaves),
        }
    }

    /// The name under which a ledger of `suite` knows the invoice.
    pub fn commitment(&self, suite: Suite) -> Digest {
        self.field_tree(suite).commitment(suite)
    }

    /// The secret that leads to the invoice's record.
    ///
    /// # Security
    /// The number is part of it: two invoices to which a seller has given one seed still have two
    /// records, so that they cannot share one amount.
    pub fn secret(&self, suite: Suite) -> Digest {
        let number = self.number();
        hash(suite, Tag::INVOICE_SECRET, &[&self.seed, number.as_bytes()])
    }

    /// The name of the invoice's record.
    pub fn record_name(&self, suite: Suite) -> Digest {
        record::record_name(suite, &self.secret(suite))
    }

    /// The salt of the printed fields, which goes with them wherever they are printed.
    pub fn printed_salt(&self, suite: Suite) -> [u8; 16] {
        self.salt(suite, PRINTED_PATH)
    }

    fn field_leaf(&self, suite: Suite, field: &Field) -> Digest {
        let salt = self.salt(suite, &field.path);
        let parts: [&[u8]; 3] = [&salt, field.path.as_bytes(), &field.value];
        hash(suite, Tag::FIELD_LEAF, &parts)
    }

    fn salt(&self, suite: Suite, path: &str) -> [u8; 16] {
        let digest = hash(suite, Tag::SALT, &[&self.seed, path.as_bytes()]);
        let mut salt = [0; 16];
        salt.copy_from_slice(&digest.as_bytes()[..16]);
        salt
    }
}

/// The one leaf of all printed fields.
pub(crate) fn printed_leaf(suite: Suite, salt: &[u8; 16], fields: &[Field]) -> Digest {
    let mut writer = Writer::default();
    writer.array(fields.len());
    for field in fields {
        writer.array(2).text(&field.path).bytes(&field.value);
    }
    hash(suite, Tag::INVOICE_PRINTED, &[salt, &writer.finish()])
}

impl core::fmt::Debug for InvoiceDocument {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // The seed stays out of logs.
        f.debug_struct("InvoiceDocument")
            .field("number", &self.number())
            .finish_non_exhaustive()
    }
}
