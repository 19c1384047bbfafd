//! Who may ask for what, entry by entry: the table in the code against what the modules do.

use std::fmt::Write as _;

use ledger_core::{
    Module, Refusal,
    transaction::{
        Action, Announcement, Choice, Deposit, DidChange, MemberProfile, Motion, MotionId, Op,
        OpKind, Readiness, Role, SetRotation, SupportedVersion, Vote, possession_bytes,
    },
};
use light_client::{
    hash::Digest,
    id::Epoch,
    record::{DisplayName, Standing},
    suite::Suite,
    validator_set::{Validator, ValidatorSet},
};

use crate::kit::{DEGREE, INVOICE, Kit, agency, basis};

/// The key that has a role in the city below, and no other role.
const fn seed(role: Role) -> u8 {
    match role {
        Role::Anybody => 99,
        Role::Member => 10,
        Role::Validator => 20,
        Role::WaitingValidator => 50,
        Role::Issuer => 30,
        Role::Successor => 31,
        Role::InvoiceAgency => 40,
        Role::Seller => 41,
        Role::DidKey => 60,
    }
}

/// A ledger in which everybody is somebody: an issuer with a successor and a DID, a tax bureau
/// with a seller, a set that waits, a motion that could be carried.
fn city() -> (Kit, MotionId) {
    let mut kit = Kit::with_validators(Suite::Intl, 1);
    kit.register("uni", &[(30, DEGREE, None)]);
    kit.register("heir", &[(31, DEGREE, None)]);
    kit.register("tax", &[(40, INVOICE, None)]);
    let lease = kit.sign(40, Op::Lease(kit.lease(41, "tax", 1, 100)));
    let did = kit.sign(
        30,
        Op::SetDid(crate::dids::change(&kit, &[60, 61], &[], false)),
    );
    let heir = Action::NameSuccessor(agency("uni"), Some(agency("heir")));
    let heir = kit.decide(1, heir, &[0, 1, 2]);
    let next = waiting_set(&kit);
    let bytes = possession_bytes(&kit.ledger(), &next);
    let possession = [50, 51].map(|seed| kit.pair(seed).sign(&bytes)).to_vec();
    let rotate = Action::RotateSet(SetRotation { next, possession });
    let rotate = kit.decide(1, rotate, &[0, 1, 2]);
    let motion = Motion {
        action: Action::Freeze(Module::Did),
        basis: basis(),
    };
    let put = kit.sign(11, Op::Move(motion));
    let id = MotionId(put.id(kit.suite()));
    kit.block(&[lease, did, heir, rotate, put]);
    for member in [12, 13] {
        let choice = Choice::Yes;
        let vote = kit.sign(member, Op::Vote(Vote { motion: id, choice }));
        kit.block(&[vote]);
    }
    (kit, id)
}

fn waiting_set(kit: &Kit) -> ValidatorSet {
    let validators = [50, 51].map(|seed| Validator {
        agency: agency(&format!("agency-{seed}")),
        key: kit.pair(seed).public(),
    });
    ValidatorSet::new(Epoch(1), validators.to_vec()).expect("a set")
}

/// An operation that nothing but its sender could be wrong about.
fn op(kit: &mut Kit, kind: OpKind, by: u8, id: MotionId) -> Op {
    let name = || DisplayName {
        zh: "局".into(),
        en: "office".into(),
    };
    match kind {
        OpKind::Move => Op::Move(Motion {
            action: Action::Freeze(Module::Anchor),
            basis: basis(),
        }),
        OpKind::Vote => Op::Vote(Vote {
            motion: id,
            choice: Choice::Yes,
        }),
        OpKind::Execute => Op::Execute(id),
        OpKind::Decide => {
            let action = Action::Freeze(Module::Anchor);
            let mut approved = kit.decide(by, action, &[0, 1, 2]);
            core::mem::replace(&mut approved.body.op, Op::Execute(id))
        }
        OpKind::PostReadiness => Op::PostReadiness(Readiness {
            set: waiting_set(kit).hash(kit.suite()),
        }),
        OpKind::Announce => Op::Announce(Announcement {
            build: Digest::from_bytes([1; 32]),
            versions: vec![SupportedVersion {
                module: Module::Evidence,
                version: 2,
            }],
        }),
        OpKind::Describe => Op::Describe(MemberProfile {
            operator: name(),
            responsible: name(),
        }),
        OpKind::SetDid => Op::SetDid(DidChange {
            retire: vec![kit.pair(61).public()],
            ..crate::dids::change(kit, &[], &[], false)
        }),
        OpKind::SetStatus => Op::SetStatus(kit.status("uni", 5, Standing::Revoked)),
        OpKind::Lease => Op::Lease(kit.lease(42, "tax", 500, 10)),
        OpKind::Issue => Op::Issue(kit.issue(by, "tax", 1, &[(7, 100)])),
        OpKind::Deposit => Op::Deposit(Deposit {
            agency: agency("uni"),
            digests: vec![Digest::from_bytes([9; 32])],
        }),
        OpKind::Anchor => Op::Anchor(kit.anchor(by, "uni", DEGREE, 7)),
    }
}

/// By which rule somebody without the role is refused.
const fn refusal(kind: OpKind) -> Refusal {
    match kind {
        // A lease is found by its key, so another's looks as if there were none.
        OpKind::Issue => Refusal::NotLeased,
        OpKind::Move
        | OpKind::Vote
        | OpKind::Execute
        | OpKind::Decide
        | OpKind::PostReadiness
        | OpKind::Announce
        | OpKind::Describe
        | OpKind::SetDid
        | OpKind::SetStatus
        | OpKind::Lease
        | OpKind::Deposit
        | OpKind::Anchor => Refusal::NoRight,
    }
}

#[test]
fn every_operation_admits_exactly_the_senders_of_its_table() {
    let (mut kit, id) = city();
    for kind in OpKind::ALL {
        for role in Role::ALL {
            let by = seed(role);
            let op = op(&mut kit, *kind, by, id);
            // A decision is bound to the intent that its members approved.
            let transaction = match op {
                Op::Decide(_) => kit.decide(by, Action::Freeze(Module::Anchor), &[0, 1, 2]),
                op => kit.sign(by, op),
            };
            let expected = if kind.admits(role) {
                Ok(transaction.id(kit.suite()))
            } else {
                Err(refusal(*kind))
            };
            let mut fresh = kit.fork();
            assert_eq!(fresh.submit(&transaction), expected, "{kind:?} by {role:?}");
        }
    }
}

#[test]
fn the_table_is_the_one_in_the_specification() {
    let mut table = String::new();
    let roles: Vec<String> = Role::ALL.iter().map(|role| format!("{role:?}")).collect();
    writeln!(table, "| operation | {} |", roles.join(" | ")).expect("a text");
    writeln!(table, "|---|{}", "---|".repeat(roles.len())).expect("a text");
    for kind in OpKind::ALL {
        let admits = |role: &Role| if kind.admits(*role) { "yes" } else { "–" };
        let cells: Vec<&str> = Role::ALL.iter().map(admits).collect();
        let name = format!("{}.{kind:?}", kind.module().name());
        writeln!(table, "| {name} | {} |", cells.join(" | ")).expect("a text");
    }
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/spec/permissions.md"
    );
    let text = std::fs::read_to_string(path).expect("the specification");
    let begin = text.find("| operation |").expect("a table");
    if std::env::var_os("TALLYSTICK_REGENERATE").is_some() {
        std::fs::write(path, format!("{}{table}", &text[..begin])).expect("written");
        return;
    }
    assert_eq!(
        &text[begin..],
        table,
        "regenerate with TALLYSTICK_REGENERATE=1"
    );
}
