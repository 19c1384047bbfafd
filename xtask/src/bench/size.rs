//! How much a visitor downloads before the first verdict.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use wasmparser::{KnownCustom, Name, NameSectionReader, Parser, Payload};

use crate::setup::WASM_TARGET;
use crate::workspace::Workspace;
use crate::{progress, web};

/// What the names of the SM2 module's functions contain, as rustc writes them.
const SM2: [&str; 3] = ["3key3sm2", "key..sm2", "known_keys"];
/// The odd multiples of the generator, which no compression makes smaller: 64 points of two
/// coordinates of nine 32-bit limbs.
const SM2_TABLE: usize = 64 * 2 * 9 * 4;

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let verifier = web::verifier(workspace)?.join("light_client_bg.wasm");
    progress::step("Size of the verifier, all kinds of documents");
    let raw = fs::read(&verifier).with_context(|| verifier.display().to_string())?;
    progress::note(&format!("raw        {:>9} bytes", raw.len()));
    progress::note(&format!("brotli 11  {:>9} bytes", brotli_bytes(&raw)?));
    let named = workspace.target(WASM_TARGET).join("wasm/light_client.wasm");
    let code = functions(&fs::read(named)?, &SM2)?;
    let share = brotli_bytes(&code)? + SM2_TABLE;
    progress::note(&format!(
        "brotli 11  {share:>9} bytes of it the SM2 module: code {} raw, table {SM2_TABLE}",
        code.len()
    ));
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

/// The bodies, one after the other, of all functions whose name contains one of `parts`.
fn functions(wasm: &[u8], parts: &[&str]) -> Result<Vec<u8>> {
    let (mut bodies, mut imported, mut wanted) = (Vec::new(), 0, Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => imported = imports.count(),
            Payload::CodeSectionEntry(body) => bodies.push(body.range()),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(names) = section.as_known() {
                    wanted.extend(indices(names, parts)?);
                }
            }
            _ => {}
        }
    }
    let mut code = Vec::new();
    for index in wanted {
        let index = usize::try_from(index.saturating_sub(imported))?;
        if let Some(body) = bodies.get(index) {
            code.extend_from_slice(&wasm[body.clone()]);
        }
    }
    ensure!(!code.is_empty(), "the module's functions have no names");
    Ok(code)
}

/// The indices, imports counted, of all functions whose name contains one of `parts`.
fn indices(names: NameSectionReader<'_>, parts: &[&str]) -> Result<Vec<u32>> {
    let mut indices = Vec::new();
    for name in names {
        let Name::Function(functions) = name? else {
            continue;
        };
        for function in functions {
            let function = function?;
            if parts.iter().any(|part| function.name.contains(part)) {
                indices.push(function.index);
            }
        }
    }
    Ok(indices)
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
