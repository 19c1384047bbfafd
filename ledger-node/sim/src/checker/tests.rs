use arc_malachitebft_core_types::{NilOrVal, Round};
use ledger_engine::{Address, Height as EngineHeight};
use light_client::{id::IssuerId, key::KeyId, suite::Suite, validator_set::Validator};

use super::*;
use crate::signing::Pair;

const HONEST: Rules = Rules {
    signs_once: true,
    keeps_lock: true,
};

fn checker() -> Checker {
    let validators = (0..4u8).map(|i| Validator {
        agency: IssuerId::parse(&format!("agency-{i}")).expect("a name"),
        key: Pair::new(Suite::Intl, 1 + i).public().clone(),
    });
    Checker::new(&ValidatorSet::new(Epoch(0), validators.collect()).expect("a set"))
}

fn vote(kind: VoteType, round: u32, value: u8) -> Vote {
    Vote {
        kind,
        height: EngineHeight(1),
        round: Round::new(round),
        value: NilOrVal::Val(Digest::from_bytes([value; 32])),
        address: Address(KeyId(Digest::from_bytes([0; 32]))),
    }
}

#[test]
fn a_second_vote_is_noticed() {
    let mut checker = checker();
    let first = vote(VoteType::Prevote, 0, 1);
    assert_eq!(checker.published(0, HONEST, &first), Ok(()));
    assert_eq!(checker.published(0, HONEST, &first), Ok(()));
    let second = checker.published(0, HONEST, &vote(VoteType::Prevote, 0, 2));
    let height = Height(1);
    assert_eq!(second, Err(Violation::DoubleSign { node: 0, height }));
}

#[test]
fn leaving_a_lock_needs_a_quorum_of_prevotes() {
    let broken = Err(Violation::LockBroken {
        node: 0,
        height: Height(1),
    });
    let mut checker = checker();
    assert_eq!(
        checker.published(0, HONEST, &vote(VoteType::Precommit, 0, 1)),
        Ok(())
    );
    assert_eq!(
        checker.published(0, HONEST, &vote(VoteType::Prevote, 2, 2)),
        broken
    );
    for node in 1..3 {
        assert_eq!(
            checker.published(node, HONEST, &vote(VoteType::Prevote, 1, 2)),
            Ok(())
        );
    }
    assert_eq!(
        checker.published(0, HONEST, &vote(VoteType::Prevote, 2, 2)),
        broken
    );
    assert_eq!(
        checker.published(3, HONEST, &vote(VoteType::Prevote, 1, 2)),
        Ok(())
    );
    assert_eq!(
        checker.published(0, HONEST, &vote(VoteType::Prevote, 2, 2)),
        Ok(())
    );
}

#[test]
fn who_is_not_held_to_a_rule_may_break_it_and_still_counts_for_a_polka() {
    let mut checker = checker();
    let forgetful = Rules {
        signs_once: true,
        keeps_lock: false,
    };
    for value in [1, 2] {
        let twice = Rules {
            signs_once: false,
            keeps_lock: false,
        };
        let vote = vote(VoteType::Prevote, 1, value);
        assert_eq!(checker.published(3, twice, &vote), Ok(()));
    }
    let precommit = vote(VoteType::Precommit, 0, 1);
    for (node, rules) in [(0, forgetful), (1, HONEST)] {
        assert_eq!(checker.published(node, rules, &precommit), Ok(()));
    }
    let other = vote(VoteType::Prevote, 1, 2);
    assert_eq!(checker.published(0, forgetful, &other), Ok(()));
    assert_eq!(checker.published(2, HONEST, &other), Ok(()));
    // Nodes 0, 2 and the one that votes for everything: a polka in round 1.
    let later = vote(VoteType::Prevote, 2, 2);
    assert_eq!(checker.published(1, HONEST, &later), Ok(()));
}
