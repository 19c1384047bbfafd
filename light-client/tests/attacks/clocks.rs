//! The age of a header, by the verifier's clock and policy.

use light_client::{
    cbor::to_bytes,
    id::TimeMs,
    policy::Policy,
    record::Standing,
    verdict::{Headline, Reason, Verdict},
    verify,
};

use super::{Scene, invalid, support::BLOCK_MS, undetermined};

const DAY_MS: i64 = 24 * 3_600_000;

/// The verdict on a genuine bundle by a clock that differs from its header's time.
fn at(scene: &Scene, offset_ms: i64, policy: &Policy) -> Verdict {
    let now = TimeMs(scene.ledger.now().0.saturating_add_signed(offset_ms));
    verify(
        &to_bytes(&scene.bundle()),
        &scene.ledger.trust(),
        policy,
        now,
    )
}

/// T21: an answer that somebody keeps from being renewed goes stale, by each client's own policy.
#[test]
fn t21_a_frozen_checkpoint_is_stale_after_a_day_or_a_week() {
    let scene = Scene::new();
    for days in [1, 7] {
        let policy = Policy {
            max_age_ms: (days * DAY_MS).unsigned_abs(),
            ..Policy::default()
        };
        let fresh = at(&scene, days * DAY_MS, &policy);
        assert_eq!(fresh.headline, Headline::Valid, "{days} days");
        let stale = at(&scene, days * DAY_MS + 1, &policy);
        assert_eq!(
            stale.headline,
            undetermined(Reason::StatusStale),
            "{days} days and a millisecond"
        );
        let freshness = stale.freshness.expect("certified");
        assert_eq!(freshness.max_age_ms, policy.max_age_ms);
        assert_eq!(freshness.age_ms, policy.max_age_ms + 1, "its age is told");
    }
}

/// T25: a clock that is a year wrong makes nothing valid and nothing false.
#[test]
fn t25_a_clock_a_year_behind_or_ahead() {
    let (scene, policy) = (Scene::new(), Policy::default());
    let ahead = at(&scene, 365 * DAY_MS, &policy);
    assert_eq!(ahead.headline, undetermined(Reason::StatusStale));
    let behind = at(&scene, -365 * DAY_MS, &policy);
    assert_eq!(behind.headline, undetermined(Reason::FutureHeader));
    let age_ms = |verdict: Verdict| verdict.freshness.expect("certified").age_ms;
    assert_eq!(age_ms(behind), 0, "there is no negative age");
    let beyond_every_pin = at(&scene, 401 * DAY_MS, &policy);
    assert_eq!(beyond_every_pin.headline, undetermined(Reason::PinTooOld));
    let (first, last) = (TimeMs(0), TimeMs(u64::MAX));
    for now in [first, last] {
        let bytes = to_bytes(&scene.bundle());
        let verdict = verify(&bytes, &scene.ledger.trust(), &policy, now);
        assert!(
            matches!(verdict.headline, Headline::Undetermined(_)),
            "{now:?}"
        );
    }
}

/// T26: clocks differ by minutes; what is further ahead than that was not made yet.
#[test]
fn t26_a_header_beyond_the_drift() {
    let (scene, policy) = (Scene::new(), Policy::default());
    assert_eq!(at(&scene, -300_000, &policy).headline, Headline::Valid);
    let beyond = at(&scene, -300_001, &policy);
    assert_eq!(beyond.headline, undetermined(Reason::FutureHeader));
}

/// T27: whoever withholds the block in which a document was revoked shows an older one, and the
/// answer says so: good standing as of that block, and not a millisecond later.
#[test]
fn t27_standing_is_said_as_of_the_header() {
    let mut scene = Scene::new();
    let before = scene.bundle();
    let shown = scene.ledger.now();
    scene.documents[1].set_status(&mut scene.ledger, Standing::Revoked);
    scene.ledger.block();
    let (trust, now) = (scene.ledger.learned(), scene.ledger.now());
    let withheld = verify(&to_bytes(&before), &trust, &Policy::default(), now);
    assert_eq!(withheld.headline, Headline::Valid);
    let freshness = withheld.freshness.expect("certified");
    assert_eq!((freshness.as_of_ms, freshness.age_ms), (shown.0, BLOCK_MS));
    assert_eq!(scene.decide(&scene.bundle()), invalid(Reason::Revoked));
    // Until the policy ends that, at the latest.
    let later = TimeMs(shown.0 + Policy::default().max_age_ms + 1);
    let stale = verify(&to_bytes(&before), &trust, &Policy::default(), later);
    assert_eq!(stale.headline, undetermined(Reason::StatusStale));
}
