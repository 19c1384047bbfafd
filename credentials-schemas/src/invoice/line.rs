//! The lines: TI-20 to TI-27, and the amounts that follow from quantity, price and rate.

use super::codes::{Kind, VatCategory};
use super::error::{InvoiceError, Rule};
use super::rate::VatRate;
use super::unit::code_fits;
use crate::calendar::Date;
use crate::decimal::{Decimal, Fen};
use crate::members::{Members, ShapeProblem};

/// Lines that one invoice may have.
pub const MAX_LINES: usize = 100_000;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    item_name: String,
    tax_class_code: String,
    spec: Option<String>,
    unit: Option<String>,
    unit_code: Option<String>,
    quantity: Option<Decimal>,
    unit_price: Option<Decimal>,
    net: Fen,
    category: VatCategory,
    rate: &'static VatRate,
    vat: Fen,
    exemption_reason: Option<String>,
    discount_of: Option<usize>,
    deduction: Option<Fen>,
}

const MEMBERS: &[&str] = &[
    "deduction",
    "discountOf",
    "exemptionReason",
    "itemName",
    "lineNo",
    "netAmount",
    "quantity",
    "spec",
    "taxClassCode",
    "unit",
    "unitCode",
    "unitPrice",
    "vatAmount",
    "vatCategory",
    "vatRate",
];

/// What is true of the whole invoice and concerns each line.
pub(super) struct Context<'a> {
    pub(super) kind: Kind,
    pub(super) issued_on: Date,
    pub(super) remark: Option<&'a str>,
}

impl Line {
    /// Reads the line at `position` (from 1) and checks all that concerns it alone.
    pub(super) fn read(
        line: &Members<'_>,
        position: usize,
        context: &Context<'_>,
    ) -> Result<Self, InvoiceError> {
        line.only(MEMBERS)?;
        if line.string("lineNo")? != position.to_string() {
            return Err(Rule::LineNumber { expected: position }.at(line.pointer("lineNo")));
        }
        let rate = read_rate(line)?;
        if !rate.is_in_force_on(context.issued_on) {
            return Err(Rule::Rate.at(line.pointer("vatRate")));
        }
        let read = Self {
            item_name: line.text("itemName", 600)?.to_owned(),
            tax_class_code: line.string("taxClassCode")?.to_owned(),
            spec: line.optional_text("spec", 150)?,
            unit: line.optional_text("unit", 22)?,
            unit_code: line.optional_text("unitCode", 3)?,
            quantity: line.optional_decimal("quantity")?,
            unit_price: line.optional_decimal("unitPrice")?,
            net: line.fen("netAmount")?,
            category: line.code("vatCategory", VatCategory::find)?,
            rate,
            vat: line.fen("vatAmount")?,
            exemption_reason: line.optional_text("exemptionReason", 200)?,
            discount_of: line
                .optional("discountOf")
                .map(|_| line.position("discountOf"))
                .transpose()?,
            deduction: line.optional_fen("deduction")?,
        };
        read.check_form(line)?;
        read.check_amounts(line, context)?;
        Ok(read)
    }

    /// TI-25, TI-27, and the unit's code.
    fn check_form(&self, line: &Members<'_>) -> Result<(), InvoiceError> {
        let code = self.tax_class_code.as_bytes();
        if code.len() != 19 || !code.iter().all(u8::is_ascii_digit) {
            return Err(Rule::TaxClass.at(line.pointer("taxClassCode")));
        }
        let named = self
            .item_name
            .strip_prefix('*')
            .and_then(|rest| rest.split_once('*'));
        if !named.is_some_and(|(class, name)| !class.is_empty() && !name.is_empty()) {
            return Err(Rule::ItemName.at(line.pointer("itemName")));
        }
        let unit = self.unit.as_deref();
        if self
            .unit_code
            .as_deref()
            .is_some_and(|code| !code_fits(unit, code))
        {
            return Err(line.problem("unitCode", ShapeProblem::Value).into());
        }
        let is_standard = self.category == VatCategory::Standard;
        if is_standard != (self.rate.per_mille() > 0) {
            return Err(Rule::VatCategory.at(line.pointer("vatRate")));
        }
        if self.category.needs_reason() != self.exemption_reason.is_some() {
            return Err(Rule::VatCategory.at(line.pointer("exemptionReason")));
        }
        Ok(())
    }

    /// TI-21 to TI-24.
    fn check_amounts(&self, line: &Members<'_>, context: &Context<'_>) -> Result<(), InvoiceError> {
        if let Some(expected) = net_amount(line, self.quantity, self.unit_price)?
            && expected != self.net
        {
            return Err(Rule::NetAmount { expected }.at(line.pointer("netAmount")));
        }
        let expected = vat_amount(line, self.net, self.deduction, self.rate)?;
        let Some(deduction) = self.deduction else {
            return if expected == self.vat {
                Ok(())
            } else {
                Err(Rule::VatAmount { expected }.at(line.pointer("vatAmount")))
            };
        };
        let same_sign = deduction.get().signum() * self.net.get().signum() >= 0;
        let remarked = context
            .remark
            .is_some_and(|remark| remark.starts_with("差额征税："));
        if !same_sign || deduction.abs() > self.net.abs() || !remarked {
            return Err(Rule::Deduction.at(line.pointer("deduction")));
        }
        if expected != self.vat {
            return Err(Rule::DeductionTax { expected }.at(line.pointer("vatAmount")));
        }
        Ok(())
    }

    /// TI-26: an ordinary line has the sign of the invoice (or is zero); a discount has the other
    /// sign, stands just after its line, and takes no more than that line has.
    pub(super) fn check_sign(
        &self,
        kind: Kind,
        position: usize,
        previous: Option<&Self>,
    ) -> Result<(), InvoiceError> {
        let sign = match kind {
            Kind::Blue => 1,
            Kind::Red => -1,
        };
        let broken = |member: &str| Rule::Discount.at(format!("/lines/{}/{member}", position - 1));
        let Some(parent_position) = self.discount_of else {
            let fits = self.net.get().signum() != -sign;
            return if fits {
                Ok(())
            } else {
                Err(broken("netAmount"))
            };
        };
        let parent = previous.filter(|parent| {
            parent_position + 1 == position
                && parent.discount_of.is_none()
                && parent.tax_class_code == self.tax_class_code
                && (parent.category, parent.rate) == (self.category, self.rate)
        });
        let Some(parent) = parent else {
            return Err(broken("discountOf"));
        };
        let fits = self.net.get().signum() == -sign && self.net.abs() <= parent.net.abs();
        if fits {
            Ok(())
        } else {
            Err(broken("netAmount"))
        }
    }
}

/// Reads a rate of the table, whatever its dates: TI-07 without the day.
pub(super) fn read_rate(line: &Members<'_>) -> Result<&'static VatRate, InvoiceError> {
    let rate = VatRate::find(line.string("vatRate")?);
    rate.ok_or_else(|| Rule::Rate.at(line.pointer("vatRate")))
}

/// Computes round2(quantity × price) where both are given: TI-21 and TI-22.
pub(super) fn net_amount(
    line: &Members<'_>,
    quantity: Option<Decimal>,
    unit_price: Option<Decimal>,
) -> Result<Option<Fen>, InvoiceError> {
    match (quantity, unit_price) {
        (None, None) => Ok(None),
        (Some(quantity), Some(price)) if !price.is_negative() => match quantity.times(price) {
            Some(net) => Ok(Some(net)),
            None => Err(Rule::Money.at(line.pointer("netAmount"))),
        },
        (Some(_), None) => Err(Rule::QuantityAndPrice.at(line.pointer("unitPrice"))),
        (None, Some(_)) => Err(Rule::QuantityAndPrice.at(line.pointer("quantity"))),
        (Some(_), Some(_)) => Err(Rule::QuantityAndPrice.at(line.pointer("unitPrice"))),
    }
}

/// Computes round2((net − deduction) × rate): TI-23 and TI-24.
pub(super) fn vat_amount(
    line: &Members<'_>,
    net: Fen,
    deduction: Option<Fen>,
    rate: &VatRate,
) -> Result<Fen, InvoiceError> {
    let base = net.checked_sub(deduction.unwrap_or_default());
    let vat = base.and_then(|base| base.per_mille(rate.per_mille()));
    vat.ok_or_else(|| Rule::Money.at(line.pointer("vatAmount")))
}

impl Line {
    /// Returns the name, which begins with the short class name between asterisks.
    #[must_use]
    pub fn item_name(&self) -> &str {
        &self.item_name
    }

    /// Returns the 19 digits of the tax class (税收分类编码).
    #[must_use]
    pub fn tax_class_code(&self) -> &str {
        &self.tax_class_code
    }

    /// Returns the specification or model.
    #[must_use]
    pub fn spec(&self) -> Option<&str> {
        self.spec.as_deref()
    }

    /// Returns the unit as it is written.
    #[must_use]
    pub fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }

    /// Returns the UN/ECE Recommendation 20 code of the unit, if the invoice states it.
    #[must_use]
    pub fn unit_code(&self) -> Option<&str> {
        self.unit_code.as_deref()
    }

    /// Returns the quantity.
    #[must_use]
    pub fn quantity(&self) -> Option<Decimal> {
        self.quantity
    }

    /// Returns the price of one unit, without tax.
    #[must_use]
    pub fn unit_price(&self) -> Option<Decimal> {
        self.unit_price
    }

    /// Returns the net amount (金额).
    #[must_use]
    pub fn net(&self) -> Fen {
        self.net
    }

    /// Returns the VAT category.
    #[must_use]
    pub fn category(&self) -> VatCategory {
        self.category
    }

    /// Returns the VAT rate.
    #[must_use]
    pub fn rate(&self) -> &'static VatRate {
        self.rate
    }

    /// Returns the tax (税额).
    #[must_use]
    pub fn vat(&self) -> Fen {
        self.vat
    }

    /// Returns why no tax is due.
    #[must_use]
    pub fn exemption_reason(&self) -> Option<&str> {
        self.exemption_reason.as_deref()
    }

    /// Returns the number of the line that this one discounts.
    #[must_use]
    pub fn discount_of(&self) -> Option<usize> {
        self.discount_of
    }

    /// Returns what is deducted before tax (差额征税的扣除额).
    #[must_use]
    pub fn deduction(&self) -> Option<Fen> {
        self.deduction
    }
}
