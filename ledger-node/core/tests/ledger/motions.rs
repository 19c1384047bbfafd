//! What members decide by voting on the ledger.

use ledger_core::{
    Committed, Event, Module, MotionOutcome, Parameter, Refusal,
    limits::MAX_OPEN_MOTIONS,
    transaction::{
        Action, Announcement, Choice, MemberChange, MemberProfile, Motion, MotionId, Op,
        SupportedVersion, VersionChange, Vote, member_possession_bytes,
    },
};
use light_client::{
    hash::Digest,
    id::{Height, IssuerId},
    record::{DisplayName, Standing},
    suite::Suite,
};

use crate::kit::{DEGREE, Kit, agency, basis, member_name};

const HOUR_MS: u64 = 3_600_000;

fn put(kit: &mut Kit, seed: u8, action: Action) -> MotionId {
    let motion = Motion {
        action,
        basis: basis(),
    };
    let transaction = kit.sign(seed, Op::Move(motion));
    let id = MotionId(transaction.id(kit.suite()));
    kit.block(&[transaction]);
    id
}

fn vote(kit: &mut Kit, seed: u8, motion: MotionId, choice: Choice) {
    let transaction = kit.sign(seed, Op::Vote(Vote { motion, choice }));
    kit.block(&[transaction]);
}

fn execute(kit: &mut Kit, seed: u8, motion: MotionId) -> Committed {
    let transaction = kit.sign(seed, Op::Execute(motion));
    kit.block(&[transaction])
}

fn decide(kit: &mut Kit, action: Action) -> Committed {
    let transaction = kit.decide(1, action, &[0, 1, 2]);
    kit.block(&[transaction])
}

fn members(kit: &Kit) -> Vec<IssuerId> {
    let members = kit.app.view().members().expect("a row");
    members.into_iter().map(|member| member.agency).collect()
}

fn member_change(kit: &Kit, name: &str, seed: u8) -> MemberChange {
    let (agency, key) = (agency(name), kit.pair(seed).public());
    let bytes = member_possession_bytes(&kit.ledger(), &agency, &key);
    MemberChange {
        possession: kit.pair(seed).sign(&bytes),
        agency,
        key,
    }
}

fn events(committed: &Committed) -> Vec<&Event> {
    committed.events.iter().map(|(_, event)| event).collect()
}

#[test]
fn a_motion_is_carried_by_the_votes_of_two_thirds_and_one_more() {
    for suite in [Suite::Sm, Suite::Intl] {
        let mut kit = Kit::new(suite);
        let action = Action::Register(kit.change("uni", &[(30, DEGREE, None)]));
        let id = put(&mut kit, 10, action);
        vote(&mut kit, 11, id, Choice::Yes);
        let early = kit.sign(12, Op::Execute(id));
        kit.assert_refused(&early, Refusal::NotEnoughVotes);
        vote(&mut kit, 12, id, Choice::Yes);
        let committed = execute(&mut kit, 13, id);
        let registered = Event::IssuerRegistered {
            issuer: agency("uni"),
        };
        assert_eq!(
            events(&committed),
            [&registered, &Event::Carried { motion: id }]
        );
        let again = kit.sign(13, Op::Execute(id));
        kit.assert_refused(&again, Refusal::MotionClosed);
        let anchor = kit.sign(30, Op::Anchor(kit.anchor(30, "uni", DEGREE, 7)));
        kit.block(&[anchor]);
    }
}

#[test]
fn votes_count_once_can_be_changed_and_are_the_members_own() {
    let mut kit = Kit::new(Suite::Intl);
    let id = put(&mut kit, 10, Action::Freeze(Module::Anchor));
    for _ in 0..2 {
        vote(&mut kit, 11, id, Choice::Yes);
    }
    let early = kit.sign(10, Op::Execute(id));
    kit.assert_refused(&early, Refusal::NotEnoughVotes);
    vote(&mut kit, 12, id, Choice::Yes);
    vote(&mut kit, 11, id, Choice::No);
    let withdrawn = kit.sign(10, Op::Execute(id));
    kit.assert_refused(&withdrawn, Refusal::NotEnoughVotes);
    let choice = Choice::Yes;
    let stranger = kit.sign(99, Op::Vote(Vote { motion: id, choice }));
    kit.assert_refused(&stranger, Refusal::NoRight);
    let motion = MotionId(ledger_core::transaction::TxId(Digest::from_bytes([1; 32])));
    let nothing = kit.sign(10, Op::Vote(Vote { motion, choice }));
    kit.assert_refused(&nothing, Refusal::UnknownMotion);
}

#[test]
fn the_vote_of_a_member_that_left_no_longer_counts() {
    let mut kit = Kit::new(Suite::Intl);
    let id = put(&mut kit, 10, Action::Freeze(Module::Anchor));
    vote(&mut kit, 11, id, Choice::Yes);
    vote(&mut kit, 12, id, Choice::Yes);
    decide(&mut kit, Action::RemoveMember(member_name(0)));
    // Two of three are left of the votes; three of three are needed.
    let early = kit.sign(11, Op::Execute(id));
    kit.assert_refused(&early, Refusal::NotEnoughVotes);
    vote(&mut kit, 13, id, Choice::Yes);
    execute(&mut kit, 11, id);
}

#[test]
fn a_motion_lapses_when_its_time_is_over() {
    let mut kit = Kit::new(Suite::Intl);
    decide(&mut kit, Action::SetParameter(Parameter::MotionMs, HOUR_MS));
    let id = put(&mut kit, 10, Action::Freeze(Module::Anchor));
    vote(&mut kit, 11, id, Choice::Yes);
    vote(&mut kit, 12, id, Choice::Yes);
    kit.now.0 += HOUR_MS;
    kit.next_block();
    let late = kit.sign(10, Op::Execute(id));
    kit.assert_refused(&late, Refusal::MotionClosed);
    let choice = Choice::Yes;
    let late = kit.sign(13, Op::Vote(Vote { motion: id, choice }));
    kit.assert_refused(&late, Refusal::MotionClosed);
}

#[test]
fn members_come_and_go_and_change_their_keys() {
    let mut kit = Kit::new(Suite::Sm);
    let admit = Action::AdmitMember(member_change(&kit, "bank", 60));
    let committed = decide(&mut kit, admit.clone());
    let admitted = Event::MemberAdmitted {
        agency: agency("bank"),
    };
    assert!(events(&committed).contains(&&admitted));
    assert_eq!(members(&kit)[0], agency("bank"));
    // Of five, four must agree.
    let three = kit.decide(1, Action::Freeze(Module::Did), &[0, 1, 2]);
    kit.assert_refused(&three, Refusal::BadApproval);
    let decide = |kit: &mut Kit, action| {
        let transaction = kit.decide(1, action, &[0, 1, 2, 3]);
        kit.block(&[transaction])
    };
    let twice = kit.decide(1, admit, &[0, 1, 2, 3]);
    kit.assert_refused(&twice, Refusal::MemberExists);
    let mut stolen = member_change(&kit, "other", 61);
    stolen.agency = agency("thief");
    let stolen = kit.decide(1, Action::AdmitMember(stolen), &[0, 1, 2, 3]);
    kit.assert_refused(&stolen, Refusal::BadSignature);

    let change = Action::ChangeMemberKey(member_change(&kit, "bank", 62));
    decide(&mut kit, change);
    let motion = Motion {
        action: Action::Freeze(Module::Did),
        basis: basis(),
    };
    let old = kit.sign(60, Op::Move(motion.clone()));
    kit.assert_refused(&old, Refusal::NoRight);
    let new = kit.sign(62, Op::Move(motion));
    kit.block(&[new]);
    decide(&mut kit, Action::RemoveMember(agency("bank")));
    let unknown = kit.decide(1, Action::RemoveMember(agency("bank")), &[0, 1, 2]);
    kit.assert_refused(&unknown, Refusal::UnknownMember);
}

#[test]
fn the_last_member_stays() {
    let mut kit = Kit::new(Suite::Intl);
    for (index, voters) in [(3, &[0, 1, 2][..]), (2, &[0, 1, 2]), (1, &[0, 1])] {
        let action = Action::RemoveMember(member_name(index));
        let transaction = kit.decide(1, action, voters);
        kit.block(&[transaction]);
    }
    let last = kit.decide(1, Action::RemoveMember(member_name(0)), &[0]);
    kit.assert_refused(&last, Refusal::LastMember);
}

#[test]
fn each_member_says_who_runs_its_node_and_who_answers_for_it() {
    let mut kit = Kit::new(Suite::Intl);
    let name = |zh: &str, en: &str| DisplayName {
        zh: zh.into(),
        en: en.into(),
    };
    let profile = MemberProfile {
        operator: name("政务云中心", "Government Cloud Centre"),
        responsible: name("信息化处", "Information Office"),
    };
    let transaction = kit.sign(12, Op::Describe(profile.clone()));
    kit.block(&[transaction]);
    let found = kit.app.view().members().expect("a row");
    let profiles: Vec<_> = found.into_iter().map(|member| member.profile).collect();
    assert_eq!(profiles, [None, None, Some(profile.clone()), None]);
    let mut nameless = profile;
    nameless.operator.zh.clear();
    let nameless = kit.sign(12, Op::Describe(nameless));
    kit.assert_refused(&nameless, Refusal::OutOfRange("name"));
}

#[test]
fn parameters_stay_in_their_range_and_rule_from_the_next_transaction_on() {
    let mut kit = Kit::new(Suite::Intl);
    for parameter in Parameter::ALL {
        let (least, greatest) = parameter.range();
        for value in [least - 1, greatest + 1] {
            let action = Action::SetParameter(parameter, value);
            let transaction = kit.decide(1, action, &[0, 1, 2]);
            kit.assert_refused(&transaction, Refusal::OutOfRange("parameter"));
        }
    }
    kit.register("uni", &[(30, DEGREE, None)]);
    decide(&mut kit, Action::SetParameter(Parameter::BatchSize, 2));
    let three = kit.sign(30, Op::Anchor(kit.anchor(30, "uni", DEGREE, 7)));
    kit.assert_refused(&three, Refusal::TooLarge);
    decide(&mut kit, Action::SetParameter(Parameter::BatchSize, 3));
    let three = kit.sign(30, Op::Anchor(kit.anchor(30, "uni", DEGREE, 7)));
    kit.block(&[three]);
}

#[test]
fn a_frozen_module_takes_nothing_until_members_unfreeze_it() {
    let mut kit = Kit::new(Suite::Intl);
    kit.register("uni", &[(30, DEGREE, None)]);
    decide(&mut kit, Action::Freeze(Module::Status));
    let revoke = Op::SetStatus(kit.status("uni", 5, Standing::Revoked));
    let by_issuer = kit.sign(30, revoke);
    kit.assert_refused(&by_issuer, Refusal::ModuleFrozen);
    let action = Action::SetStatus(kit.status("uni", 5, Standing::Revoked));
    let by_vote = kit.decide(1, action, &[0, 1, 2]);
    kit.assert_refused(&by_vote, Refusal::ModuleFrozen);
    kit.now.0 += 1000 * HOUR_MS;
    kit.next_block();
    kit.assert_refused(&by_issuer, Refusal::ModuleFrozen);
    // Other modules go on, and governance cannot be frozen at all.
    let anchor = kit.sign(30, Op::Anchor(kit.anchor(30, "uni", DEGREE, 7)));
    kit.block(&[anchor]);
    let all = kit.decide(1, Action::Freeze(Module::Governance), &[0, 1, 2]);
    kit.assert_refused(&all, Refusal::OutOfRange("module"));
    decide(&mut kit, Action::Unfreeze(Module::Status));
    kit.block(&[by_issuer]);
    let again = kit.decide(1, Action::Unfreeze(Module::Status), &[0, 1, 2]);
    kit.assert_refused(&again, Refusal::NotFrozen);
}

#[test]
fn an_emergency_freeze_needs_fewer_and_lapses_unless_confirmed() {
    let mut kit = Kit::new(Suite::Intl);
    kit.register("uni", &[(30, DEGREE, None)]);
    let emergency = || Action::EmergencyFreeze(Module::Anchor);
    let one = kit.decide(1, emergency(), &[0]);
    kit.assert_refused(&one, Refusal::BadApproval);
    let two = kit.decide(1, emergency(), &[0, 1]);
    kit.block(&[two]);
    let anchor = kit.sign(30, Op::Anchor(kit.anchor(30, "uni", DEGREE, 7)));
    kit.assert_refused(&anchor, Refusal::ModuleFrozen);
    kit.now.0 += 72 * HOUR_MS;
    kit.next_block();
    kit.block(&[anchor]);
    // The same few cannot go on for ever: the members must have ended the first freeze.
    let again = kit.decide(1, emergency(), &[0, 1]);
    kit.assert_refused(&again, Refusal::FrozenBefore);
    decide(&mut kit, Action::Unfreeze(Module::Anchor));
    let again = kit.decide(1, emergency(), &[0, 1]);
    kit.block(&[again]);
    // Confirmed, it stays.
    decide(&mut kit, Action::Freeze(Module::Anchor));
    kit.now.0 += 1000 * HOUR_MS;
    kit.next_block();
    let anchor = kit.sign(30, Op::Anchor(kit.anchor(30, "uni", DEGREE, 8)));
    kit.assert_refused(&anchor, Refusal::ModuleFrozen);
}

/// Has the validators with these keys announce that they can execute a version of `evidence`.
fn announce(kit: &mut Kit, seeds: &[u8], version: u32) {
    for seed in seeds {
        let announcement = Announcement {
            build: Digest::from_bytes([*seed; 32]),
            versions: vec![SupportedVersion {
                module: Module::Evidence,
                version,
            }],
        };
        let transaction = kit.sign(*seed, Op::Announce(announcement));
        kit.block(&[transaction]);
    }
}

fn upgrade(version: u32, activation: u64) -> Action {
    Action::ScheduleVersion(VersionChange {
        module: Module::Evidence,
        version,
        source: Digest::from_bytes([1; 32]),
        build: Digest::from_bytes([2; 32]),
        activation: Height(activation),
    })
}

#[test]
fn t67_a_version_is_scheduled_only_if_a_quorum_can_execute_it() {
    let mut kit = Kit::with_validators(Suite::Intl, 4);
    kit.next_block();
    announce(&mut kit, &[20, 21], 2);
    let early = kit.decide(1, upgrade(2, 50), &[0, 1, 2]);
    kit.assert_refused(&early, Refusal::NotCapable);
    let announcement = Announcement {
        build: Digest::from_bytes([20; 32]),
        versions: vec![SupportedVersion {
            module: Module::Evidence,
            version: 2,
        }],
    };
    let again = kit.sign(20, Op::Announce(announcement.clone()));
    kit.assert_refused(&again, Refusal::Unchanged);
    let stranger = kit.sign(99, Op::Announce(announcement));
    kit.assert_refused(&stranger, Refusal::NoRight);
    announce(&mut kit, &[22], 2);
    for (action, refusal) in [
        (upgrade(3, 50), Refusal::WrongVersion),
        (upgrade(1, 50), Refusal::WrongVersion),
        (upgrade(2, 1), Refusal::OutOfRange("activation")),
    ] {
        let transaction = kit.decide(1, action, &[0, 1, 2]);
        kit.assert_refused(&transaction, refusal);
    }
    decide(&mut kit, upgrade(2, 50));
}

#[test]
fn the_first_deposit_counts_and_version_2_takes_many() {
    let mut kit = Kit::new(Suite::Sm);
    kit.register("court", &[(30, DEGREE, None)]);
    let deposit = |bytes: &[u8]| {
        let digests = bytes.iter().map(|byte| Digest::from_bytes([*byte; 32]));
        Op::Deposit(ledger_core::transaction::Deposit {
            agency: agency("court"),
            digests: digests.collect(),
        })
    };
    let one = kit.sign(30, deposit(&[1]));
    kit.block(&[one]);
    let again = kit.sign(30, deposit(&[1]));
    kit.assert_refused(&again, Refusal::AlreadyDeposited);
    let stranger = kit.sign(31, deposit(&[9]));
    kit.assert_refused(&stranger, Refusal::NoRight);
    for (bytes, list) in [
        (&[][..], "digests"),
        (&[3, 2], "digests"),
        (&[2, 2], "digests"),
    ] {
        let transaction = kit.sign(30, deposit(bytes));
        kit.assert_refused(&transaction, Refusal::OutOfRange(list));
    }
    let many = kit.sign(30, deposit(&[2, 3]));
    kit.assert_refused(&many, Refusal::TooLarge);
    announce(&mut kit, &[20], 2);
    let activation = kit.app.head().height.0 + 3;
    decide(&mut kit, upgrade(2, activation));
    kit.assert_refused(&many, Refusal::TooLarge);
    kit.next_block();
    // In force from its height on: this is it.
    assert_eq!(kit.next_height(), Height(activation));
    kit.block(&[many]);
}

#[test]
fn software_that_lacks_a_version_in_force_neither_proposes_nor_votes() {
    use ledger_core::{App, HeaderRefusal, ProposeError, Versions};
    let mut kit = Kit::new(Suite::Intl);
    announce(&mut kit, &[20], 2);
    let activation = kit.app.head().height.0 + 2;
    decide(&mut kit, upgrade(2, activation));
    let lacking = SupportedVersion {
        module: Module::Evidence,
        version: 2,
    };
    let mut old = App::open(kit.app.store().clone()).expect("a ledger");
    old.support(Versions::supported().with(Module::Evidence, 1));
    let me = kit.validators[0].public().id(kit.suite());
    let proposal = kit.propose(0);
    let round = light_client::id::Round(0);
    let own = old.propose(kit.now, kit.next_height(), round, me);
    assert!(matches!(own, Err(ProposeError::Unsupported(what)) if what == lacking));
    let verdict = old.check(kit.now, &proposal, &crate::kit::origin(me));
    let verdict = verdict.expect("memory does not fail");
    assert_eq!(verdict, Err(HeaderRefusal::Unsupported(lacking)));
}

fn open(kit: &Kit) -> Vec<MotionId> {
    let open = kit.app.view().open_motions().expect("a row");
    open.into_iter().map(|open| open.motion).collect()
}

#[test]
fn the_list_of_open_motions_loses_what_was_carried_what_lapsed_and_who_left() {
    let mut kit = Kit::new(Suite::Sm);
    decide(&mut kit, Action::SetParameter(Parameter::MotionMs, HOUR_MS));
    let [lapses, carried, left, stays] = [
        (10, Module::Anchor),
        (11, Module::Did),
        (12, Module::Status),
        (13, Module::Invoice),
    ]
    .map(|(seed, module)| {
        kit.now.0 += HOUR_MS / 4;
        put(&mut kit, seed, Action::Freeze(module))
    });
    assert_eq!(open(&kit), [lapses, carried, left, stays]);
    for seed in [10, 12] {
        vote(&mut kit, seed, carried, Choice::Yes);
    }
    execute(&mut kit, 13, carried);
    assert_eq!(open(&kit), [lapses, left, stays]);
    decide(&mut kit, Action::RemoveMember(member_name(2)));
    kit.now.0 += HOUR_MS / 4;
    let newest = put(&mut kit, 13, Action::Freeze(Module::Registry));
    assert_eq!(open(&kit), [stays, newest]);

    let entry = kit.app.view().motion(&carried).expect("a row");
    let entry = entry.expect("it stays in the state");
    assert!(matches!(entry.outcome, MotionOutcome::Carried { .. }));
    assert_eq!(entry.votes.len(), 3);
}

#[test]
fn a_member_cannot_crowd_out_the_motions_of_others() {
    let mut kit = Kit::new(Suite::Intl);
    let first = put(&mut kit, 10, Action::Freeze(Module::Anchor));
    let flood: Vec<MotionId> = (0..=MAX_OPEN_MOTIONS)
        .map(|_| put(&mut kit, 11, Action::Freeze(Module::Did)))
        .collect();
    let mut expected = vec![first];
    expected.extend(&flood[1..]);
    assert_eq!(open(&kit), expected);
    // What left the list can still be voted on.
    for seed in [10, 12] {
        vote(&mut kit, seed, flood[0], Choice::Yes);
    }
    execute(&mut kit, 13, flood[0]);
    assert_eq!(open(&kit), expected);
}
