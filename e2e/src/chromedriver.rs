//! The program that steers the browser, on a port of its own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};

/// Printed before the port, once the driver listens.
const READY: &str = "was started successfully on port ";

/// How often it is started.
const ATTEMPTS: usize = 5;

/// A running chromedriver, stopped when dropped.
pub(crate) struct Chromedriver {
    child: Child,
    port: u16,
}

impl Chromedriver {
    /// Starts one on a free port that it chooses itself, so that journeys may run side by side.
    ///
    /// Several that start at once may choose the same port, and all but one of them end: these
    /// start again.
    pub(crate) fn start() -> Result<Self> {
        let mut attempts = (0..ATTEMPTS).filter_map(|_| Self::try_start().transpose());
        attempts
            .next()
            .context("chromedriver ended without saying on which port it listens")?
    }

    fn try_start() -> Result<Option<Self>> {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("chromedriver cannot be started; `cargo xtask setup` installs it")?;
        let stdout = child
            .stdout
            .take()
            .context("chromedriver has no standard output")?;
        let mut lines = BufReader::new(stdout).lines();
        let Some(port) = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| port_in(&line))
        else {
            drop(child.kill());
            drop(child.wait());
            return Ok(None);
        };
        // Whatever it says later is read and dropped: a full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Some(Self { child, port }))
    }

    /// Where its WebDriver interface is.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn port_in(line: &str) -> Option<u16> {
    line.split_once(READY)?.1.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_port_that_was_chosen() {
        let line = "ChromeDriver was started successfully on port 43121.";
        assert_eq!(port_in(line), Some(43121));
        assert_eq!(
            port_in("Starting ChromeDriver 156.0.8078.79 on port 0"),
            None
        );
    }
}
