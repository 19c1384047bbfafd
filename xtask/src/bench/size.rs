//! How much a visitor downloads before the first verdict.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::workspace::Workspace;
use crate::{progress, web};

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let verifier = web::verifier(workspace)?.join("light_client_bg.wasm");
    progress::step("Size of the verifier, all kinds of documents");
    let raw = fs::read(&verifier).with_context(|| verifier.display().to_string())?;
    progress::note(&format!("raw        {:>9} bytes", raw.len()));
    progress::note(&format!("brotli 11  {:>9} bytes", brotli_bytes(&raw)?));
    for name in ["web-app_bg.wasm", "verify-worker_bg.wasm"] {
        let path = workspace.path("web-app/dist").join(name);
        if let Some(bytes) = packed(&path)? {
            progress::note(&format!(
                "brotli 11  {bytes:>9} bytes, {name} as last built"
            ));
        }
    }
    Ok(())
}

fn packed(path: &Path) -> Result<Option<usize>> {
    path.exists()
        .then(|| brotli_bytes(&fs::read(path)?))
        .transpose()
}

/// Length after brotli at its highest quality.
fn brotli_bytes(raw: &[u8]) -> Result<usize> {
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &raw[..], &mut packed, &parameters).context("brotli failed")?;
    Ok(packed.len())
}
