//! `cargo xtask soak light-client`: very many mutants in wasm, beside the native verifier.
//!
//! Goes on where an earlier run stopped.

#![expect(clippy::print_stdout, reason = "printing is its purpose")]

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use e2e::{PackagedVerifier, mutants};

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let state = PathBuf::from(arguments.next().context("where the state is kept")?);
    let cases: u64 = arguments.next().context("how many cases")?.parse()?;
    let first = match fs::read_to_string(&state) {
        Ok(text) => text.trim().parse()?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error.into()),
    };
    println!("from mutant {first} on");
    let subjects = mutants::subjects()?;
    let stores: Vec<Vec<u8>> = subjects
        .stores()
        .iter()
        .map(|store| store.to_bytes())
        .collect();
    let page = PackagedVerifier::open("mutants", &stores).await?;
    let done = |next: u64| {
        if next.is_multiple_of(50_000) {
            println!("{next} of {cases}: the same verdict");
        }
        Ok(fs::write(&state, next.to_string())?)
    };
    mutants::compare(&page, &subjects, first..cases, done).await?;
    println!("{cases} mutants have the same verdict in wasm as natively");
    page.close().await
}
