use arc_malachitebft_core_types::{NilOrVal, Round};
use light_client::{id::IssuerId, key::KeyId, suite::Suite, validator_set::Validator};

use super::*;
use crate::{
    context::{Address, Height as EngineHeight},
    signing::Pair,
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
    assert_eq!(checker.published(0, &first), Ok(()));
    assert_eq!(checker.published(0, &first), Ok(()));
    let second = checker.published(0, &vote(VoteType::Prevote, 0, 2));
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
        checker.published(0, &vote(VoteType::Precommit, 0, 1)),
        Ok(())
    );
    assert_eq!(checker.published(0, &vote(VoteType::Prevote, 2, 2)), broken);
    for node in 1..3 {
        assert_eq!(
            checker.published(node, &vote(VoteType::Prevote, 1, 2)),
            Ok(())
        );
    }
    assert_eq!(checker.published(0, &vote(VoteType::Prevote, 2, 2)), broken);
    assert_eq!(checker.published(3, &vote(VoteType::Prevote, 1, 2)), Ok(()));
    assert_eq!(checker.published(0, &vote(VoteType::Prevote, 2, 2)), Ok(()));
}
