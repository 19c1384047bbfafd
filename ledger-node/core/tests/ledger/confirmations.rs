//! Red-letter confirmations: who enters, answers, withdraws and stops them, and until when.

use credentials_schemas::invoice::RedReason;
use ledger_core::{
    HeaderRefusal, Refusal,
    transaction::{Action, Op, RedAnswer, RedEntry},
};
use light_client::{
    hash::Digest,
    id::TimeMs,
    record::{Answer, ConsentUse, Obstacle},
    suite::Suite,
};

use crate::{
    kit::{INVOICE, Kit},
    red_letters::{red, under},
    scene::{ANN, BANK, BOB, BUYER, SELLER, Scene, TAX, TAX_DEGREES},
};

const HOUR_MS: u64 = 3_600_000;

/// Lets block time pass.
fn wait(kit: &mut Kit, ms: u64) {
    kit.now = TimeMs(kit.now.0 + ms);
    kit.next_block();
}

/// Every step that anyone could take, by name: the seller's, the buyer's, the agency's.
fn steps(scene: &Scene, blue: &Digest, number: &Digest) -> Vec<(u8, Op)> {
    let answer = |answer| Op::AnswerRed(scene.answer(blue, number, answer));
    let buyer = |answer| Op::AnswerRed(scene.buyer_answers(blue, number, answer));
    let mut steps = vec![
        (SELLER, answer(Answer::Confirm)),
        (SELLER, answer(Answer::Refuse)),
        (SELLER, scene.withdraw(blue, number)),
        (ANN, buyer(Answer::Confirm)),
        (ANN, buyer(Answer::Refuse)),
        (ANN, scene.buyer_withdraws(blue, number)),
    ];
    let blocks = Obstacle::ALL.map(|obstacle| (TAX, Scene::block_red(blue, number, obstacle)));
    steps.extend(blocks);
    steps
}

#[test]
fn ti52_confirmations_move_along_the_table_only() {
    // Who enters it, then the steps by number with the state that each leads to.
    let (seller, buyer) = (false, true);
    let paths: [(bool, &[(usize, u8)]); 13] = [
        (seller, &[(3, 4)]),
        (seller, &[(4, 5)]),
        (seller, &[(2, 8)]),
        (seller, &[(3, 4), (2, 9)]),
        (seller, &[(6, 10)]),
        (seller, &[(7, 11)]),
        (seller, &[(3, 4), (8, 12)]),
        (seller, &[(3, 4), (9, 13)]),
        (buyer, &[(0, 4)]),
        (buyer, &[(1, 6)]),
        (buyer, &[(5, 8)]),
        (buyer, &[(0, 4), (5, 9)]),
        (buyer, &[(6, 10)]),
    ];
    for (by_buyer, path) in paths {
        let mut scene = Scene::new(Suite::Intl);
        let blue = scene.blue(17, 1000);
        let number = if by_buyer {
            let entry = scene.buyer_enters(&blue, 300, RedReason::Return);
            scene.entered(ANN, entry)
        } else {
            let entry = scene.enter(&blue, 300, RedReason::Return);
            scene.entered(SELLER, entry)
        };
        let mut state = if by_buyer { 3 } else { 2 };
        for (step, next) in path {
            assert_eq!(scene.state(&blue, &number), state);
            assert_allowed(&mut scene, &blue, &number, state, by_buyer);
            let (seed, op) = steps(&scene, &blue, &number).swap_remove(*step);
            scene.done(seed, op);
            state = *next;
        }
        assert_eq!(scene.state(&blue, &number), state);
        assert_allowed(&mut scene, &blue, &number, state, by_buyer);
        // A red letter rests on what both have confirmed and on nothing else.
        let op = under(&mut scene, &blue, 300, &number);
        if state == 4 {
            scene.done(SELLER, op);
        } else {
            scene.refused(SELLER, op, Refusal::NotConfirmed);
        }
    }
}

/// Whatever the table does not have is refused.
fn assert_allowed(scene: &mut Scene, blue: &Digest, number: &Digest, state: u8, by_buyer: bool) {
    let allowed: &[usize] = match (state, by_buyer) {
        (2, _) => &[2, 3, 4, 6, 7, 8, 9],
        (3, _) => &[0, 1, 5, 6, 7, 8, 9],
        (4, false) => &[2, 6, 7, 8, 9],
        (4, true) => &[5, 6, 7, 8, 9],
        _ => &[],
    };
    for (at, (seed, op)) in steps(scene, blue, number).into_iter().enumerate() {
        if !allowed.contains(&at) {
            scene.refused(seed, op, Refusal::BadTransition);
        }
    }
}

#[test]
fn ti46_a_confirmation_lapses_after_72_hours_of_block_time() {
    let mut scene = Scene::new(Suite::Intl);
    let blue = scene.blue(17, 1000);
    let entry = scene.enter(&blue, 300, RedReason::Return);
    let number = scene.entered(SELLER, entry);
    let kept = scene.confirmation(&blue, &number);
    assert_eq!(kept.deadline_ms.0 - kept.entered_ms.0, 72 * HOUR_MS);
    assert_eq!(kept.entered_ms, scene.kit.app.head().time_ms);
    // At the deadline it can be answered, and in a block that is a millisecond later it cannot.
    wait(&mut scene.kit, 72 * HOUR_MS - 2000);
    let yes = scene.buyer_answers(&blue, &number, Answer::Confirm);
    let yes = scene.kit.sign(ANN, Op::AnswerRed(yes));
    let lapsed = HeaderRefusal::Transaction {
        index: 0,
        source: Refusal::BadTransition,
    };
    scene.kit.now = kept.deadline_ms;
    // The transaction is good; only the header is that of another body.
    let in_time = scene.kit.forge(core::slice::from_ref(&yes));
    assert_ne!(in_time, Err(lapsed));
    scene.kit.now = TimeMs(kept.deadline_ms.0 + 1);
    let late = scene.kit.forge(core::slice::from_ref(&yes));
    assert_eq!(late, Err(lapsed));
    assert_eq!(scene.state(&blue, &number), 2);
    scene.kit.next_block();
    assert_eq!(scene.state(&blue, &number), 7);
    assert_allowed(&mut scene, &blue, &number, 7, false);
    let op = under(&mut scene, &blue, 300, &number);
    scene.refused(SELLER, op, Refusal::NotConfirmed);
    // What was confirmed in time stays so.
    let number = scene.agreed(&blue, 300, RedReason::Return);
    wait(&mut scene.kit, 100 * HOUR_MS);
    assert_eq!(scene.state(&blue, &number), 4);
    let op = under(&mut scene, &blue, 300, &number);
    scene.done(SELLER, op);
}

#[test]
fn members_set_for_how_long_a_confirmation_waits() {
    let mut scene = Scene::new(Suite::Intl);
    let blue = scene.blue(17, 1000);
    let set = Action::SetParameter(ledger_core::Parameter::RedConfirmationMs, 2 * HOUR_MS);
    let set = scene.kit.decide(1, set, &[0, 1, 2]);
    scene.kit.block(&[set]);
    let entry = scene.buyer_enters(&blue, 300, RedReason::Return);
    let number = scene.entered(ANN, entry);
    wait(&mut scene.kit, HOUR_MS);
    assert_eq!(scene.state(&blue, &number), 3);
    wait(&mut scene.kit, HOUR_MS);
    assert_eq!(scene.state(&blue, &number), 7);
    let yes = scene.answer(&blue, &number, Answer::Confirm);
    scene.refused(SELLER, Op::AnswerRed(yes), Refusal::BadTransition);
}

#[test]
fn a_confirmation_is_entered_for_what_is_there() {
    let mut scene = Scene::new(Suite::Sm);
    let blue = scene.blue(17, 1000);
    let first = Op::RedLetter(red(&mut scene, &blue, 400));
    scene.done(SELLER, first);
    for (amount, refusal) in [
        (0, Refusal::OutOfRange("amount")),
        (601, Refusal::ExceedsRemaining),
        (u64::MAX, Refusal::ExceedsRemaining),
    ] {
        let entry = scene.enter(&blue, amount, RedReason::Return);
        scene.refused(SELLER, Op::EnterRed(entry), refusal);
        let entry = scene.buyer_enters(&blue, amount, RedReason::Return);
        scene.refused(ANN, Op::EnterRed(entry), refusal);
    }
    let keyless = scene.issue(18, 1000, None);
    let entry = scene.enter(&keyless, 1, RedReason::Return);
    scene.refused(SELLER, Op::EnterRed(entry), Refusal::NoClaimKey);
    let entry = scene.buyer_enters(&blue, 600, RedReason::Return);
    scene.refused(BOB, Op::EnterRed(entry.clone()), Refusal::BadSignature);
    let number = scene.entered(ANN, entry.clone());
    // The key's signature counts once.
    scene.refused(ANN, Op::EnterRed(entry), Refusal::WrongSequence);
    let answer = RedAnswer {
        amount_fen: 599,
        ..scene.answer(&blue, &number, Answer::Confirm)
    };
    scene.refused(SELLER, Op::AnswerRed(answer), Refusal::OutOfRange("amount"));
    let unknown = RedAnswer {
        confirmation: Digest::from_bytes([9; 32]),
        ..scene.answer(&blue, &number, Answer::Confirm)
    };
    scene.refused(SELLER, Op::AnswerRed(unknown), Refusal::UnknownConfirmation);
}

#[test]
fn only_the_records_agency_stops_a_confirmation() {
    let mut scene = Scene::new(Suite::Intl);
    scene.kit.register("rail", &[(45, INVOICE, None)]);
    let blue = scene.blue(17, 1000);
    let number = scene.agreed(&blue, 300, RedReason::Return);
    let block = Scene::block_red(&blue, &number, Obstacle::AbnormalVoucher);
    for seed in [SELLER, BUYER, TAX_DEGREES, 45] {
        scene.refused(seed, block.clone(), Refusal::NoRight);
    }
    let nothing = Digest::from_bytes([9; 32]);
    let unknown = Scene::block_red(&blue, &nothing, Obstacle::AbnormalVoucher);
    scene.refused(TAX, unknown, Refusal::UnknownConfirmation);
    scene.done(TAX, block);
    assert_eq!(scene.state(&blue, &number), 10);
}

#[test]
fn ti48_a_pledged_invoice_is_confirmed_with_its_funder() {
    let mut scene = Scene::new(Suite::Intl);
    let blue = scene.blue(17, 1000);
    // Entered before the pledge; agreed to after it.
    let entry = scene.enter(&blue, 300, RedReason::Return);
    let number = scene.entered(SELLER, entry.clone());
    let pledge = scene.pledge(BANK, &blue);
    scene.done(BANK, pledge);
    scene.refused(SELLER, Op::EnterRed(entry.clone()), Refusal::ConsentNeeded);
    let yes = scene.buyer_answers(&blue, &number, Answer::Confirm);
    scene.refused(ANN, Op::AnswerRed(yes.clone()), Refusal::ConsentNeeded);
    let consent = |scene: &Scene, sequence| {
        Some(scene.consent(BANK, &blue, sequence, (ConsentUse::Confirmation, 300)))
    };
    let yes = RedAnswer {
        consent: consent(&scene, 1),
        ..yes
    };
    scene.done(ANN, Op::AnswerRed(yes));
    assert_eq!(scene.state(&blue, &number), 4);
    assert_eq!(
        scene.record(&blue).sequence,
        2,
        "one for the key and the consent"
    );
    let entry = RedEntry {
        consent: consent(&scene, 2),
        ..entry
    };
    let second = scene.entered(SELLER, entry);
    assert_eq!(scene.record(&blue).sequence, 3);
    // To say no takes nothing from the funder.
    let no = scene.buyer_answers(&blue, &second, Answer::Refuse);
    scene.done(ANN, Op::AnswerRed(no));
    let withdraw = scene.withdraw(&blue, &number);
    scene.done(SELLER, withdraw);
}
