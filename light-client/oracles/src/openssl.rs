//! OpenSSL, in a process of its own (`openssl/peer.c`).

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use gmcrypto_core::asn1::sig::encode_sig;

use crate::case::Case;
use crate::judge::halves;

/// The running peer.
#[derive(Debug)]
pub struct OpenSsl {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl OpenSsl {
    /// Starts the compiled peer.
    pub fn start(program: &Path) -> Result<Self> {
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let questions = child.stdin.take().context("no standard input")?;
        let answers = BufReader::new(child.stdout.take().context("no standard output")?);
        Ok(Self {
            child,
            questions,
            answers,
        })
    }

    /// What it says of a case.
    pub fn verify(&mut self, case: &Case) -> Result<bool> {
        let (r, s) = halves(&case.signature);
        let (kind, data) = match &case.message {
            Some(message) => ('M', message.as_slice()),
            None => ('D', case.digest.as_slice()),
        };
        let data = if data.is_empty() {
            "-".to_owned()
        } else {
            hex::encode(data)
        };
        let (key, signature) = (hex::encode(case.key), hex::encode(encode_sig(&r, &s)));
        match self
            .ask(&format!("{kind} {key} {signature} {data}"))?
            .as_str()
        {
            "1" => Ok(true),
            "0" => Ok(false),
            other => bail!("the OpenSSL peer answered {other:?}"),
        }
    }

    /// CPU time of `count` verifications of the last message asked about.
    pub fn time(&mut self, count: usize) -> Result<Duration> {
        let nanoseconds: i64 = self.ask(&format!("T {count}"))?.parse()?;
        ensure!(
            nanoseconds >= 0,
            "OpenSSL refused what it was to be timed with"
        );
        Ok(Duration::from_nanos(nanoseconds.unsigned_abs()))
    }

    fn ask(&mut self, question: &str) -> Result<String> {
        writeln!(self.questions, "{question}")?;
        self.questions.flush()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        Ok(answer.trim().to_owned())
    }
}

impl Drop for OpenSsl {
    fn drop(&mut self) {
        // It ends by itself when its input does; this is for one that hangs.
        if self.child.kill().is_ok() {
            drop(self.child.wait());
        }
    }
}
