//! Claims, pledges and bookings: what the buyer's side does with an invoice.

use ledger_core::{
    Event, HeaderRefusal, Refusal,
    transaction::{ClaimRequest, KeyUse, Op, PledgeRequest},
};
use light_client::{
    hash::Digest,
    id::LedgerId,
    record::{Booking, ClaimKeyUse, ConsentUse, KeyStatement},
    suite::Suite,
};

use crate::{
    kit::agency,
    scene::{ANN, BANK, BOB, BUYER, FACTOR, SELLER, Scene},
};

fn claimed(claim: ClaimRequest) -> Op {
    Op::Claim(claim)
}

#[test]
fn ti51_several_payers_claim_in_turn_until_nothing_remains() {
    for suite in [Suite::Sm, Suite::Intl] {
        let mut scene = Scene::new(suite);
        let record = scene.blue(17, 1000);
        let transaction = scene.claim(ANN, &record, 300);
        let transaction = scene.kit.sign(ANN, claimed(transaction));
        let committed = scene.kit.block(&[transaction]);
        let agency = agency("tax");
        assert_eq!(committed.events[0].1, Event::Claimed { agency });
        assert_eq!(scene.split(&record), (0, 300, 700));
        let none = scene.claim(BOB, &record, 0);
        scene.refused(BOB, claimed(none), Refusal::OutOfRange("amount"));
        let more = scene.claim(BOB, &record, 701);
        scene.refused(BOB, claimed(more), Refusal::ExceedsRemaining);
        let far = scene.claim(BOB, &record, u64::MAX);
        scene.refused(BOB, claimed(far), Refusal::ExceedsRemaining);
        let rest = scene.claim(BOB, &record, 700);
        scene.done(BOB, claimed(rest));
        assert_eq!(scene.split(&record), (0, 1000, 0));
        let again = scene.claim(ANN, &record, 1);
        scene.refused(ANN, claimed(again), Refusal::ExceedsRemaining);
        assert_eq!(scene.record(&record).sequence, 2);
        let of_ann = scene.claim_entry(&record, 0).expect("the first claim");
        assert_eq!((of_ann.claimant, of_ann.amount_fen), (scene.key(ANN), 300));
        let of_bob = scene.claim_entry(&record, 1).expect("the second claim");
        assert_eq!((of_bob.claimant, of_bob.amount_fen), (scene.key(BOB), 700));
        assert_eq!(of_bob.height, scene.kit.app.head().height);
        assert_eq!(scene.claim_entry(&record, 2), None);
    }
}

#[test]
fn having_seen_an_invoice_lets_nobody_claim_it() {
    let mut scene = Scene::new(Suite::Sm);
    let (record, other) = (scene.blue(17, 1000), scene.blue(18, 1000));
    let good = scene.claim(ANN, &record, 300);
    // With a key of one's own.
    let claimant = scene.key(BOB);
    let what = ClaimKeyUse::Claim {
        amount_fen: 300,
        claimant: &claimant,
    };
    let own = ClaimRequest {
        by: scene.key_use(BOB, &record, 0, &what),
        ..good.clone()
    };
    scene.refused(BOB, claimed(own.clone()), Refusal::NoRight);
    let pretended = KeyUse {
        key: scene.key(BUYER),
        ..own.by
    };
    let pretended = ClaimRequest {
        by: pretended,
        ..good.clone()
    };
    scene.refused(BOB, claimed(pretended), Refusal::BadSignature);
    // With what another was given: by another sender, for more, on another record or ledger.
    scene.refused(BOB, claimed(good.clone()), Refusal::BadSignature);
    let more = ClaimRequest {
        amount_fen: 301,
        ..good.clone()
    };
    scene.refused(ANN, claimed(more), Refusal::BadSignature);
    let elsewhere = ClaimRequest {
        record: other,
        ..good.clone()
    };
    scene.refused(ANN, claimed(elsewhere), Refusal::BadSignature);
    let ledger = LedgerId(Digest::from_bytes([1; 32]));
    let statement = KeyStatement {
        ledger: &ledger,
        record: &record,
        sequence: 0,
    };
    let claimant = scene.key(ANN);
    let what = ClaimKeyUse::Claim {
        amount_fen: 300,
        claimant: &claimant,
    };
    let signature = scene
        .kit
        .pair(BUYER)
        .sign(&statement.claim_key_bytes(&what));
    let foreign = KeyUse {
        signature,
        ..good.by.clone()
    };
    let foreign = ClaimRequest {
        by: foreign,
        ..good.clone()
    };
    scene.refused(ANN, claimed(foreign), Refusal::BadSignature);
    // For another purpose.
    let pledge = Op::Pledge(PledgeRequest {
        record,
        by: good.by.clone(),
    });
    scene.refused(ANN, pledge, Refusal::BadSignature);
    // What is meant for Ann counts for Ann, once.
    scene.done(ANN, claimed(good.clone()));
    scene.refused(ANN, claimed(good), Refusal::WrongSequence);
    let what = ClaimKeyUse::Claim {
        amount_fen: 300,
        claimant: &claimant,
    };
    let early = ClaimRequest {
        record,
        amount_fen: 300,
        by: scene.key_use(BUYER, &record, 2, &what),
        consent: None,
    };
    scene.refused(ANN, claimed(early), Refusal::WrongSequence);
}

#[test]
fn two_claims_of_one_sequence_are_never_both_in_a_block() {
    let mut scene = Scene::new(Suite::Intl);
    let record = scene.blue(17, 1000);
    let (one, two) = (
        scene.claim(ANN, &record, 600),
        scene.claim(BOB, &record, 300),
    );
    let one = scene.kit.sign(ANN, claimed(one));
    let two = scene.kit.sign(BOB, claimed(two));
    let expected = Err(HeaderRefusal::Transaction {
        index: 1,
        source: Refusal::WrongSequence,
    });
    assert_eq!(scene.kit.forge(&[one, two]), expected);
}

#[test]
fn a_claim_is_released_by_its_claimant_in_parts() {
    let mut scene = Scene::new(Suite::Intl);
    let record = scene.blue(17, 1000);
    let claim = scene.claim(ANN, &record, 1000);
    scene.done(ANN, claimed(claim));
    let op = scene.release(&record, 0, 400);
    scene.refused(BOB, op.clone(), Refusal::NoRight);
    scene.refused(BUYER, op.clone(), Refusal::NoRight);
    scene.done(ANN, op);
    assert_eq!(scene.split(&record), (0, 600, 400));
    for (sequence, amount, refusal) in [
        (0, 601, Refusal::ExceedsClaim),
        (0, u64::MAX, Refusal::ExceedsClaim),
        (0, 0, Refusal::OutOfRange("amount")),
        (1, 1, Refusal::UnknownClaim),
    ] {
        let op = scene.release(&record, sequence, amount);
        scene.refused(ANN, op, refusal);
    }
    let op = scene.release(&record, 0, 600);
    scene.done(ANN, op);
    assert_eq!(scene.split(&record), (0, 0, 1000));
    let op = scene.release(&record, 0, 1);
    scene.refused(ANN, op, Refusal::ExceedsClaim);
    // A release needs no claim key and consumes nothing of it.
    assert_eq!(scene.record(&record).sequence, 1);
    let again = scene.claim(BOB, &record, 1000);
    scene.done(BOB, claimed(again));
}

#[test]
fn ti53_without_a_claim_key_there_is_no_buyer() {
    let mut scene = Scene::new(Suite::Intl);
    let record = scene.issue(17, 1000, None);
    let unknown = Digest::from_bytes([5; 32]);
    for (record, refusal) in [
        (record, Refusal::NoClaimKey),
        (unknown, Refusal::UnknownRecord),
    ] {
        let by = |scene: &Scene, what: &ClaimKeyUse<'_>| scene.key_use(BUYER, &record, 0, what);
        let sender = scene.key(ANN);
        let what = ClaimKeyUse::Claim {
            amount_fen: 1,
            claimant: &sender,
        };
        let claim = Op::Claim(ClaimRequest {
            record,
            amount_fen: 1,
            by: by(&scene, &what),
            consent: None,
        });
        scene.refused(ANN, claim, refusal);
        let what = ClaimKeyUse::Pledge { funder: &sender };
        let by = by(&scene, &what);
        scene.refused(ANN, Op::Pledge(PledgeRequest { record, by }), refusal);
    }
    let release = scene.release(&unknown, 0, 1);
    scene.refused(ANN, release, Refusal::UnknownRecord);
    let unpledge = scene.unpledge(&unknown);
    scene.refused(ANN, unpledge, Refusal::UnknownRecord);
    let book = scene.book(&record, Booking::BookedDeductible);
    scene.refused(ANN, book, Refusal::NoClaimKey);
}

#[test]
fn ti54_a_pledge_is_exclusive_and_ends_with_its_funder() {
    let mut scene = Scene::new(Suite::Sm);
    let record = scene.blue(17, 1000);
    let to_bank = scene.pledge(BANK, &record);
    scene.refused(FACTOR, to_bank.clone(), Refusal::BadSignature);
    let unpledge = scene.unpledge(&record);
    scene.refused(BANK, unpledge.clone(), Refusal::NotPledged);
    scene.done(BANK, to_bank);
    let pledged = scene.record(&record);
    assert_eq!(pledged.pledge.expect("a pledge").funder, scene.key(BANK));
    assert_eq!(pledged.sequence, 1);
    for funder in [BANK, FACTOR] {
        let again = scene.pledge(funder, &record);
        scene.refused(funder, again, Refusal::AlreadyPledged);
    }
    for seed in [FACTOR, BUYER, SELLER] {
        scene.refused(seed, unpledge.clone(), Refusal::NoRight);
    }
    scene.done(BANK, unpledge);
    assert_eq!(scene.record(&record).pledge, None);
    let to_factor = scene.pledge(FACTOR, &record);
    scene.done(FACTOR, to_factor);
}

#[test]
fn ti54_nothing_is_claimed_of_a_pledged_invoice_without_its_funder() {
    let mut scene = Scene::new(Suite::Sm);
    let record = scene.blue(17, 1000);
    let pledge = scene.pledge(BANK, &record);
    scene.done(BANK, pledge);
    let bare = scene.claim(ANN, &record, 300);
    scene.refused(ANN, claimed(bare.clone()), Refusal::ConsentNeeded);
    let with = |scene: &Scene, funder, sequence, what| ClaimRequest {
        consent: Some(scene.consent(funder, &record, sequence, what)),
        ..bare.clone()
    };
    let cases = [
        (
            with(&scene, FACTOR, 1, (ConsentUse::Claim, 300)),
            Refusal::ConsentNeeded,
        ),
        (
            with(&scene, BANK, 0, (ConsentUse::Claim, 300)),
            Refusal::WrongSequence,
        ),
        (
            with(&scene, BANK, 1, (ConsentUse::Claim, 301)),
            Refusal::BadSignature,
        ),
        (
            with(&scene, BANK, 1, (ConsentUse::RedLetter, 300)),
            Refusal::BadSignature,
        ),
    ];
    for (claim, refusal) in cases {
        scene.refused(ANN, claimed(claim), refusal);
    }
    let good = with(&scene, BANK, 1, (ConsentUse::Claim, 300));
    scene.done(ANN, claimed(good));
    // One sequence for the key and the consent together; and the funder needs none of its own.
    assert_eq!(scene.record(&record).sequence, 2);
    let own = scene.claim(BANK, &record, 700);
    scene.done(BANK, claimed(own));
    assert_eq!(scene.split(&record), (0, 1000, 0));
    // Giving back takes nothing from the funder.
    let release = scene.release(&record, 1, 300);
    scene.done(ANN, release);
}

#[test]
fn ti52_an_invoice_is_booked_and_the_booking_withdrawn() {
    let mut scene = Scene::new(Suite::Intl);
    let record = scene.blue(17, 1000);
    let booked = [
        Booking::BookedDeductible,
        Booking::BookedNonDeductible,
        Booking::BookedPersonalDeductible,
        Booking::BookedPersonalNonDeductible,
    ];
    let is_refused = |scene: &mut Scene, booking| {
        let op = scene.book(&record, booking);
        scene.refused(ANN, op, Refusal::BadTransition);
    };
    for booking in booked {
        // Not booked, or withdrawn.
        is_refused(&mut scene, Booking::NotBooked);
        is_refused(&mut scene, Booking::Withdrawn);
        let op = scene.book(&record, booking);
        scene.refused(BOB, op.clone(), Refusal::BadSignature);
        scene.done(ANN, op);
        let entry = scene.record(&record);
        assert_eq!(entry.booking, booking);
        assert_eq!(entry.period.expect("a month").year_month(), 202_609);
        for other in booked {
            is_refused(&mut scene, other);
        }
        is_refused(&mut scene, Booking::NotBooked);
        let op = scene.book(&record, Booking::Withdrawn);
        scene.done(ANN, op);
    }
    assert_eq!(scene.record(&record).sequence, 8);
}
