//! Blocks as JSON lines, for auditors and their tools.
//!
//! ```text
//! {"height":1,"hash":"…","time_ms":…,"epoch":0,"log_size":…,"log_root":"…","state_root":"…",
//!  "signers":["…"],"round":0,"transactions":[{"id":"…","sender":"…","module":2,"op":1,"bytes":"…"}]}
//! ```
//! `module` and `op` are the operation's first two numbers (`docs/spec/ledger.cddl`), `bytes` the
//! whole signed transaction, so that nothing has to be believed that cannot be computed again.

use std::io::Write;

use ledger_core::store::Store;
use ledger_core::transaction::SignedTransaction;
use ledger_core::{Fault, View};
use light_client::cbor;
use light_client::certificate::CertifiedHeader;
use light_client::id::Height;
use light_client::suite::Suite;
use light_client::validator_set::ValidatorSet;
use serde_json::{Value, json};

use super::OpsError;

/// Writes the blocks `from..=through`, one line each; returns how many.
///
/// # Errors
/// [`OpsError::Fault`], also if a block is not here; [`OpsError::Config`] if the line cannot be
/// written.
pub fn write(
    store: &impl Store,
    from: Height,
    through: Height,
    to: &mut dyn Write,
) -> Result<u64, OpsError> {
    let view = View::new(store);
    for height in (from.0..=through.0).map(Height) {
        let header = view.header(height)?.ok_or(Fault::Missing("this block"))?;
        let body = view
            .body(height)?
            .ok_or(Fault::Missing("this block's body"))?;
        let set = view.validator_set(header.header.core.epoch)?;
        let set = set.ok_or(Fault::Missing("a validator set"))?;
        let suite = header.header.core.suite;
        let mut transactions = Vec::new();
        for bytes in body.transactions() {
            transactions.push(transaction(bytes, suite)?);
        }
        let line = block(&header, &set, &transactions);
        writeln!(to, "{line}").map_err(|error| OpsError::Config(error.into()))?;
    }
    Ok((through.0 + 1).saturating_sub(from.0))
}

fn block(certified: &CertifiedHeader, set: &ValidatorSet, transactions: &[Value]) -> Value {
    let (core, rest) = (&certified.header.core, &certified.header.rest);
    let signers = certified.certificate.signatures.iter();
    let agency = |signer: u8| set.validators().get(usize::from(signer));
    let signers: Vec<_> = signers
        .filter_map(|commit| agency(commit.signer))
        .map(|validator| validator.agency.as_str())
        .collect();
    json!({
        "height": core.height,
        "hash": certified.header.hash(),
        "previous": rest.previous,
        "time_ms": core.time_ms,
        "epoch": core.epoch,
        "log_size": core.log_size,
        "log_root": core.log_root,
        "state_root": rest.state_root,
        "history_root": rest.history_root,
        "body_root": rest.body_root,
        "next_set_hash": rest.next_set_hash,
        "round": certified.certificate.round,
        "signers": signers,
        "transactions": transactions,
    })
}

fn transaction(bytes: &[u8], suite: Suite) -> Result<Value, Fault> {
    let transaction = SignedTransaction::parse(bytes)?;
    let body = &transaction.body;
    // An operation is an array of fewer than 24 elements that begins with two small numbers.
    let op = cbor::to_bytes(&body.op);
    Ok(json!({
        "id": transaction.id(suite),
        "sender": body.sender.id(suite).0,
        "expiry": body.expiry,
        "module": op.get(1),
        "op": op.get(2),
        "bytes": hex::encode(bytes),
    }))
}
