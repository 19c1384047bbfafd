//! What a node says of deposited digests, judged as whoever has file and salt judges it.

use ledger_core::{QueryError, transaction};
use light_client::{
    cbor::{parse, to_bytes},
    deposit::{Deposit, DepositProofs},
    policy::Policy,
    record::evidence_digest,
    suite::Suite,
    trust::{Profile, TrustStore},
    verdict::{DepositHeadline, DepositVerdict},
    verify_deposit,
};

use crate::{
    governance::rotate,
    kit::{DEGREE, Kit, agency},
};

const FILE: &[u8] = b"a contract";
const SALT: [u8; 32] = [7; 32];

/// The verdict of someone who knows the genesis only and is given this node's answer.
fn verdict(kit: &Kit, salt: [u8; 32]) -> DepositVerdict {
    let digest = evidence_digest(kit.suite(), &salt, FILE);
    let proofs = kit.app.view().deposit(&digest).expect("an answer");
    assert_eq!(
        parse::<DepositProofs>(&to_bytes(&proofs), 1 << 20).as_ref(),
        Ok(&proofs)
    );
    let mut trust = TrustStore::new(Profile::Demo);
    trust.pin(kit.genesis.clone()).expect("a ledger");
    let bytes = Deposit { salt, proofs }.to_bytes();
    verify_deposit(FILE, &bytes, &trust, &Policy::default(), kit.now)
}

#[test]
fn a_deposit_is_proved_from_its_block_on_through_every_epoch() {
    for suite in [Suite::Sm, Suite::Intl] {
        let mut kit = Kit::new(suite);
        kit.register("court", &[(30, DEGREE, None)]);
        assert_eq!(verdict(&kit, SALT).headline, DepositHeadline::NotDeposited);
        let deposit = transaction::Op::Deposit(transaction::Deposit {
            agency: agency("court"),
            digests: vec![evidence_digest(suite, &SALT, FILE)],
        });
        let transaction = kit.sign(30, deposit);
        let height = kit.next_height();
        let header = kit.block(&[transaction]).header.header;
        let check = |kit: &Kit| {
            let verdict = verdict(kit, SALT);
            assert_eq!(verdict.headline, DepositHeadline::Deposited);
            let found = verdict.deposit.expect("deposited");
            assert_eq!(found.recorded_height, height.0);
            assert_eq!(found.recorded_ms, header.core.time_ms.0);
            assert_eq!(found.agency, agency("court"));
            assert!(found.name.is_some());
            let head = kit.app.head();
            assert_eq!(verdict.ledger.expect("certified").height, head.height.0);
        };
        check(&kit);
        for (epoch, seeds) in [(1, [50, 51, 52, 53]), (2, [60, 61, 62, 63])] {
            rotate(&mut kit, epoch, &seeds);
            // Under the header that ends an epoch, the next set is known but has signed nothing.
            check(&kit);
            kit.next_block();
            check(&kit);
        }
        let other = verdict(&kit, [8; 32]);
        assert_eq!(other.headline, DepositHeadline::NotDeposited);
    }
}

#[test]
fn before_the_first_block_there_is_no_answer() {
    let kit = Kit::new(Suite::Sm);
    let digest = evidence_digest(Suite::Sm, &SALT, FILE);
    let answer = kit.app.view().deposit(&digest);
    assert!(matches!(answer, Err(QueryError::NotFound)));
}
