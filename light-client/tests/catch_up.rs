//! Ten years of hand-offs in few bytes, and what may be done to them.

mod support;

use light_client::{
    cbor::DecodeError,
    handoff::{CatchUp, Handoff, HandoffError},
    hash::Digest,
    id::{Epoch, IssuerId, LedgerId},
    suite::Suite,
    trust::TrustError,
};
use support::{Ledger, Validators};

/// What design asks for: one set change every three months.
const TEN_YEARS: u64 = 40;

/// A ledger after set changes in each of which so many validators have a new key.
fn aged(suite: Suite, validators: u16, changes: u64, new_keys: usize) -> Ledger {
    let mut ledger = Ledger::new(suite, validators);
    for _ in 0..changes {
        let next = support::rekeyed(&ledger.validators, suite, new_keys);
        ledger.block_ending_epoch(next);
    }
    ledger
}

fn catch_up(ledger: &Ledger) -> CatchUp {
    let genesis = &ledger.genesis.validators;
    CatchUp::new(ledger.id, genesis, &ledger.handoffs).expect("hand-offs that follow")
}

fn caught_up(ledger: &Ledger, bytes: &[u8]) -> Result<Epoch, TrustError> {
    let mut trust = ledger.trust();
    let parsed = CatchUp::parse(bytes).map_err(TrustError::Decode)?;
    let id = trust.catch_up(&parsed)?;
    Ok(trust.ledger(&id).expect("pinned").newest_set().epoch())
}

#[test]
fn ten_years_of_four_validators_with_fresh_keys_fit_24_kilobytes() {
    let ledger = aged(Suite::Sm, 4, TEN_YEARS, 4);
    let bytes = catch_up(&ledger).to_bytes();
    assert!(bytes.len() <= 24_000, "{} bytes", bytes.len());
    assert_eq!(caught_up(&ledger, &bytes), Ok(Epoch(TEN_YEARS)));
}

/// Of thirty validators with fresh keys each time, the keys alone are 40 kB and the signatures 54.
#[test]
fn ten_years_of_thirty_validators_fit_70_kilobytes_where_few_keys_change() {
    let ledger = aged(Suite::Sm, 30, TEN_YEARS, 4);
    let bytes = catch_up(&ledger).to_bytes();
    assert!(bytes.len() <= 70_000, "{} bytes", bytes.len());
    assert_eq!(caught_up(&ledger, &bytes), Ok(Epoch(TEN_YEARS)));
    let ledger = aged(Suite::Sm, 30, TEN_YEARS, 30);
    let bytes = catch_up(&ledger).to_bytes();
    assert!(bytes.len() <= 110_000, "{} bytes", bytes.len());
    assert_eq!(caught_up(&ledger, &bytes), Ok(Epoch(TEN_YEARS)));
}

#[test]
fn agencies_that_go_come_and_stay_are_all_told() {
    let mut ledger = Ledger::new(Suite::Intl, 7);
    let suite = Suite::Intl;
    for (epoch, count) in [(1, 4), (2, 9), (3, 1), (4, 100)] {
        ledger.block_ending_epoch(Validators::new(suite, epoch, count));
    }
    let catch_up = catch_up(&ledger);
    let read = CatchUp::parse(&catch_up.to_bytes()).expect("as written");
    assert_eq!(read, catch_up);
    let genesis = &ledger.genesis.validators;
    assert_eq!(
        read.handoffs(suite, genesis).as_deref(),
        Ok(&*ledger.handoffs)
    );
    // From the middle, too.
    let set = &ledger.handoffs[1].next_set;
    let later = CatchUp::new(ledger.id, set, &ledger.handoffs[2..]).expect("they follow");
    let mut trust = ledger.trust();
    let ahead = Err(TrustError::Handoff(HandoffError::EpochAhead));
    assert_eq!(trust.catch_up(&later), ahead);
    trust
        .catch_up(&CatchUp::new(ledger.id, genesis, &ledger.handoffs[..2]).expect("they follow"))
        .expect("from the genesis");
    trust.catch_up(&later).expect("and on");
    assert_eq!(trust.catch_up(&catch_up), Ok(ledger.id), "once more");
}

#[test]
fn what_does_not_follow_has_no_such_form() {
    let ledger = aged(Suite::Intl, 4, 3, 4);
    let genesis = &ledger.genesis.validators;
    let of = |handoffs: &[Handoff]| CatchUp::new(ledger.id, genesis, handoffs);
    let [first, second, third] = &*ledger.handoffs else {
        unreachable!("three changes");
    };
    assert!(of(&[first.clone(), third.clone()]).is_none(), "a gap");
    assert!(of(&[second.clone(), first.clone()]).is_none(), "an order");
    let elsewhere = LedgerId(Digest::from_bytes([1; 32]));
    let other = CatchUp::new(elsewhere, genesis, &ledger.handoffs);
    assert!(other.is_none(), "another ledger");
    assert!(of(&[]).is_some());
}

/// Whoever carries it can change nothing of it.
#[test]
fn no_flipped_bit_is_followed() {
    let ledger = aged(Suite::Intl, 4, 2, 1);
    let bytes = catch_up(&ledger).to_bytes();
    for at in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[at / 8] ^= 1 << (at % 8);
        assert!(caught_up(&ledger, &flipped).is_err(), "bit {at}");
    }
    for end in 0..bytes.len() {
        assert!(caught_up(&ledger, &bytes[..end]).is_err(), "{end} bytes");
    }
}

/// T11, T41: one set change has one form.
#[test]
fn t41_another_form_of_the_same_changes_is_refused() {
    let ledger = aged(Suite::Intl, 4, 1, 1);
    let catch_up = catch_up(&ledger);
    let bytes = catch_up.to_bytes();
    // A signer beyond the set, in bits that nobody has signed.
    let commit = ledger.handoffs[0].last.certificate.signatures[0]
        .signature
        .0;
    let at = bytes.windows(64).position(|window| window == commit);
    let signers = at.expect("it is in there") - 3;
    assert_eq!(bytes[signers], 0b111);
    let mut beyond = bytes.clone();
    beyond[signers] |= 0x80;
    let refused = TrustError::Decode(DecodeError::FieldOutOfRange("signers"));
    assert_eq!(caught_up(&ledger, &beyond), Err(refused));
    // An agency that "joins" but was there.
    let agency = IssuerId::parse("agency-003").expect("a name");
    let stays = ledger.handoffs[0].next_set.validators()[3].clone();
    assert_eq!(stays.agency, agency);
    let mut joined = bytes;
    let last = joined.pop();
    assert_eq!(last, Some(0x80), "nobody joins");
    joined.push(0x81);
    joined.extend(light_client::cbor::to_bytes(&stays));
    assert!(matches!(
        caught_up(&ledger, &joined),
        Err(TrustError::Decode(DecodeError::FieldOutOfRange(_)))
    ));
}
