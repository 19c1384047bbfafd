//! The issuer service of the city: one process, all agencies.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::desk::Desk;
use crate::http::Client;
use crate::ledger::Ledger;
use crate::process::Process;

/// How long the service may take to start, on a busy machine.
const START_PATIENCE: Duration = Duration::from_secs(120);

/// An installation of the service, running or not.
pub struct Service {
    program: PathBuf,
    folder: PathBuf,
    process: Option<Process>,
    listens_on: u16,
    public_url: String,
}

/// How the service is run.
#[derive(Clone, Debug)]
pub struct Doorway {
    /// The port it listens on.
    pub port: u16,
    /// Where people reach it, if that is not where it listens.
    pub public_url: Option<String>,
    /// The folder with the web app.
    pub web: Option<PathBuf>,
}

impl Service {
    /// Makes an installation: keys, desk tokens, database.
    ///
    /// # Errors
    /// When the program cannot be run or refuses.
    pub fn found(program: &Path, folder: &Path, seed: &Value) -> Result<()> {
        fs::create_dir_all(folder)?;
        let seed_file = folder.join("seed.json");
        fs::write(&seed_file, serde_json::to_vec_pretty(seed)?)?;
        let mut init = Command::new(program);
        init.arg("init")
            .arg("--dir")
            .arg(folder)
            .arg("--agencies")
            .arg(&seed_file);
        run(&mut init).context("issuer-service init")
    }

    /// Opens an installation; it does not run yet.
    pub fn open(program: &Path, folder: &Path) -> Self {
        Self {
            program: program.to_path_buf(),
            folder: folder.to_path_buf(),
            process: None,
            listens_on: 0,
            public_url: String::new(),
        }
    }

    /// Has the agencies registered by the ledger's members. Harmless if they are.
    ///
    /// # Errors
    /// When the ledger refuses.
    pub fn register(&self, ledger: &Ledger) -> Result<()> {
        let mut register = Command::new(&self.program);
        register.arg("register").arg("--dir").arg(&self.folder);
        register.args(["--ledger", &ledger.url(0)]);
        for key in ledger.governance_keys() {
            register.arg("--member-key").arg(key);
        }
        run(&mut register).context("issuer-service register")
    }

    /// Starts it, and waits until it can work.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(&mut self, ledger: &Ledger, doorway: &Doorway) -> Result<()> {
        self.listens_on = doorway.port;
        self.public_url = doorway.public_url.clone().unwrap_or_else(|| self.url());
        let listen = format!("127.0.0.1:{}", doorway.port);
        let ledger = ledger.url(0);
        let mut arguments: Vec<OsString> = vec!["run".into(), "--dir".into()];
        arguments.push(self.folder.clone().into());
        let settings = [
            ("--ledger", &ledger),
            ("--listen", &listen),
            ("--public-url", &self.public_url),
        ];
        for (name, value) in settings {
            arguments.extend([name.into(), value.into()]);
        }
        if let Some(web) = &doorway.web {
            arguments.extend(["--web".into(), web.into()]);
        }
        let mut process = Process::start("issuer-service", &self.program, arguments, &self.folder)?;
        let ready = format!("{}/readyz", self.url());
        let client = Client::anonymous();
        process.wait_until(START_PATIENCE, || client.is_ready(&ready))?;
        self.process = Some(process);
        Ok(())
    }

    /// Looks whether it still runs.
    ///
    /// # Errors
    /// With its last words, if it has ended by itself.
    pub fn check_alive(&mut self) -> Result<()> {
        self.process.as_mut().map_or(Ok(()), Process::check_alive)
    }

    /// Stops it, as an operator would.
    ///
    /// # Errors
    /// When it does not stop cleanly.
    pub fn stop(&mut self) -> Result<()> {
        self.process.take().map_or(Ok(()), Process::stop)
    }

    /// Kills it with no warning.
    ///
    /// # Errors
    /// When it does not run.
    pub fn kill(&mut self) -> Result<()> {
        self.process
            .take()
            .context("the service does not run")?
            .kill()
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.listens_on)
    }

    /// Where people reach it.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// An agency's desk.
    ///
    /// # Errors
    /// When the installation has no such agency.
    pub fn desk(&self, agency: &str) -> Result<Desk> {
        let file = self.folder.join("desk-tokens.json");
        let text = fs::read(&file).with_context(|| file.display().to_string())?;
        let tokens: Value = serde_json::from_slice(&text).context("desk tokens")?;
        let token = tokens.get(agency).and_then(Value::as_str);
        Ok(Desk::new(
            &self.url(),
            agency,
            token.with_context(|| format!("no desk of {agency}"))?,
        ))
    }

    /// A trust store with the ledger pinned, as a new verifier takes it from a portal.
    ///
    /// # Errors
    /// When the service has none.
    pub fn trust_store(&self) -> Result<Vec<u8>> {
        Client::anonymous().get_bytes(&format!("{}/api/trust", self.url()))
    }
}

fn run(command: &mut Command) -> Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .context("cannot start issuer-service")?;
    if !output.status.success() {
        bail!(
            "{}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}
