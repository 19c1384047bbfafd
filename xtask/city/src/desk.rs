//! An agency's desk: what a clerk does there, over the service's API with the desk's token.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::http::{Answer, Client};

/// How long a document may take onto the ledger, on a busy machine.
const ANCHOR_PATIENCE: Duration = Duration::from_secs(180);
const POLL: Duration = Duration::from_millis(200);

/// One agency's desk.
pub struct Desk {
    client: Client,
    /// `http://…/api/agencies/<agency>`.
    url: String,
    /// The service itself.
    service: String,
}

/// A credential that waits for its holder.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The document it will become.
    pub document_id: String,
    /// The link for the holder.
    pub uri: String,
    /// The code that the holder is told another way, if one was asked for.
    pub tx_code: Option<String>,
}

/// A document as the desk sees it.
#[derive(Clone, Debug)]
pub struct Progress {
    /// `offered`, `queued`, `submitted`, `anchored` or `failed`.
    pub state: String,
    /// What the ledger knows it by, in hexadecimal; empty while it is only offered.
    pub digest: String,
    /// The whole answer.
    pub answer: Value,
}

impl Desk {
    /// The desk of an agency at a service.
    pub fn new(service: &str, agency: &str, token: &str) -> Self {
        Self {
            client: Client::with_bearer(token),
            url: format!("{service}/api/agencies/{agency}"),
            service: service.to_owned(),
        }
    }

    /// Offers a credential to its holder.
    ///
    /// # Errors
    /// When the service refuses.
    pub fn offer(&self, vct: &str, claims: &Value, with_tx_code: bool) -> Result<Offer> {
        let body = json!({ "type": vct, "claims": claims, "tx_code": with_tx_code });
        let answer = self
            .client
            .post_json(&format!("{}/credentials", self.url), &body)?;
        Ok(Offer {
            document_id: member(&answer, "document_id")?,
            uri: member(&answer, "offer_uri")?,
            tx_code: answer
                .get("tx_code")
                .and_then(Value::as_str)
                .map(str::to_owned),
        })
    }

    /// Issues an invoice under one of the agency's leases; returns the document's id.
    ///
    /// # Errors
    /// When the service refuses.
    pub fn issue_invoice(&self, invoice: &Value) -> Result<String> {
        let answer = self
            .client
            .post_json(&format!("{}/invoices", self.url), invoice)?;
        member(&answer, "document_id")
    }

    /// Revokes a document, whatever the service answers, on the basis of the demo's own statute.
    ///
    /// # Errors
    /// When nobody answers.
    pub fn revoke(&self, document_id: &str, reason: &str) -> Result<Answer> {
        let body =
            serde_json::to_vec(&json!({ "reason": reason, "basis": "海州市示范条例 第七条" }))?;
        let url = format!("{}/documents/{document_id}/revoke", self.url);
        self.client.post(&url, "application/json", &body)
    }

    /// How far a document has come.
    ///
    /// # Errors
    /// When the service does not know it.
    pub fn progress(&self, document_id: &str) -> Result<Progress> {
        let answer = self
            .client
            .get_json(&format!("{}/documents/{document_id}", self.url))?;
        let digest = answer
            .get("digest")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        Ok(Progress {
            state: member(&answer, "state")?,
            digest,
            answer,
        })
    }

    /// Waits until a document is on the ledger, or refused by it.
    ///
    /// # Errors
    /// When neither happens in time.
    pub fn settled(&self, document_id: &str) -> Result<Progress> {
        let start = Instant::now();
        loop {
            let progress = self.progress(document_id)?;
            if ["anchored", "failed"].contains(&progress.state.as_str()) {
                return Ok(progress);
            }
            if start.elapsed() > ANCHOR_PATIENCE {
                bail!(
                    "document {document_id} is still {}: {}",
                    progress.state,
                    progress.answer
                );
            }
            std::thread::sleep(POLL);
        }
    }

    /// Waits until a document's revocation is on the ledger.
    ///
    /// # Errors
    /// When it is refused or does not happen in time.
    pub fn revoked(&self, document_id: &str) -> Result<()> {
        let start = Instant::now();
        loop {
            let progress = self.progress(document_id)?;
            let state = progress
                .answer
                .pointer("/revocation/state")
                .and_then(Value::as_str);
            match state {
                Some("final") => return Ok(()),
                Some("refused") => bail!("the revocation was refused: {}", progress.answer),
                _ if start.elapsed() > ANCHOR_PATIENCE => {
                    bail!("{document_id} is still not revoked: {}", progress.answer)
                }
                _ => std::thread::sleep(POLL),
            }
        }
    }

    /// The whole bundle of a document that the agency itself keeps.
    ///
    /// # Errors
    /// When the service has none.
    pub fn bundle(&self, document_id: &str) -> Result<Vec<u8>> {
        self.client
            .get_bytes(&format!("{}/api/bundles/{document_id}", self.service))
    }

    /// The proofs of a document, as anyone can ask for them by its digest.
    ///
    /// # Errors
    /// When there are none.
    pub fn proofs(&self, digest: &str) -> Result<Vec<u8>> {
        Client::anonymous().get_bytes(&format!("{}/api/proofs/{digest}", self.service))
    }
}

fn member(answer: &Value, name: &str) -> Result<String> {
    let text = answer.get(name).and_then(Value::as_str).map(str::to_owned);
    text.with_context(|| format!("the answer has no {name}: {answer}"))
}
