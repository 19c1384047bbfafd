//! `cargo xtask bench`: honest numbers, printed; `docs/benchmarks.md` is written by hand from them.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::workspace::Workspace;
use crate::{progress, setup, web};

/// Prints every figure this repository claims.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    setup::wasm_target()?;
    let verifier = web::verifier(workspace)?;
    progress::step("Size of the verifier");
    print_size(&verifier.join("light_client_bg.wasm"))
}

fn print_size(wasm: &Path) -> Result<()> {
    let raw = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    progress::note(&format!("verifier wasm, raw        {:>9} bytes", raw.len()));
    progress::note(&format!(
        "verifier wasm, brotli 11  {:>9} bytes",
        brotli_bytes(&raw)?
    ));
    Ok(())
}

/// Length after brotli at its highest quality: what a visitor downloads.
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
