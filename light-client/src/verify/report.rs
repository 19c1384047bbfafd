//! Collects outcomes and evidence; the only place that turns them into a headline.

use alloc::vec::Vec;

use crate::{
    hash::Digest,
    verdict::{
        Check, CheckResult, Evidence, Freshness, Headline, Outcome, Reason, Ruling, Verdict,
    },
};

/// A verdict in the making.
pub(super) struct Report {
    outcomes: Vec<(Check, Outcome)>,
    pub(super) evidence: Evidence,
    pub(super) freshness: Option<Freshness>,
}

impl Report {
    pub(super) fn new() -> Self {
        Self {
            outcomes: Vec::new(),
            evidence: Evidence::default(),
            freshness: None,
        }
    }

    /// The check holds.
    pub(super) fn pass(&mut self, check: Check) {
        self.outcomes.push((check, Outcome::Passed));
    }

    /// The check came out as `reason` says: failed, or not decided.
    pub(super) fn fail(&mut self, check: Check, reason: Reason) {
        let outcome = match reason.ruling() {
            Ruling::Invalid => Outcome::Failed(reason),
            Ruling::Undetermined => Outcome::Unknown(reason),
        };
        self.outcomes.push((check, outcome));
    }

    /// Records a result under `check`, and whether it holds.
    pub(super) fn record(&mut self, check: Check, result: Result<(), Reason>) -> bool {
        match result {
            Ok(()) => self.pass(check),
            Err(reason) => self.fail(check, reason),
        }
        result.is_ok()
    }

    pub(super) fn document_digest(&mut self, digest: Digest) {
        if let Some(document) = &mut self.evidence.document {
            document.digest = Some(digest);
        }
    }

    /// The verdict. Of several outcomes of one check the worst stands; of all reasons the one
    /// that ranks first is the headline. Nothing is valid unless every check that its kind of
    /// document needs has passed.
    pub(super) fn finish(self) -> Verdict {
        let reasons = self
            .outcomes
            .iter()
            .filter_map(|(_, outcome)| reason_of(*outcome));
        let headline = match reasons.min() {
            None => Headline::Valid,
            Some(reason) => match reason.ruling() {
                Ruling::Invalid => Headline::Invalid(reason),
                Ruling::Undetermined => Headline::Undetermined(reason),
            },
        };
        let checks: Vec<CheckResult> = Check::ALL
            .into_iter()
            .map(|check| CheckResult {
                check,
                outcome: self.outcome(check),
            })
            .collect();
        Verdict {
            headline: guard(headline, &checks),
            checks,
            evidence: self.evidence,
            freshness: self.freshness,
        }
    }

    fn outcome(&self, check: Check) -> Outcome {
        let outcomes = self.outcomes.iter().filter(|(of, _)| *of == check);
        let worst = outcomes.map(|(_, outcome)| *outcome).min_by_key(|outcome| {
            // No reason sorts after every reason.
            reason_of(*outcome).map_or((1, None), |reason| (0, Some(reason)))
        });
        worst.unwrap_or(Outcome::NotChecked)
    }
}

const fn reason_of(outcome: Outcome) -> Option<Reason> {
    match outcome {
        Outcome::Failed(reason) | Outcome::Unknown(reason) => Some(reason),
        Outcome::Passed | Outcome::NotChecked => None,
    }
}

/// The last line of defence against a check that was forgotten: valid needs all of them, but for
/// the two that do not apply to every kind of document.
fn guard(headline: Headline, checks: &[CheckResult]) -> Headline {
    let optional = [Check::Record, Check::Period];
    let unchecked = checks
        .iter()
        .any(|result| result.outcome == Outcome::NotChecked && !optional.contains(&result.check));
    match headline {
        Headline::Valid if unchecked => Headline::Undetermined(Reason::StatusUnchecked),
        headline => headline,
    }
}
