//! Who may ask for what, entry by entry: the table in the code against what the modules do.

use std::fmt::Write as _;

use credentials_schemas::invoice::RedReason;
use ledger_core::{
    Module, Refusal,
    transaction::{
        Action, Announcement, Choice, Deposit, DidChange, LeaseEnd, MemberProfile, Motion,
        MotionId, Op, OpKind, Readiness, RedEntry, Role, SetRotation, SignedTransaction,
        SupportedVersion, Vote, possession_bytes,
    },
};
use light_client::{
    hash::Digest,
    id::Epoch,
    record::{Answer, Booking, ClaimKeyUse, Obstacle, Standing},
    suite::Suite,
    validator_set::{Validator, ValidatorSet},
};

use crate::{
    kit::{DEGREE, Kit, agency, basis, number},
    scene::{ANN, BANK, BUYER, SELLER, Scene, TAX},
};

/// The key that has a role in the city below, and no other role.
const fn seed(role: Role) -> u8 {
    match role {
        Role::Anybody => 99,
        Role::Member => 10,
        Role::Validator => 20,
        Role::WaitingValidator => 70,
        Role::Issuer => 30,
        Role::Successor => 31,
        Role::InvoiceAgency => TAX,
        Role::Seller => SELLER,
        Role::Claimant => ANN,
        Role::Funder => BANK,
        Role::DidKey => 80,
    }
}

/// A ledger in which everybody is somebody.
struct City {
    scene: Scene,
    /// One vote short of nothing: it can be carried.
    motion: MotionId,
    /// Claimed by Ann, pledged to the bank.
    pledged: Digest,
    /// In use by nobody but for two confirmations that wait.
    free: Digest,
    by_seller: Digest,
    by_buyer: Digest,
}

impl City {
    fn new() -> Self {
        let mut scene = Scene::new(Suite::Intl);
        let motion = govern(&mut scene.kit);
        let (pledged, free) = (scene.blue(1, 500), scene.blue(2, 500));
        let claim = Op::Claim(scene.claim(ANN, &pledged, 100));
        scene.done(ANN, claim);
        let pledge = scene.pledge(BANK, &pledged);
        scene.done(BANK, pledge);
        let entry = scene.enter(&free, 50, RedReason::Allowance);
        let by_seller = scene.entered(SELLER, entry);
        let entry = scene.buyer_enters(&free, 60, RedReason::Allowance);
        let by_buyer = scene.entered(ANN, entry);
        Self {
            scene,
            motion,
            pledged,
            free,
            by_seller,
            by_buyer,
        }
    }
}

/// An issuer with a successor and a DID, a set that waits, a motion that can be carried.
fn govern(kit: &mut Kit) -> MotionId {
    kit.register("uni", &[(30, DEGREE, None)]);
    kit.register("heir", &[(31, DEGREE, None)]);
    let did = kit.sign(
        30,
        Op::SetDid(crate::dids::change(kit, &[80, 81], &[], false)),
    );
    let heir = Action::NameSuccessor(agency("uni"), Some(agency("heir")));
    let heir = kit.decide(1, heir, &[0, 1, 2]);
    let next = waiting_set(kit);
    let bytes = possession_bytes(&kit.ledger(), &next);
    let possession = [70, 71].map(|seed| kit.pair(seed).sign(&bytes)).to_vec();
    let rotate = Action::RotateSet(SetRotation { next, possession });
    let rotate = kit.decide(1, rotate, &[0, 1, 2]);
    let motion = Motion {
        action: Action::Freeze(Module::Did),
        basis: basis(),
    };
    let put = kit.sign(11, Op::Move(motion));
    let id = MotionId(put.id(kit.suite()));
    kit.block(&[did, heir, rotate, put]);
    for member in [12, 13] {
        let choice = Choice::Yes;
        let vote = kit.sign(member, Op::Vote(Vote { motion: id, choice }));
        kit.block(&[vote]);
    }
    id
}

fn waiting_set(kit: &Kit) -> ValidatorSet {
    let validators = [70, 71].map(|seed| Validator {
        agency: agency(&format!("agency-{seed}")),
        key: kit.pair(seed).public(),
    });
    ValidatorSet::new(Epoch(1), validators.to_vec()).expect("a set")
}

/// A signed transaction of every kind, as bytes.
pub(crate) fn every_kind() -> Vec<Vec<u8>> {
    let mut city = City::new();
    let kinds = OpKind::ALL.iter();
    kinds
        .map(|kind| transaction(&mut city, *kind, SELLER).to_bytes())
        .collect()
}

/// A transaction that nothing but its sender could be wrong about.
fn transaction(city: &mut City, kind: OpKind, by: u8) -> SignedTransaction {
    // A decision is bound to the intent that its members approved.
    if kind == OpKind::Decide {
        let action = Action::Freeze(Module::Anchor);
        return city.scene.kit.decide(by, action, &[0, 1, 2]);
    }
    let op = match kind.module() {
        Module::Invoice => invoice_op(city, kind, by),
        Module::Governance
        | Module::Registry
        | Module::Did
        | Module::Status
        | Module::Evidence
        | Module::Anchor => other_op(city, kind, by),
    };
    city.scene.kit.sign(by, op)
}

fn other_op(city: &City, kind: OpKind, by: u8) -> Op {
    let (kit, motion) = (&city.scene.kit, city.motion);
    match kind {
        OpKind::Move => Op::Move(Motion {
            action: Action::Freeze(Module::Anchor),
            basis: basis(),
        }),
        OpKind::Vote => Op::Vote(Vote {
            motion,
            choice: Choice::Yes,
        }),
        OpKind::Execute => Op::Execute(motion),
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
        OpKind::Describe => {
            let name = kit.change("office", &[]).name;
            Op::Describe(MemberProfile {
                operator: name.clone(),
                responsible: name,
            })
        }
        OpKind::SetDid => Op::SetDid(DidChange {
            retire: vec![kit.pair(81).public()],
            ..crate::dids::change(kit, &[], &[], false)
        }),
        OpKind::SetStatus => Op::SetStatus(kit.status("uni", 5, Standing::Revoked)),
        OpKind::Deposit => Op::Deposit(Deposit {
            agency: agency("uni"),
            digests: vec![Digest::from_bytes([9; 32])],
        }),
        OpKind::Anchor => Op::Anchor(kit.anchor(by, "uni", DEGREE, 7)),
        _ => unreachable!("{kind:?} is made elsewhere"),
    }
}

fn invoice_op(city: &mut City, kind: OpKind, by: u8) -> Op {
    let (free, pledged) = (city.free, city.pledged);
    if kind == OpKind::RedLetter {
        let red = city.scene.red(&free, 10, RedReason::Allowance);
        return Op::RedLetter(city.scene.resign(by, red));
    }
    let (scene, sender) = (&city.scene, city.scene.key(by));
    let party = |what| ledger_core::transaction::Party::Buyer(scene.buyer(&free, what));
    match kind {
        OpKind::Lease => Op::Lease(scene.kit.lease(42, "tax", 9000, 10)),
        OpKind::Issue => Op::Issue(scene.kit.issue(by, "tax", 1, &[(7, 100)])),
        OpKind::EndLease => Op::EndLease(LeaseEnd {
            seller_key: scene.key(SELLER).id(scene.kit.suite()),
            first: number(1),
        }),
        OpKind::EnterRed => {
            let what = ClaimKeyUse::EnterRed {
                amount_fen: 5,
                reason: RedReason::Allowance,
                sender: &sender,
            };
            Op::EnterRed(RedEntry {
                party: party(&what),
                ..scene.enter(&free, 5, RedReason::Allowance)
            })
        }
        OpKind::AnswerRed => {
            let what = ClaimKeyUse::AnswerRed {
                confirmation: &city.by_seller,
                answer: Answer::Confirm,
                sender: &sender,
            };
            let mut answer = scene.answer(&free, &city.by_seller, Answer::Confirm);
            answer.party = party(&what);
            Op::AnswerRed(answer)
        }
        OpKind::WithdrawRed => {
            let what = ClaimKeyUse::WithdrawRed {
                confirmation: &city.by_buyer,
                sender: &sender,
            };
            Op::WithdrawRed(ledger_core::transaction::RedWithdrawal {
                record: free,
                confirmation: city.by_buyer,
                party: party(&what),
            })
        }
        OpKind::BlockRed => Scene::block_red(&free, &city.by_seller, Obstacle::AbnormalVoucher),
        OpKind::Claim => Op::Claim(scene.claim(by, &free, 10)),
        OpKind::Release => scene.release(&pledged, 0, 10),
        OpKind::Pledge => scene.pledge(by, &free),
        OpKind::Unpledge => scene.unpledge(&pledged),
        OpKind::Book => scene.book_as(by, &free, Booking::BookedDeductible),
        _ => unreachable!("{kind:?} is of another module"),
    }
}

/// By which rule somebody without the role is refused.
const fn refusal(kind: OpKind) -> Refusal {
    match kind {
        // A lease is found by its key, so another's looks as if there were none.
        OpKind::Issue | OpKind::RedLetter => Refusal::NotLeased,
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
        | OpKind::EndLease
        | OpKind::EnterRed
        | OpKind::AnswerRed
        | OpKind::WithdrawRed
        | OpKind::BlockRed
        | OpKind::Claim
        | OpKind::Release
        | OpKind::Pledge
        | OpKind::Unpledge
        | OpKind::Book
        | OpKind::Deposit
        | OpKind::Anchor => Refusal::NoRight,
    }
}

#[test]
fn every_operation_admits_exactly_the_senders_of_its_table() {
    let mut city = City::new();
    for kind in OpKind::ALL {
        for role in Role::ALL {
            let transaction = transaction(&mut city, *kind, seed(role));
            let mut fresh = city.scene.kit.fork();
            let expected = if kind.admits(role) {
                Ok(transaction.id(fresh.suite()))
            } else {
                Err(refusal(*kind))
            };
            assert_eq!(fresh.submit(&transaction), expected, "{kind:?} by {role:?}");
        }
    }
}

#[test]
fn what_the_seller_may_do_about_red_letters_it_does_in_its_own_name() {
    let mut city = City::new();
    let scene = &city.scene;
    let entry = scene.enter(&city.free, 5, RedReason::Allowance);
    let answer = scene.answer(&city.free, &city.by_buyer, Answer::Confirm);
    let withdrawal = scene.withdraw(&city.free, &city.by_seller);
    for op in [Op::EnterRed(entry), Op::AnswerRed(answer), withdrawal] {
        for role in Role::ALL {
            let kit = &mut city.scene.kit;
            let transaction = kit.sign(seed(role), op.clone());
            let expected = if role == Role::Seller {
                Ok(transaction.id(kit.suite()))
            } else {
                Err(Refusal::NotLeased)
            };
            assert_eq!(
                kit.fork().submit(&transaction),
                expected,
                "{op:?} by {role:?}"
            );
        }
    }
    // The buyer's key signs for one sender.
    let borrowed = Op::Claim(city.scene.claim(ANN, &city.free, 10));
    city.scene.refused(BUYER, borrowed, Refusal::BadSignature);
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
