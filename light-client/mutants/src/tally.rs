//! What became of many mutants.

use std::collections::BTreeMap;

use light_client::verdict::{Check, Headline, Outcome, Reason, Verdict};
use serde::{Deserialize, Serialize};

/// Counts; they add up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// All that were judged.
    pub mutants: u64,
    /// Those of which at least one signature was looked at.
    pub reached_signatures: u64,
    /// Those that were valid and said what is true.
    pub harmless: u64,
    /// By the code of the headline's reason.
    pub reasons: BTreeMap<String, u64>,
}

impl Tally {
    /// Counts one.
    pub fn count(&mut self, verdict: &Verdict) {
        self.mutants += 1;
        self.reached_signatures += u64::from(reached_signatures(verdict));
        match verdict.headline {
            Headline::Valid => self.harmless += 1,
            Headline::Invalid(reason) | Headline::Undetermined(reason) => {
                *self.reasons.entry(reason.code().to_owned()).or_default() += 1;
            }
        }
    }

    /// Counts those of another.
    pub fn add(&mut self, other: &Self) {
        self.mutants += other.mutants;
        self.reached_signatures += other.reached_signatures;
        self.harmless += other.harmless;
        for (reason, count) in &other.reasons {
            *self.reasons.entry(reason.clone()).or_default() += count;
        }
    }

    /// As lines, the most frequent reason first.
    pub fn lines(&self) -> Vec<String> {
        let percent = |count: u64| count as f64 * 100.0 / self.mutants.max(1) as f64;
        let mut reasons: Vec<_> = self.reasons.iter().collect();
        reasons.sort_by_key(|(_, count)| core::cmp::Reverse(**count));
        let mut lines = vec![format!(
            "{} mutants; {:.1} % reached signatures; {} valid without saying anything else",
            self.mutants,
            percent(self.reached_signatures),
            self.harmless
        )];
        lines.extend(
            reasons
                .iter()
                .map(|(reason, count)| format!("{count:>12} {:>6.2} % {reason}", percent(**count))),
        );
        lines
    }
}

/// A header that is final, or whose signatures were found wrong; the trust stores of the vectors
/// know no header beforehand.
fn reached_signatures(verdict: &Verdict) -> bool {
    verdict.checks.iter().any(|result| {
        result.check == Check::Finality
            && matches!(
                result.outcome,
                Outcome::Passed | Outcome::Failed(Reason::CertificateSignature)
            )
            || result.check == Check::Signature && result.outcome != Outcome::NotChecked
    })
}
