//! The two invoices of the demo, from draft to canonical bytes and back.

#![expect(
    clippy::unwrap_used,
    reason = "a sample that does not parse is a failed test"
)]

use credentials_schemas::invoice::{DocType, Invoice, InvoiceDraft, Kind, Specific};
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

fn complete(draft: &str) -> (Invoice, Vec<u8>) {
    let draft = InvoiceDraft::parse(draft.as_bytes(), Limits::default()).unwrap();
    let completed = draft.complete().unwrap();
    (completed.invoice, completed.bytes)
}

#[test]
fn a_rail_ticket_is_completed() {
    let (ticket, bytes) = complete(RAIL_TICKET);
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
    let (invoice, bytes) = complete(BEARINGS);
    assert_eq!(invoice.kind(), Kind::Blue);
    assert_eq!(invoice.net().to_string(), "17100.00");
    assert_eq!(invoice.tax().to_string(), "2223.00");
    assert_eq!(invoice.gross().to_string(), "19323.00");
    assert_eq!(Invoice::parse(&bytes, Limits::default()), Ok(invoice));
}

#[test]
fn fields_are_flattened_in_canonical_order() {
    let (invoice, _) = complete(BEARINGS);
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
    let printed = paths
        .iter()
        .filter(|path| Invoice::is_printed(path))
        .count();
    assert_eq!(printed, 10);
}

#[test]
fn an_edited_total_is_refused() {
    let (_, bytes) = complete(RAIL_TICKET);
    let edited = String::from_utf8(bytes)
        .unwrap()
        .replace("545.00", "845.00");
    let error = Invoice::parse(edited.as_bytes(), Limits::default()).unwrap_err();
    assert_eq!(
        (error.code(), error.pointer.as_str()),
        ("TI-32", "/totals/gross")
    );
}
