//! Asking the light client, which runs in a worker of its own.

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use gloo_timers::future::sleep;
use gloo_worker::Spawnable as _;
use gloo_worker::oneshot::OneshotBridge;
use thiserror::Error;
use wording::clock::now_ms;
use wording::report::Report;

use crate::wallet::trust::Pin;

pub(crate) mod protocol;
mod task;

pub(crate) use protocol::Anchor;
pub use task::VerifyTask;

use protocol::{Answer, Command};

const WORKER: &str = "/worker.js";
/// A worker that traps answers nothing; this is far beyond what any document takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why the light client gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum VerifierError {
    /// The bytes are not of the kind asked for.
    #[error("the bytes are not of this kind")]
    Malformed,
    /// The worker gave no answer.
    #[error("the worker gave no answer")]
    NoAnswer,
}

/// The light client in its worker.
#[derive(Clone)]
pub(crate) struct Verifier(Rc<OneshotBridge<VerifyTask>>);

impl PartialEq for Verifier {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Verifier {
    /// Starts the worker.
    pub(crate) fn start() -> Self {
        Self(Rc::new(
            VerifyTask::spawner().with_loader(true).spawn(WORKER),
        ))
    }

    /// What a trust store file pins.
    pub(crate) async fn anchors(&self, trust_file: Vec<u8>) -> Result<Vec<Anchor>, VerifierError> {
        match self.ask(Command::Describe { trust_file }).await? {
            Answer::Anchors(anchors) => Ok(anchors),
            _ => Err(VerifierError::Malformed),
        }
    }

    /// The digest of a document or of the document in a bundle, in hex.
    pub(crate) async fn digest(
        &self,
        file: Vec<u8>,
        pins: &[Pin],
    ) -> Result<String, VerifierError> {
        let trust_files = pins.iter().map(Pin::file).collect();
        match self.ask(Command::Digest { file, trust_files }).await? {
            Answer::Digest(digest) => Ok(digest),
            _ => Err(VerifierError::Malformed),
        }
    }

    /// A bundle of the document in `file` (a document or a bundle) with other proofs.
    pub(crate) async fn compose(
        &self,
        file: Vec<u8>,
        proofs: Vec<u8>,
    ) -> Result<Vec<u8>, VerifierError> {
        match self.ask(Command::Compose { file, proofs }).await? {
            Answer::Bundle(bundle) => Ok(bundle),
            _ => Err(VerifierError::Malformed),
        }
    }

    /// The trust store file of `pin` after what the bundle `file` proves.
    pub(crate) async fn learn(&self, file: Vec<u8>, pin: &Pin) -> Result<Vec<u8>, VerifierError> {
        let trust_file = pin.file();
        match self.ask(Command::Learn { file, trust_file }).await? {
            Answer::TrustFile(trust_file) => Ok(trust_file),
            _ => Err(VerifierError::Malformed),
        }
    }

    /// The verdict on `file` as of now.
    pub(crate) async fn verify(
        &self,
        file: Vec<u8>,
        pins: &[Pin],
    ) -> Result<Report, VerifierError> {
        let trust_files = pins.iter().map(Pin::file).collect();
        match self
            .ask(Command::Verify {
                file,
                trust_files,
                now_ms: now_ms(),
            })
            .await?
        {
            Answer::Verdict(json) => Report::parse(json).ok_or(VerifierError::Malformed),
            _ => Err(VerifierError::Malformed),
        }
    }

    async fn ask(&self, command: Command) -> Result<Answer, VerifierError> {
        let mut bridge = self.0.fork();
        let mut answer = pin!(bridge.run(command));
        let mut patience = pin!(sleep(PATIENCE));
        poll_fn(|context| match answer.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Ok(answer)),
            Poll::Pending => patience
                .as_mut()
                .poll(context)
                .map(|()| Err(VerifierError::NoAnswer)),
        })
        .await
    }
}
