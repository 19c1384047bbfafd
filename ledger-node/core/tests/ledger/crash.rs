//! What survives a crash: a clone of the store is what the disk holds at that moment.

use ledger_core::{
    App, Input, Output, TxStatus,
    store::MemoryStore,
    transaction::{Action, Op},
};
use light_client::{
    id::{Height, Round},
    record::Standing,
    suite::Suite,
};

use crate::kit::{DEGREE, Kit, origin};

fn crash(app: &App<MemoryStore>) -> App<MemoryStore> {
    App::open(app.store().clone()).expect("a ledger")
}

#[test]
fn t64_an_accepted_transaction_survives() {
    let mut kit = Kit::new(Suite::Intl);
    kit.register("uni", &[(30, DEGREE, None)]);
    let one = kit.sign(30, Op::SetStatus(kit.status("uni", 1, Standing::Revoked)));
    let two = kit.sign(30, Op::SetStatus(kit.status("uni", 2, Standing::Revoked)));
    let id = kit.submit(&one).expect("accepted");
    kit.app = crash(&kit.app);
    let status = kit.app.transaction_status(&id).expect("a status");
    assert_eq!(status, Some(TxStatus::Pending));
    // What comes after does not overwrite what waited.
    kit.submit(&two).expect("accepted");
    kit.app = crash(&kit.app);
    assert_eq!(kit.app.pending(), 2);
    assert_eq!(kit.next_block().transactions.len(), 2);
    kit.app = crash(&kit.app);
    assert_eq!(kit.app.pending(), 0);
}

#[test]
fn t64_a_checked_proposal_can_be_committed_after_a_crash() {
    let mut kit = Kit::with_validators(Suite::Sm, 4);
    kit.register("uni", &[(30, DEGREE, None)]);
    let mut follower = crash(&kit.app);
    let transaction = kit.sign(30, Op::SetStatus(kit.status("uni", 1, Standing::Revoked)));
    kit.submit(&transaction).expect("accepted");
    let proposal = kit.propose(0);
    let (hash, certificate) = (proposal.header.hash(), kit.certify(&proposal, 0));
    let proposer = kit.validators[0].public().id(kit.suite());
    let checked = follower.check(kit.now, &proposal, &origin(proposer));
    assert_eq!(checked.expect("memory does not fail"), Ok(hash));
    for mut node in [crash(&follower), crash(&kit.app)] {
        let committed = node.commit(&hash, &certificate).expect("final");
        assert_eq!(committed.transactions.len(), 1);
        assert_eq!(node.head().header_hash, hash);
        assert!(
            node.undecided(proposal.header.core.height)
                .expect("rows")
                .is_empty()
        );
    }
}

#[test]
fn t64_before_and_after_each_write_the_ledger_opens_and_goes_on() {
    let mut kit = Kit::new(Suite::Intl);
    kit.register("uni", &[(30, DEGREE, None)]);
    for document in 0..10 {
        let op = Op::SetStatus(kit.status("uni", document, Standing::Revoked));
        let transaction = kit.sign(30, op);
        kit.submit(&transaction).expect("accepted");
        kit.app = crash(&kit.app);
        let proposal = kit.propose(0);
        kit.app = crash(&kit.app);
        let certificate = kit.certify(&proposal, 0);
        let committed = kit.app.commit(&proposal.header.hash(), &certificate);
        assert_eq!(committed.expect("final").transactions.len(), 1);
        kit.app = crash(&kit.app);
        assert_eq!(kit.app.head().header_hash, proposal.header.hash());
    }
}

#[test]
fn the_same_inputs_at_the_same_times_give_the_same_ledger() {
    let mut kit = Kit::new(Suite::Intl);
    let me = kit.validators[0].public().id(kit.suite());
    let op = Action::Register(kit.change("uni", &[(30, DEGREE, None)]));
    let register = kit.decide(1, op, &[0, 1, 2]);
    let revoke = kit.sign(30, Op::SetStatus(kit.status("uni", 1, Standing::Revoked)));
    let mut told = Vec::new();
    let mut tell = |kit: &mut Kit, input: Input| {
        told.push((kit.now, input.clone()));
        kit.app.step(kit.now, input).expect("memory does not fail")
    };
    for transaction in [register, revoke] {
        kit.now.0 += 1000;
        let transactions = vec![transaction.to_bytes()];
        let outputs = tell(&mut kit, Input::Submit { transactions });
        let [Output::Relay(relayed), Output::Submitted(answers)] = outputs.as_slice() else {
            unreachable!("accepted and relayed: {outputs:?}");
        };
        assert_eq!(*relayed, [transaction.to_bytes()]);
        assert_eq!(*answers, [Ok(transaction.id(kit.suite()))]);
        let (height, round) = (kit.next_height(), Round(0));
        let propose = Input::Propose {
            height,
            round,
            proposer: me,
        };
        let outputs = tell(&mut kit, propose);
        let [Output::Proposed(Ok(proposal))] = outputs.as_slice() else {
            unreachable!("proposed: {outputs:?}");
        };
        let check = Input::Check {
            proposal: proposal.clone(),
            origin: origin(me),
        };
        let checked = tell(&mut kit, check);
        assert!(matches!(checked.as_slice(), [Output::Checked(Ok(_))]));
        let commit = Input::Commit {
            header_hash: proposal.header.hash(),
            certificate: kit.certify(proposal, 0),
        };
        let committed = tell(&mut kit, commit);
        assert!(matches!(committed.as_slice(), [Output::Committed(Ok(_))]));
    }
    let mut again = App::found(MemoryStore::default(), &kit.genesis).expect("a new ledger");
    for (now, input) in told {
        again.step(now, input).expect("memory does not fail");
    }
    assert_eq!(again.head(), kit.app.head());
    assert_eq!(again.head().height, Height(2));
}
