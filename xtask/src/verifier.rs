//! `cargo xtask verifier`: the checking program as one file that opens from disk.
//!
//! Everything that decides is in that file; its policy forbids every network access. What is
//! published beside it is its SHA-256, which anyone can make again: `--twice` shows that.

mod policy;
pub(crate) mod portable;
mod reproduce;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};

use crate::setup;
use crate::web::{self, Glue};
use crate::workspace::Workspace;
use crate::{progress, shell};

/// The page, as people get it.
pub(crate) const PAGE: &str = "tallystick-verify.html";
/// Its hash, in the format of `sha256sum --check`.
const SUMS: &str = "SHA256SUMS";
/// The same for other pages to embed: it takes files by message, too.
pub(crate) const EMBED: &str = "embed.html";
/// What the page runs after the checking program's own glue, in this order.
const SCRIPTS: [&str; 4] = ["dom.js", "picture.js", "verdict.js", "page.js"];
/// What the embedded page runs besides.
const EMBEDDED: &str = "embed.js";
/// The highest level there is: packed once, unpacked by everyone.
const PACKING_LEVEL: u8 = 10;

/// How to package.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Build everything twice, in two folders, the command line too, and compare byte for byte
    #[arg(long)]
    twice: bool,
}

/// Packages the page, or shows that two builds of it are the same.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    setup::wasm_target()?;
    if options.twice {
        return reproduce::run(workspace);
    }
    page(workspace)?;
    Ok(())
}

/// Makes `target/verifier-page/tallystick-verify.html` and returns its folder.
pub(crate) fn page(workspace: &Workspace) -> Result<PathBuf> {
    progress::step("Building the single-file verifier");
    let build = ["build", "--locked", "-p", "verifier-page", "--lib"];
    shell::run(&mut workspace.wasm_cargo(build.iter().chain(&web::WASM)))?;
    let folder = workspace.target("verifier-page");
    web::empty(&folder)?;
    let wasm = web::built(workspace, "verifier_page", "wasm");
    // Not a module: browsers refuse to import anything into a page opened from disk.
    web::bindings(&wasm, &folder, Glue::Variable("program"))?;
    let page = assemble(workspace, &folder, &SCRIPTS)?;
    let path = folder.join(PAGE);
    fs::write(&path, &page).with_context(|| path.display().to_string())?;
    let embedded = assemble(workspace, &folder, &[&SCRIPTS[..], &[EMBEDDED]].concat())?;
    fs::write(folder.join(EMBED), embedded)?;
    let sum = sha256(page.as_bytes());
    fs::write(folder.join(SUMS), format!("{sum}  {PAGE}\n"))?;
    let wasm = fs::metadata(folder.join("verifier_page_bg.wasm"))?.len();
    let bytes = page.len();
    progress::note(&format!("{}: {bytes} bytes, wasm {wasm}", path.display()));
    progress::note(&format!("sha256 {sum}"));
    Ok(folder)
}

/// Puts template, style, scripts and wasm into one text.
fn assemble(workspace: &Workspace, bindings: &Path, scripts: &[&str]) -> Result<String> {
    let app_style = text(&workspace.path("web-app/static/app.css"))?;
    let style = app_style + &source(workspace, "page.css")?;
    let mut parts = vec![text(&bindings.join("verifier_page.js"))?];
    for name in scripts {
        parts.push(source(workspace, name)?);
    }
    let script = script(&parts)?;
    let wasm = fs::read(bindings.join("verifier_page_bg.wasm"))?;
    portable::check(&wasm)?;
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&wasm, PACKING_LEVEL);
    let mut page = source(workspace, "page.html")?;
    for (place, text) in [
        ("__POLICY__", policy::of(&script, &style)),
        ("__SHA256__", sha256(&wasm)),
        ("__PROGRAM__", Base64::encode_string(&packed)),
        ("__STYLE__", style),
        ("__SCRIPT__", script),
    ] {
        page = put(&page, place, &text)?;
    }
    Ok(page)
}

/// A source of the page.
fn source(workspace: &Workspace, name: &str) -> Result<String> {
    text(&workspace.path("web-app/verifier/page").join(name))
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// One script whose names nobody outside can reach.
fn script(parts: &[String]) -> Result<String> {
    let script = format!("(() => {{\n\"use strict\";\n{}}})();\n", parts.concat());
    ensure!(
        !script.contains("</script") && !script.contains("<!--"),
        "a script that ends itself cannot stand in a page"
    );
    Ok(script)
}

/// The template with `place`, which must stand there once, filled in.
pub(crate) fn put(template: &str, place: &str, text: &str) -> Result<String> {
    ensure!(
        template.matches(place).count() == 1,
        "the page must have one {place}"
    );
    Ok(template.replacen(place, text, 1))
}

/// SHA-256 in hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_filled_once_or_not_at_all() {
        assert!(matches!(put("<__A__>", "__A__", "x"), Ok(page) if page == "<x>"));
        assert!(put("__A____A__", "__A__", "x").is_err());
        assert!(put("", "__A__", "x").is_err());
    }

    #[test]
    fn a_script_cannot_end_the_page() {
        assert!(script(&["a;".to_owned(), "b;".to_owned()]).is_ok());
        assert!(script(&["\"</script>\"".to_owned()]).is_err());
    }
}
