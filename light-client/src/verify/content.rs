//! Reads the document: what it says, before anything is believed of it.

use alloc::{
    borrow::ToOwned,
    boxed::Box,
    string::{String, ToString},
    vec::Vec,
};

use credentials_schemas::{
    invoice::{LARGE_INVOICE_LIMITS, Printed},
    json::{self, Json, Limits},
};

use crate::{
    bundle::Document,
    document::{Claim, Credential, CredentialLimits, DocumentError, InvoiceDocument},
    hash::Digest,
    suite::Suite,
    verdict::{Check, DocumentEvidence, DocumentField, Reason},
};

use super::report::Report;

/// A document that keeps the rules of its kind.
pub(super) enum Content {
    Credential(Box<Credential>),
    Invoice(Box<InvoiceDocument>),
}

impl Content {
    pub(super) fn digest(&self, suite: Suite) -> Digest {
        match self {
            Self::Credential(credential) => credential.digest(suite),
            Self::Invoice(invoice) => invoice.commitment(suite),
        }
    }
}

/// Whether the bytes are a bare SD-JWT: its first segment is the base64url of `{"`.
pub(super) fn is_sd_jwt(bytes: &[u8]) -> bool {
    bytes.starts_with(b"eyJ")
}

/// Reads the document and records what it says.
pub(super) fn read(report: &mut Report, document: &Document) -> Option<Content> {
    let content = match document {
        Document::Credential(text) => read_credential(report, text)
            .map(|credential| Content::Credential(Box::new(credential))),
        Document::Invoice { content, seed } => {
            read_invoice(report, content, seed).map(|invoice| Content::Invoice(Box::new(invoice)))
        }
    };
    if content.is_some() {
        report.pass(Check::Content);
    }
    content
}

/// Reads a credential and records what it says.
pub(super) fn read_credential(report: &mut Report, text: &str) -> Option<Credential> {
    match Credential::parse(text, CredentialLimits::default()) {
        Ok(credential) => {
            report.evidence.document = Some(DocumentEvidence {
                document_type: credential.document_type().to_string(),
                digest: None,
                fields: credential.claims().iter().map(field).collect(),
                undisclosed: credential.undisclosed_count(),
                broken_rule: None,
                claimed_issuer: Some(credential.issuer().did()),
            });
            Some(credential)
        }
        Err(error) => {
            malformed(report, &error);
            None
        }
    }
}

fn read_invoice(report: &mut Report, content: &[u8], seed: &[u8; 32]) -> Option<InvoiceDocument> {
    match InvoiceDocument::parse(content, *seed, LARGE_INVOICE_LIMITS) {
        Ok(document) => {
            let invoice = document.invoice();
            let fields: Vec<DocumentField> = invoice
                .fields()
                .iter()
                .map(|field| DocumentField {
                    path: field.path.clone(),
                    value: unquoted(&field.value),
                })
                .collect();
            report.evidence.document = Some(DocumentEvidence {
                document_type: credentials_schemas::invoice::DOCUMENT_TYPE.to_owned(),
                digest: None,
                fields,
                undisclosed: 0,
                broken_rule: None,
                claimed_issuer: invoice.seller().did().map(str::to_owned),
            });
            Some(document)
        }
        Err(error) => {
            malformed(report, &error);
            None
        }
    }
}

/// Records what is printed of an invoice. All other fields are one digest, which discloses nothing.
pub(super) fn read_printed(report: &mut Report, printed: &Printed) {
    report.pass(Check::Content);
    let fields = printed.shown().map(|(path, value)| DocumentField {
        path: path.to_owned(),
        value,
    });
    report.evidence.document = Some(DocumentEvidence {
        document_type: credentials_schemas::invoice::DOCUMENT_TYPE.to_owned(),
        digest: None,
        fields: fields.collect(),
        undisclosed: 1,
        broken_rule: None,
        claimed_issuer: None,
    });
}

fn malformed(report: &mut Report, error: &DocumentError) {
    report.fail(Check::Content, Reason::DocumentMalformed);
    report.evidence.document = Some(DocumentEvidence {
        document_type: String::new(),
        digest: None,
        fields: Vec::new(),
        undisclosed: 0,
        broken_rule: Some(error.code().to_owned()),
        claimed_issuer: None,
    });
}

fn field(claim: &Claim) -> DocumentField {
    let value = match &claim.value {
        Json::String(text) => text.clone(),
        other => json::to_shown(other).map_or_else(|_| String::new(), |text| lossy(&text)),
    };
    DocumentField {
        path: claim.name.clone(),
        value,
    }
}

/// A canonical JSON string as the text it stands for; anything else as it is.
fn unquoted(canonical: &[u8]) -> String {
    match json::parse(canonical, Limits::default()) {
        Ok(Json::String(text)) => text,
        _ => lossy(canonical),
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
