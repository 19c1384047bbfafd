//! Sellers that issue invoices in batches, each invoice with a number and a record of its own.

use std::sync::Arc;

use anyhow::Result;
use ledger_core::transaction::{InvoiceIssue, Op, RecordLine, UsedLine};
use light_client::key::Signature;
use light_client::record::record_name;

use crate::author::{Author, Transaction};
use crate::cast::{Cast, any_digest};
use crate::net::Net;
use crate::proofs::Claim;
use crate::signer::Row;
use crate::traffic::Settled;

/// Numbers that were handed out so far, per seller.
#[derive(Debug, Default)]
pub(crate) struct Numbers(u64);

/// Batches that are signed, and what each of them claims.
pub(crate) struct Invoices {
    pub(crate) pool: Arc<[Transaction]>,
    claims: Vec<Vec<Claim>>,
}

impl Invoices {
    /// Signs `batches` batches of `size` invoices, by all sellers in turn.
    pub(crate) async fn sign(
        net: &Net,
        cast: &Cast,
        numbers: &mut Numbers,
        (batches, size): (usize, usize),
    ) -> Result<Self> {
        let mut author = Author::new(net.id(), net.suite(), net.height().await?)?;
        let mut row = Row::random()?;
        let (mut pool, mut claims) = (Vec::new(), Vec::new());
        for at in 0..batches {
            let seller = at % cast.sellers.len();
            if seller == 0 && at > 0 {
                numbers.0 += u64::try_from(size)?;
            }
            let (transaction, claimed) =
                batch(net, cast, (seller, numbers.0, size), &mut author, &mut row)?;
            pool.push(transaction);
            claims.push(claimed);
        }
        numbers.0 += u64::try_from(size)?;
        Ok(Self {
            pool: pool.into(),
            claims,
        })
    }

    /// What is to be proved of those that are final.
    pub(crate) fn claims(&self, settled: &Settled) -> impl Iterator<Item = Claim> {
        let finals = settled.finals.iter();
        finals.flat_map(|one| self.claims[one.at].iter().cloned())
    }
}

fn batch(
    net: &Net,
    cast: &Cast,
    (seller, from, size): (usize, u64, usize),
    author: &mut Author,
    row: &mut Row,
) -> Result<(Transaction, Vec<Claim>)> {
    let (suite, seller) = (net.suite(), &cast.sellers[seller]);
    let (mut used, mut records) = (Vec::new(), Vec::new());
    for at in (from..).take(size) {
        let number = seller.number(at)?;
        used.push(UsedLine {
            number,
            commitment: any_digest(net, &[b"invoice", number.as_bytes()]),
        });
        let secret = any_digest(net, &[b"secret", number.as_bytes()]);
        records.push(RecordLine {
            name: record_name(suite, &secret),
            gross_fen: 10_000 + at,
            claim_key: Some(row.public_key()?),
        });
    }
    records.sort_by_key(|line| line.name);
    let numbers = used.iter().map(|line| Claim::Number {
        number: line.number,
        commitment: line.commitment,
    });
    let records_claimed = records.iter().map(|line| Claim::Record {
        name: line.name,
        gross_fen: line.gross_fen,
    });
    let claims = numbers.chain(records_claimed).collect();
    let mut issue = InvoiceIssue {
        agency: cast.tax.clone(),
        lease_first: seller.number(0)?,
        used,
        records,
        expiry: author.expiry(),
        signature: Signature([0; 64]),
    };
    let statement = issue.statement(suite, &net.id(), seller.key.id());
    issue.signature = seller.key.sign(&statement.to_bytes(), &mut author.nonces);
    Ok((author.sign(&seller.key, Op::Issue(issue)), claims))
}
