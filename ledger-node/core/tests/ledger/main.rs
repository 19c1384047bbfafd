//! The ledger's rules from the outside: everything through `App` and `View`, every proof checked
//! by the light client.

mod admission;
mod archives;
mod blocks;
mod claims;
mod confirmations;
mod conformance;
mod conservation;
mod crash;
mod decoders;
mod deposits;
mod dids;
mod fsck;
mod governance;
mod headers;
mod invoices;
mod issuers;
mod kit;
mod model;
mod motions;
mod permissions;
mod proofs;
mod red_letters;
mod scene;
mod snapshots;
mod transactions;
