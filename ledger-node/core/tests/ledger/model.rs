//! Random histories against a model of the rules that fits on two pages. Three nodes run along:
//! one that proposes, one that only checks, and one that crashes after every write.

use std::collections::{BTreeMap, BTreeSet};

use ledger_core::{
    App, Refusal,
    store::MemoryStore,
    transaction::{Action, Op, SignedTransaction},
};
use light_client::{
    id::Height,
    record::{InvoiceRecord, Standing, StatusEntry, UsedNumber, record_key, status_key, used_key},
    suite::Suite,
};
use proptest::prelude::*;

use crate::kit::{DEGREE, INVOICE, Kit, agency, number, origin};

/// What may be tried; numbers are small so that collisions are frequent.
#[derive(Debug, Clone)]
enum Attempt {
    Anchor {
        seed: u8,
    },
    EndRight {
        seed: u8,
    },
    Issue {
        first: u64,
        sequence: u64,
        gross: u64,
    },
    Lease {
        first: u64,
        count: u64,
    },
    Replay,
    Status {
        document: u8,
        standing: Standing,
    },
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let standing = prop_oneof![
        Just(Standing::Revoked),
        Just(Standing::Suspended),
        Just(Standing::Reinstated),
    ];
    prop_oneof![
        2 => (30..33u8).prop_map(|seed| Attempt::Anchor { seed }),
        1 => (30..32u8).prop_map(|seed| Attempt::EndRight { seed }),
        6 => (1..4u64, 1..40u64, 0..60_000u64)
            .prop_map(|(first, sequence, gross)| Attempt::Issue { first: first * 10, sequence, gross }),
        2 => (1..4u64, 1..15u64)
            .prop_map(|(first, count)| Attempt::Lease { first: first * 10, count }),
        1 => Just(Attempt::Replay),
        4 => (1..4u8, standing)
            .prop_map(|(document, standing)| Attempt::Status { document, standing }),
    ]
}

/// The rules, in plain sets and maps.
#[derive(Default)]
struct Model {
    /// Keys with a right to degrees that has not ended.
    degree_keys: BTreeSet<u8>,
    /// First number → count and amount issued.
    leases: BTreeMap<u64, (u64, u64)>,
    standings: BTreeMap<u8, Standing>,
    used: BTreeMap<u64, u64>,
    leaves: u64,
}

impl Model {
    fn apply(&mut self, attempt: &Attempt) -> Result<(), Refusal> {
        match *attempt {
            Attempt::Anchor { seed } => {
                if !self.degree_keys.contains(&seed) {
                    return Err(Refusal::NoRight);
                }
                self.leaves += 1;
            }
            Attempt::EndRight { seed } => {
                if !self.degree_keys.remove(&seed) {
                    return Err(Refusal::OutOfRange("to"));
                }
            }
            Attempt::Issue {
                first,
                sequence,
                gross,
            } => {
                let (count, issued) = self.leases.get_mut(&first).ok_or(Refusal::NotLeased)?;
                if *issued + gross > 100_000 {
                    return Err(Refusal::QuotaExceeded);
                }
                if sequence < first || sequence >= first + *count {
                    return Err(Refusal::NotLeased);
                }
                if self.used.contains_key(&sequence) {
                    return Err(Refusal::NumberUsed);
                }
                *issued += gross;
                self.used.insert(sequence, gross);
                self.leaves += 1;
            }
            Attempt::Lease { first, count } => {
                let overlaps = |(start, (length, _)): (&u64, &(u64, u64))| {
                    first < start + length && *start < first + count
                };
                if self.leases.iter().any(overlaps) {
                    return Err(Refusal::NumbersLeased);
                }
                self.leases.insert(first, (count, 0));
            }
            Attempt::Replay => return Err(Refusal::Replayed),
            Attempt::Status { document, standing } => {
                use Standing::{Reinstated, Revoked, Suspended};
                if self.degree_keys.is_empty() || !self.degree_keys.contains(&30) {
                    return Err(Refusal::NoRight);
                }
                match (self.standings.get(&document), standing) {
                    (Some(Revoked), _)
                    | (Some(Suspended), Suspended)
                    | (None | Some(Reinstated), Reinstated) => return Err(Refusal::BadTransition),
                    _ => {}
                }
                self.standings.insert(document, standing);
            }
        }
        Ok(())
    }
}

fn transaction(kit: &mut Kit, attempt: &Attempt, first: &SignedTransaction) -> SignedTransaction {
    let (seed, op) = match *attempt {
        Attempt::Anchor { seed } => (seed, Op::Anchor(kit.anchor(seed, "uni", DEGREE, 1))),
        Attempt::EndRight { seed } => {
            let op = Action::Amend(kit.change("uni", &[(seed, DEGREE, Some(0))]));
            return kit.decide(1, op, &[0, 1, 2]);
        }
        Attempt::Issue {
            first,
            sequence,
            gross,
        } => (
            41,
            Op::Issue(kit.issue(41, "tax", first, &[(sequence, gross)])),
        ),
        Attempt::Lease { first, count } => (40, Op::Lease(kit.lease(41, "tax", first, count))),
        Attempt::Replay => {
            // The same intent, another body.
            let mut body = first.body.clone();
            body.expiry = Height(body.expiry.0 + 1);
            return kit.sign_body(1, body);
        }
        Attempt::Status { document, standing } => {
            (30, Op::SetStatus(kit.status("uni", document, standing)))
        }
    };
    kit.sign(seed, op)
}

/// The state that the ledger proves is the model's.
fn compare(kit: &Kit, model: &Model) {
    let (suite, ledger, view) = (kit.suite(), kit.ledger(), kit.app.view());
    for document in 1..4u8 {
        let digest = light_client::hash::Digest::from_bytes([document; 32]);
        let key = status_key(suite, &ledger, &agency("uni"), &digest);
        let answer = view.state_proof(&key, None).expect("an answer");
        let proof = answer.typed::<StatusEntry>().expect("a status");
        let found = proof.check(suite, &answer.roots, &key).expect("it holds");
        let expected = model.standings.get(&document);
        assert_eq!(found.map(|entry| entry.standing).as_ref(), expected);
    }
    for sequence in 1..45u64 {
        let key = used_key(suite, &ledger, &number(sequence));
        let answer = view.state_proof(&key, None).expect("an answer");
        let proof = answer.typed::<UsedNumber>().expect("a number");
        let found = proof.check(suite, &answer.roots, &key).expect("it holds");
        assert_eq!(found.is_some(), model.used.contains_key(&sequence));
        let name = kit.issue(41, "tax", 1, &[(sequence, 0)]).records[0].name;
        let key = record_key(suite, &ledger, &name);
        let answer = view.state_proof(&key, None).expect("an answer");
        let proof = answer.typed::<InvoiceRecord>().expect("a record");
        let found = proof.check(suite, &answer.roots, &key).expect("it holds");
        let gross = found.map(|record| record.gross_fen);
        assert_eq!(gross.as_ref(), model.used.get(&sequence));
    }
}

fn run(attempts: &[Vec<Attempt>]) {
    let mut kit = Kit::new(Suite::Intl);
    let mut follower = App::found(MemoryStore::default(), &kit.genesis).expect("a ledger");
    let mut crashing = App::found(MemoryStore::default(), &kit.genesis).expect("a ledger");
    let uni = Action::Register(kit.change("uni", &[(30, DEGREE, None), (31, DEGREE, None)]));
    let tax = Action::Register(kit.change("tax", &[(40, INVOICE, None)]));
    let uni = kit.decide(1, uni, &[0, 1, 2]);
    let tax = kit.decide(1, tax, &[1, 2, 3]);
    let mut model = Model {
        degree_keys: BTreeSet::from([30, 31]),
        ..Model::default()
    };
    kit.submit(&uni).expect("accepted");
    kit.submit(&tax).expect("accepted");
    step(&mut kit, &mut follower, &mut crashing);
    for block in attempts {
        for attempt in block {
            let transaction = transaction(&mut kit, attempt, &uni);
            // One attempt, one block: what is submitted is tried on the head alone.
            let expected = model.apply(attempt);
            assert_eq!(
                kit.submit(&transaction).map(|_| ()),
                expected,
                "{attempt:?}"
            );
            step(&mut kit, &mut follower, &mut crashing);
        }
        compare(&kit, &model);
    }
    let size = kit.app.view().header(kit.app.head().height).expect("a row");
    assert_eq!(size.expect("final").header.core.log_size.0, model.leaves);
}

/// One block on all three nodes.
fn step(kit: &mut Kit, follower: &mut App<MemoryStore>, crashing: &mut App<MemoryStore>) {
    let proposal = kit.propose(0);
    let (hash, certificate) = (proposal.header.hash(), kit.certify(&proposal, 0));
    let proposer = kit.validators[0].public().id(kit.suite());
    for node in [&mut *follower, &mut *crashing] {
        let checked = node.check(kit.now, &proposal, &origin(proposer));
        assert_eq!(checked.expect("memory does not fail"), Ok(hash));
    }
    *crashing = App::open(crashing.store().clone()).expect("a ledger");
    kit.app.commit(&hash, &certificate).expect("final");
    follower.commit(&hash, &certificate).expect("final");
    crashing.commit(&hash, &certificate).expect("final");
    *crashing = App::open(crashing.store().clone()).expect("a ledger");
    assert_eq!(kit.app.head(), follower.head());
    assert_eq!(kit.app.head(), crashing.head());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_does_what_the_model_does(
        attempts in prop::collection::vec(prop::collection::vec(attempt(), 1..8), 1..6)
    ) {
        run(&attempts);
    }
}
