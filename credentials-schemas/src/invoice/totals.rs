//! The breakdown and the totals: TI-30 to TI-35.

use super::codes::{Kind, VatCategory};
use super::error::{InvoiceError, Rule};
use super::line::{Line, read_rate};
use super::rate::VatRate;
use super::words::in_words;
use crate::decimal::Fen;
use crate::members::Members;

/// Net amount and tax of all lines of one category and rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VatGroup {
    /// The category.
    pub category: VatCategory,
    /// The rate.
    pub rate: &'static VatRate,
    /// Σ net of the lines.
    pub taxable: Fen,
    /// Σ tax of the lines.
    pub tax: Fen,
}

/// The sums of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) net: Fen,
    pub(super) tax: Fen,
    pub(super) gross: Fen,
}

/// What the totals need to know of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amounts {
    pub(super) category: VatCategory,
    pub(super) rate: &'static VatRate,
    pub(super) net: Fen,
    pub(super) vat: Fen,
}

impl From<&Line> for Amounts {
    fn from(line: &Line) -> Self {
        Self {
            category: line.category(),
            rate: line.rate(),
            net: line.net(),
            vat: line.vat(),
        }
    }
}

/// Groups lines by category and rate, in order of first appearance. There are few pairs, so a
/// linear search is linear in the lines.
pub(super) fn group(
    lines: impl IntoIterator<Item = Amounts>,
) -> Result<Vec<VatGroup>, InvoiceError> {
    let mut groups: Vec<VatGroup> = Vec::new();
    for line in lines {
        let key = (line.category, line.rate);
        let found = groups
            .iter_mut()
            .find(|group| (group.category, group.rate) == key);
        let Some(group) = found else {
            let Amounts {
                category,
                rate,
                net: taxable,
                vat: tax,
            } = line;
            groups.push(VatGroup {
                category,
                rate,
                taxable,
                tax,
            });
            continue;
        };
        group.taxable = in_range(group.taxable.checked_add(line.net), "/vatBreakdown")?;
        group.tax = in_range(group.tax.checked_add(line.vat), "/vatBreakdown")?;
    }
    Ok(groups)
}

/// Adds the groups up.
pub(super) fn sum(groups: &[VatGroup]) -> Result<Totals, InvoiceError> {
    let net = Fen::checked_sum(groups.iter().map(|group| group.taxable));
    let tax = Fen::checked_sum(groups.iter().map(|group| group.tax));
    let net = in_range(net, "/totals/net")?;
    let tax = in_range(tax, "/totals/tax")?;
    Ok(Totals {
        net,
        tax,
        gross: in_range(net.checked_add(tax), "/totals/gross")?,
    })
}

fn in_range(sum: Option<Fen>, pointer: &str) -> Result<Fen, InvoiceError> {
    sum.ok_or_else(|| Rule::Money.at(pointer.to_owned()))
}

/// Reads breakdown and totals and compares them with the lines.
pub(super) fn read(
    invoice: &Members<'_>,
    kind: Kind,
    lines: &[Line],
) -> Result<(Totals, Vec<VatGroup>), InvoiceError> {
    let groups = group(lines.iter().map(Amounts::from))?;
    let expected = sum(&groups)?;
    let totals = invoice.object("totals")?;
    totals.only(&["gross", "grossInWords", "net", "tax"])?;
    let (net, tax, gross) = (totals.fen("net")?, totals.fen("tax")?, totals.fen("gross")?);
    if net != expected.net {
        return Err(Rule::NetTotal {
            expected: expected.net,
        }
        .at(totals.pointer("net")));
    }
    if tax != expected.tax {
        return Err(Rule::TaxTotal {
            expected: expected.tax,
        }
        .at(totals.pointer("tax")));
    }
    if gross != expected.gross {
        return Err(Rule::Gross {
            expected: expected.gross,
        }
        .at(totals.pointer("gross")));
    }
    check_breakdown(invoice, &groups)?;
    if totals.string("grossInWords")? != in_words(gross) {
        return Err(Rule::Words.at(totals.pointer("grossInWords")));
    }
    let sign_fits = match kind {
        Kind::Blue => gross > Fen::ZERO,
        Kind::Red => gross < Fen::ZERO,
    };
    if sign_fits {
        Ok((expected, groups))
    } else {
        Err(Rule::Sign.at(totals.pointer("gross")))
    }
}

/// TI-33.
fn check_breakdown(invoice: &Members<'_>, groups: &[VatGroup]) -> Result<(), InvoiceError> {
    let mut expected = groups.iter();
    for row in invoice.objects("vatBreakdown")? {
        let row = row?;
        row.only(&["tax", "taxable", "vatCategory", "vatRate"])?;
        let stated = VatGroup {
            category: row.code("vatCategory", VatCategory::find)?,
            rate: read_rate(&row)?,
            taxable: row.fen("taxable")?,
            tax: row.fen("tax")?,
        };
        if expected.next() != Some(&stated) {
            return Err(Rule::Breakdown.at(row.pointer("taxable")));
        }
    }
    match expected.next() {
        None => Ok(()),
        Some(_) => Err(Rule::Breakdown.at(invoice.pointer("vatBreakdown"))),
    }
}
