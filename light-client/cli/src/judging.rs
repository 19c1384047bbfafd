//! What every command that judges documents does alike: trust, policy, time, workers.

use std::{collections::BTreeSet, num::NonZeroUsize, sync::atomic::AtomicBool, thread};

use light_client::{
    bundle::{Bundle, Proofs},
    certificate::CertifiedHeader,
    handoff::Handoff,
    id::{LedgerId, TimeMs},
    key::KnownKeys,
    policy::{MAX_CLOCK_SKEW_MS, Policy},
    trust::{TrustStore, TrustedLedger},
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
    pub(crate) fn known_keys(&self) -> KnownKeys {
        KnownKeys::with_tables((KNOWN_KEYS / self.jobs).clamp(16, KNOWN_KEYS_OF_ONE))
    }

    /// Judges one document.
    pub(crate) fn judge(&self, bytes: &[u8], keys: &mut KnownKeys) -> Verdict {
        verify_with(bytes, &self.trust, &self.policy, self.now, keys)
    }

    /// So many documents for so many workers.
    pub(crate) const fn plan<'a>(&self, count: usize, stop: &'a AtomicBool) -> Plan<'a> {
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
            current: self.current(),
            latest_ms: self.now.0.saturating_add(MAX_CLOCK_SKEW_MS),
            inputs,
            lang: self.lang,
        };
        let plan = self.plan(inputs.len(), stop);
        let (trust, mut keys) = (&mut self.trust, KnownKeys::with_tables(KNOWN_KEYS_OF_ONE));
        let label = Text::new("读取", "read");
        let mut progress = Progress::begin(self.progress, label, inputs.len(), self.lang);
        let done = pipeline::run(&plan, &lessons, |index, lesson| {
            if let Some(lesson) = lesson.filter(|lesson| lesson.is_newer_than(trust)) {
                let Lesson {
                    ledger,
                    head,
                    handoffs,
                } = lesson;
                // What does not hold is not learned, and is judged with its document.
                let _unlearned = trust.advance_with(&ledger, &handoffs, &head, &mut keys);
            }
            progress.advance(index + 1);
            Ok(())
        })?;
        progress.end(done);
        Ok(())
    }

    /// Ledgers whose pin is not too old.
    fn current(&self) -> BTreeSet<LedgerId> {
        let is_current = |ledger: &&TrustedLedger| {
            self.now.0.saturating_sub(ledger.learned_ms().0) <= self.policy.max_pin_age_ms
        };
        let current = self.trust.ledgers().filter(is_current);
        current.map(TrustedLedger::id).collect()
    }
}

/// What a document may teach of its ledger: not yet checked.
struct Lesson {
    ledger: LedgerId,
    head: CertifiedHeader,
    handoffs: Vec<Handoff>,
}

impl Lesson {
    fn is_newer_than(&self, trust: &TrustStore) -> bool {
        let ledger = trust.ledger(&self.ledger);
        let newest = ledger.and_then(TrustedLedger::newest_header);
        newest.is_none_or(|newest| newest.header().core.height < self.head.header.core.height)
    }
}

/// Finds what there is to learn.
struct Lessons<'a> {
    current: BTreeSet<LedgerId>,
    latest_ms: u64,
    inputs: &'a Inputs,
    lang: Lang,
}

impl Work for Lessons<'_> {
    type Memory = ();
    type Output = Option<Lesson>;

    fn memory(&self) {}

    fn size(&self, index: usize) -> u64 {
        self.inputs.size(index)
    }

    /// A document that cannot be read is said to be when it is to be judged.
    fn run(&self, (): &mut (), index: usize) -> Option<Lesson> {
        let bytes = self.inputs.read(index, self.lang).ok()?;
        let Proofs {
            ledger,
            head,
            handoffs,
            ..
        } = Bundle::parse(&bytes).ok()?.proofs;
        let is_future = head.header.core.time_ms.0 > self.latest_ms;
        (self.current.contains(&ledger) && !is_future).then_some(Lesson {
            ledger,
            head,
            handoffs,
        })
    }
}
