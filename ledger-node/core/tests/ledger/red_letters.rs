//! Red letters, and the early end of leases.

use credentials_schemas::invoice::{Kind, RedReason};
use ledger_core::{
    Event, HeaderRefusal, Refusal,
    transaction::{Action, InvoiceIssue, LeaseEnd, Op, Party, RedEntry, RedLetter},
};
use light_client::{
    hash::Digest,
    id::Height,
    merkle::{self, Tree},
    record::{
        Booking, ConfirmationState, ConsentUse, Module, Obstacle, invoice_leaf, record_seller,
        seller_digest,
    },
    suite::Suite,
};

use crate::{
    kit::{INVOICE, agency, number},
    scene::{ANN, BANK, BRANCH, BUYER, FACTOR, RIVAL, SELLER, Scene, TAX, TAX_DEGREES},
};

pub(crate) fn red(scene: &mut Scene, blue: &Digest, amount: u64) -> RedLetter {
    scene.red(blue, amount, RedReason::Return)
}

pub(crate) fn under(scene: &mut Scene, blue: &Digest, amount: u64, confirmation: &Digest) -> Op {
    let confirmation = Some(*confirmation);
    let red = red(scene, blue, amount);
    Op::RedLetter(RedLetter {
        confirmation,
        ..red
    })
}

#[test]
fn a_red_letter_is_leaf_number_and_two_records() {
    for suite in [Suite::Sm, Suite::Intl] {
        let mut scene = Scene::new(suite);
        let blue = scene.blue(17, 1000);
        let red = red(&mut scene, &blue, 300);
        let transaction = scene.kit.sign(SELLER, Op::RedLetter(red.clone()));
        let committed = scene.kit.block(&[transaction]);
        let event = Event::RedLettered {
            agency: agency("tax"),
            confirmation: ConfirmationState::NotNeeded,
        };
        assert_eq!(committed.events[0].1, event);
        let (_, Some(index)) = committed.transactions[0] else {
            unreachable!("a red letter writes a leaf");
        };
        let leaf = scene
            .kit
            .app
            .view()
            .log_proof(index, None)
            .expect("a proof")
            .leaf;
        assert_eq!((leaf.module, leaf.count.0), (Module::Invoice, 1));
        assert_eq!(leaf.document_type.as_str(), INVOICE);
        let leaves = [invoice_leaf(suite, &red.line.number, &red.line.commitment)];
        assert_eq!(leaf.batch_root, merkle::root(Tree::Batch, suite, &leaves));
        assert_eq!(scene.split(&blue), (300, 0, 700));
        let record = scene.record(&red.record);
        assert_eq!((record.kind, record.gross_fen), (Kind::Red, 300));
        assert_eq!((record.red_fen, record.remaining_fen), (0, 0));
        assert_eq!(record.claim_key, None);
        // Both name the seller, and no two records name it alike.
        let seller = seller_digest(suite, "91990100MA0DEM008U", "东岚铁路客运有限公司");
        assert_eq!(record.seller, record_seller(suite, &red.record, &seller));
        let blue_seller = scene.record(&blue).seller;
        assert_eq!(blue_seller, record_seller(suite, &blue, &seller));
        assert_ne!(record.seller, blue_seller);
    }
}

#[test]
fn ti44_red_letters_never_exceed_the_blue_invoice() {
    let mut scene = Scene::new(Suite::Intl);
    let blue = scene.blue(17, 1000);
    for (amount, refusal) in [
        (0, Some(Refusal::OutOfRange("amount"))),
        (1001, Some(Refusal::ExceedsRemaining)),
        (u64::MAX, Some(Refusal::ExceedsRemaining)),
        (600, None),
        (401, Some(Refusal::ExceedsRemaining)),
        (400, None),
        (1, Some(Refusal::ExceedsRemaining)),
    ] {
        let op = Op::RedLetter(red(&mut scene, &blue, amount));
        match refusal {
            Some(refusal) => scene.refused(SELLER, op, refusal),
            None => drop(scene.done(SELLER, op)),
        }
    }
    assert_eq!(scene.split(&blue), (1000, 0, 0));
    assert!(scene.record(&blue).is_reversed());
}

#[test]
fn ti43_a_mistake_is_taken_back_in_full() {
    let mut scene = Scene::new(Suite::Intl);
    let blue = scene.blue(17, 1000);
    let part = scene.red(&blue, 999, RedReason::Mistake);
    scene.refused(SELLER, Op::RedLetter(part), Refusal::NotInFull);
    let entry = scene.enter(&blue, 999, RedReason::Mistake);
    scene.refused(SELLER, Op::EnterRed(entry), Refusal::NotInFull);
    let whole = scene.red(&blue, 1000, RedReason::Mistake);
    scene.done(SELLER, Op::RedLetter(whole));
    // What is left after another red letter is not the whole any more.
    let blue = scene.blue(18, 1000);
    let first = Op::RedLetter(red(&mut scene, &blue, 1));
    scene.done(SELLER, first);
    let whole = scene.red(&blue, 1000, RedReason::Mistake);
    scene.refused(SELLER, Op::RedLetter(whole), Refusal::ExceedsRemaining);
    let rest = scene.red(&blue, 999, RedReason::Mistake);
    scene.refused(SELLER, Op::RedLetter(rest), Refusal::NotInFull);
}

#[test]
fn ti40_only_the_seller_takes_its_own_blue_invoices_back() {
    let mut scene = Scene::new(Suite::Sm);
    let blue = scene.blue(17, 1000);
    let good = red(&mut scene, &blue, 300);
    let of = |scene: &Scene, seller, first, sequence| {
        let mut red = good.clone();
        (red.lease_first, red.line.number) = (number(first), number(sequence));
        scene.resign(seller, red)
    };
    let rival = of(&scene, RIVAL, 2001, 2005);
    scene.refused(RIVAL, Op::RedLetter(rival), Refusal::WrongSeller);
    scene.refused(RIVAL, Op::RedLetter(good.clone()), Refusal::BadSignature);
    let unleased = of(&scene, BUYER, 1, 500);
    scene.refused(BUYER, Op::RedLetter(unleased), Refusal::NotLeased);
    let unknown = RedLetter {
        blue: Digest::from_bytes([5; 32]),
        ..good.clone()
    };
    scene.refused(SELLER, Op::RedLetter(unknown), Refusal::UnknownRecord);
    let nobody = RedLetter {
        agency: agency("nobody"),
        ..good.clone()
    };
    let nobody = scene.resign(SELLER, nobody);
    scene.refused(SELLER, Op::RedLetter(nobody), Refusal::UnknownIssuer);
    // Another key of the same seller does.
    let branch = of(&scene, BRANCH, 4001, 4005);
    scene.done(BRANCH, Op::RedLetter(branch));
    assert_eq!(scene.split(&blue), (300, 0, 700));
    // For a confirmation, too, it must be the seller.
    for (seed, first, refusal) in [
        (RIVAL, 2001, Refusal::WrongSeller),
        (RIVAL, 1, Refusal::NotLeased),
        (BUYER, 1, Refusal::NotLeased),
    ] {
        let lease_first = number(first);
        let entry = RedEntry {
            party: Party::Seller { lease_first },
            ..scene.enter(&blue, 1, RedReason::Return)
        };
        scene.refused(seed, Op::EnterRed(entry), refusal);
    }
}

#[test]
fn ti41_a_red_invoice_is_not_taken_back() {
    let mut scene = Scene::new(Suite::Intl);
    let blue = scene.blue(17, 1000);
    let first = red(&mut scene, &blue, 300);
    scene.done(SELLER, Op::RedLetter(first.clone()));
    let second = Op::RedLetter(red(&mut scene, &first.record, 300));
    scene.refused(SELLER, second, Refusal::RedRecord);
    let entry = scene.enter(&first.record, 300, RedReason::Return);
    scene.refused(SELLER, Op::EnterRed(entry), Refusal::RedRecord);
}

#[test]
fn ti50_a_red_letter_uses_one_number_and_opens_one_record() {
    let mut scene = Scene::new(Suite::Sm);
    let blue = scene.blue(17, 1000);
    let first = red(&mut scene, &blue, 300);
    scene.done(SELLER, Op::RedLetter(first.clone()));
    let fresh = red(&mut scene, &blue, 300);
    let mut used = fresh.clone();
    used.line.number = first.line.number;
    let mut blue_number = fresh.clone();
    blue_number.line.number = number(17);
    let mut outside = fresh.clone();
    outside.line.number = number(1001);
    let mut expired = fresh.clone();
    expired.expiry = scene.kit.app.head().height;
    let mut same_record = fresh.clone();
    same_record.record = first.record;
    let mut own_record = fresh.clone();
    own_record.record = blue;
    let cases = [
        (used, Refusal::NumberUsed),
        (blue_number, Refusal::NumberUsed),
        (outside, Refusal::NotLeased),
        (expired, Refusal::BatchExpired),
        (same_record, Refusal::RecordUsed),
        (own_record, Refusal::RecordUsed),
    ];
    for (red, refusal) in cases {
        let red = scene.resign(SELLER, red);
        scene.refused(SELLER, Op::RedLetter(red), refusal);
    }
    let mut swapped = fresh.clone();
    swapped.line.commitment = Digest::from_bytes([9; 32]);
    scene.refused(SELLER, Op::RedLetter(swapped), Refusal::BadSignature);
    // An invoice cannot take a red letter's number either.
    let lines = [(first.line.number.sequence(), 1)];
    let issue: InvoiceIssue = scene.kit.issue(SELLER, "tax", 1, &lines);
    scene.refused(SELLER, Op::Issue(issue), Refusal::NumberUsed);
    // Nothing of what was refused has taken effect.
    assert_eq!(scene.split(&blue), (300, 0, 700));
    scene.done(SELLER, Op::RedLetter(fresh));
}

#[test]
fn ti45_what_the_buyer_uses_is_taken_back_only_together() {
    let mut scene = Scene::new(Suite::Sm);
    let blue = scene.blue(17, 1000);
    let claim = scene.claim(ANN, &blue, 100);
    scene.done(ANN, Op::Claim(claim));
    let alone = red(&mut scene, &blue, 300);
    scene.refused(
        SELLER,
        Op::RedLetter(alone.clone()),
        Refusal::ConfirmationNeeded,
    );
    let release = scene.release(&blue, 0, 100);
    scene.done(ANN, release);
    let book = scene.book(&blue, Booking::BookedNonDeductible);
    scene.done(ANN, book);
    scene.refused(SELLER, Op::RedLetter(alone), Refusal::ConfirmationNeeded);

    let number = scene.agreed(&blue, 300, RedReason::Return);
    let other = scene.blue(18, 1000);
    let elsewhere = scene.agreed(&other, 300, RedReason::Return);
    let why = scene.red(&blue, 300, RedReason::Allowance);
    let why = RedLetter {
        confirmation: Some(number),
        ..why
    };
    let cases = [
        (
            under(&mut scene, &blue, 300, &elsewhere),
            Refusal::UnknownConfirmation,
        ),
        (
            under(&mut scene, &blue, 301, &number),
            Refusal::ExceedsConfirmation,
        ),
        (Op::RedLetter(why), Refusal::NotConfirmed),
    ];
    for (op, refusal) in cases {
        scene.refused(SELLER, op, refusal);
    }
    let first = under(&mut scene, &blue, 200, &number);
    scene.done(SELLER, first);
    let more = under(&mut scene, &blue, 101, &number);
    scene.refused(SELLER, more, Refusal::ExceedsConfirmation);
    let rest = under(&mut scene, &blue, 100, &number);
    let transaction = scene.kit.sign(SELLER, rest);
    let committed = scene.kit.block(&[transaction]);
    let event = Event::RedLettered {
        agency: agency("tax"),
        confirmation: ConfirmationState::Confirmed,
    };
    assert_eq!(committed.events[0].1, event);
    assert_eq!(scene.confirmation(&blue, &number).red_fen, 300);
    assert_eq!(scene.split(&blue), (300, 0, 700));
    // Once the booking is withdrawn, the seller is alone with it again.
    let withdraw = scene.book(&blue, Booking::Withdrawn);
    scene.done(ANN, withdraw);
    let alone = red(&mut scene, &blue, 700);
    scene.done(SELLER, Op::RedLetter(alone));
}

#[test]
fn ti47_claims_are_released_before_a_red_letter_takes_their_amount() {
    let mut scene = Scene::new(Suite::Intl);
    let blue = scene.blue(17, 1000);
    let claim = scene.claim(ANN, &blue, 800);
    scene.done(ANN, Op::Claim(claim));
    let number = scene.agreed(&blue, 1000, RedReason::Return);
    let op = under(&mut scene, &blue, 201, &number);
    scene.refused(SELLER, op.clone(), Refusal::ExceedsRemaining);
    let release = scene.release(&blue, 0, 1);
    scene.done(ANN, release);
    scene.done(SELLER, op);
    assert_eq!(scene.split(&blue), (201, 799, 0));
}

#[test]
fn ti48_a_pledged_invoice_is_taken_back_with_its_funder() {
    let mut scene = Scene::new(Suite::Sm);
    let blue = scene.blue(17, 1000);
    let pledge = scene.pledge(BANK, &blue);
    scene.done(BANK, pledge);
    let bare = red(&mut scene, &blue, 300);
    scene.refused(SELLER, Op::RedLetter(bare.clone()), Refusal::ConsentNeeded);
    let with = |scene: &Scene, funder, sequence, what| {
        let consent = scene.consent(funder, &blue, sequence, what);
        Op::RedLetter(RedLetter {
            consent: Some(consent),
            ..bare.clone()
        })
    };
    let cases = [
        (
            with(&scene, FACTOR, 1, (ConsentUse::RedLetter, 300)),
            Refusal::ConsentNeeded,
        ),
        (
            with(&scene, BANK, 2, (ConsentUse::RedLetter, 300)),
            Refusal::WrongSequence,
        ),
        (
            with(&scene, BANK, 1, (ConsentUse::RedLetter, 200)),
            Refusal::BadSignature,
        ),
        (
            with(&scene, BANK, 1, (ConsentUse::Claim, 300)),
            Refusal::BadSignature,
        ),
    ];
    for (op, refusal) in cases {
        scene.refused(SELLER, op, refusal);
    }
    let consent = scene.consent(BANK, &blue, 1, (ConsentUse::RedLetter, 300));
    let good = with(&scene, BANK, 1, (ConsentUse::RedLetter, 300));
    scene.done(SELLER, good);
    // A consent is for one red letter, not for every one of that amount.
    let again = red(&mut scene, &blue, 300);
    let again = Op::RedLetter(RedLetter {
        consent: Some(consent),
        ..again
    });
    scene.refused(SELLER, again, Refusal::WrongSequence);
    assert_eq!(scene.split(&blue), (300, 0, 700));
}

#[test]
fn a_lease_is_ended_by_its_seller_or_its_agency() {
    let mut scene = Scene::new(Suite::Intl);
    scene.kit.register("rail", &[(45, INVOICE, None)]);
    let blue = scene.blue(17, 1000);
    let end = |scene: &Scene, seller: u8, first| {
        Op::EndLease(LeaseEnd {
            seller_key: scene.key(seller).id(scene.kit.suite()),
            first: number(first),
        })
    };
    for seed in [RIVAL, BUYER, TAX_DEGREES, 45] {
        let op = end(&scene, SELLER, 1);
        scene.refused(seed, op, Refusal::NoRight);
    }
    for op in [end(&scene, SELLER, 2), end(&scene, BUYER, 1)] {
        scene.refused(TAX, op, Refusal::NotLeased);
    }
    let ends = [(SELLER, SELLER, 1), (TAX, RIVAL, 2001)];
    for (seed, seller, first) in ends {
        let op = end(&scene, seller, first);
        // An invoice of the same block that comes first is still under the lease.
        let before = scene.kit.issue(seller, "tax", first, &[(first + 100, 5)]);
        let after = scene.kit.issue(seller, "tax", first, &[(first + 101, 5)]);
        let before = scene.kit.sign(seller, Op::Issue(before));
        let op = scene.kit.sign(seed, op);
        let after = scene.kit.sign(seller, Op::Issue(after));
        let expected = HeaderRefusal::Transaction {
            index: 2,
            source: Refusal::QuotaExceeded,
        };
        let forged = scene
            .kit
            .forge(&[before.clone(), op.clone(), after.clone()]);
        assert_eq!(forged, Err(expected));
        scene.kit.block(&[before, op]);
        scene.kit.assert_refused(&after, Refusal::LeaseEnded);
        let again = end(&scene, seller, first);
        scene.refused(seed, again, Refusal::LeaseEnded);
        // Its numbers stay taken.
        let lease = scene.kit.lease(seller, "tax", first + 500, 1);
        scene.refused(TAX, Op::Lease(lease), Refusal::NumbersLeased);
    }
    let red = Op::RedLetter(red(&mut scene, &blue, 1));
    scene.refused(SELLER, red, Refusal::LeaseEnded);
    let entry = scene.enter(&blue, 1, RedReason::Return);
    scene.refused(SELLER, Op::EnterRed(entry), Refusal::LeaseEnded);
}

#[test]
fn red_letters_end_with_the_agencys_right() {
    let mut scene = Scene::new(Suite::Intl);
    let blue = scene.blue(17, 1000);
    let number = scene.agreed(&blue, 300, RedReason::Return);
    let change = scene.kit.change("tax", &[(TAX, INVOICE, Some(0))]);
    let end = scene.kit.decide(1, Action::Amend(change), &[0, 1, 2]);
    scene.kit.block(&[end]);
    let red = Op::RedLetter(red(&mut scene, &blue, 1));
    scene.refused(SELLER, red, Refusal::NoRight);
    let block = Scene::block_red(&blue, &number, Obstacle::RefundApplied);
    scene.refused(TAX, block, Refusal::NoRight);
    assert!(scene.kit.app.head().height > Height(1));
}
