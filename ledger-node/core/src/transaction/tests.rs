use credentials_schemas::invoice::RedReason;
use light_client::{
    cbor::DecodeError,
    hash::Digest,
    id::{DocumentType, Height, IssuerId, TimeMs, TreeSize},
    key::Signature,
    record::{
        Answer, Booking, BookingPeriod, DisplayName, LegalBasis, Obstacle, Standing, StatusReason,
    },
};

use super::*;
use crate::module::{Module, Parameter};

fn ledger() -> LedgerId {
    LedgerId(Digest::from_bytes([1; 32]))
}

fn key(byte: u8) -> PublicKey {
    PublicKey::new(light_client::key::KeyKind::Ed25519, &[byte; 32]).expect("a key")
}

fn number(text: &str) -> credentials_schemas::invoice::InvoiceNumber {
    text.parse().expect("a number")
}

fn issuer() -> IssuerId {
    IssuerId::parse("haizhou-tax").expect("a name")
}

fn basis() -> LegalBasis {
    LegalBasis::parse("测试条例 第1条").expect("plain text")
}

fn name(zh: &str, en: &str) -> DisplayName {
    let (zh, en) = (zh.into(), en.into());
    DisplayName { zh, en }
}

fn member() -> MemberChange {
    MemberChange {
        agency: issuer(),
        key: key(5),
        possession: Signature([3; 64]),
    }
}

fn status() -> StatusChange {
    StatusChange {
        issuer: issuer(),
        document: Digest::from_bytes([5; 32]),
        standing: Standing::Revoked,
        reason: StatusReason::IssuedInError,
        basis: basis(),
        effective_ms: TimeMs(7),
    }
}

fn actions() -> Vec<Action> {
    let change = IssuerChange {
        issuer: issuer(),
        name: name("海州市税务局", "Haizhou Tax Bureau"),
        rights: vec![RightChange {
            key: key(2),
            document_type: DocumentType::parse("urn:x").expect("a type"),
            to: Some(Height(9)),
        }],
    };
    let validator = light_client::validator_set::Validator {
        agency: issuer(),
        key: key(4),
    };
    let next =
        light_client::validator_set::ValidatorSet::new(light_client::id::Epoch(1), vec![validator]);
    vec![
        Action::Register(change.clone()),
        Action::Amend(change),
        Action::AdmitMember(member()),
        Action::RemoveMember(issuer()),
        Action::ChangeMemberKey(member()),
        Action::RotateSet(SetRotation {
            next: next.expect("a set"),
            possession: vec![Signature([3; 64])],
        }),
        Action::SetParameter(Parameter::MotionMs, 5),
        Action::ScheduleVersion(VersionChange {
            module: Module::Evidence,
            version: 2,
            source: Digest::from_bytes([1; 32]),
            build: Digest::from_bytes([2; 32]),
            activation: Height(77),
        }),
        Action::Freeze(Module::Anchor),
        Action::Unfreeze(Module::Anchor),
        Action::EmergencyFreeze(Module::Anchor),
        Action::SuspendIssuer(issuer()),
        Action::NameSuccessor(issuer(), Some(issuer())),
        Action::NameSuccessor(issuer(), None),
        Action::SetStatus(status()),
        Action::Publish(Publication {
            subject: Subject::Verifier,
            name: DocumentType::parse("haizhou-bank").expect("a name"),
            digest: Digest::from_bytes([4; 32]),
            purposes: vec![DocumentType::parse("open-account").expect("a purpose")],
        }),
    ]
}

fn ops() -> Vec<Op> {
    let signature = Signature([3; 64]);
    let motion = |action| Motion {
        action,
        basis: basis(),
    };
    let mut ops: Vec<Op> = actions().into_iter().map(motion).map(Op::Move).collect();
    let id = MotionId(TxId(Digest::from_bytes([6; 32])));
    ops.extend([
        Op::Decide(Decision {
            action: Action::Freeze(Module::Anchor),
            basis: basis(),
            approvals: vec![Approval {
                agency: issuer(),
                signature,
            }],
        }),
        Op::Vote(Vote {
            motion: id,
            choice: Choice::No,
        }),
        Op::Execute(id),
        Op::PostReadiness(Readiness {
            set: Digest::from_bytes([6; 32]),
        }),
        Op::Announce(Announcement {
            build: Digest::from_bytes([6; 32]),
            versions: vec![SupportedVersion {
                module: Module::Evidence,
                version: 2,
            }],
        }),
        Op::Describe(MemberProfile {
            operator: name("政务云", "Government Cloud"),
            responsible: name("信息处", "Information Office"),
        }),
        Op::SetDid(DidChange {
            agency: issuer(),
            deactivate: false,
            add: vec![DidKey {
                key: key(6),
                possession: signature,
            }],
            retire: vec![key(7)],
        }),
        Op::Deposit(Deposit {
            agency: issuer(),
            digests: vec![Digest::from_bytes([1; 32])],
        }),
        Op::SetStatus(status()),
        Op::Lease(LeaseGrant {
            agency: issuer(),
            seller_key: key(6),
            seller: Digest::from_bytes([7; 32]),
            first: number("26991000000000001001"),
            count: 100,
            quota_fen: 1_000_000,
            to: Height(500),
        }),
        Op::Issue(InvoiceIssue {
            agency: issuer(),
            lease_first: number("26991000000000001001"),
            used: vec![UsedLine {
                number: number("26991000000000001017"),
                commitment: Digest::from_bytes([8; 32]),
            }],
            records: vec![RecordLine {
                name: Digest::from_bytes([9; 32]),
                gross_fen: 54_500,
                claim_key: None,
            }],
            expiry: Height(50),
            signature,
        }),
        Op::Anchor(AnchorBatch {
            issuer: issuer(),
            document_type: DocumentType::parse("urn:x").expect("a type"),
            count: TreeSize(3),
            root: Digest::from_bytes([10; 32]),
            expiry: Height(50),
            signature,
        }),
    ]);
    ops.extend(invoice_ops());
    ops
}

fn invoice_ops() -> Vec<Op> {
    let signature = Signature([3; 64]);
    let (record, confirmation) = (Digest::from_bytes([9; 32]), Digest::from_bytes([11; 32]));
    let by = KeyUse {
        key: key(5),
        sequence: 6,
        signature,
    };
    let consent = Consent {
        funder: key(6),
        sequence: 6,
        signature,
    };
    let red = RedLetter {
        agency: issuer(),
        lease_first: number("26991000000000001001"),
        line: UsedLine {
            number: number("26991000000000001017"),
            commitment: Digest::from_bytes([8; 32]),
        },
        record: Digest::from_bytes([10; 32]),
        blue: record,
        amount_fen: 500,
        reason: RedReason::Allowance,
        confirmation: Some(confirmation),
        expiry: Height(50),
        signature,
        consent: Some(consent.clone()),
    };
    let enter = |party| {
        Op::EnterRed(RedEntry {
            record,
            party,
            amount_fen: 500,
            reason: RedReason::Return,
            consent: None,
        })
    };
    let lease_first = number("26991000000000001001");
    vec![
        Op::EndLease(LeaseEnd {
            seller_key: key(6).id(Suite::Sm),
            first: lease_first,
        }),
        Op::RedLetter(red.clone()),
        Op::RedLetter(RedLetter {
            confirmation: None,
            consent: None,
            ..red
        }),
        enter(Party::Seller { lease_first }),
        enter(Party::Buyer(by.clone())),
        Op::AnswerRed(RedAnswer {
            record,
            confirmation,
            party: Party::Seller { lease_first },
            answer: Answer::Refuse,
            amount_fen: 500,
            consent: Some(consent.clone()),
        }),
        Op::WithdrawRed(RedWithdrawal {
            record,
            confirmation,
            party: Party::Buyer(by.clone()),
        }),
        Op::BlockRed(RedBlock {
            record,
            confirmation,
            obstacle: Obstacle::RefundApplied,
        }),
        Op::Claim(ClaimRequest {
            record,
            amount_fen: 500,
            by: by.clone(),
            consent: Some(consent),
        }),
        Op::Release(ClaimRelease {
            record,
            sequence: 6,
            amount_fen: 500,
        }),
        Op::Pledge(PledgeRequest {
            record,
            by: by.clone(),
        }),
        Op::Unpledge(PledgeEnd { record }),
        Op::Book(BookingChange {
            record,
            booking: Booking::BookedPersonalDeductible,
            period: BookingPeriod::new(202_609).expect("a month"),
            by,
        }),
    ]
}

#[test]
fn every_kind_of_operation_is_listed_here_once_at_least() {
    let listed: Vec<OpKind> = ops().iter().map(Op::kind).collect();
    for kind in OpKind::ALL {
        assert!(listed.contains(kind), "{kind:?}");
    }
    let mut ids: Vec<_> = OpKind::ALL
        .iter()
        .map(|kind| (kind.module(), kind.id()))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(
        ids.len(),
        OpKind::ALL.len(),
        "no two share module and number"
    );
}

fn signed(op: Op) -> SignedTransaction {
    Body {
        ledger: ledger(),
        sender: key(2),
        idempotency_key: IdempotencyKey([4; 16]),
        expiry: Height(100),
        after: Some(TxId(Digest::from_bytes([6; 32]))),
        op,
    }
    .sign(|_| Signature([9; 64]))
}

#[test]
fn every_operation_round_trips() {
    for op in ops() {
        let transaction = signed(op);
        let bytes = transaction.to_bytes();
        assert_eq!(SignedTransaction::parse(&bytes), Ok(transaction));
    }
}

#[test]
fn t41_any_changed_byte_changes_the_value_or_is_refused() {
    for op in ops() {
        let transaction = signed(op);
        let bytes = transaction.to_bytes();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_ne!(
                SignedTransaction::parse(&changed).as_ref(),
                Ok(&transaction),
                "byte {at}"
            );
        }
        assert!(SignedTransaction::parse(&bytes[..bytes.len() - 1]).is_err());
    }
}

#[test]
fn the_id_covers_the_body_but_not_the_signature() {
    let one = signed(ops().remove(0));
    let mut two = one.clone();
    two.signature = Signature([0; 64]);
    assert_eq!(one.id(Suite::Sm), two.id(Suite::Sm));
    two.body.expiry = Height(101);
    assert_ne!(one.id(Suite::Sm), two.id(Suite::Sm));
}

#[test]
fn an_approval_is_for_one_ledger_action_basis_and_intent() {
    let key = IdempotencyKey([0; 16]);
    let actions = actions();
    let of = |action, basis: &LegalBasis| approval_bytes(&ledger(), action, basis, &key);
    let mut all: Vec<_> = actions.iter().map(|action| of(action, &basis())).collect();
    let other = LegalBasis::parse("another law").expect("plain text");
    all.push(of(&actions[0], &other));
    let intent = IdempotencyKey([1; 16]);
    all.push(approval_bytes(&ledger(), &actions[0], &basis(), &intent));
    let elsewhere = LedgerId(Digest::from_bytes([2; 32]));
    all.push(approval_bytes(&elsewhere, &actions[0], &basis(), &key));
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn longer_than_a_transaction_is_refused_unread() {
    let bytes = vec![0; MAX_TRANSACTION_BYTES + 1];
    assert_eq!(
        SignedTransaction::parse(&bytes),
        Err(DecodeError::TooLong {
            max: MAX_TRANSACTION_BYTES
        })
    );
}
