//! Writes what `cargo xtask bench light-client` measures in the browser: ledgers, documents under
//! many headers, an invoice of 4,000 lines, and ten years of hand-offs.

#![expect(clippy::print_stdout, reason = "it says what it has written")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use light_client::{handoff::CatchUp, suite::Suite};
use support::{
    Ledger, Signer,
    documents::{self, Agency, Anchored, IDENTITY, INVOICE},
};

/// Headers, each with documents of its own: every round meets signatures that it has not seen.
const HEADERS: usize = 48;
/// The validators of the target, whose quorum is 21.
const VALIDATORS: u16 = 30;
/// Ten years of a set change every three months.
const CHANGES: u64 = 40;

fn main() -> io::Result<()> {
    let folder = PathBuf::from(std::env::args_os().nth(1).unwrap_or_default());
    fs::create_dir_all(&folder)?;
    many_headers(&folder)?;
    one_header(&folder)?;
    ten_years(&folder, "years-4", 4, 4)?;
    ten_years(&folder, "years-30", VALIDATORS, 4)?;
    ten_years(
        &folder,
        "years-30-fresh",
        VALIDATORS,
        usize::from(VALIDATORS),
    )
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    println!("{name} {}", bytes.len());
    fs::write(folder.join(name), bytes)
}

/// One credential per header, all by one agency, each in a batch of its own.
fn many_headers(folder: &Path) -> io::Result<()> {
    let mut ledger = Ledger::new(Suite::Sm, VALIDATORS);
    let police = Agency::register(&mut ledger, "haizhou-police", 500, &[IDENTITY]);
    ledger.block();
    for number in 0..HEADERS {
        let at = u16::try_from(number).unwrap_or_default();
        let text = police.credential(&ledger, IDENTITY, at);
        let document = Anchored::credentials(&mut ledger, &police, &[text], IDENTITY).remove(0);
        ledger.block();
        write(
            folder,
            &format!("header-{number}.tally"),
            &document.bytes(&ledger),
        )?;
    }
    write(folder, "headers.trust", &ledger.trust().to_bytes())?;
    write(folder, "now", ledger.now().0.to_string().as_bytes())
}

/// As many documents under one header, which the trust store has seen.
fn one_header(folder: &Path) -> io::Result<()> {
    let mut ledger = Ledger::new(Suite::Sm, VALIDATORS);
    let police = Agency::register(&mut ledger, "haizhou-police", 500, &[IDENTITY]);
    let tax = Agency::register(&mut ledger, "haizhou-tax", 501, &[INVOICE]);
    let seller = Signer::new(Suite::Sm, 600);
    ledger.block();
    let mut all = Vec::new();
    for number in 0..HEADERS {
        let at = u16::try_from(number).unwrap_or_default();
        let text = police.credential(&ledger, IDENTITY, at);
        all.extend(Anchored::credentials(
            &mut ledger,
            &police,
            &[text],
            IDENTITY,
        ));
    }
    let long = documents::long_invoice(&seller, 4000);
    let long = Anchored::registered(&mut ledger, &tax, &seller, long);
    let head = ledger.block();
    for (number, document) in all.iter().enumerate() {
        write(
            folder,
            &format!("same-{number}.tally"),
            &document.bytes(&ledger),
        )?;
    }
    write(folder, "lines-4000.tally", &long.bytes(&ledger))?;
    let mut trust = ledger.trust();
    trust
        .advance(&ledger.id, &[], &head)
        .map_err(io::Error::other)?;
    write(folder, "same.trust", &trust.to_bytes())?;
    write(folder, "same-now", ledger.now().0.to_string().as_bytes())
}

/// A trust store from the beginning, and what leads to the present set.
fn ten_years(folder: &Path, name: &str, validators: u16, new_keys: usize) -> io::Result<()> {
    let mut ledger = Ledger::new(Suite::Sm, validators);
    for _ in 0..CHANGES {
        let next = support::rekeyed(&ledger.validators, Suite::Sm, new_keys);
        ledger.block_ending_epoch(next);
    }
    let genesis = &ledger.genesis.validators;
    let catch_up = CatchUp::new(ledger.id, genesis, &ledger.handoffs);
    let bytes = catch_up.map(|catch_up| catch_up.to_bytes());
    let bytes = bytes.ok_or_else(|| io::Error::other("hand-offs that do not follow"))?;
    write(folder, &format!("{name}.catch-up"), &bytes)?;
    write(folder, &format!("{name}.trust"), &ledger.trust().to_bytes())
}
