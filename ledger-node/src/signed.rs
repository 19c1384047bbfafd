//! Transactions that this program signs by itself.

use anyhow::{Context as _, Result};
use ledger_core::transaction::{Body, IdempotencyKey, Op, SignedTransaction};
use light_client::id::{Height, LedgerId};

use crate::key::SigningKey;

/// A new intent of `key`'s, which expires at `expiry`.
///
/// # Errors
/// The operating system gives no randomness.
pub(crate) fn signed(
    ledger: LedgerId,
    op: Op,
    expiry: Height,
    key: &SigningKey,
) -> Result<SignedTransaction> {
    let mut intent = [0; 16];
    getrandom::fill(&mut intent)
        .ok()
        .context("no randomness from the operating system")?;
    let body = Body {
        ledger,
        sender: key.public_key(),
        idempotency_key: IdempotencyKey(intent),
        expiry,
        after: None,
        op,
    };
    Ok(body.sign(|message| key.sign(message)))
}
