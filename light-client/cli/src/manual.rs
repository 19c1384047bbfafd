//! `tallystick man` and `tallystick completions`: made of the command line itself.

use std::{io::Write, path::PathBuf};

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::{
    args::{Args, Failure},
    output,
    words::Lang,
};

const NAME: &str = "tallystick";

#[derive(Debug, clap::Args)]
pub(crate) struct ManOptions {
    /// A folder for the pages of all commands, `tallystick-verify.1` and so on; a page that is there
    /// already is never overwritten.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Writes the manual.
pub(crate) fn write(options: &ManOptions, lang: Lang, out: &mut impl Write) -> Result<u8, Failure> {
    let Some(folder) = &options.out else {
        Man::new(Args::command()).render(out)?;
        return Ok(0);
    };
    let mut command = Args::command().disable_help_subcommand(true);
    command.build();
    for page in pages(command) {
        let page = Man::new(page);
        let mut text = Vec::new();
        page.render(&mut text)?;
        output::write_new(&folder.join(page.get_filename()), &text, lang)?;
    }
    Ok(0)
}

/// A command and all below it.
fn pages(command: clap::Command) -> Vec<clap::Command> {
    let below: Vec<clap::Command> = command.get_subcommands().cloned().collect();
    let mut pages = vec![command];
    pages.extend(below.into_iter().flat_map(self::pages));
    pages
}

/// Writes what a shell needs to complete this command.
pub(crate) fn write_completions(shell: Shell, out: &mut impl Write) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), NAME, &mut script);
    out.write_all(&script)?;
    Ok(0)
}
