//! What every command that judges documents does alike: trust, policy, time, workers.

use std::{num::NonZeroUsize, sync::atomic::AtomicBool, thread};

use light_client::{
    bundle::{Bundle, Proofs},
    id::TimeMs,
    key::KnownKeys,
    policy::Policy,
    trust::TrustStore,
    verdict::Verdict,
    verify_with,
};

use crate::{
    args::{Failure, JudgingOptions},
    input::{self, Inputs},
    pipeline::{self, Plan, Work},
    progress::Progress,
    words::{Lang, Text},
};

/// Keys with tables, of all workers together: validators, agencies, and the sellers that turn up
/// most; under 100 MB.
const KNOWN_KEYS: usize = 1024;
/// More do not help one worker.
const KNOWN_KEYS_OF_ONE: usize = 256;

/// By what documents are judged.
#[derive(Debug)]
pub(crate) struct Judging {
    pub(crate) trust: TrustStore,
    pub(crate) policy: Policy,
    pub(crate) now: TimeMs,
    pub(crate) jobs: NonZeroUsize,
    pub(crate) progress: bool,
    pub(crate) lang: Lang,
}

impl Judging {
    /// Reads the trust store; `now` counts if the options name no time.
    pub(crate) fn open(options: &JudgingOptions, now: TimeMs, lang: Lang) -> Result<Self, Failure> {
        let mut policy = Policy::default();
        policy.max_age_ms = options.max_age.unwrap_or(policy.max_age_ms);
        let all = || thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Ok(Self {
            trust: input::read_trust(&options.trust, lang)?,
            policy,
            now: options.now.unwrap_or(now),
            jobs: options.jobs.unwrap_or_else(all),
            progress: options.progress,
            lang,
        })
    }

    /// A worker's memory of keys.
    fn known_keys(&self) -> KnownKeys {
        KnownKeys::with_tables((KNOWN_KEYS / self.jobs).clamp(16, KNOWN_KEYS_OF_ONE))
    }

    /// Judges one document.
    pub(crate) fn judge(&self, bytes: &[u8], keys: &mut KnownKeys) -> Verdict {
        verify_with(bytes, &self.trust, &self.policy, self.now, keys)
    }

    /// So many documents for so many workers.
    const fn plan<'a>(&self, count: usize, stop: &'a AtomicBool) -> Plan<'a> {
        Plan {
            count,
            jobs: self.jobs,
            stop,
        }
    }

    /// Learns hand-offs and the newest header from all documents before any is judged: signatures
    /// of the chain are then verified once, not once per document, and the answer for one document
    /// does not depend on where in the list it stands.
    ///
    /// What the bundles cannot do is renew a pin that is too old, or lead into the future: a ledger
    /// that this client has heard nothing of for too long stays as it is.
    pub(crate) fn learn(&mut self, inputs: &Inputs, stop: &AtomicBool) -> Result<(), Failure> {
        let lessons = Lessons {
            inputs,
            lang: self.lang,
        };
        let plan = self.plan(inputs.len(), stop);
        let mut keys = KnownKeys::with_tables(KNOWN_KEYS_OF_ONE);
        let (trust, policy, now) = (&mut self.trust, self.policy, self.now);
        let label = Text::new("读取", "read");
        let mut progress = Progress::begin(self.progress, label, inputs.len(), self.lang);
        let done = pipeline::run(&plan, &lessons, |index, proofs| {
            if let Some(proofs) = proofs {
                // What does not hold is not learned, and is judged with its document.
                trust.learn(&proofs, &policy, now, &mut keys);
            }
            progress.advance(index + 1);
            Ok(())
        })?;
        progress.end(done);
        Ok(())
    }

    /// Works on every document, each worker with its own memory of keys, and gives the results to
    /// `sink` in order; returns how many it got.
    pub(crate) fn each<T: Send>(
        &self,
        inputs: &Inputs,
        stop: &AtomicBool,
        work: impl Fn(&mut KnownKeys, &[u8]) -> Result<T, Failure> + Sync,
        sink: impl FnMut(usize, Result<T, Failure>) -> Result<(), Failure>,
    ) -> Result<usize, Failure> {
        let each = Each {
            judging: self,
            inputs,
            work,
        };
        pipeline::run(&self.plan(inputs.len(), stop), &each, sink)
    }
}

/// Something done with every document.
struct Each<'a, F> {
    judging: &'a Judging,
    inputs: &'a Inputs,
    work: F,
}

impl<T, F> Work for Each<'_, F>
where
    T: Send,
    F: Fn(&mut KnownKeys, &[u8]) -> Result<T, Failure> + Sync,
{
    type Memory = KnownKeys;
    type Output = Result<T, Failure>;

    fn memory(&self) -> KnownKeys {
        self.judging.known_keys()
    }

    fn size(&self, index: usize) -> u64 {
        self.inputs.size(index)
    }

    fn run(&self, keys: &mut KnownKeys, index: usize) -> Self::Output {
        let bytes = self.inputs.read(index, self.judging.lang)?;
        (self.work)(keys, &bytes)
    }
}

/// Finds what there is to learn.
struct Lessons<'a> {
    inputs: &'a Inputs,
    lang: Lang,
}

impl Work for Lessons<'_> {
    type Memory = ();
    type Output = Option<Proofs>;

    fn memory(&self) {}

    fn size(&self, index: usize) -> u64 {
        self.inputs.size(index)
    }

    /// A document that cannot be read is said to be when it is to be judged.
    fn run(&self, (): &mut (), index: usize) -> Option<Proofs> {
        let bytes = self.inputs.read(index, self.lang).ok()?;
        Some(Bundle::parse(&bytes).ok()?.proofs)
    }
}
