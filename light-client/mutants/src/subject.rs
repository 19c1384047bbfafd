//! The committed vectors: what is changed, and what is true of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use fastrand::Rng;
use light_client::hash::Digest;
use light_client::id::TimeMs;
use light_client::key::KnownKeys;
use light_client::policy::Policy;
use light_client::trust::TrustStore;
use light_client::verdict::{DocumentField, Headline, Verdict};
use light_client::{verify, verify_with};

use crate::item::Item;
use crate::mutation;

/// Keys with tables that one thread keeps.
const KNOWN_KEYS: usize = 48;

/// One vector with the trust store by which it is judged.
pub struct Subject {
    name: String,
    suite: usize,
    item: Item,
    now: TimeMs,
}

/// All vectors of both suites.
pub struct Subjects {
    trust: Vec<TrustStore>,
    all: Vec<Subject>,
    /// What is true: digest and fields of every document that is valid as committed.
    genuine: BTreeSet<(Digest, Vec<(String, String)>)>,
}

impl Subject {
    /// The vector's file name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The place of its trust store among [`Subjects::stores`].
    pub const fn store(&self) -> usize {
        self.suite
    }

    /// When it is judged.
    pub const fn now(&self) -> TimeMs {
        self.now
    }
}

impl Subjects {
    /// Reads `light-client/vectors/bundle`.
    ///
    /// # Errors
    /// A folder that is not what it should be.
    pub fn read(vectors: &Path) -> Result<Self> {
        let mut subjects = Self {
            trust: Vec::new(),
            all: Vec::new(),
            genuine: BTreeSet::new(),
        };
        for (suite, name) in ["intl", "sm"].into_iter().enumerate() {
            let folder = vectors.join(name);
            let trust = fs::read(folder.join("test.trust")).context("a trust store")?;
            subjects.trust.push(TrustStore::parse(&trust)?);
            subjects.read_suite(&folder, suite)?;
        }
        ensure!(!subjects.genuine.is_empty(), "no vector is valid");
        Ok(subjects)
    }

    fn read_suite(&mut self, folder: &Path, suite: usize) -> Result<()> {
        let mut paths: Vec<_> = fs::read_dir(folder)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<_>>()?;
        // A mutant is named by a number: the order must not be the disk's.
        paths.sort();
        for path in paths {
            if path
                .extension()
                .is_none_or(|extension| extension != "tally")
            {
                continue;
            }
            let bytes = fs::read(&path)?;
            let Some(item) = Item::parse(&bytes) else {
                continue;
            };
            let answer = fs::read(path.with_extension("json"))?;
            let answer: serde_json::Value = serde_json::from_slice(&answer)?;
            let now = answer["now_ms"].as_u64().context("now_ms")?;
            let subject = Subject {
                name: path.display().to_string(),
                suite,
                item,
                now: TimeMs(now),
            };
            let verdict = self.judge(&subject, &bytes);
            if verdict.headline == Headline::Valid {
                self.genuine.extend(said(&verdict));
            }
            self.all.push(subject);
        }
        Ok(())
    }

    /// The trust stores.
    pub fn stores(&self) -> &[TrustStore] {
        &self.trust
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// The mutant of this number, and what it was made of.
    pub fn mutant(&self, number: u64) -> (&Subject, Vec<u8>) {
        let mut rng = Rng::with_seed(number);
        let subject = &self.all[rng.usize(..self.all.len())];
        let suite: Vec<&Subject> = self
            .all
            .iter()
            .filter(|other| other.suite == subject.suite)
            .collect();
        let other = suite[rng.usize(..suite.len())];
        let bytes = mutation::mutant(&subject.item, &other.item, &mut rng);
        (subject, bytes)
    }

    /// What the verifier says of these bytes, in the subject's place.
    pub fn judge(&self, subject: &Subject, bytes: &[u8]) -> Verdict {
        verify(
            bytes,
            &self.trust[subject.suite],
            &Policy::default(),
            subject.now,
        )
    }

    /// The same by one who has seen the keys before.
    pub fn judge_with(&self, subject: &Subject, bytes: &[u8], keys: &mut KnownKeys) -> Verdict {
        let trust = &self.trust[subject.suite];
        verify_with(bytes, trust, &Policy::default(), subject.now, keys)
    }

    /// Whether a valid verdict says something that is not true of any genuine document.
    pub fn is_false(&self, verdict: &Verdict) -> bool {
        verdict.headline == Headline::Valid
            && said(verdict).is_none_or(|said| !self.genuine.contains(&said))
    }

    /// Keys for one thread.
    pub fn keys() -> KnownKeys {
        KnownKeys::with_tables(KNOWN_KEYS)
    }
}

/// Which document a verdict is about, and what it shows of it.
fn said(verdict: &Verdict) -> Option<(Digest, Vec<(String, String)>)> {
    let document = verdict.evidence.document.as_ref()?;
    let shown = |field: &DocumentField| (field.path.clone(), field.value.clone());
    let fields = document.fields.iter().map(shown);
    Some((document.digest?, fields.collect()))
}
