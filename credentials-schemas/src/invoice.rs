//! The e-invoice (数电票): its data model, its rules, its arithmetic.
//!
//! [`Invoice::parse`] is the one way in: what it returns obeys every rule of `docs/spec/invoice.md`
//! that can be decided without the ledger. [`InvoiceDraft`] is the one way to make an invoice, and
//! ends in the same parser.

mod codes;
mod draft;
mod error;
mod fields;
mod hygiene;
mod line;
mod number;
mod party;
mod printed;
mod rate;
mod read;
mod red;
mod specific;
mod totals;
mod unit;
mod words;

use crate::calendar::{ChinaTime, Date};
use crate::json::{self, Json, Limits};
use crate::members::{Members, ShapeProblem};
use line::Context;
use totals::Totals;

pub use crate::decimal::{BadDecimal, BadFen, Decimal, Fen};
pub use crate::region::{Region, RegionStanding};
pub use codes::{DocType, Kind, RedReason, VatCategory};
pub use draft::{CompletedInvoice, InvoiceDraft};
pub use error::{InvoiceError, Rule};
pub use fields::{Field, PRINTED_FIELDS};
pub use line::{Line, MAX_LINES};
pub use number::{BadNumber, InvoiceNumber};
pub use party::{Buyer, Contact, PartyId, Seller};
pub use printed::{Printed, PrintedParts};
pub use rate::VatRate;
pub use red::{RedLetter, RedLine};
pub use specific::{RailJourney, Specific};
pub use totals::VatGroup;
pub use unit::unit_code;
pub use words::in_words;

/// The document type: the value of `schema`, and the type under which the ledger knows invoices.
pub const DOCUMENT_TYPE: &str = "tallystick/invoice/1";

/// Limits that admit an invoice of [`MAX_LINES`] lines; the default ones admit about 15,000.
pub const LARGE_INVOICE_LIMITS: Limits = Limits {
    max_bytes: 96 << 20,
    max_depth: 8,
    max_nodes: 2_000_000,
};

const MEMBERS: &[&str] = &[
    "agency",
    "buyer",
    "currency",
    "docType",
    "drawer",
    "issuedAt",
    "keyId",
    "kind",
    "lines",
    "number",
    "paymentDue",
    "redLetter",
    "remark",
    "schema",
    "seller",
    "specific",
    "terms",
    "totals",
    "vatBreakdown",
];

/// An invoice that obeys every rule for which no ledger is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    json: Json,
    number: InvoiceNumber,
    kind: Kind,
    doc_type: DocType,
    issued_at: ChinaTime,
    seller: Seller,
    buyer: Buyer,
    agency_did: Option<String>,
    key_id: Option<String>,
    lines: Vec<Line>,
    groups: Vec<VatGroup>,
    totals: Totals,
    red_letter: Option<RedLetter>,
    specific: Option<Specific>,
    remark: Option<String>,
    drawer: Option<String>,
    payment_due: Option<Date>,
    terms: Option<String>,
}

impl Invoice {
    /// Parses the canonical bytes of an invoice and checks rules TI-01 to TI-35.
    ///
    /// # Errors
    /// The first broken rule with the place of the field; see [`Rule`]. Form is checked before
    /// arithmetic, so a broken sum is only reported of a document that is otherwise in order.
    pub fn parse(bytes: &[u8], limits: Limits) -> Result<Self, InvoiceError> {
        let json = json::parse(bytes, limits)?;
        hygiene::check(&json)?;
        if json::to_jcs(&json)? != bytes {
            return Err(Rule::NotCanonical.at(String::new()));
        }
        Self::read(json)
    }

    fn read(json: Json) -> Result<Self, InvoiceError> {
        let invoice = Members::new(&json, String::new())?;
        invoice.only(MEMBERS)?;
        constant(&invoice, "schema", DOCUMENT_TYPE)?;
        // An invoice of this law is in yuan; what was agreed in another currency is a remark.
        constant(&invoice, "currency", "CNY")?;
        let number = invoice.string("number")?.parse::<InvoiceNumber>();
        let number = number.map_err(|error| Rule::Number(error).at(invoice.pointer("number")))?;
        let kind = invoice.code("kind", Kind::find)?;
        let doc_type = invoice.code("docType", DocType::find)?;
        let issued_at = invoice.china_time("issuedAt")?;
        if issued_at.date().year() != number.year() {
            return Err(Rule::NumberYear.at(invoice.pointer("issuedAt")));
        }
        let seller = Seller::read(&invoice.object("seller")?)?;
        let buyer = Buyer::read(&invoice.object("buyer")?)?;
        party::check_parties(&seller, &buyer, doc_type)?;
        let remark = invoice.optional_text("remark", 230)?;
        let context = Context {
            kind,
            issued_on: issued_at.date(),
            remark: remark.as_deref(),
        };
        let lines = read_lines(&invoice, &context)?;
        let (totals, groups) = totals::read(&invoice, kind, &lines)?;
        Ok(Self {
            number,
            kind,
            doc_type,
            issued_at,
            seller,
            buyer,
            agency_did: agency_did(&invoice)?,
            key_id: invoice.optional_text("keyId", 128)?,
            groups,
            totals,
            red_letter: RedLetter::read(&invoice, kind, lines.len())?,
            specific: Specific::read(&invoice, doc_type)?,
            drawer: invoice.optional_text("drawer", 100)?,
            payment_due: invoice.optional_date("paymentDue")?,
            terms: invoice.optional_text("terms", 200)?,
            lines,
            remark,
            json,
        })
    }

    /// Returns the fields, flattened: members in ascending order of their names, items in their
    /// own order.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        fields::flatten(&self.json)
    }

    /// Tells whether a field is printed on the face of the invoice and in its short code.
    #[must_use]
    pub fn is_printed(path: &str) -> bool {
        PRINTED_FIELDS.contains(&path)
    }

    /// Returns what is printed on the face of the invoice.
    #[must_use]
    pub fn printed(&self) -> Printed {
        Printed::of(self)
    }

    /// Returns the document as it was read.
    #[must_use]
    pub fn json(&self) -> &Json {
        &self.json
    }

    /// Returns the 20-digit number.
    #[must_use]
    pub fn number(&self) -> InvoiceNumber {
        self.number
    }

    /// Tells blue from red.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the type of invoice.
    #[must_use]
    pub fn doc_type(&self) -> DocType {
        self.doc_type
    }

    /// Returns the moment of issue as the issuer states it. That it is not later than the block
    /// that records it is the ledger's part of TI-09.
    #[must_use]
    pub fn issued_at(&self) -> ChinaTime {
        self.issued_at
    }

    /// Returns the seller.
    #[must_use]
    pub fn seller(&self) -> &Seller {
        &self.seller
    }

    /// Returns the buyer.
    #[must_use]
    pub fn buyer(&self) -> &Buyer {
        &self.buyer
    }

    /// Returns the DID of the agency under whose lease the seller issued.
    #[must_use]
    pub fn agency_did(&self) -> Option<&str> {
        self.agency_did.as_deref()
    }

    /// Returns the id of the key that signs.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Returns the lines.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Returns the sums by category and rate.
    #[must_use]
    pub fn vat_groups(&self) -> &[VatGroup] {
        &self.groups
    }

    /// Returns the total without tax (合计金额).
    #[must_use]
    pub fn net(&self) -> Fen {
        self.totals.net
    }

    /// Returns the total tax (合计税额).
    #[must_use]
    pub fn tax(&self) -> Fen {
        self.totals.tax
    }

    /// Returns the total with tax (价税合计).
    #[must_use]
    pub fn gross(&self) -> Fen {
        self.totals.gross
    }

    /// Returns what a red invoice takes back.
    #[must_use]
    pub fn red_letter(&self) -> Option<&RedLetter> {
        self.red_letter.as_ref()
    }

    /// Returns what only this type of invoice says.
    #[must_use]
    pub fn specific(&self) -> Option<&Specific> {
        self.specific.as_ref()
    }

    /// Returns the remark (备注).
    #[must_use]
    pub fn remark(&self) -> Option<&str> {
        self.remark.as_deref()
    }

    /// Returns who drew the invoice up (开票人).
    #[must_use]
    pub fn drawer(&self) -> Option<&str> {
        self.drawer.as_deref()
    }

    /// Returns the day on which payment is due.
    #[must_use]
    pub fn payment_due(&self) -> Option<Date> {
        self.payment_due
    }

    /// Returns the terms of payment.
    #[must_use]
    pub fn terms(&self) -> Option<&str> {
        self.terms.as_deref()
    }
}

fn constant(invoice: &Members<'_>, name: &str, value: &str) -> Result<(), InvoiceError> {
    if invoice.string(name)? == value {
        Ok(())
    } else {
        Err(invoice.problem(name, ShapeProblem::Value).into())
    }
}

fn agency_did(invoice: &Members<'_>) -> Result<Option<String>, InvoiceError> {
    let Some(agency) = invoice.optional_object("agency")? else {
        return Ok(None);
    };
    agency.only(&["did"])?;
    agency.required("did")?;
    agency.optional_did("did")
}

/// Reads the lines one after the other; each looks back at one line at most, so the work is
/// linear.
fn read_lines(invoice: &Members<'_>, context: &Context<'_>) -> Result<Vec<Line>, InvoiceError> {
    let count = invoice.array("lines")?.len();
    if !(1..=MAX_LINES).contains(&count) {
        return Err(Rule::LineCount.at(invoice.pointer("lines")));
    }
    let mut lines: Vec<Line> = Vec::with_capacity(count);
    for (index, members) in invoice.objects("lines")?.enumerate() {
        let position = index + 1;
        let line = Line::read(&members?, position, context)?;
        line.check_sign(context.kind, position, lines.last())?;
        lines.push(line);
    }
    Ok(lines)
}
