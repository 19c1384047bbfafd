//! Asking the operator: when arguments are missing and a person is there.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use super::OpsError;

/// Whether there is somebody to ask.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Says something that belongs to no answer.
pub fn say(text: &str) {
    // Nobody reads it if the terminal is gone.
    writeln!(io::stderr(), "{text}").ok();
}

/// Asks until `parse` takes the answer; an empty one means `default`.
///
/// # Errors
/// [`OpsError::Usage`] if nobody answers.
pub fn ask<T, E: std::fmt::Display>(
    question: &str,
    default: Option<&str>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<T, OpsError> {
    loop {
        let suffix = default.map_or_else(String::new, |default| format!(" [{default}]"));
        write!(io::stderr(), "{question}{suffix}: ").ok();
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        if !matches!(read, Ok(1..)) {
            return Err(OpsError::Usage("nobody answers"));
        }
        let answer = line.trim();
        let answer = if answer.is_empty() {
            default.unwrap_or("")
        } else {
            answer
        };
        match parse(answer) {
            Ok(answer) => return Ok(answer),
            Err(error) => say(&format!("  {error}")),
        }
    }
}

/// Takes any answer that is not empty.
///
/// # Errors
/// A text to show.
pub fn not_empty(text: &str) -> Result<String, &'static str> {
    if text.is_empty() {
        Err("an answer is needed")
    } else {
        Ok(text.to_owned())
    }
}
