//! One ledger node, spoken to over HTTP. What it says is checked before it is handed on.

use std::time::Duration;

use ledger_core::{LogProof, StateAnswer, transaction::TxId};
use light_client::{
    cbor::{self, DecodeError, Wire},
    certificate::CertifiedHeader,
    genesis::Genesis,
    handoff::Handoff,
    id::{Epoch, Height, LeafIndex},
    state::{Namespace, StateKey},
};
use serde::{Deserialize, Serialize};

/// The largest answer that is read: ten thousand hand-offs would not fit, one hundred do.
const MAX_ANSWER_BYTES: usize = 16 << 20;
/// How long a node may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How many hand-offs a node gives in one answer.
const HANDOFFS_PER_ANSWER: usize = 100;

/// A node.
#[derive(Debug, Clone)]
pub struct LedgerClient {
    http: reqwest::Client,
    url: String,
}

/// Why a node's answer is not there or cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The answer is not of its format.
    #[error("answer of the node")]
    Decode(#[from] DecodeError),
    /// The node cannot be reached, or broke off.
    #[error("node cannot be reached")]
    Http(#[from] reqwest::Error),
    /// The answer is too long.
    #[error("answer is longer than {MAX_ANSWER_BYTES} bytes")]
    TooLong,
    /// Another status than the API has.
    #[error("node answered with status {status} to {path}")]
    UnexpectedStatus {
        /// The status.
        status: u16,
        /// To what.
        path: String,
    },
}

/// Where the ledger is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LedgerHead {
    /// The newest height.
    pub height: u64,
    /// The epoch.
    pub epoch: u64,
    /// The time of that block.
    pub time_ms: u64,
    /// The hash of its header.
    pub header_hash: String,
    /// The ledger's fingerprint.
    pub ledger_id: String,
}

/// What a node says to a transaction it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submission {
    /// It will become final, or be refused with a reason.
    Accepted,
    /// It was refused at once, with this code.
    Refused(String),
}

/// What a node knows of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum TransactionState {
    /// It waits.
    Pending,
    /// It is in a block.
    Final {
        /// Which.
        height: u64,
        /// The place of its leaf in the log, if it wrote one.
        log_index: Option<u64>,
    },
    /// It never will be.
    Refused {
        /// Why.
        code: String,
    },
}

#[derive(Deserialize)]
struct Problem {
    code: String,
}

impl LedgerClient {
    /// A node at `url`, such as `http://127.0.0.1:7700`.
    ///
    /// # Errors
    /// [`LedgerError::Http`].
    pub fn new(url: &str) -> Result<Self, LedgerError> {
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            http,
            url: url.trim_end_matches('/').to_owned(),
        })
    }

    /// Gives the node a transaction.
    ///
    /// # Errors
    /// [`LedgerError`]: whether it arrived is then unknown.
    pub async fn submit(&self, transaction: Vec<u8>) -> Result<Submission, LedgerError> {
        let path = "/v1/transactions";
        let request = self.http.post(format!("{}{path}", self.url));
        let request = request.header("content-type", "application/cbor");
        let response = request.body(transaction).send().await?;
        let status = response.status().as_u16();
        match status {
            202 => Ok(Submission::Accepted),
            // A full pool is a matter of time, and not the transaction's fault.
            429 => Err(unexpected(status, path)),
            400..=499 => match response.json::<Problem>().await {
                Ok(problem) => Ok(Submission::Refused(problem.code)),
                Err(_) => Err(unexpected(status, path)),
            },
            _ => Err(unexpected(status, path)),
        }
    }

    /// Asks what became of a transaction; none if the node does not know it.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn transaction(&self, id: &TxId) -> Result<Option<TransactionState>, LedgerError> {
        let path = format!("/v1/transactions/{id}");
        let response = self.http.get(format!("{}{path}", self.url)).send().await?;
        match response.status().as_u16() {
            200 => Ok(Some(response.json().await?)),
            404 => Ok(None),
            status => Err(unexpected(status, &path)),
        }
    }

    /// Where the ledger is.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn head(&self) -> Result<LedgerHead, LedgerError> {
        let path = "/v1/head";
        let response = self.http.get(format!("{}{path}", self.url)).send().await?;
        match response.status().as_u16() {
            200 => Ok(response.json().await?),
            status => Err(unexpected(status, path)),
        }
    }

    /// The ledger's first record.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn genesis(&self) -> Result<Genesis, LedgerError> {
        self.cbor("/v1/genesis").await
    }

    /// The newest header with its certificate.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn newest_header(&self) -> Result<CertifiedHeader, LedgerError> {
        self.cbor("/v1/headers/latest").await
    }

    /// Every hand-off from the beginning to `epoch`.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn handoffs_to(&self, epoch: Epoch) -> Result<Vec<Handoff>, LedgerError> {
        let mut handoffs: Vec<Handoff> = Vec::new();
        loop {
            let from = handoffs.len();
            let path = format!("/v1/handoffs?from_epoch={from}");
            let List(page) = self.cbor(&path).await?;
            let is_last = page.len() < HANDOFFS_PER_ANSWER;
            handoffs.extend(page);
            if is_last || handoffs.len() == from {
                // The ledger may have gone on since the header was taken.
                handoffs.retain(|handoff| handoff.next_set.epoch() <= epoch);
                return Ok(handoffs);
            }
        }
    }

    /// A leaf of the anchor log, proved under the header of height `at`.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn log_proof(&self, index: LeafIndex, at: Height) -> Result<LogProof, LedgerError> {
        self.cbor(&format!("/v1/proofs/log/{index}?at={at}")).await
    }

    /// What is under a key of the state, proved under the header of height `at`.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn state(&self, key: &StateKey, at: Height) -> Result<StateAnswer, LedgerError> {
        let (namespace, hash) = (name_of(key.namespace), key.hash);
        self.cbor(&format!("/v1/proofs/state/{namespace}/{hash}?at={at}"))
            .await
    }

    async fn cbor<T: Wire>(&self, path: &str) -> Result<T, LedgerError> {
        let mut response = self.http.get(format!("{}{path}", self.url)).send().await?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(unexpected(status, path));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_ANSWER_BYTES {
                return Err(LedgerError::TooLong);
            }
        }
        Ok(cbor::parse(&bytes, MAX_ANSWER_BYTES)?)
    }
}

struct List(Vec<Handoff>);

impl Wire for List {
    fn encode(&self, writer: &mut cbor::Writer) {
        writer.list(&self.0);
    }
    fn decode(reader: &mut cbor::Reader<'_>) -> Result<Self, DecodeError> {
        reader.list(HANDOFFS_PER_ANSWER).map(Self)
    }
}

/// A namespace's name in addresses.
const fn name_of(namespace: Namespace) -> &'static str {
    match namespace {
        Namespace::Governance => "governance",
        Namespace::Registry => "registry",
        Namespace::Did => "did",
        Namespace::Status => "status",
        Namespace::Invoice => "invoice",
        Namespace::Evidence => "evidence",
        Namespace::Sender => "sender",
        Namespace::Log => "log",
    }
}

fn unexpected(status: u16, path: &str) -> LedgerError {
    LedgerError::UnexpectedStatus {
        status,
        path: path.to_owned(),
    }
}
