//! Large invoices: all lines, and the work grows with them, not with their square.

use std::time::{Duration, Instant};

use credentials_schemas::invoice::{Invoice, InvoiceDraft, LARGE_INVOICE_LIMITS, MAX_LINES};
use credentials_schemas::json::{Json, Limits};

fn draft(lines: usize) -> InvoiceDraft {
    let line = Json::object([
        ("itemName", "*轴承*深沟球轴承".into()),
        ("taxClassCode", "1090122010000000000".into()),
        ("spec", "6204-2RS".into()),
        ("unit", "件".into()),
        ("quantity", "3".into()),
        ("unitPrice", "0.335".into()),
        ("vatCategory", "S".into()),
        ("vatRate", "0.13".into()),
    ]);
    let head = r#"{"number": "26991000000000000017", "docType": "82",
        "issuedAt": "2026-09-02T09:00:00+08:00",
        "seller": {"id": "91990106MA0DEM0046", "name": "恒轴"},
        "buyer": {"id": "91990105MA0DEM002H", "name": "青禾"}}"#;
    let head = InvoiceDraft::parse(head.as_bytes(), Limits::default()).unwrap();
    head.with("lines", Json::Array(vec![line; lines]))
}

#[test]
fn an_invoice_may_have_100_000_lines_and_not_one_more() {
    let completed = draft(MAX_LINES).complete().unwrap();
    assert_eq!(completed.invoice.lines().len(), MAX_LINES);
    assert_eq!(completed.invoice.net().to_string(), "101000.00");
    let error = draft(MAX_LINES + 1).complete().unwrap_err();
    assert_eq!((error.code(), error.pointer.as_str()), ("TI-20", "/lines"));
}

/// Ten times the lines cost about ten times the work. Squared work would cost a hundred times;
/// the bound lies far from both, so that a busy machine does not decide.
#[test]
fn the_work_is_linear_in_the_lines() {
    let time = |lines: usize| -> Duration {
        let bytes = draft(lines).complete().unwrap().bytes;
        let once = || {
            let start = Instant::now();
            assert!(Invoice::parse(&bytes, LARGE_INVOICE_LIMITS).is_ok());
            start.elapsed()
        };
        (0..3).map(|_| once()).min().unwrap()
    };
    let (small, large) = (time(1_000), time(10_000));
    assert!(
        large < small * 45,
        "1,000 lines {small:?}, 10,000 lines {large:?}"
    );
}
