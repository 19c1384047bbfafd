//! Ten thousand mutants of the vectors have the same verdict in wasm as natively.

use anyhow::Result;
use e2e::{PackagedVerifier, mutants};

const MUTANTS: u64 = 10_000;

#[tokio::test]
async fn in_browser_every_mutant_has_the_same_verdict_in_wasm() -> Result<()> {
    let subjects = mutants::subjects()?;
    let stores: Vec<Vec<u8>> = subjects
        .stores()
        .iter()
        .map(|store| store.to_bytes())
        .collect();
    let page = PackagedVerifier::open("mutants", &stores).await?;
    mutants::compare(&page, &subjects, 0..MUTANTS, |_| Ok(())).await?;
    page.close().await
}
