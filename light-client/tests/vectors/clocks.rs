//! The age of what is shown, by the verifier's clock and policy.

use light_client::record::Standing;

use crate::scenario::{DAY_MS, Scenario, Scene};

const FRESHNESS: &str = "verdict.md L7";

pub(crate) fn scenarios(scene: &Scene) -> Vec<Scenario> {
    let mut all = ages(scene);
    all.extend(skews(scene));
    all.extend(as_of(scene));
    all
}

/// A checkpoint that somebody freezes, and two policies.
fn ages(scene: &Scene) -> Vec<Scenario> {
    let ask = |name, expect| scene.ask(name, FRESHNESS, expect, scene.changed(|_| {}));
    let week = 7 * DAY_MS;
    vec![
        ask("t21-a-day", "valid").later(DAY_MS),
        ask("t21-a-day-and-a-millisecond", "status_stale").later(DAY_MS + 1),
        ask("t21-a-week-within-a-week", "valid")
            .later(week)
            .within(week),
        ask("t21-a-week-and-a-millisecond", "status_stale")
            .later(week + 1)
            .within(week),
        ask("a-week-later", "status_stale").later(week),
        scene
            .ask(
                "pin-too-old",
                "ledger.md Finality",
                "pin_too_old",
                scene.changed(|_| {}),
            )
            .later(401 * DAY_MS),
    ]
}

/// A clock that is wrong, or a block that is ahead of it.
fn skews(scene: &Scene) -> Vec<Scenario> {
    let ask = |name, expect| scene.ask(name, FRESHNESS, expect, scene.changed(|_| {}));
    vec![
        ask("t25-a-year-ahead", "status_stale").later(365 * DAY_MS),
        ask("t25-a-year-behind", "future_header").earlier(365 * DAY_MS),
        ask("t26-five-minutes-ahead", "valid").earlier(300_000),
        ask("t26-beyond-the-drift", "future_header").earlier(300_001),
    ]
}

/// What comes after the header is not in it: the answer says as of when it holds.
fn as_of(scene: &Scene) -> Vec<Scenario> {
    let mut next = scene.ledger.clone();
    scene.identity.set_status(&mut next, Standing::Revoked);
    next.block();
    let before = scene.changed(|_| {});
    let after = scene.identity.bytes(&next);
    let limits = "verdict.md 4.";
    vec![
        Scenario::new(
            &next,
            "t27-as-of-the-block-before",
            limits,
            "valid",
            before.clone(),
        ),
        Scenario::new(
            &next,
            "t27-revoked-in-the-next-block",
            limits,
            "revoked",
            after,
        ),
        // A client that has verified the newer block still says what an older one says, and when.
        Scenario::new(&next, "t22-an-older-block", limits, "valid", before)
            .of("learned-next-block", next.learned()),
    ]
}
