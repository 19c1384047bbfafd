//! What a command tells the person in front of it: one place that prints.
#![expect(
    clippy::print_stdout,
    reason = "this module is the terminal of a command-line tool"
)]

use std::io::Write;

/// Announces a step that is about to start.
pub(crate) fn step(text: &str) {
    println!("\n==> {text}");
    flush();
}

/// Adds a line under the current step.
pub(crate) fn note(text: &str) {
    println!("    {text}");
    flush();
}

/// Prints a line as it is: a child's output, a table row.
pub(crate) fn line(text: &str) {
    println!("{text}");
    flush();
}

/// Prints why the command failed.
pub(crate) fn failure(text: &str) {
    flush();
    eprintln!("\nerror: {text}");
}

/// A reader that went away (`| head`) is no reason to fail.
fn flush() {
    drop(std::io::stdout().flush());
}
