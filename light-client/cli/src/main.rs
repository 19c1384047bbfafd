//! `tallystick`: verify documents offline, explain a bundle, show what is trusted, report deposits.
//!
//! Everything is decided by `light-client`; here are files, words and columns. The clock, the
//! environment and the standard streams are touched in this file only, but for progress and complaints
//! on the standard error.

mod answer;
mod archive;
mod args;
mod csv;
mod duplicates;
mod earlier;
mod evidence;
mod input;
mod inspect;
mod interrupt;
mod journal;
mod json;
mod judged;
mod judging;
mod key;
mod lock;
mod moment;
mod output;
mod pipeline;
mod progress;
mod recheck;
mod report;
mod seen;
mod trust;
mod verify;
mod words;

use std::{
    env,
    io::{self, BufWriter, Write as _},
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use clap::Parser as _;
use light_client::id::TimeMs;

use args::{Args, Command, Failure, TrustCommand};
use words::{Lang, Languages};

fn main() -> ExitCode {
    match Args::try_parse() {
        Ok(args) => run(&args).unwrap_or_else(|failure| failure.report()).into(),
        Err(error) => args::unread(&error),
    }
}

fn run(args: &Args) -> Result<u8, Failure> {
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
        Command::Inspect { file } => inspect::run(file, lang, &mut out)?,
        Command::Trust(TrustCommand::Show { trust }) => trust::show(trust, lang, &mut out)?,
        Command::Recheck(options) => recheck::run(options, lang, clock, &mut out)?,
        Command::Seen(command) => seen::run(command, lang, &mut out)?,
        Command::Evidence(command) => evidence::run(command, args.lang, lang, clock, &mut out)?,
    };
    out.flush().map_err(Failure::Output)?;
    Ok(code)
}
