//! The verifier in wasm gives the very verdicts that it gives natively.
//!
//! Runs the committed vectors (`light-client/vectors`) through the packaged module in Chromium.
//! `cargo xtask web` makes the module.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use e2e::{Case, PackagedVerifier, Vector, trust_stores, vector_folder, vectors};
use light_client::bundle::Bundle;
use light_client::handoff::CatchUp;
use light_client::trust::TrustStore;

async fn compare(page: &PackagedVerifier, vectors: &[Vector], stores: &[usize]) -> Result<()> {
    let cases = vectors.iter().zip(stores).map(|(vector, store)| Case {
        store: *store,
        asked: vector.asked(),
    });
    let answers = page.judge(&cases.collect::<Vec<_>>()).await?;
    for (vector, answer) in vectors.iter().zip(answers) {
        assert_eq!(answer, vector.verdict_text, "{}", vector.path.display());
    }
    Ok(())
}

#[tokio::test]
async fn in_browser_every_vector_has_the_same_verdict_in_wasm() -> Result<()> {
    let mut all = Vec::new();
    for kind in ["bundle", "compact", "conflict", "deposit"] {
        for suite in ["sm", "intl"] {
            all.extend(vectors(kind, suite)?);
        }
    }
    let (stores, places) = trust_stores(&all)?;
    let page = PackagedVerifier::open("verifier", &stores).await?;
    compare(&page, &all, &places).await?;
    page.close().await
}

#[tokio::test]
async fn in_browser_a_catch_up_leads_to_the_same_trust_store() -> Result<()> {
    let folder = vector_folder("bundle/sm")?;
    let trust = fs::read(folder.join("test.trust"))?;
    let mut native = TrustStore::parse(&trust)?;
    let bundle = fs::read(folder.join("succession.tally"))?;
    let proofs = Bundle::parse(&bundle)?.proofs;
    let set = native.ledger(&proofs.ledger).context("its ledger")?;
    let catch_up = CatchUp::new(proofs.ledger, set.newest_set(), &proofs.handoffs);
    let catch_up = catch_up.context("hand-offs that follow one another")?;
    native.catch_up(&catch_up)?;
    let expected = native.to_bytes();
    ensure!(expected != trust, "nothing to follow");

    let file = catch_up.to_bytes();
    let page = PackagedVerifier::open("verifier", &[trust]).await?;
    let cut = page.catch_up(0, &file[..file.len() - 1]).await;
    assert!(cut.is_err());
    assert_eq!(page.catch_up(0, &file).await?, expected);
    page.close().await
}
