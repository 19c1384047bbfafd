//! The face of an invoice: what is printed, and what a printed code can carry of it.

use super::Invoice;
use super::codes::DocType;
use super::error::{InvoiceError, Rule};
use super::fields::{Field, PRINTED_FIELDS};
use super::number::InvoiceNumber;
use super::party::PartyId;
use crate::calendar::ChinaTime;
use crate::decimal::Fen;
use crate::identity::Uscc;
use crate::json::{Json, to_jcs};
use crate::members::ShapeProblem;
use crate::text::is_clean;

/// The printed fields, each in its own form; not yet compared with each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedParts {
    /// The 20-digit number.
    pub number: InvoiceNumber,
    /// When it was issued.
    pub issued_at: ChinaTime,
    /// The type.
    pub doc_type: DocType,
    /// The seller's code.
    pub seller_id: Uscc,
    /// The seller's name.
    pub seller_name: String,
    /// The buyer's number; a natural person may have given none.
    pub buyer_id: Option<PartyId>,
    /// The buyer's name.
    pub buyer_name: String,
    /// The total without tax.
    pub net: Fen,
    /// The tax.
    pub tax: Fen,
}

/// Printed fields that keep every rule for which no other field is needed: TI-03, TI-05, TI-08 to
/// TI-12, TI-32, and of TI-35 that the gross amount is not zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    parts: PrintedParts,
    gross: Fen,
}

impl Printed {
    /// Takes printed fields that go together.
    ///
    /// # Errors
    /// The first broken rule with the place of the field.
    pub fn new(parts: PrintedParts) -> Result<Self, InvoiceError> {
        if parts.issued_at.date().year() != parts.number.year() {
            return Err(at(Rule::NumberYear, "/issuedAt"));
        }
        check_name(&parts.seller_name, "/seller/name")?;
        check_name(&parts.buyer_name, "/buyer/name")?;
        let buyer_id = parts.buyer_id.as_ref().map(PartyId::as_str);
        if buyer_id == Some(parts.seller_id.as_str()) {
            return Err(at(Rule::SameParty, "/buyer/id"));
        }
        let has_code = matches!(parts.buyer_id, Some(PartyId::Uscc(_)));
        if parts.doc_type == DocType::Special && !has_code {
            return Err(at(Rule::BuyerCode, "/buyer/id"));
        }
        match parts.net.checked_add(parts.tax) {
            Some(gross) if gross != Fen::ZERO => Ok(Self { parts, gross }),
            Some(_) => Err(at(Rule::Sign, "/totals/gross")),
            None => Err(at(Rule::Money, "/totals/gross")),
        }
    }

    /// An invoice's; what was parsed as a whole keeps the rules of its parts.
    pub(super) fn of(invoice: &Invoice) -> Self {
        let buyer = invoice.buyer();
        let printed_id = |id: &PartyId| PartyId::of_print(id.as_str()).unwrap_or(id.clone());
        Self {
            parts: PrintedParts {
                number: invoice.number(),
                issued_at: invoice.issued_at(),
                doc_type: invoice.doc_type(),
                seller_id: *invoice.seller().id(),
                seller_name: invoice.seller().name().to_owned(),
                buyer_id: buyer.id().map(printed_id),
                buyer_name: buyer.name().to_owned(),
                net: invoice.net(),
                tax: invoice.tax(),
            },
            gross: invoice.gross(),
        }
    }

    /// Returns the fields one by one.
    #[must_use]
    pub const fn parts(&self) -> &PrintedParts {
        &self.parts
    }

    /// Returns the total with tax.
    #[must_use]
    pub const fn gross(&self) -> Fen {
        self.gross
    }

    /// Returns them as [`Invoice::fields`] does: the same paths, values and order.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let fields = self.shown().map(|(path, text)| Field {
            path: path.to_owned(),
            // A string always has a canonical form.
            value: to_jcs(&Json::String(text)).unwrap_or_default(),
        });
        fields.collect()
    }

    /// Returns paths and texts, without quotes, of those that are there, in the same order.
    pub fn shown(&self) -> impl Iterator<Item = (&'static str, String)> {
        let texts = PRINTED_FIELDS.into_iter().zip(self.texts());
        texts.filter_map(|(path, text)| Some((path, text?)))
    }

    /// In the order of [`PRINTED_FIELDS`].
    fn texts(&self) -> [Option<String>; 10] {
        let parts = &self.parts;
        [
            parts.buyer_id.as_ref().map(PartyId::to_string),
            Some(parts.buyer_name.clone()),
            Some(parts.doc_type.code().to_owned()),
            Some(parts.issued_at.to_string()),
            Some(parts.number.as_str().to_owned()),
            Some(parts.seller_id.to_string()),
            Some(parts.seller_name.clone()),
            Some(self.gross.to_string()),
            Some(parts.net.to_string()),
            Some(parts.tax.to_string()),
        ]
    }
}

fn at(rule: Rule, pointer: &str) -> InvoiceError {
    rule.at(pointer.to_owned())
}

fn check_name(name: &str, pointer: &str) -> Result<(), InvoiceError> {
    if name.is_empty() || name.chars().nth(300).is_some() {
        Err(at(Rule::Shape(ShapeProblem::Length), pointer))
    } else if is_clean(name) {
        Ok(())
    } else {
        Err(at(Rule::Text, pointer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invoice::InvoiceDraft;
    use crate::json::Limits;

    fn invoice(doc_type: &str, buyer: &str) -> Invoice {
        let draft = format!(
            r#"{{"number": "26991000000000001017", "docType": "{doc_type}",
            "issuedAt": "2026-09-01T10:11:12+08:00",
            "seller": {{"id": "91990106MA0DEM0046", "name": "海州\"恒轴\"轴承有限公司"}},
            "buyer": {buyer},
            "lines": [{{"itemName": "*轴承*深沟球轴承", "taxClassCode": "1090122010000000000",
                "quantity": "200", "unitPrice": "85.5", "vatCategory": "S", "vatRate": "0.13"}}]}}"#
        );
        let draft = InvoiceDraft::parse(draft.as_bytes(), Limits::default()).expect("a draft");
        draft.complete().expect("an invoice").invoice
    }

    const BUYERS: [(&str, &str); 4] = [
        (
            "81",
            r#"{"id": "91990105MA0DEM002H", "name": "青禾智能装备股份有限公司"}"#,
        ),
        ("82", r#"{"id": "310115607234567", "name": "老厂"}"#),
        (
            "82",
            r#"{"id": "11010519491231002X", "name": "李\\明", "natural": true}"#,
        ),
        ("82", r#"{"name": "个人", "natural": true}"#),
    ];

    #[test]
    fn the_fields_are_those_of_the_invoice() {
        for (doc_type, buyer) in BUYERS {
            let invoice = invoice(doc_type, buyer);
            let mut fields = invoice.fields();
            fields.retain(|field| Invoice::is_printed(&field.path));
            let printed = invoice.printed();
            assert_eq!(printed.fields(), fields, "{buyer}");
            assert_eq!(Printed::new(printed.parts().clone()), Ok(printed));
        }
    }

    #[test]
    fn each_rule_of_the_face_is_kept() {
        let genuine = invoice(BUYERS[0].0, BUYERS[0].1).printed();
        let refused = |change: fn(&mut PrintedParts)| {
            let mut parts = genuine.parts().clone();
            change(&mut parts);
            let error = Printed::new(parts).expect_err("a broken rule");
            (error.code(), error.pointer)
        };
        let on = |pointer: &str| pointer.to_owned();
        assert_eq!(
            refused(|parts| parts.number = "25991000000000001017".parse().expect("a number")),
            ("TI-09", on("/issuedAt"))
        );
        assert_eq!(
            refused(|parts| parts.seller_name = "a\u{200b}b".to_owned()),
            ("TI-03", on("/seller/name"))
        );
        assert_eq!(
            refused(|parts| parts.buyer_name = "名".repeat(301)),
            ("TI-02", on("/buyer/name"))
        );
        assert_eq!(
            refused(|parts| parts.buyer_id = Some(PartyId::Uscc(parts.seller_id))),
            ("TI-11", on("/buyer/id"))
        );
        assert_eq!(
            refused(|parts| parts.buyer_id = None),
            ("TI-12", on("/buyer/id"))
        );
        assert_eq!(
            refused(|parts| parts.tax = Fen::new(-parts.net.get()).expect("in range")),
            ("TI-35", on("/totals/gross"))
        );
        assert_eq!(
            refused(|parts| parts.net = Fen::MAX),
            ("TI-05", on("/totals/gross"))
        );
    }
}
