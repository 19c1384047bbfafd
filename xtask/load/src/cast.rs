//! Who acts: agencies with their keys, and sellers with their leases, registered before anything
//! is measured.

use anyhow::Result;
use credentials_schemas::invoice::{DOCUMENT_TYPE, InvoiceNumber};
use ledger_core::transaction::{Action, IssuerChange, LeaseGrant, Op, RightChange};
use light_client::{
    hash::{Digest, Tag, hash},
    id::{DocumentType, Height, IssuerId},
    record::DisplayName,
};

use crate::author::{Author, Transaction};
use crate::net::Net;
use crate::signer::{Row, Secret};
use crate::traffic::{self, Load, Pace};

/// Agencies, and how many desks each has: 1,000 keys in all.
pub(crate) const AGENCIES: usize = 100;
const DESKS: usize = 10;
/// Sellers that issue invoices.
pub(crate) const SELLERS: usize = 20;
/// Numbers leased to each.
const LEASED: u64 = 10_000_000;
/// Until when: long after the run, and no longer than leases may hold.
const LEASE_END: Height = Height(10_000_000);
/// The agencies' documents.
pub(crate) const PERMIT: &str = "urn:tallystick:bench:permit:1";

/// An agency and its desks' keys.
pub(crate) struct Agency {
    pub(crate) id: IssuerId,
    pub(crate) keys: Vec<Secret>,
}

/// A seller and its lease.
pub(crate) struct Seller {
    pub(crate) key: Secret,
    first: u64,
}

impl Seller {
    /// The number at a place of the lease.
    pub(crate) fn number(&self, at: u64) -> Result<InvoiceNumber> {
        Ok(InvoiceNumber::new(2026, "91", 1, self.first + at)?)
    }
}

/// Everyone.
pub(crate) struct Cast {
    pub(crate) agencies: Vec<Agency>,
    /// The agency that leases invoice numbers.
    pub(crate) tax: IssuerId,
    pub(crate) sellers: Vec<Seller>,
}

impl Cast {
    /// Makes everyone's keys and registers them on the ledger.
    pub(crate) async fn register(net: &Net) -> Result<Self> {
        let mut row = Row::random()?;
        let keys = |row: &mut Row| (0..DESKS).map(|_| row.secret()).collect::<Result<_>>();
        let mut agencies = Vec::new();
        for at in 0..AGENCIES {
            let id = IssuerId::parse(&format!("bench-{at}"))?;
            let keys = keys(&mut row)?;
            agencies.push(Agency { id, keys });
        }
        let tax = Agency {
            id: IssuerId::parse("bench-tax")?,
            keys: vec![row.secret()?],
        };
        let members = net.members()?;
        let mut author = Author::new(net.id(), net.suite(), net.height().await?)?;
        let mut registrations = Vec::new();
        for (agency, kind) in agencies
            .iter()
            .map(|agency| (agency, PERMIT))
            .chain([(&tax, DOCUMENT_TYPE)])
        {
            let action = Action::Register(change(agency, kind)?);
            registrations.push(author.sign_decision(&agency.keys[0], &members, action)?);
        }
        finalize(net, registrations).await?;

        let mut sellers = Vec::new();
        let mut leases = Vec::new();
        for first in (0..).step_by(usize::try_from(LEASED)?).take(SELLERS) {
            let seller = Seller {
                key: row.secret()?,
                first: first + 1,
            };
            let op = Op::Lease(lease(net, &tax.id, &seller)?);
            leases.push(author.sign(&tax.keys[0], op));
            sellers.push(seller);
        }
        finalize(net, leases).await?;
        Ok(Self {
            agencies,
            tax: tax.id,
            sellers,
        })
    }
}

fn change(agency: &Agency, kind: &str) -> Result<IssuerChange> {
    let document_type = DocumentType::parse(kind)?;
    let rights = agency.keys.iter().map(|key| RightChange {
        key: key.public().clone(),
        document_type: document_type.clone(),
        to: None,
    });
    Ok(IssuerChange {
        issuer: agency.id.clone(),
        name: DisplayName {
            zh: "测试机关".into(),
            en: agency.id.as_str().into(),
        },
        rights: rights.collect(),
    })
}

fn lease(net: &Net, agency: &IssuerId, seller: &Seller) -> Result<LeaseGrant> {
    Ok(LeaseGrant {
        agency: agency.clone(),
        seller_key: seller.key.public().clone(),
        seller: any_digest(net, &[b"seller", &seller.first.to_be_bytes()]),
        first: seller.number(0)?,
        count: LEASED,
        quota_fen: u64::MAX / 2,
        to: LEASE_END,
    })
}

/// A digest that stands for a document nobody has to see.
pub(crate) fn any_digest(net: &Net, parts: &[&[u8]]) -> Digest {
    hash(net.suite(), Tag::CREDENTIAL, parts)
}

/// Sends transactions that all must become final.
async fn finalize(net: &Net, transactions: Vec<Transaction>) -> Result<()> {
    let count = transactions.len();
    let load = Load {
        pace: Pace::AsTaken,
        seconds: 60.0,
        connections: 8,
        batch: 1,
    };
    let sent = traffic::send(net, &transactions.into(), 0, load).await?;
    let settled = traffic::settle(net, &sent).await?;
    anyhow::ensure!(
        settled.finals.len() == count,
        "of {count} registrations {} are final: {:?}",
        settled.finals.len(),
        sent.refusals()
    );
    Ok(())
}
