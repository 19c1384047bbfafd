//! What the ledger acknowledged, proved by the light client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use credentials_schemas::invoice::InvoiceNumber;
use ledger_core::{LogProof, StateAnswer};
use light_client::{
    cbor::{self, Wire},
    certificate::{CertifiedHeader, FinalizedHeader},
    hash::Digest,
    id::{IssuerId, LedgerId},
    merkle::Tree,
    record::{InvoiceRecord, StatusEntry, UsedNumber, record_key, status_key, used_key},
    state::{Namespace, StateKey},
    suite::Suite,
};
use tokio::task::JoinSet;

use crate::net::Net;

/// Connections over which proofs are fetched.
const FETCHING: usize = 16;
/// The longest answer.
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// Something that was acknowledged and must be provable for ever.
#[derive(Clone, Debug)]
pub(crate) enum Claim {
    /// A document's standing was recorded.
    Status { issuer: IssuerId, document: Digest },
    /// A batch is in the log.
    Batch { index: u64, root: Digest },
    /// A number is used by this invoice.
    Number {
        number: InvoiceNumber,
        commitment: Digest,
    },
    /// An invoice's record has this amount.
    Record { name: Digest, gross_fen: u64 },
}

impl Claim {
    fn path(&self, suite: Suite, ledger: &LedgerId, height: u64) -> String {
        let key = match self {
            Self::Batch { index, .. } => return format!("/v1/proofs/log/{index}?at={height}"),
            _ => self.key(suite, ledger),
        };
        let namespace = match key.namespace {
            Namespace::Status => "status",
            _ => "invoice",
        };
        format!("/v1/proofs/state/{namespace}/{}?at={height}", key.hash)
    }

    fn key(&self, suite: Suite, ledger: &LedgerId) -> StateKey {
        match self {
            Self::Status { issuer, document } => status_key(suite, ledger, issuer, document),
            Self::Number { number, .. } => used_key(suite, ledger, number),
            Self::Record { name, .. } | Self::Batch { root: name, .. } => {
                record_key(suite, ledger, name)
            }
        }
    }

    /// Checks a node's answer under a header that a quorum has signed.
    fn check(&self, answer: &[u8], header: &FinalizedHeader) -> Result<()> {
        let core = &header.header().core;
        match self {
            Self::Status { issuer, .. } => {
                let entry: StatusEntry = self.present(answer, header)?;
                ensure!(
                    entry.by == *issuer && entry.recorded <= core.height,
                    "another entry"
                );
            }
            Self::Number { commitment, .. } => {
                let entry: UsedNumber = self.present(answer, header)?;
                ensure!(
                    entry.commitment == *commitment,
                    "another invoice has the number"
                );
            }
            Self::Record { gross_fen, .. } => {
                let entry: InvoiceRecord = self.present(answer, header)?;
                ensure!(entry.gross_fen == *gross_fen, "another amount");
            }
            Self::Batch { root, .. } => {
                let proof: LogProof = cbor::parse(answer, ANSWER_BYTES_MAX)?;
                ensure!(proof.leaf.batch_root == *root, "another batch");
                let leaf = proof.leaf.hash(core.suite);
                let found = proof
                    .inclusion
                    .root(Tree::Log, core.suite, leaf, core.log_size);
                ensure!(found == Ok(core.log_root), "the batch is not in the log");
            }
        }
        Ok(())
    }

    /// The entry that must be there.
    fn present<T: Wire + Clone>(&self, answer: &[u8], header: &FinalizedHeader) -> Result<T> {
        let core = &header.header().core;
        let answer: StateAnswer = cbor::parse(answer, ANSWER_BYTES_MAX)?;
        ensure!(
            answer.roots.hash(core.suite) == header.header().rest.state_root,
            "roots of another state"
        );
        let proof = answer.typed::<T>()?;
        let entry = proof.check(
            core.suite,
            &answer.roots,
            &self.key(core.suite, &core.ledger),
        )?;
        entry
            .cloned()
            .with_context(|| format!("{self:?} is not in the state"))
    }
}

/// How fast proofs came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proved {
    pub(crate) count: usize,
    pub(crate) bytes: usize,
    pub(crate) time: Duration,
}

/// The newest header that a quorum of the genesis's set has signed.
pub(crate) async fn newest(net: &Net) -> Result<(CertifiedHeader, FinalizedHeader)> {
    let answer = net
        .connection(0)
        .get("/v1/headers/latest")
        .await?
        .success()?;
    let certified: CertifiedHeader = cbor::parse(&answer.body, ANSWER_BYTES_MAX)?;
    let finalized = certified
        .certificate
        .check(&certified.header, &net.genesis.validators)?;
    Ok((certified, finalized))
}

/// Has every claim proved, each by one of the nodes in turn, and checks the proofs.
///
/// # Errors
/// The first claim that is not proved.
pub(crate) async fn prove(net: &Net, claims: &Arc<[Claim]>) -> Result<Proved> {
    let (_, header) = newest(net).await?;
    let header = Arc::new(header);
    // A height that the first node has may still be on its way to the others.
    net.reached(header.header().core.height.0).await?;
    let (suite, ledger) = (net.suite(), net.id());
    let height = header.header().core.height.0;
    let next = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let mut fetching = JoinSet::new();
    for turn in 0..FETCHING {
        let (claims, next, header) = (claims.clone(), next.clone(), header.clone());
        let mut node = net.connection(turn);
        fetching.spawn(async move {
            let mut bytes = 0;
            while let Some(claim) = claims.get(next.fetch_add(1, Ordering::Relaxed)) {
                let path = claim.path(suite, &ledger, height);
                let answer = node.get(&path).await?.success().context(path)?;
                claim
                    .check(&answer.body, &header)
                    .with_context(|| format!("{claim:?}"))?;
                bytes += answer.body.len();
            }
            Ok::<_, anyhow::Error>(bytes)
        });
    }
    let mut bytes = 0;
    while let Some(fetched) = fetching.join_next().await {
        bytes += fetched??;
    }
    Ok(Proved {
        count: claims.len(),
        bytes,
        time: start.elapsed(),
    })
}
