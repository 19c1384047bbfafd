//! The cheapest thing that a real user sends and that changes state: an agency's desk records that
//! a document is suspended. Each transaction is about another document.

use std::sync::Arc;

use anyhow::Result;
use ledger_core::transaction::{Op, StatusChange};
use light_client::{
    id::TimeMs,
    record::{Standing, StatusReason},
};

use crate::author::{Author, Transaction, basis};
use crate::cast::{Cast, any_digest};
use crate::net::Net;
use crate::proofs::Claim;
use crate::traffic::Settled;

/// Operations that are signed, and what each of them claims.
pub(crate) struct Operations {
    pub(crate) pool: Arc<[Transaction]>,
    claims: Vec<Claim>,
}

impl Operations {
    /// Signs `count` operations by all desks' keys in turn.
    pub(crate) async fn sign(net: &Net, cast: &Cast, count: usize) -> Result<Self> {
        let mut author = Author::new(net.id(), net.suite(), net.height().await?)?;
        let salt = author.expiry().0.to_be_bytes();
        let run = author.nonces.public_key()?.to_bytes();
        let (mut pool, mut claims) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for at in 0..count {
            let agency = &cast.agencies[at % cast.agencies.len()];
            let key = &agency.keys[at / cast.agencies.len() % agency.keys.len()];
            let document = any_digest(net, &[&salt, &run, &at.to_be_bytes()]);
            let change = StatusChange {
                issuer: agency.id.clone(),
                document,
                standing: Standing::Suspended,
                reason: StatusReason::LegalOrder,
                basis: basis()?,
                effective_ms: TimeMs(0),
            };
            pool.push(author.sign(key, Op::SetStatus(change)));
            claims.push(Claim::Status {
                issuer: agency.id.clone(),
                document,
            });
        }
        Ok(Self {
            pool: pool.into(),
            claims,
        })
    }

    /// What is to be proved of those that are final.
    pub(crate) fn claims(&self, settled: &Settled) -> impl Iterator<Item = Claim> {
        settled.finals.iter().map(|one| self.claims[one.at].clone())
    }
}
