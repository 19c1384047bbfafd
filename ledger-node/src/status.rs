//! What a running node says of its ledger.

use anyhow::{Context as _, Result, ensure};

/// The head of the node at `url`, as its API tells it.
///
/// # Errors
/// A node that does not answer.
pub async fn status(url: &str) -> Result<String> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let answer = client
        .get(format!("{url}/v1/head"))
        .send()
        .await
        .context("no node answers")?;
    ensure!(
        answer.status().is_success(),
        "the node answers {}",
        answer.status()
    );
    Ok(answer.text().await?)
}
