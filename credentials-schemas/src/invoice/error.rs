//! Which rule an invoice breaks, and where.

use crate::decimal::Fen;
use crate::identity::BadIdentity;
use crate::invoice::number::BadNumber;
use crate::json::{JsonError, JsonErrorKind};
use crate::members::{ShapeError, ShapeProblem};

/// The first rule that an invoice breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} at \"{pointer}\": {rule}", rule.code())]
pub struct InvoiceError {
    /// The rule.
    pub rule: Rule,
    /// The JSON Pointer of the field; empty for the whole document.
    pub pointer: String,
}

impl InvoiceError {
    /// Returns the stable code of the rule, for example `TI-22`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.rule.code()
    }
}

/// The rules for which no ledger is needed, by what breaks them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rule {
    /// TI-33: the breakdown is not the lines grouped by category and rate, in order of first
    /// appearance.
    #[error("breakdown differs from the lines")]
    Breakdown,
    /// TI-12: a special invoice (81) needs the buyer's code.
    #[error("a special invoice needs the buyer's unified social credit code")]
    BuyerCode,
    /// TI-09: not a real moment at +08:00 in whole seconds.
    #[error("not a real date, or not at +08:00")]
    Date,
    /// TI-06: not the canonical form of a quantity or a price.
    #[error("not a canonical quantity or price")]
    Decimal,
    /// TI-24: a deduction beyond the line, or without the remark.
    #[error("deduction out of range or without its remark")]
    Deduction,
    /// TI-24: the tax of a line with a deduction.
    #[error("tax after the deduction should be {expected}")]
    DeductionTax {
        /// round2((net − deduction) × rate)
        expected: Fen,
    },
    /// TI-13: the text is not a DID. (Whether it controls the key is the ledger's part of TI-13.)
    #[error("not a decentralised identifier")]
    Did,
    /// TI-26: a discount that does not fit the line before it, or a line with the wrong sign.
    #[error("discount does not fit the line before it")]
    Discount,
    /// TI-32: gross is not net plus tax.
    #[error("gross should be {expected}")]
    Gross {
        /// net + tax
        expected: Fen,
    },
    /// TI-27: the name does not begin with the short class name between asterisks.
    #[error("item name does not begin with *class*")]
    ItemName,
    /// TI-02, TI-03, TI-04 or a limit: not strict JSON.
    #[error(transparent)]
    Json(JsonErrorKind),
    /// TI-20: no line, or more than 100,000.
    #[error("not 1 to 100,000 lines")]
    LineCount,
    /// TI-20: line numbers do not run from 1.
    #[error("line number should be {expected}")]
    LineNumber {
        /// The position of the line, from 1.
        expected: usize,
    },
    /// TI-05: not the canonical form of an amount, or a sum beyond 16 integer digits.
    #[error("not a canonical amount, or out of range")]
    Money,
    /// TI-22: the net amount of a line is not quantity × price.
    #[error("net amount should be {expected}")]
    NetAmount {
        /// round2(quantity × price)
        expected: Fen,
    },
    /// TI-30: the total net amount.
    #[error("total net should be {expected}")]
    NetTotal {
        /// Σ net of the lines
        expected: Fen,
    },
    /// TI-04: the bytes are not the canonical form of their value.
    #[error("bytes are not in canonical form")]
    NotCanonical,
    /// TI-01: a number or null.
    #[error("only strings, booleans, arrays and objects are allowed")]
    NotText,
    /// TI-08: the invoice number.
    #[error(transparent)]
    Number(BadNumber),
    /// TI-09: the year of the date is not the year of the number.
    #[error("year differs from the year of the invoice number")]
    NumberYear,
    /// TI-10: the number of the seller or the buyer.
    #[error(transparent)]
    PartyId(BadIdentity),
    /// TI-21: one of quantity and price without the other, or a negative price.
    #[error("quantity and price must come together, and the price is not negative")]
    QuantityAndPrice,
    /// TI-07: not a rate that is in force on the day of the invoice.
    #[error("no such rate on this day")]
    Rate,
    /// TI-11: the seller is the buyer.
    #[error("seller and buyer are the same")]
    SameParty,
    /// TI-02: a member is missing, unknown, of the wrong type, or has an impossible value.
    #[error("member is {0}")]
    Shape(ShapeProblem),
    /// TI-35: blue and not above zero, or red and not below.
    #[error("gross has the wrong sign for the kind of invoice")]
    Sign,
    /// TI-27: not a tax class of 19 digits.
    #[error("tax class is not 19 digits")]
    TaxClass,
    /// TI-31: the total tax.
    #[error("total tax should be {expected}")]
    TaxTotal {
        /// Σ tax of the lines
        expected: Fen,
    },
    /// TI-03: not normalised, or with a hidden character.
    #[error("text is not normalised or has a hidden character")]
    Text,
    /// TI-23: the tax of a line.
    #[error("tax should be {expected}")]
    VatAmount {
        /// round2(net × rate)
        expected: Fen,
    },
    /// TI-25: the category does not fit the rate, or its reason is missing or out of place.
    #[error("category does not fit the rate or lacks its reason")]
    VatCategory,
    /// TI-34: the amount in words.
    #[error("amount in words differs from the gross amount")]
    Words,
}

impl Rule {
    /// Returns the stable code of the rule; `LIMIT` if the document was too large to be read.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotText | Self::Json(JsonErrorKind::NumberNotAllowed) => "TI-01",
            Self::Shape(_) | Self::Json(JsonErrorKind::DuplicateName) => "TI-02",
            Self::Text | Self::Json(JsonErrorKind::NotUtf8 | JsonErrorKind::LoneSurrogate) => {
                "TI-03"
            }
            Self::Json(kind) if kind.is_limit() => "LIMIT",
            Self::NotCanonical | Self::Json(_) => "TI-04",
            Self::Money => "TI-05",
            Self::Decimal => "TI-06",
            Self::Rate => "TI-07",
            Self::Number(_) => "TI-08",
            Self::Date | Self::NumberYear => "TI-09",
            Self::PartyId(_) => "TI-10",
            Self::SameParty => "TI-11",
            Self::BuyerCode => "TI-12",
            Self::Did => "TI-13",
            Self::LineCount | Self::LineNumber { .. } => "TI-20",
            Self::QuantityAndPrice => "TI-21",
            Self::NetAmount { .. } => "TI-22",
            Self::VatAmount { .. } => "TI-23",
            Self::Deduction | Self::DeductionTax { .. } => "TI-24",
            Self::VatCategory => "TI-25",
            Self::Discount => "TI-26",
            Self::ItemName | Self::TaxClass => "TI-27",
            Self::NetTotal { .. } => "TI-30",
            Self::TaxTotal { .. } => "TI-31",
            Self::Gross { .. } => "TI-32",
            Self::Breakdown => "TI-33",
            Self::Words => "TI-34",
            Self::Sign => "TI-35",
        }
    }

    pub(crate) fn at(self, pointer: String) -> InvoiceError {
        InvoiceError {
            rule: self,
            pointer,
        }
    }
}

impl From<ShapeError> for InvoiceError {
    fn from(error: ShapeError) -> Self {
        Rule::Shape(error.problem).at(error.pointer)
    }
}

impl From<JsonError> for InvoiceError {
    fn from(error: JsonError) -> Self {
        Rule::Json(error.kind).at(String::new())
    }
}
