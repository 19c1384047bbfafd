//! `tallystick evidence`: files whose digest is, or is to be, deposited on a ledger, and proofs
//! that a ledger has forked.
//!
//! Nothing here asks a node. Whoever deposits fetches the node's answer with any program; `join`
//! puts the salt in front of it, `check`, `report` and `conflict` need nothing but files.

mod answer;
mod case;
mod conflict;
mod digest;
mod hashes;
mod openssl;
mod options;
mod page;
mod proof;
mod report;
mod salt;
mod signatures;
mod words;

use std::io::Write;

use light_client::id::TimeMs;

use crate::{
    args::Failure,
    words::{Lang, Languages},
};

pub(crate) use options::EvidenceCommand;

/// Runs one of the commands; `languages` are those asked for, `lang` the one to answer in.
pub(crate) fn run(
    command: &EvidenceCommand,
    languages: Option<Languages>,
    lang: Lang,
    clock: TimeMs,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    match command {
        EvidenceCommand::Digest(options) => digest::run(options, lang, out),
        EvidenceCommand::Join(options) => proof::join(options, lang, out),
        EvidenceCommand::Check(options) => match options.deposit() {
            Some(proof) => proof::check(&proof, options.format, lang, clock, out),
            None => conflict::check(options, lang, out),
        },
        EvidenceCommand::Conflict(options) => conflict::make(options, lang, out),
        EvidenceCommand::Report(options) => {
            let languages = languages.unwrap_or(Languages::Both);
            report::run(options, languages, lang, clock, out)
        }
    }
}
