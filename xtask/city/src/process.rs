//! A service as a child process: started, watched, stopped, killed.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// How long a service may take to stop by itself before it is killed.
const STOP_PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);

/// A running service. Dropped, it is asked to stop, then killed.
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
    mark: PathBuf,
}

impl Process {
    /// Starts `program`; what it prints is appended to `<folder>/<name>.log`.
    ///
    /// # Errors
    /// When it cannot be started or its log cannot be written.
    pub fn start<I: AsRef<OsStr>>(
        name: &str,
        program: &Path,
        arguments: impl IntoIterator<Item = I>,
        folder: &Path,
    ) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mark = folder.join(format!("{name}.pid"));
        stop_left_over(&mark, program)?;
        let log = folder.join(format!("{name}.log"));
        let file = OpenOptions::new().create(true).append(true).open(&log)?;
        let child = Command::new(program)
            .args(arguments)
            // As the node's unit and container have it.
            .env("MALLOC_ARENA_MAX", "4")
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        fs::write(&mark, child.id().to_string())?;
        Ok(Self {
            name: name.to_owned(),
            child,
            log,
            mark,
        })
    }

    /// The name it was started under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Waits until `ready` says so.
    ///
    /// # Errors
    /// When the service ends meanwhile, or `patience` does; the error quotes its last words.
    pub fn wait_until(
        &mut self,
        patience: Duration,
        mut ready: impl FnMut() -> bool,
    ) -> Result<()> {
        let start = Instant::now();
        while !ready() {
            self.check_alive()?;
            if start.elapsed() > patience {
                let seconds = patience.as_secs();
                bail!(
                    "{} is not ready after {seconds} s:\n{}",
                    self.name,
                    self.last_words()
                );
            }
            std::thread::sleep(POLL);
        }
        Ok(())
    }

    /// Looks whether it still runs.
    ///
    /// # Errors
    /// With its last words, if it has ended by itself.
    pub fn check_alive(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            Some(status) => {
                bail!(
                    "{} ended with {status}. Its last words:\n{}",
                    self.name,
                    self.last_words()
                )
            }
            None => Ok(()),
        }
    }

    /// Asks it to stop and waits until it has; after half a minute it is killed.
    ///
    /// # Errors
    /// When it did not stop by itself, or not cleanly.
    pub fn stop(mut self) -> Result<()> {
        let status = self.end()?;
        match status {
            Some(status) if status.success() => Ok(()),
            Some(status) => {
                bail!(
                    "{} stopped with {status}. Its last words:\n{}",
                    self.name,
                    self.last_words()
                )
            }
            None => bail!("{} did not stop when asked to and was killed", self.name),
        }
    }

    /// Kills it at once, as a power cut would.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn kill(mut self) -> Result<()> {
        self.child
            .kill()
            .with_context(|| format!("cannot kill {}", self.name))?;
        self.child.wait()?;
        Ok(())
    }

    /// How it ended after being asked to; none if it had to be killed.
    fn end(&mut self) -> Result<Option<ExitStatus>> {
        signal(self.child.id(), "TERM")?;
        let start = Instant::now();
        while start.elapsed() < STOP_PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status));
            }
            std::thread::sleep(POLL);
        }
        self.child.kill()?;
        self.child.wait()?;
        Ok(None)
    }

    /// The end of its log.
    fn last_words(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            drop(self.end());
        }
        drop(fs::remove_file(&self.mark));
    }
}

/// Stops every service that an earlier run left behind with its mark in `folder`.
///
/// # Errors
/// When the folder cannot be read or a signal cannot be sent.
pub fn stop_all_left_over(folder: &Path, program: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "pid") {
            stop_left_over(&path, program)?;
        }
    }
    Ok(())
}

/// Stops a service that an earlier run left behind when it was killed itself.
fn stop_left_over(mark: &Path, program: &Path) -> Result<()> {
    let Ok(id) = fs::read_to_string(mark) else {
        return Ok(());
    };
    let Ok(id) = id.trim().parse::<u32>() else {
        return Ok(());
    };
    // The number may belong to something else by now: only the same program is stopped.
    let runs = || fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| is_same(&exe, program));
    for name in ["TERM", "KILL"] {
        let start = Instant::now();
        if runs() {
            signal(id, name)?;
        }
        while runs() && start.elapsed() < STOP_PATIENCE {
            std::thread::sleep(POLL);
        }
    }
    Ok(())
}

/// A program that was rebuilt while it ran is shown as `… (deleted)`.
fn is_same(running: &Path, program: &Path) -> bool {
    let running = running.to_string_lossy();
    let running = running.strip_suffix(" (deleted)").unwrap_or(&running);
    let program = program
        .canonicalize()
        .unwrap_or_else(|_| program.to_path_buf());
    Path::new(running).file_name() == program.file_name()
}

/// The shell's own `kill`: sending a signal needs no package and no unsafe code.
fn signal(id: u32, name: &str) -> Result<()> {
    let command = format!("kill -{name} {id}");
    Command::new("sh")
        .args(["-c", &command])
        .stderr(Stdio::null())
        .status()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test that cannot start `sh` has failed"
    )]

    use super::*;

    fn folder(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("demo-city-{}-{name}", std::process::id()))
    }

    fn shell(name: &str, script: &str, folder: &Path) -> Process {
        Process::start(name, Path::new("/bin/sh"), ["-c", script], folder).unwrap()
    }

    #[test]
    fn a_service_that_ends_is_quoted() {
        let folder = folder("ends");
        let mut process = shell("short", "echo no database; exit 3", &folder);
        let error = process
            .wait_until(Duration::from_secs(10), || false)
            .unwrap_err();
        assert!(error.to_string().contains("no database"), "{error}");
        drop(process);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_service_stops_when_asked() {
        let folder = folder("stops");
        let script = "trap 'exit 0' TERM; echo up; while :; do sleep 0.05; done";
        let mut process = shell("polite", script, &folder);
        let log = folder.join("polite.log");
        process
            .wait_until(Duration::from_secs(10), || {
                fs::read(&log).is_ok_and(|log| !log.is_empty())
            })
            .unwrap();
        process.stop().unwrap();
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_service_left_over_by_a_killed_run_is_stopped() {
        let folder = folder("left-over");
        let script = "while :; do sleep 0.05; done";
        let mut left_over = shell("orphan", script, &folder);
        let next = shell("orphan", "exit 0", &folder);
        assert!(left_over.child.wait().unwrap().code().is_none());
        drop(next);
        drop(left_over);
        fs::remove_dir_all(folder).unwrap();
    }
}
