//! Completes what an issuer knows to a whole invoice, with the parser's own arithmetic.

use super::codes::VatCategory;
use super::error::InvoiceError;
use super::line::{net_amount, read_rate, vat_amount};
use super::number::InvoiceNumber;
use super::totals::{Amounts, Totals, VatGroup, group, sum};
use super::words::in_words;
use super::{DOCUMENT_TYPE, Invoice, LARGE_INVOICE_LIMITS};
use crate::calendar::ChinaTime;
use crate::json::{self, Json, Limits};
use crate::members::{Members, ShapeError, ShapeProblem};

/// An invoice of which the derived members may still be missing.
///
/// *Shape*: the JSON of an invoice. Missing members that follow from others are filled in:
/// `schema`, `kind` (blue), `currency`, `lineNo`, `netAmount` (from quantity and price),
/// `vatAmount`, `vatBreakdown`, `totals`. Members that are there stay, and must agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceDraft {
    members: Vec<(String, Json)>,
}

/// A whole invoice with its canonical bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletedInvoice {
    /// The invoice, as [`Invoice::parse`] reads the bytes.
    pub invoice: Invoice,
    /// The bytes: what is signed, sent and kept.
    pub bytes: Vec<u8>,
}

impl InvoiceDraft {
    /// Reads a draft; the bytes need not be canonical.
    ///
    /// # Errors
    /// `Json` if the bytes are not strict JSON, `Shape` if they are not an object.
    pub fn parse(bytes: &[u8], limits: Limits) -> Result<Self, InvoiceError> {
        Self::from_json(json::parse(bytes, limits)?)
    }

    /// Takes a draft that is parsed already.
    ///
    /// # Errors
    /// `Shape` if the value is not an object.
    pub fn from_json(draft: Json) -> Result<Self, InvoiceError> {
        match draft {
            Json::Object(members) => Ok(Self { members }),
            _ => Err(ShapeError {
                pointer: String::new(),
                problem: ShapeProblem::Type,
            }
            .into()),
        }
    }

    /// Sets a member of the invoice, replacing what the draft says.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.members.retain(|(member, _)| member != name);
        self.members.push((name.to_owned(), value.into()));
        self
    }

    /// Sets the number, which the issuer takes from its lease.
    #[must_use]
    pub fn numbered(self, number: InvoiceNumber) -> Self {
        self.with("number", number.as_str())
    }

    /// Sets the moment of issue.
    #[must_use]
    pub fn issued_at(self, time: ChinaTime) -> Self {
        self.with("issuedAt", time.to_string())
    }

    /// Derives what is missing and checks the result.
    ///
    /// # Errors
    /// The first rule that the completed invoice breaks.
    pub fn complete(mut self) -> Result<CompletedInvoice, InvoiceError> {
        let amounts = self.complete_lines()?;
        let groups = group(amounts)?;
        let totals = sum(&groups)?;
        set_missing(&mut self.members, "schema", || DOCUMENT_TYPE.into());
        set_missing(&mut self.members, "kind", || "blue".into());
        set_missing(&mut self.members, "currency", || "CNY".into());
        set_missing(&mut self.members, "vatBreakdown", || {
            breakdown_json(&groups)
        });
        set_missing(&mut self.members, "totals", || totals_json(totals));
        let bytes = json::to_jcs(&Json::Object(self.members))?;
        let invoice = Invoice::parse(&bytes, LARGE_INVOICE_LIMITS)?;
        Ok(CompletedInvoice { invoice, bytes })
    }

    fn complete_lines(&mut self) -> Result<Vec<Amounts>, InvoiceError> {
        let lines = self.members.iter_mut().find(|(name, _)| name == "lines");
        let Some((_, Json::Array(lines))) = lines else {
            let problem = ShapeProblem::Missing;
            return Err(ShapeError {
                pointer: "/lines".to_owned(),
                problem,
            }
            .into());
        };
        lines
            .iter_mut()
            .enumerate()
            .map(|(index, line)| complete_line(line, index))
            .collect()
    }
}

fn complete_line(line: &mut Json, index: usize) -> Result<Amounts, InvoiceError> {
    let draft = Members::new(line, format!("/lines/{index}"))?;
    let (quantity, price) = (
        draft.optional_decimal("quantity")?,
        draft.optional_decimal("unitPrice")?,
    );
    let net = match (
        draft.optional_fen("netAmount")?,
        net_amount(&draft, quantity, price)?,
    ) {
        (Some(stated), _) => stated,
        (None, Some(computed)) => computed,
        (None, None) => return Err(draft.problem("netAmount", ShapeProblem::Missing).into()),
    };
    let category = draft.code("vatCategory", VatCategory::find)?;
    let rate = read_rate(&draft)?;
    let vat = match draft.optional_fen("vatAmount")? {
        Some(stated) => stated,
        None => vat_amount(&draft, net, draft.optional_fen("deduction")?, rate)?,
    };
    if let Json::Object(members) = line {
        set_missing(members, "lineNo", || (index + 1).to_string().into());
        set_missing(members, "netAmount", || net.to_string().into());
        set_missing(members, "vatAmount", || vat.to_string().into());
    }
    Ok(Amounts {
        category,
        rate,
        net,
        vat,
    })
}

fn set_missing(members: &mut Vec<(String, Json)>, name: &str, value: impl FnOnce() -> Json) {
    if members.iter().all(|(member, _)| member != name) {
        members.push((name.to_owned(), value()));
    }
}

fn breakdown_json(groups: &[VatGroup]) -> Json {
    let row = |group: &VatGroup| {
        Json::object([
            ("vatCategory", group.category.code().into()),
            ("vatRate", group.rate.text().into()),
            ("taxable", group.taxable.to_string().into()),
            ("tax", group.tax.to_string().into()),
        ])
    };
    Json::Array(groups.iter().map(row).collect())
}

fn totals_json(totals: Totals) -> Json {
    Json::object([
        ("net", totals.net.to_string().into()),
        ("tax", totals.tax.to_string().into()),
        ("gross", totals.gross.to_string().into()),
        ("grossInWords", in_words(totals.gross).into()),
    ])
}
