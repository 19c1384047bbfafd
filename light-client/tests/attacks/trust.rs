//! What a client knows already: rollback, forks, and the store it is kept in.

use light_client::{
    cbor::to_bytes,
    genesis::Purpose,
    handoff::CatchUp,
    policy::Policy,
    record::Standing,
    suite::Suite,
    trust::{Checkpoint, Profile, TrustError, TrustStore},
    verdict::{Headline, Reason},
    verify,
};

use super::{
    Scene, invalid,
    support::{BLOCK_MS, Ledger, Validators},
    undetermined,
};

#[test]
fn t22_trust_never_moves_backwards() {
    let scene = Scene::new();
    let mut trust = scene.ledger.trust();
    let [older, newer] = [&scene.ledger.headers[0], &scene.ledger.headers[1]];
    trust
        .advance(&scene.ledger.id, &[], newer)
        .expect("it follows");
    trust
        .advance(&scene.ledger.id, &[], older)
        .expect("checked, and left alone");
    let known = trust
        .ledger(&scene.ledger.id)
        .expect("pinned")
        .newest_header();
    assert_eq!(known.expect("learned").header(), &newer.header);
}

/// T22: an older block of the same epoch is judged as of its time; one of an epoch that the client
/// has seen the end of counts no more by itself.
#[test]
fn t22_an_older_block_says_as_of_when_it_holds() {
    let mut scene = Scene::new();
    let old = scene.bundle();
    scene.ledger.block();
    let verdict = verify(
        &to_bytes(&old),
        &scene.ledger.learned(),
        &Policy::default(),
        scene.ledger.now(),
    );
    assert_eq!(verdict.headline, Headline::Valid);
    let freshness = verdict.freshness.expect("certified");
    assert_eq!(
        (
            freshness.age_ms,
            verdict.evidence.ledger.expect("certified").height
        ),
        (BLOCK_MS, 2)
    );
    scene
        .ledger
        .block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
    scene.ledger.block();
    let outcome = scene.decide_by(&scene.ledger.learned(), &old);
    assert_eq!(outcome, undetermined(Reason::SupersededEpoch));
}

/// T23: a fork that hides a revocation from one victim shows as soon as the victim has heard one
/// head of the others; from one portal alone, signed by a quorum, nobody could tell.
#[test]
fn t23_a_fork_for_one_victim_is_exposed_by_one_honest_head() {
    let scene = Scene::new();
    let mut honest = scene.ledger.clone();
    scene.documents[1].set_status(&mut honest, Standing::Revoked);
    honest.block();
    let mut forked = scene.ledger.clone();
    forked.block();
    let forged = scene.documents[1].bundle(&forked);
    assert_eq!(
        scene.decide(&forged),
        Headline::Valid,
        "to who knows nothing else"
    );
    let outcome = scene.decide_by(&honest.learned(), &forged);
    assert_eq!(outcome, invalid(Reason::ConflictingHeader));
    // And whoever has taken the fork's head for good finds out by the honest one.
    let outcome = scene.decide_by(&forked.learned(), &scene.documents[1].bundle(&honest));
    assert_eq!(outcome, invalid(Reason::ConflictingHeader));
}

#[test]
fn t28_a_trust_store_that_was_tampered_with_is_refused() {
    let mut scene = Scene::new();
    scene
        .ledger
        .block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
    scene.ledger.block();
    let trust = scene.ledger.learned();
    let bytes = trust.to_bytes();
    assert_eq!(TrustStore::parse(&bytes), Ok(trust.clone()));
    for bit in (0..bytes.len() * 8).step_by(7) {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        // Another genesis is another ledger; everything else must be noticed.
        match TrustStore::parse(&flipped) {
            Err(_) => {}
            Ok(other) => assert!(
                other.ledger(&scene.ledger.id).is_none() || other.profile() != trust.profile(),
                "bit {bit}"
            ),
        }
    }
}

/// What was learned before a hand-off stays readable after it.
#[test]
fn a_store_that_followed_without_a_newer_header_is_read_again() {
    let mut scene = Scene::new();
    let mut trust = scene.ledger.learned();
    scene
        .ledger
        .block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
    let genesis = &scene.ledger.genesis.validators;
    let catch_up = CatchUp::new(scene.ledger.id, genesis, &scene.ledger.handoffs);
    trust
        .catch_up(&catch_up.expect("they follow"))
        .expect("it follows");
    let read = TrustStore::parse(&trust.to_bytes());
    assert_eq!(read.as_ref(), Ok(&trust));
    let kept = trust
        .ledger(&scene.ledger.id)
        .expect("pinned")
        .newest_header();
    assert_eq!(kept, None, "its epoch has ended");
}

/// T22: pinning a later epoch goes forward only, and not into another history.
#[test]
fn t22_a_checkpoint_goes_forward_only() {
    let mut scene = Scene::new();
    for epoch in 1..=2 {
        scene
            .ledger
            .block_ending_epoch(Validators::new(Suite::Intl, epoch, 4));
        scene.ledger.block();
    }
    let ledger = &scene.ledger;
    let at = |changes: usize| Checkpoint::from(&ledger.handoffs[changes - 1]);
    let pin = |trust: &mut TrustStore, checkpoint: Checkpoint| {
        let epoch = |trust: &TrustStore| trust.ledger(&ledger.id).map(|l| l.newest_set().epoch().0);
        trust
            .pin_checkpoint(ledger.genesis.clone(), checkpoint)
            .map(|_| epoch(trust))
    };
    let mut trust = ledger.trust();
    assert_eq!(pin(&mut trust, at(1)), Ok(Some(1)), "forward");
    assert_eq!(pin(&mut trust, at(2)), Ok(Some(2)), "and on");
    assert_eq!(pin(&mut trust, at(1)), Ok(Some(2)), "never back");
    let mut learned = ledger.learned();
    assert_eq!(pin(&mut learned, at(1)), Ok(Some(2)));
    assert_eq!(learned, ledger.learned(), "nothing is forgotten");

    // With keys of the first epoch somebody ends it otherwise.
    let mut forked = Scene::new().ledger;
    forked.block();
    forked.block_ending_epoch(Validators::new(Suite::Intl, 1, 7));
    let other = Checkpoint::from(&forked.handoffs[0]);
    let conflict = Err(TrustError::HandoffConflict { epoch: 0 });
    assert_eq!(pin(&mut learned, other.clone()), conflict);
    // Who knows a block of this epoch that is not in that history, too.
    let mut early = Scene::new().ledger;
    early.block();
    early.block();
    early.block();
    let mut trust = early.learned();
    let before = trust.clone();
    assert_eq!(pin(&mut trust, other), conflict);
    assert_eq!(trust, before);
}

/// A checkpoint names its ledger and its set: nothing of it can be exchanged.
#[test]
fn t28_a_checkpoint_that_was_tampered_with_is_another_one() {
    let mut scene = Scene::new();
    scene
        .ledger
        .block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
    let checkpoint = Checkpoint::from(&scene.ledger.handoffs[0]);
    let bytes = checkpoint.to_bytes();
    assert_eq!(Checkpoint::parse(&bytes), Ok(checkpoint.clone()));
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(other) = Checkpoint::parse(&flipped) {
            assert_ne!(other.fingerprint(), checkpoint.fingerprint(), "bit {bit}");
            assert_eq!(other.next_set(), checkpoint.next_set(), "bit {bit}");
        }
    }
    let other = Ledger::named(Suite::Intl, 4, "another ledger");
    let mut trust = TrustStore::new(Profile::Production);
    let pinned = trust.pin_checkpoint(other.genesis, checkpoint);
    assert_eq!(pinned, Err(TrustError::OtherLedger));
    let stored = scene.ledger.pinned_after(1);
    assert_eq!(TrustStore::parse(&stored.to_bytes()), Ok(stored));
}

#[test]
fn t29_a_portal_cannot_replace_a_pinned_ledger() {
    let scene = Scene::new();
    let mut trust = scene.ledger.learned();
    let before = trust.clone();
    trust.pin(scene.ledger.genesis).expect("the same ledger");
    assert_eq!(trust, before, "pinning again resets nothing");
}

#[test]
fn a_production_trust_store_refuses_a_demo_ledger() {
    let mut genesis = Scene::new().ledger.genesis;
    genesis.purpose = Purpose::Demo;
    let pinned = TrustStore::new(Profile::Production).pin(genesis.clone());
    assert_eq!(pinned, Err(TrustError::DemoLedger));
    assert!(TrustStore::new(Profile::Demo).pin(genesis).is_ok());
}
