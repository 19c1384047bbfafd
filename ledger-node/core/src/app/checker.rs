//! Checking transactions without holding up the App.

use std::sync::Arc;

use super::App;
use crate::{
    keys::SharedKeys, ledger::Ledger, refusal::Refusal, store::Store, transaction::Checked,
};

/// Checks what needs no state: form and signatures. It is the greatest part of the work of taking
/// a transaction in, and whoever holds the App need not wait for it.
#[derive(Debug, Clone)]
pub struct Checker {
    ledger: Arc<Ledger>,
    keys: Arc<SharedKeys>,
}

impl Checker {
    /// One outcome per transaction, for [`App::admit`].
    pub fn check(&self, transactions: &[Vec<u8>]) -> Vec<Result<Checked, Refusal>> {
        Checked::check_all(&self.ledger, &self.keys, transactions)
    }
}

impl<S: Store> App<S> {
    /// What checks transactions for this ledger.
    pub fn checker(&self) -> Checker {
        Checker {
            ledger: self.ledger.clone(),
            keys: self.sender_keys.clone(),
        }
    }
}
