//! What is asked of other nodes, and where a snapshot comes from.

use std::path::PathBuf;
use std::time::Duration;

use light_client::cbor;
use light_client::genesis::Genesis;
use light_client::id::LedgerId;
use reqwest::{Client, header};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::OpsError;
use super::snapshots::{self, Summary};
use crate::config::MAX_GENESIS_BYTES;

/// A peer that takes longer for one answer is asked no more.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks nodes over HTTP.
#[derive(Clone)]
pub struct Fetcher {
    client: Client,
    ticket: Option<String>,
}

impl Fetcher {
    /// Shows `ticket` to those who want one.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn new(ticket: Option<String>) -> Result<Self, OpsError> {
        let client = Client::builder().no_proxy().timeout(PATIENCE).build();
        let client = client.map_err(|error| OpsError::Config(error.into()))?;
        Ok(Self { client, ticket })
    }

    /// The body of an answer.
    ///
    /// # Errors
    /// [`OpsError::Unavailable`].
    pub async fn bytes(&self, url: &str) -> Result<Vec<u8>, OpsError> {
        let unavailable = |what: String| OpsError::Unavailable {
            url: url.to_owned(),
            what,
        };
        let mut request = self.client.get(url);
        if let Some(ticket) = &self.ticket {
            request = request.header(header::AUTHORIZATION, format!("Bearer {ticket}"));
        }
        let answer = request.send().await;
        let answer = answer.map_err(|error| unavailable(error.without_url().to_string()))?;
        let status = answer.status();
        let body = answer.bytes().await;
        let body = body.map_err(|error| unavailable(error.without_url().to_string()))?;
        if status.is_success() {
            return Ok(body.to_vec());
        }
        Err(unavailable(problem(status.as_u16(), &body)))
    }

    /// An answer in JSON.
    ///
    /// # Errors
    /// [`OpsError::Unavailable`].
    pub async fn json<T: DeserializeOwned>(&self, url: &str) -> Result<T, OpsError> {
        let body = self.bytes(url).await?;
        serde_json::from_slice(&body).map_err(|error| OpsError::Unavailable {
            url: url.to_owned(),
            what: error.to_string(),
        })
    }

    /// Submits a transaction, which must be accepted, or wait on that node alone: whoever sends it
    /// asks what becomes of it, and must not sign the same intent a second time.
    ///
    /// # Errors
    /// [`OpsError::Unavailable`] with the reason.
    pub async fn submit(&self, url: &str, transaction: Vec<u8>) -> Result<(), OpsError> {
        let unavailable = |what: String| OpsError::Unavailable {
            url: url.to_owned(),
            what,
        };
        let request = self.client.post(url).body(transaction);
        let request = request.header(header::CONTENT_TYPE, "application/cbor");
        let answer = request.send().await;
        let answer = answer.map_err(|error| unavailable(error.without_url().to_string()))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let body = answer.bytes().await.unwrap_or_default();
        let code = serde_json::from_slice::<Value>(&body);
        if code.is_ok_and(|problem| problem["code"] == "too_few_copies") {
            return Ok(());
        }
        Err(unavailable(problem(status.as_u16(), &body)))
    }

    /// The genesis with this fingerprint, from the first peer that has it; also which that is.
    ///
    /// # Errors
    /// [`OpsError::OtherLedger`], or why the last peer did not answer.
    pub async fn genesis(
        &self,
        peers: &[String],
        trusted: &LedgerId,
    ) -> Result<(String, Genesis), OpsError> {
        let (mut found, mut failed) = (Vec::new(), None);
        for peer in peers {
            match self.bytes(&format!("{peer}/v1/genesis")).await {
                Ok(bytes) => match cbor::parse::<Genesis>(&bytes, MAX_GENESIS_BYTES) {
                    Ok(genesis) if genesis.ledger_id() == *trusted => {
                        return Ok((peer.clone(), genesis));
                    }
                    Ok(genesis) => found.push(genesis.ledger_id()),
                    Err(error) => {
                        failed = Some(OpsError::Unavailable {
                            url: peer.clone(),
                            what: error.to_string(),
                        });
                    }
                },
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            Some(error) if found.is_empty() => Err(error),
            _ => Err(OpsError::OtherLedger {
                trusted: *trusted,
                found,
            }),
        }
    }
}

/// What a node said instead of an answer.
fn problem(status: u16, body: &[u8]) -> String {
    let told: Option<Value> = serde_json::from_slice(body).ok();
    let detail = told.as_ref().and_then(|told| told["detail"].as_str());
    format!("status {status}, {}", detail.unwrap_or("no explanation"))
}

/// Where a snapshot comes from. Nothing that it gives is believed.
pub enum Source {
    /// A folder that `ledger-node snapshot` made.
    Folder(PathBuf),
    /// The newest snapshot of the first peer that has one, or the next, chunk by chunk.
    Peers {
        /// Asks them.
        fetcher: Fetcher,
        /// Their APIs.
        peers: Vec<String>,
        /// The one that was chosen, with its snapshot's height.
        chosen: Option<(String, u64)>,
    },
}

impl Source {
    /// The manifest.
    ///
    /// # Errors
    /// [`OpsError`].
    pub async fn manifest(&mut self) -> Result<Vec<u8>, OpsError> {
        match self {
            Self::Folder(folder) => snapshots::manifest(folder),
            Self::Peers {
                fetcher,
                peers,
                chosen,
            } => {
                let mut newest: Option<(String, u64)> = None;
                let mut failed = OpsError::Usage("no peer is named");
                for peer in peers.iter() {
                    let url = format!("{peer}/v1/snapshots");
                    match fetcher.json::<Vec<Summary>>(&url).await {
                        Ok(all) => {
                            let height = all.iter().map(|summary| summary.height).max();
                            let best = newest.as_ref().map(|(_, height)| *height);
                            if height > best {
                                newest = height.map(|height| (peer.clone(), height));
                            }
                            failed = OpsError::Unavailable {
                                url,
                                what: "the peer has no snapshot".into(),
                            };
                        }
                        Err(error) => failed = error,
                    }
                }
                let (peer, height) = newest.ok_or(failed)?;
                let manifest = fetcher
                    .bytes(&format!("{peer}/v1/snapshots/{height}"))
                    .await?;
                *chosen = Some((peer, height));
                Ok(manifest)
            }
        }
    }

    /// A chunk.
    ///
    /// # Errors
    /// [`OpsError`].
    pub async fn chunk(&self, index: usize) -> Result<Vec<u8>, OpsError> {
        match self {
            Self::Folder(folder) => snapshots::chunk(folder, index),
            Self::Peers {
                fetcher, chosen, ..
            } => {
                let chosen = chosen.as_ref();
                let (peer, height) = chosen.ok_or(OpsError::Usage("no snapshot is chosen"))?;
                let url = format!("{peer}/v1/snapshots/{height}/{index}");
                fetcher.bytes(&url).await
            }
        }
    }
}
