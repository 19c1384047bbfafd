//! One document judged: what the answers, the duplicates and the journal need of it.

use credentials_schemas::invoice::DOCUMENT_TYPE;
use light_client::{
    hash::Digest,
    verdict::{Headline, Verdict},
};
use serde::{Deserialize, Serialize};

use crate::key::{self, Key};

/// A document judged, and the answer about it in the format asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Judged {
    pub(crate) facts: Facts,
    /// The answer, without what depends on other documents.
    pub(crate) body: String,
}

/// What others of the same run, or of other runs, are compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// The file's SHA-256, hexadecimal.
    pub(crate) sha256: String,
    /// The file by the half of that.
    pub(crate) file: Key,
    pub(crate) kind: Kind,
    /// The reason's code, unless valid.
    pub(crate) reason: Option<String>,
    /// What it says; none if it could not be read.
    pub(crate) content: Option<Key>,
    /// What it is on its ledger; none if no header was certified.
    pub(crate) document: Option<Key>,
    /// An invoice's number.
    pub(crate) number: Option<Key>,
    /// Whether an invoice names another buyer than oneself.
    pub(crate) other_buyer: bool,
    /// The height of the header, where one was certified.
    pub(crate) height: Option<u64>,
    /// The time of that header, in Unix milliseconds.
    pub(crate) as_of_ms: Option<u64>,
}

/// A headline without its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Valid,
    Invalid,
    Undetermined,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Undetermined => "undetermined",
        }
    }
}

impl From<&Headline> for Kind {
    fn from(headline: &Headline) -> Self {
        match headline {
            Headline::Valid => Self::Valid,
            Headline::Invalid(_) => Self::Invalid,
            Headline::Undetermined(_) => Self::Undetermined,
        }
    }
}

impl Facts {
    /// Of a file and its verdict; `buyer` is one's own tax number.
    pub(crate) fn new(bytes: &[u8], verdict: &Verdict, buyer: Option<&str>) -> Self {
        let sha256 = key::sha256(bytes);
        let evidence = &verdict.evidence;
        let document = evidence.document.as_ref();
        let ledger = evidence.ledger.as_ref();
        let digest: Option<Digest> = document.and_then(|document| document.digest);
        let other = |own: &str| field(verdict, "/buyer/id").is_some_and(|named| named != own);
        Self {
            sha256: sha256.to_hex(),
            file: Key::of_file(&sha256),
            kind: Kind::from(&verdict.headline),
            reason: verdict
                .headline
                .reason()
                .map(|reason| reason.code().to_owned()),
            content: document
                .filter(|document| !document.fields.is_empty())
                .map(Key::of_content),
            document: ledger
                .zip(digest)
                .map(|(ledger, digest)| Key::of_document(&ledger.ledger, &digest)),
            number: invoice_number(verdict).map(Key::of_number),
            other_buyer: buyer.is_some_and(other),
            height: ledger.map(|ledger| ledger.height),
            as_of_ms: ledger.map(|ledger| ledger.time_ms),
        }
    }
}

/// An invoice's number, as the document has it.
pub(crate) fn invoice_number(verdict: &Verdict) -> Option<&str> {
    field(verdict, "/number")
}

/// A field of an invoice.
fn field<'a>(verdict: &'a Verdict, path: &str) -> Option<&'a str> {
    let document = verdict.evidence.document.as_ref()?;
    let mut fields = document.fields.iter();
    let field = fields.find(|field| field.path == path)?;
    (document.document_type == DOCUMENT_TYPE).then_some(&field.value)
}
