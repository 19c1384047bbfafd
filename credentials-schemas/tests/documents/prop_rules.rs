//! Any valid invoice, any of these mutations: the mutation's own rule refuses it.

use credentials_schemas::invoice::{Fen, Invoice, LARGE_INVOICE_LIMITS};
use credentials_schemas::json::{Json, parse, to_jcs};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::edit::{parse_value, set};
use crate::json_schema;
use crate::prop_draft::draft;

/// A way to break one rule on one line, or, without `{}`, on the whole.
const MUTATIONS: &[(&str, Change, &str)] = &[
    ("/lines/{}/lineNo", Change::To("0"), "TI-20"),
    ("/lines/{}/quantity", Change::Gone, "TI-21"),
    ("/lines/{}/unitPrice", Change::Gone, "TI-21"),
    ("/lines/{}/netAmount", Change::FenMore, "TI-22"),
    ("/lines/{}/vatAmount", Change::FenMore, "TI-23"),
    ("/lines/{}/exemptionReason", Change::To("无"), "TI-25"),
    ("/lines/{}/vatCategory", Change::To("E"), "TI-25"),
    ("/lines/{}/discountOf", Change::To("99"), "TI-26"),
    ("/lines/{}/taxClassCode", Change::To("x"), "TI-27"),
    ("/lines/{}/itemName", Change::To("名称"), "TI-27"),
    ("/totals/net", Change::FenMore, "TI-30"),
    ("/totals/tax", Change::FenMore, "TI-31"),
    ("/totals/gross", Change::FenMore, "TI-32"),
    ("/vatBreakdown/0/taxable", Change::FenMore, "TI-33"),
    ("/vatBreakdown/0/tax", Change::FenMore, "TI-33"),
    ("/totals/grossInWords", Change::To("零圆整"), "TI-34"),
    ("/buyer/id", Change::To("91990106MA0DEM0046"), "TI-11"),
    ("/docType", Change::To("00"), "TI-02"),
    ("/number", Change::To("26990000000000000000"), "TI-08"),
    (
        "/issuedAt",
        Change::To("2025-09-02T09:00:00+08:00"),
        "TI-09",
    ),
    ("/seller/name", Change::To("\u{feff}恒轴"), "TI-03"),
];

#[derive(Debug, Clone, Copy)]
enum Change {
    To(&'static str),
    FenMore,
    Gone,
}

fn mutate(document: &Json, pointer: &str, change: Change) -> Json {
    let value = match change {
        Change::To(text) => Some(text.to_owned()),
        Change::Gone => None,
        Change::FenMore => {
            let amount: Fen = document
                .at(pointer)
                .and_then(Json::as_str)
                .unwrap()
                .parse()
                .unwrap();
            Some(
                amount
                    .checked_add(Fen::new(1).unwrap())
                    .unwrap()
                    .to_string(),
            )
        }
    };
    set(document, pointer, value.map(Json::from))
}

proptest! {
    #[test]
    fn every_mutation_meets_its_rule((draft, net, _) in draft(), line in any::<Index>()) {
        prop_assume!(net > 0);
        let invoice = draft.complete().unwrap().invoice;
        let line = line.index(invoice.lines().len()).to_string();
        for (pattern, change, code) in MUTATIONS {
            let pointer = pattern.replace("{}", &line);
            // An exempt line of a zero rate needs a reason, one of another rate is no such line:
            // both are TI-25, at different fields.
            let error = parse_value(&mutate(invoice.json(), &pointer, *change)).unwrap_err();
            prop_assert_eq!(error.code(), *code, "{} {:?}", pointer, error);
        }
    }

    /// One flipped bit may make another valid invoice (a letter of a name), but never one that is
    /// not canonical, not of the published shape, or the same.
    #[test]
    fn a_flipped_bit_never_makes_a_second_form(
        (draft, net, _) in draft(), position in any::<Index>(), bit in 0_u8..8,
    ) {
        prop_assume!(net > 0);
        let completed = draft.complete().unwrap();
        let mut bytes = completed.bytes;
        let position = position.index(bytes.len());
        bytes[position] ^= 1 << bit;
        if let Ok(other) = Invoice::parse(&bytes, LARGE_INVOICE_LIMITS) {
            prop_assert_ne!(&other, &completed.invoice);
            let json = parse(&bytes, LARGE_INVOICE_LIMITS).unwrap();
            prop_assert_eq!(to_jcs(&json).unwrap(), bytes);
            prop_assert_eq!(json_schema::check_invoice(&json), Ok(()));
        }
    }
}
