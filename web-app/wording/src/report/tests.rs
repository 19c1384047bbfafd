#![expect(clippy::unwrap_used, reason = "a failed test is the point")]

use light_client::verdict::{
    CheckResult as LightCheck, DocumentEvidence, DocumentField, Evidence as LightEvidence,
    Freshness as LightFreshness, Headline as LightHeadline, Outcome as LightOutcome, Verdict,
};

use super::*;

/// The JSON of a verdict of the light client in which the given checks did not pass.
fn json(headline: LightHeadline, otherwise: &[(Check, LightOutcome)]) -> String {
    let outcome = |check: Check| {
        otherwise
            .iter()
            .find(|(other, _)| *other == check)
            .map_or(LightOutcome::Passed, |(_, outcome)| *outcome)
    };
    let document = DocumentEvidence {
        document_type: "tallystick/invoice/1".into(),
        digest: None,
        fields: vec![DocumentField {
            path: "/number".into(),
            value: "26991000000000001017".into(),
        }],
        undisclosed: 0,
        broken_rule: None,
        claimed_issuer: None,
    };
    let verdict = Verdict {
        headline,
        checks: Check::ALL
            .into_iter()
            .map(|check| LightCheck {
                check,
                outcome: outcome(check),
            })
            .collect(),
        evidence: LightEvidence {
            document: Some(document),
            ..LightEvidence::default()
        },
        freshness: Some(LightFreshness {
            as_of_ms: 5,
            age_ms: 2,
            max_age_ms: 9,
        }),
    };
    serde_json::to_string(&verdict).unwrap()
}

fn report(headline: LightHeadline, otherwise: &[(Check, LightOutcome)]) -> Report {
    Report::parse(json(headline, otherwise)).unwrap()
}

#[test]
fn every_reason_of_the_light_client_is_read_back() {
    for reason in Reason::ALL {
        let report = report(
            LightHeadline::Invalid(*reason),
            &[(Check::Origin, LightOutcome::Failed(*reason))],
        );
        assert_eq!(
            report.headline,
            Headline {
                kind: Kind::Invalid,
                reason: Some(*reason)
            }
        );
        assert_eq!(
            report
                .checks
                .iter()
                .find(|c| c.check == Check::Origin)
                .unwrap()
                .reason,
            Some(*reason)
        );
        assert_eq!(report.checks.len(), Check::ALL.len());
    }
}

#[test]
fn an_unknown_code_is_not_a_verdict() {
    let good = json(LightHeadline::Invalid(Reason::Revoked), &[]);
    assert!(Report::parse(good.clone()).is_some());
    assert!(Report::parse(good.replace("\"revoked\"", "\"rewoked\"")).is_none());
    assert!(Report::parse(good.replace("\"origin\"", "\"origins\"")).is_none());
    assert!(Report::parse("{}".into()).is_none());
}

#[test]
fn questions_pass_only_when_all_their_checks_do() {
    let all = report(
        LightHeadline::Valid,
        &[(Check::Period, LightOutcome::NotChecked)],
    );
    for question in [
        Question::Content,
        Question::Issuer,
        Question::Registered,
        Question::Standing,
    ] {
        assert_eq!(all.answer(question), Outcome::Passed, "{question:?}");
    }
    let stale = report(
        LightHeadline::Undetermined(Reason::StatusStale),
        &[(Check::Freshness, LightOutcome::Unknown(Reason::StatusStale))],
    );
    assert_eq!(stale.answer(Question::Standing), Outcome::Unknown);
    assert_eq!(stale.answer(Question::Content), Outcome::Passed);
    let unreached = report(
        LightHeadline::Undetermined(Reason::LedgerUnknown),
        &[
            (Check::Ledger, LightOutcome::Unknown(Reason::LedgerUnknown)),
            (Check::Origin, LightOutcome::NotChecked),
            (Check::Signature, LightOutcome::NotChecked),
            (Check::Authority, LightOutcome::NotChecked),
        ],
    );
    assert_eq!(unreached.answer(Question::Registered), Outcome::Unknown);
    assert_eq!(unreached.answer(Question::Issuer), Outcome::NotChecked);
    assert_eq!(unreached.answer(Question::Content), Outcome::NotChecked);
    assert!(unreached.proved_fields().is_empty());
}

#[test]
fn what_was_never_registered_is_not_called_in_force() {
    let unregistered = report(
        LightHeadline::Undetermined(Reason::NotAnchored),
        &[(Check::Origin, LightOutcome::Unknown(Reason::NotAnchored))],
    );
    assert_eq!(unregistered.answer(Question::Standing), Outcome::Unknown);
    assert_eq!(unregistered.answer(Question::Issuer), Outcome::Passed);
    let reason = Reason::IssuerNotAuthorised;
    let usurped = report(
        LightHeadline::Invalid(reason),
        &[(Check::Authority, LightOutcome::Failed(reason))],
    );
    assert_eq!(usurped.answer(Question::Standing), Outcome::Unknown);
    assert!(usurped.failed(Check::Authority) && !usurped.failed(Check::Signature));
}

#[test]
fn fields_of_an_altered_document_are_not_shown() {
    let reason = Reason::DocumentAltered;
    let altered = report(
        LightHeadline::Invalid(reason),
        &[(Check::Origin, LightOutcome::Failed(reason))],
    );
    assert!(altered.proved_fields().is_empty());
    assert_eq!(altered.number_tail(), None);
    for question in [Question::Issuer, Question::Standing] {
        assert_eq!(altered.answer(question), Outcome::Unknown, "{question:?}");
    }
    let intact = report(LightHeadline::Valid, &[]);
    assert_eq!(intact.number_tail().unwrap(), "1017");
}
