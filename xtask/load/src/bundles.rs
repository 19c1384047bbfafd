//! Anchored documents as their holders would show them: whole bundles, judged by the light client.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, ensure};
use ledger_core::{LogProof, StateAnswer};
use light_client::{
    bundle::{Bundle, Document, Origin, Proofs},
    cbor::{self, Wire},
    certificate::CertifiedHeader,
    hash::Digest,
    id::{LeafIndex, TimeMs},
    key::KnownKeys,
    merkle::{self, Tree},
    policy::Policy,
    record::{BatchSignature, IssuerEntry, StatusEntry, issuer_key, status_key},
    state::{StateKey, StateProof, StateRoots},
    trust::{Profile, TrustStore},
    verdict::Headline,
    verify_with,
};

use crate::anchoring::{Anchored, Batch, Presses};
use crate::http::Connection;
use crate::net::Net;
use crate::proofs;
use crate::signer::Row;
use crate::traffic::{Final, Settled};

/// The longest answer of a node.
const ANSWER_BYTES_MAX: usize = 4 << 20;
/// Tables for the validators and the agencies.
const KNOWN_KEYS: usize = 128;

/// Chooses documents at random among all that are final, composes their bundles and has each
/// judged; returns how many were plainly valid.
pub(crate) async fn verify_some(
    net: &Net,
    presses: &Presses,
    anchored: &Anchored,
    settled: &Settled,
    count: usize,
) -> Result<usize> {
    let mut chosen = BTreeMap::<usize, Vec<usize>>::new();
    for _ in 0..count {
        let one = random(settled.finals.len())?;
        let batch = &anchored.batches[settled.finals[one].at];
        chosen
            .entry(one)
            .or_default()
            .push(random(batch.digests.len())?);
    }
    let mut clerk = Clerk::new(net).await?;
    for (one, places) in chosen {
        let found = settled.finals[one];
        let batch = &anchored.batches[found.at];
        clerk.check_batch(presses, batch, &found, &places).await?;
    }
    Ok(count)
}

/// Fetches proofs and judges.
struct Clerk<'a> {
    net: &'a Net,
    node: Connection,
    head: CertifiedHeader,
    trust: TrustStore,
    keys: KnownKeys,
}

impl<'a> Clerk<'a> {
    async fn new(net: &'a Net) -> Result<Self> {
        let mut trust = TrustStore::new(Profile::Demo);
        trust.pin(net.genesis.clone())?;
        Ok(Self {
            net,
            node: net.connection(0),
            head: proofs::newest(net).await?.0,
            trust,
            keys: KnownKeys::with_tables(KNOWN_KEYS),
        })
    }

    async fn check_batch(
        &mut self,
        presses: &Presses,
        batch: &Batch,
        found: &Final,
        places: &[usize],
    ) -> Result<()> {
        let index = found.log_index.unwrap_or_default();
        let log: LogProof = self.fetch(&format!("log/{index}")).await?;
        let (suite, ledger) = (self.net.suite(), self.net.id());
        let issuer = &presses.cast.agencies[batch.agency].id;
        let (roots, registry) = self
            .entry::<IssuerEntry>("registry", &issuer_key(suite, &ledger, issuer))
            .await?;
        let leaves = presses.leaves(&batch.digests);
        for place in places {
            let digest = &batch.digests[*place];
            let path = merkle::prove(
                Tree::Batch,
                suite,
                &leaves,
                LeafIndex(u64::try_from(*place)?),
            );
            let origin = path.map(|batch_path| Origin {
                signature: BatchSignature {
                    key: presses.key(batch.agency).public().clone(),
                    expiry: batch.expiry,
                    signature: batch.signature,
                },
                batch_path,
                leaf: log.leaf.clone(),
                log_path: log.inclusion.clone(),
            });
            let (_, status) = self
                .entry::<StatusEntry>("status", &status_key(suite, &ledger, issuer, digest))
                .await?;
            let proofs = Proofs {
                ledger,
                head: self.head.clone(),
                handoffs: Vec::new(),
                succession: None,
                roots: roots.clone(),
                origin,
                registry: Some(registry.clone()),
                status: Some(status),
                invoice: None,
            };
            self.judge(document(presses, batch, *place)?, proofs, digest)?;
        }
        Ok(())
    }

    fn judge(&mut self, document: Document, proofs: Proofs, digest: &Digest) -> Result<()> {
        let bundle = cbor::to_bytes(&Bundle { document, proofs });
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
        let (now, policy) = (TimeMs(u64::try_from(now)?), Policy::default());
        let verdict = verify_with(&bundle, &self.trust, &policy, now, &mut self.keys);
        ensure!(
            matches!(verdict.headline, Headline::Valid),
            "document {digest}: {verdict:?}"
        );
        Ok(())
    }

    async fn entry<T: Wire>(
        &mut self,
        namespace: &str,
        key: &StateKey,
    ) -> Result<(StateRoots, StateProof<T>)> {
        let path = format!("state/{namespace}/{}", key.hash);
        let answer: StateAnswer = self.fetch(&path).await?;
        Ok((answer.roots.clone(), answer.typed()?))
    }

    async fn fetch<T: Wire>(&mut self, path: &str) -> Result<T> {
        let height = self.head.header.core.height;
        let path = format!("/v1/proofs/{path}?at={height}");
        let answer = self.node.get(&path).await?.success()?;
        Ok(cbor::parse(&answer.body, ANSWER_BYTES_MAX)?)
    }
}

/// The document, made again.
fn document(presses: &Presses, batch: &Batch, place: usize) -> Result<Document> {
    let place = u64::try_from(place)?;
    let mut nonces = Row::after(&batch.nonces, place);
    let template = &presses.templates[batch.agency];
    let number = batch.numbers.start + place;
    let jwt = template.one(number, presses.key(batch.agency), &mut nonces);
    Ok(Document::Credential(format!("{jwt}~")))
}

fn random(below: usize) -> Result<usize> {
    ensure!(below > 0, "nothing to choose from");
    let random = getrandom::u64().ok().unwrap_or_default();
    Ok(usize::try_from(random % u64::try_from(below)?)?)
}
