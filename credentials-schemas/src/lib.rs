//! What a Tallystick document is: types, rules, JSON Schemas, type metadata.
//!
//! Two kinds of document exist: the e-invoice (数电票), canonical JSON whose rules are numbered
//! TI-01 to TI-35, and credentials, the payloads of SD-JWT VCs. This crate decides whether bytes
//! are such a document and what it says; whether it is genuine is the light client's question.
//!
//! ```
//! use credentials_schemas::invoice::{Invoice, InvoiceDraft};
//! use credentials_schemas::json::Limits;
//!
//! let draft = r#"{
//!     "number": "26991000000000001017", "docType": "82",
//!     "issuedAt": "2026-09-01T10:11:12+08:00",
//!     "seller": {"id": "91990106MA0DEM0046", "name": "海州恒轴轴承有限公司"},
//!     "buyer": {"id": "91990105MA0DEM002H", "name": "青禾智能装备股份有限公司"},
//!     "lines": [{
//!         "itemName": "*轴承*深沟球轴承", "taxClassCode": "1090122010000000000",
//!         "quantity": "200", "unitPrice": "85.5", "vatCategory": "S", "vatRate": "0.13"
//!     }]
//! }"#;
//! let completed = InvoiceDraft::parse(draft.as_bytes(), Limits::default())?.complete()?;
//! assert_eq!(completed.invoice.gross().to_string(), "19323.00");
//! assert_eq!(Invoice::parse(&completed.bytes, Limits::default())?, completed.invoice);
//!
//! // One fen more in the total is another document, and not an invoice.
//! let edited = String::from_utf8(completed.bytes)?.replace("19323.00", "19323.01");
//! let refusal = Invoice::parse(edited.as_bytes(), Limits::default()).unwrap_err();
//! assert_eq!((refusal.code(), refusal.pointer.as_str()), ("TI-32", "/totals/gross"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Invariants:
//! - pure: no I/O, no clock, no randomness, no cryptography; compiles for `wasm32`;
//! - untrusted bytes enter through one function per format, with limits, and what it returns is
//!   well-formed by construction;
//! - no float: numbers of JSON keep their text, money is [`invoice::Fen`], products are exact;
//! - one value has one text: parsers refuse every form but the canonical one.
//!
//! Standards: RFC 8259, RFC 8785 (JCS), RFC 6901; GB 32100-2015, GB 11643-1999; SD-JWT VC draft 19
//! (payload and type metadata); JSON Schema 2020-12.

pub mod calendar;
pub mod credential;
mod decimal;
pub mod identity;
pub mod invoice;
pub mod json;
mod members;
mod region;
pub mod schema;
mod text;

pub use members::ShapeProblem;
