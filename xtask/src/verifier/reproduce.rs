//! Two builds in two folders: the same bytes, or what differs.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::{PAGE, page, sha256};
use crate::workspace::Workspace;
use crate::{progress, shell};

/// Of different lengths, so that a path that is left somewhere shifts what follows it.
const FOLDERS: [&str; 2] = ["reproduce/one", "reproduce/the-other-one"];

/// What is compared.
struct Product {
    name: &'static str,
    path: PathBuf,
}

/// Builds page and command line from two copies of the sources and compares them.
pub(super) fn run(workspace: &Workspace) -> Result<()> {
    // Both copies first, so that somebody may work on while this takes its time.
    let copies = FOLDERS.map(|folder| workspace.copied_to(&workspace.target(folder)));
    let mut builds = Vec::new();
    for (copy, folder) in copies.into_iter().zip(FOLDERS) {
        progress::step(&format!("Building in {folder}, from nothing"));
        builds.push(build(&copy?)?);
    }
    progress::step("Two builds, byte for byte");
    let mut differing = Vec::new();
    let [one, other] = &builds[..] else {
        bail!("two builds are compared");
    };
    for (one, other) in one.iter().zip(other) {
        if !same(one, other)? {
            differing.push(one.name);
        }
    }
    if differing.is_empty() {
        return Ok(());
    }
    bail!("two builds differ in {}", differing.join(", "))
}

/// Builds what is compared.
fn build(copy: &Workspace) -> Result<Vec<Product>> {
    let page_folder = page(copy)?;
    let cli = command_line(copy)?;
    let product = |name, path| Product { name, path };
    Ok(vec![
        product("wasm", page_folder.join("verifier_page_bg.wasm")),
        product("html", page_folder.join(PAGE)),
        product("tallystick", cli),
    ])
}

/// The command `tallystick` as it is released.
fn command_line(workspace: &Workspace) -> Result<PathBuf> {
    progress::step("Building the command tallystick");
    let build = ["build", "--locked", "--release", "-p", "tallystick"];
    shell::run(&mut workspace.release_cargo(build))?;
    Ok(workspace.target("release/tallystick"))
}

/// Compares, and says what it compared.
fn same(one: &Product, other: &Product) -> Result<bool> {
    let read = |product: &Product| {
        fs::read(&product.path).with_context(|| product.path.display().to_string())
    };
    let (a, b) = (read(one)?, read(other)?);
    let name = one.name;
    if a == b {
        let (bytes, sum) = (a.len(), sha256(&a));
        progress::note(&format!("{name:<10} same: {bytes:>9} bytes, sha256 {sum}"));
        return Ok(true);
    }
    let place = a.iter().zip(&b).position(|(a, b)| a != b);
    let differing = a.iter().zip(&b).filter(|(a, b)| a != b).count();
    progress::note(&format!(
        "{name:<10} DIFFERS: {} and {} bytes, {differing} of them, first at {}",
        a.len(),
        b.len(),
        place.unwrap_or(a.len().min(b.len()))
    ));
    progress::note(&format!("    {}", one.path.display()));
    progress::note(&format!("    {}", other.path.display()));
    Ok(false)
}
