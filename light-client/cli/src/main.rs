//! `tallystick`: verify documents offline, draw and compare codes, explain a bundle, show what is trusted, report deposits.
//!
//! Everything is decided by `light-client`; here are files, words and columns.

mod answer;
mod archive;
mod args;
mod code;
mod command;
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
mod manual;
mod moment;
mod output;
mod pipeline;
mod progress;
mod recheck;
mod renew;
mod report;
mod seen;
mod sync;
mod trust;
mod verify;
mod words;

use std::process::ExitCode;

use clap::Parser as _;

use args::Args;

fn main() -> ExitCode {
    match Args::try_parse() {
        Ok(args) => command::run(&args)
            .unwrap_or_else(|failure| failure.report())
            .into(),
        Err(error) => args::unread(&error),
    }
}
