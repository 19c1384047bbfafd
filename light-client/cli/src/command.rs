//! Runs the command that was asked for.
//!
//! The clock, the environment and the standard streams are touched in this file only, but for
//! progress and complaints on the standard error.

use std::{
    env,
    io::{self, BufWriter, Write as _},
    time::{SystemTime, UNIX_EPOCH},
};

use light_client::id::TimeMs;

use crate::{
    args::{Args, Command, Failure, TrustCommand},
    code, evidence, inspect, manual, recheck, renew, seen, sync, trust, verify,
    words::{Lang, Languages},
};

/// Runs it; returns the exit code.
pub(crate) fn run(args: &Args) -> Result<u8, Failure> {
    let lang = args
        .lang
        .and_then(Languages::single)
        .unwrap_or_else(|| Lang::of(|name| env::var(name).ok()));
    let elapsed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let clock = TimeMs(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
    let mut out = BufWriter::new(io::stdout().lock());
    let code = match &args.command {
        Command::Verify(options) => {
            verify::run(options, lang, clock, &mut io::stdin().lock(), &mut out)?
        }
        Command::Compact(options) => code::draw(options, lang, &mut out)?,
        Command::Compare { code, proof } => code::compare(code, proof, lang, &mut out)?,
        Command::Inspect(options) => inspect::run(options, lang, &mut out)?,
        Command::Trust(TrustCommand::Show { trust }) => trust::show(trust, lang, &mut out)?,
        Command::Trust(TrustCommand::Pin(options)) => trust::pin(options, lang, &mut out)?,
        Command::Trust(TrustCommand::Checkpoint {
            trust,
            ledger,
            out: file,
        }) => trust::checkpoint(trust, ledger.as_deref(), file, lang, &mut out)?,
        Command::Recheck(options) => recheck::run(options, lang, clock, &mut out)?,
        Command::Renew(options) => renew::run(options, lang, clock, &mut out)?,
        Command::Sync(options) => sync::run(options, lang, clock, &mut out)?,
        Command::Seen(command) => seen::run(command, lang, &mut out)?,
        Command::Man(options) => manual::write(options, lang, &mut out)?,
        Command::Completions { shell } => manual::write_completions(*shell, &mut out)?,
        Command::Evidence(command) => evidence::run(command, args.lang, lang, clock, &mut out)?,
    };
    out.flush().map_err(Failure::Output)?;
    Ok(code)
}
