//! Plain HTTP as the city's people use it: JSON and bytes, with the service's own error codes.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use ureq::http::Response;
use ureq::{Agent, Body};

/// The largest answer anyone here expects.
const ANSWER_BYTES_MAX: u64 = 16 << 20;

/// A client; cheap to make.
pub struct Client {
    agent: Agent,
    bearer: Option<String>,
}

/// An answer with its status, whatever it is.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Errors
    /// When it is not.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).context("the answer is not JSON")
    }

    /// The stable `code` of a problem answer, or the `error` of an OAuth one; empty without any.
    pub fn code(&self) -> String {
        let problem = self.json().unwrap_or_default();
        let code = problem.get("code").or_else(|| problem.get("error"));
        code.and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// The answer itself if its status says success.
    ///
    /// # Errors
    /// With status and body, if it does not.
    pub fn success(self) -> Result<Self> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        let text = String::from_utf8_lossy(&self.body);
        let short: String = text.chars().take(500).collect();
        bail!("status {}: {short}", self.status)
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::anonymous()
    }
}

impl Client {
    /// Someone without any token: a citizen's wallet, anyone.
    pub fn anonymous() -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .max_redirects(0)
            .proxy(None)
            .build();
        Self {
            agent: agent.into(),
            bearer: None,
        }
    }

    /// Someone with a bearer token: an agency's desk, a wallet with its access token.
    pub fn with_bearer(token: &str) -> Self {
        Self {
            bearer: Some(format!("Bearer {token}")),
            ..Self::anonymous()
        }
    }

    /// GET, whatever the status.
    ///
    /// # Errors
    /// When nobody answers.
    pub fn get(&self, url: &str) -> Result<Answer> {
        let mut request = self.agent.get(url);
        if let Some(bearer) = &self.bearer {
            request = request.header("authorization", bearer);
        }
        read(request.call(), url)
    }

    /// POST of a body, whatever the status.
    ///
    /// # Errors
    /// When nobody answers.
    pub fn post(&self, url: &str, content_type: &str, body: &[u8]) -> Result<Answer> {
        let mut request = self.agent.post(url).header("content-type", content_type);
        if let Some(bearer) = &self.bearer {
            request = request.header("authorization", bearer);
        }
        read(request.send(body), url)
    }

    /// GET of JSON that must be there.
    ///
    /// # Errors
    /// When nobody answers, or not with success, or not in JSON.
    pub fn get_json(&self, url: &str) -> Result<Value> {
        self.get(url)?
            .success()
            .and_then(|answer| answer.json())
            .with_context(|| url.to_owned())
    }

    /// GET of bytes that must be there.
    ///
    /// # Errors
    /// When nobody answers, or not with success.
    pub fn get_bytes(&self, url: &str) -> Result<Vec<u8>> {
        Ok(self
            .get(url)?
            .success()
            .with_context(|| url.to_owned())?
            .body)
    }

    /// POST of JSON that must be answered with JSON.
    ///
    /// # Errors
    /// When nobody answers, or not with success, or not in JSON.
    pub fn post_json(&self, url: &str, body: &Value) -> Result<Value> {
        let body = serde_json::to_vec(body)?;
        let answer = self.post(url, "application/json", &body)?;
        answer
            .success()
            .and_then(|answer| answer.json())
            .with_context(|| url.to_owned())
    }

    /// Whether the address answers with success: `/healthz`, `/readyz`.
    pub fn is_ready(&self, url: &str) -> bool {
        self.get(url)
            .is_ok_and(|answer| (200..300).contains(&answer.status))
    }
}

fn read(response: Result<Response<Body>, ureq::Error>, url: &str) -> Result<Answer> {
    let mut response = response.with_context(|| format!("no answer from {url}"))?;
    let body = response
        .body_mut()
        .with_config()
        .limit(ANSWER_BYTES_MAX)
        .read_to_vec();
    let body = body.with_context(|| format!("half an answer from {url}"))?;
    Ok(Answer {
        status: response.status().as_u16(),
        body,
    })
}
