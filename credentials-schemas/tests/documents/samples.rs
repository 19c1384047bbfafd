//! The two invoices of the demo, and richer ones, from draft to canonical bytes and back.

use credentials_schemas::invoice::{
    CompletedInvoice, DocType, Invoice, InvoiceDraft, Kind, PRINTED_FIELDS, RedReason, Specific,
};
use credentials_schemas::json::Limits;

const RAIL_TICKET: &str = r#"{
  "number": "26991000000000001017",
  "docType": "51",
  "issuedAt": "2026-09-01T10:11:12+08:00",
  "seller": {"id": "91990100MA0DEM008U", "name": "东岚铁路客运有限公司",
             "did": "did:tally:demo:donglan-rail"},
  "buyer": {"id": "91990105MA0DEM002H", "name": "青禾智能装备股份有限公司"},
  "lines": [{"itemName": "*运输服务*铁路旅客运输", "taxClassCode": "3010101020100000000",
             "netAmount": "500.00", "vatCategory": "S", "vatRate": "0.09"}],
  "specific": {"rail": {"train": "G101", "from": "海州东", "to": "东岚", "passenger": "李明",
                        "departsAt": "2026-09-01T08:00:00+08:00", "seat": "05车12F"}}
}"#;

const BEARINGS: &str = r#"{
  "number": "26991000000000001025",
  "docType": "82",
  "issuedAt": "2026-09-02T09:00:00+08:00",
  "seller": {"id": "91990106MA0DEM0046", "name": "海州恒轴轴承有限公司",
             "did": "did:tally:demo:hengzhou"},
  "buyer": {"id": "91990105MA0DEM002H", "name": "青禾智能装备股份有限公司"},
  "lines": [{"itemName": "*轴承*深沟球轴承", "taxClassCode": "1090122010000000000",
             "spec": "6204-2RS", "unit": "件", "unitCode": "H87",
             "quantity": "200", "unitPrice": "85.5", "vatCategory": "S", "vatRate": "0.13"}]
}"#;

/// A special invoice with a discount, an exempt line and a deduction.
pub(crate) const RICH: &str = r#"{
  "number": "26991000000000002016",
  "docType": "81",
  "issuedAt": "2026-09-02T09:00:00+08:00",
  "seller": {"id": "91990106MA0DEM0046", "name": "海州恒轴轴承有限公司",
             "did": "did:tally:demo:hengzhou", "address": "海州市轴承路8号", "tel": "0990-1234567",
             "bank": "海州银行", "account": "6222000000000000001"},
  "buyer": {"id": "91990105MA0DEM002H", "name": "青禾智能装备股份有限公司", "natural": false},
  "agency": {"did": "did:tally:demo:tax"},
  "keyId": "k1",
  "lines": [
    {"itemName": "*轴承*深沟球轴承", "taxClassCode": "1090122010000000000", "unit": "件",
     "quantity": "200", "unitPrice": "85.5", "vatCategory": "S", "vatRate": "0.13"},
    {"itemName": "*轴承*深沟球轴承", "taxClassCode": "1090122010000000000", "discountOf": "1",
     "netAmount": "-100.00", "vatCategory": "S", "vatRate": "0.13"},
    {"itemName": "*谷物*小麦", "taxClassCode": "1010101020000000000", "netAmount": "50.00",
     "vatCategory": "E", "vatRate": "0", "exemptionReason": "自产农产品"},
    {"itemName": "*旅游服务*团费", "taxClassCode": "3070301000000000000", "netAmount": "1000.00",
     "deduction": "400.00", "vatCategory": "S", "vatRate": "0.06"}
  ],
  "remark": "差额征税：400.00。",
  "drawer": "周敏",
  "paymentDue": "2026-10-02",
  "terms": "月结30天"
}"#;

/// A red-letter invoice for half of a line.
pub(crate) const RED: &str = r#"{
  "number": "26991000000000003017",
  "kind": "red",
  "docType": "82",
  "issuedAt": "2026-09-03T09:00:00+08:00",
  "seller": {"id": "91990106MA0DEM0046", "name": "海州恒轴轴承有限公司"},
  "buyer": {"name": "李明", "natural": true, "id": "990103199205160011"},
  "lines": [{"itemName": "*轴承*深沟球轴承", "taxClassCode": "1090122010000000000",
             "quantity": "-100", "unitPrice": "85.5", "vatCategory": "S", "vatRate": "0.13"}],
  "redLetter": {"blueNumber": "26991000000000001025", "confirmationNo": "99010626091000000017",
                "reason": "02", "full": false, "lineMap": [{"line": "1", "blueLine": "1"}]}
}"#;

pub(crate) fn complete(draft: &str) -> CompletedInvoice {
    InvoiceDraft::parse(draft.as_bytes(), Limits::default())
        .unwrap()
        .complete()
        .unwrap()
}

#[test]
fn a_rail_ticket_is_completed() {
    let CompletedInvoice {
        invoice: ticket,
        bytes,
    } = complete(RAIL_TICKET);
    assert_eq!(ticket.doc_type(), DocType::RailTicket);
    assert_eq!(ticket.net().to_string(), "500.00");
    assert_eq!(ticket.tax().to_string(), "45.00");
    assert_eq!(ticket.gross().to_string(), "545.00");
    assert_eq!(ticket.seller().did(), Some("did:tally:demo:donglan-rail"));
    assert!(matches!(
        ticket.specific(),
        Some(Specific::Rail(journey)) if journey.train() == "G101" && journey.passenger() == "李明"
    ));
    assert!(
        String::from_utf8(bytes)
            .unwrap()
            .contains("\"grossInWords\":\"伍佰肆拾伍圆整\"")
    );
}

#[test]
fn an_ordinary_invoice_is_completed() {
    let CompletedInvoice { invoice, bytes } = complete(BEARINGS);
    assert_eq!(invoice.kind(), Kind::Blue);
    assert_eq!(invoice.net().to_string(), "17100.00");
    assert_eq!(invoice.tax().to_string(), "2223.00");
    assert_eq!(invoice.gross().to_string(), "19323.00");
    assert_eq!(Invoice::parse(&bytes, Limits::default()), Ok(invoice));
}

#[test]
fn discounts_exemptions_and_deductions_are_summed() {
    let invoice = complete(RICH).invoice;
    let vat: Vec<String> = invoice
        .lines()
        .iter()
        .map(|line| line.vat().to_string())
        .collect();
    assert_eq!(vat, ["2223.00", "-13.00", "0.00", "36.00"]);
    let groups: Vec<String> = invoice
        .vat_groups()
        .iter()
        .map(|group| format!("{} {}", group.rate.text(), group.taxable))
        .collect();
    assert_eq!(groups, ["0.13 17000.00", "0 50.00", "0.06 1000.00"]);
    assert_eq!(invoice.gross().to_string(), "20296.00");
    assert_eq!(invoice.agency_did(), Some("did:tally:demo:tax"));
    assert_eq!(invoice.payment_due().unwrap().to_string(), "2026-10-02");
}

#[test]
fn a_red_invoice_mirrors_the_signs() {
    let invoice = complete(RED).invoice;
    assert_eq!(invoice.gross().to_string(), "-9661.50");
    let red = invoice.red_letter().unwrap();
    assert_eq!(red.reason(), RedReason::Return);
    assert_eq!(red.blue_number().to_string(), "26991000000000001025");
    assert_eq!(
        (red.line_map()[0].line, red.line_map()[0].blue_line),
        (1, 1)
    );
    assert!(invoice.buyer().is_natural());
}

#[test]
fn fields_are_flattened_in_canonical_order() {
    let invoice = complete(BEARINGS).invoice;
    let fields = invoice.fields();
    let value = |path: &str| {
        let field = fields.iter().find(|field| field.path == path).unwrap();
        String::from_utf8(field.value.clone()).unwrap()
    };
    assert_eq!(value("/number"), "\"26991000000000001025\"");
    assert_eq!(value("/lines/0/unitPrice"), "\"85.5\"");
    let paths: Vec<&str> = fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(paths[..3], ["/buyer/id", "/buyer/name", "/currency"]);
    assert!(paths.is_sorted());
    let printed: Vec<&str> = paths
        .into_iter()
        .filter(|path| Invoice::is_printed(path))
        .collect();
    assert_eq!(printed, PRINTED_FIELDS);
}

#[test]
fn a_draft_that_contradicts_itself_is_refused() {
    let refusal = |from: &str, to: &str| {
        let draft = BEARINGS.replace(from, to);
        let draft = InvoiceDraft::parse(draft.as_bytes(), Limits::default()).unwrap();
        let error = draft.complete().unwrap_err();
        (error.code(), error.pointer)
    };
    let at = |code, pointer: &str| (code, pointer.to_owned());
    let with_net = "\"unitPrice\": \"85.5\", \"netAmount\": \"17100.01\"";
    assert_eq!(
        refusal("\"unitPrice\": \"85.5\"", with_net),
        at("TI-22", "/lines/0/netAmount")
    );
    assert_eq!(refusal("\"lines\"", "\"rows\""), at("TI-02", "/lines"));
    assert_eq!(
        refusal("\"quantity\": \"200\",", ""),
        at("TI-21", "/lines/0/quantity")
    );
    let nothing = "\"quantity\": \"200\", \"unitPrice\": \"85.5\", ";
    assert_eq!(refusal(nothing, ""), at("TI-02", "/lines/0/netAmount"));
    let billions = "\"quantity\": \"999999999999\", \"unitPrice\": \"999999999999\"";
    assert_eq!(
        refusal("\"quantity\": \"200\", \"unitPrice\": \"85.5\"", billions),
        at("TI-05", "/lines/0/netAmount")
    );
    assert_eq!(
        refusal("26991000000000001025", "2699"),
        at("TI-08", "/number")
    );
}
