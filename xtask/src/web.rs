//! `cargo xtask web`: from Rust to what a browser loads.
//!
//! The wasm-bindgen step is a library call whose version is pinned by the same lock file as
//! `wasm-bindgen` itself, so the two cannot differ.

mod service_worker;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use demo_city::folder;
use wasm_bindgen_cli_support::Bindgen;

use crate::setup::{self, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{progress, shell};

/// What the browser is given beside the wasm; without them there is no page.
const STATIC_REQUIRED: [&str; 3] = ["boot.js", "index.html", "sw.template.js"];

/// Builds the web app and the verifier alone.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    setup::wasm_target()?;
    app(workspace)?;
    verifier(workspace)?;
    Ok(())
}

/// Builds the app and its worker into `web-app/dist`, and returns that folder.
pub(crate) fn app(workspace: &Workspace) -> Result<PathBuf> {
    progress::step("Building the web app for the browser (optimised for size, takes a while)");
    let static_files = workspace.path("web-app/static");
    for name in STATIC_REQUIRED {
        if !static_files.join(name).is_file() {
            bail!("web-app/static/{name} is missing");
        }
    }
    shell::run(
        &mut workspace.wasm_cargo(["build", "-p", "web-app", "--bins"].iter().chain(&WASM)),
    )?;
    let dist = workspace.path("web-app/dist");
    empty(&dist)?;
    folder::copy(&static_files, &dist)?;
    for name in ["web-app", "verify-worker"] {
        bindings(&built(workspace, name, "wasm"), &dist, Glue::Module)?;
    }
    let precached = service_worker::write(&dist)?;
    progress::note(&format!(
        "web-app/dist: {precached} files, ready to be served"
    ));
    Ok(dist)
}

/// Builds the light client with its own bindings into `target/verifier`, and returns that folder.
///
/// This is the verifier as its size is counted and as the vectors run in wasm.
pub(crate) fn verifier(workspace: &Workspace) -> Result<PathBuf> {
    progress::step("Building the verifier alone for wasm");
    library(workspace, "light-client", "verifier", "wasm")
}

/// Builds the light client beside other implementations into `target/sm2-oracles`: those as fast
/// as they can be, the light client as the browser gets it.
pub(crate) fn oracles(workspace: &Workspace) -> Result<PathBuf> {
    progress::step("Building the implementations of SM2 for wasm");
    library(workspace, "sm2-oracles", "sm2-oracles", "wasm-speed")
}

/// Builds a library with its feature `bindings` into a folder of `target`.
fn library(workspace: &Workspace, package: &str, folder: &str, profile: &str) -> Result<PathBuf> {
    let build = ["build", "-p", package, "--lib", "--features", "bindings"];
    let target = ["--profile", profile, "--target", WASM_TARGET];
    shell::run(&mut workspace.wasm_cargo(build.iter().chain(&target)))?;
    let folder = workspace.target(folder);
    empty(&folder)?;
    let name = package.replace('-', "_");
    bindings(&built(workspace, &name, profile), &folder, Glue::Module)?;
    Ok(folder)
}

/// Everything that runs in a browser is built like this.
pub(crate) const WASM: [&str; 4] = ["--profile", "wasm", "--target", WASM_TARGET];

/// The wasm that cargo left.
pub(crate) fn built(workspace: &Workspace, name: &str, profile: &str) -> PathBuf {
    workspace
        .target(WASM_TARGET)
        .join(profile)
        .join(format!("{name}.wasm"))
}

/// How JavaScript gets at the module.
#[derive(Clone, Copy)]
pub(crate) enum Glue {
    /// By `import`; the module finds its wasm beside itself.
    Module,
    /// By a variable of this name in a plain script; whoever starts it brings the wasm along.
    Variable(&'static str),
}

/// Turns rustc's wasm into a browser module and its JavaScript glue.
pub(crate) fn bindings(wasm: &Path, folder: &Path, glue: Glue) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).typescript(false);
    bindgen
        .remove_name_section(true)
        .remove_producers_section(true);
    let chosen = match glue {
        Glue::Module => bindgen
            .web(true)
            // The library leaves the module's address out by default; without it `init()` finds
            // nothing.
            .map(|bindgen| bindgen.omit_default_module_path(false)),
        Glue::Variable(name) => bindgen
            .no_modules(true)
            .and_then(|bindgen| bindgen.no_modules_global(name)),
    };
    chosen
        .and_then(|bindgen| bindgen.generate(folder))
        .with_context(|| format!("wasm-bindgen failed on {}", wasm.display()))
}

/// Makes a folder, or makes it empty.
pub(crate) fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}
