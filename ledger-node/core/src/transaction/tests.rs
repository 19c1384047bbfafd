use light_client::{
    cbor::DecodeError,
    hash::Digest,
    id::{DocumentType, Height, IssuerId, TimeMs, TreeSize},
    key::Signature,
    record::{Standing, StatusReason},
};

use super::*;

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

fn ops() -> Vec<Op> {
    let signature = Signature([3; 64]);
    let change = IssuerChange {
        issuer: issuer(),
        name: light_client::record::DisplayName {
            zh: "海州市税务局".into(),
            en: "Haizhou Tax Bureau".into(),
        },
        rights: vec![RightChange {
            key: key(2),
            document_type: DocumentType::parse("urn:x").expect("a type"),
            to: Some(Height(9)),
        }],
        approvals: vec![Approval {
            member: 0,
            signature,
        }],
    };
    let validator = light_client::validator_set::Validator {
        agency: issuer(),
        key: key(4),
    };
    vec![
        Op::Register(change.clone()),
        Op::Amend(change),
        Op::RotateSet(SetRotation {
            next: light_client::validator_set::ValidatorSet::new(
                light_client::id::Epoch(1),
                vec![validator],
            )
            .expect("a set"),
            possession: vec![signature],
            approvals: Vec::new(),
        }),
        Op::SetStatus(StatusChange {
            issuer: issuer(),
            document: Digest::from_bytes([5; 32]),
            standing: Standing::Revoked,
            reason: StatusReason::IssuedInError,
            effective_ms: TimeMs(7),
        }),
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
    ]
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
fn approvals_do_not_cover_each_other() {
    let Op::Register(change) = ops().remove(0) else {
        unreachable!("the first is a registration")
    };
    let key = IdempotencyKey([0; 16]);
    let mut bare = change.clone();
    bare.approvals.clear();
    let register = approval_bytes(&ledger(), &Op::Register(change.clone()), &key);
    assert_eq!(
        register,
        approval_bytes(&ledger(), &Op::Register(bare), &key)
    );
    // The same fields as an amendment are something else, and so under another key.
    assert_ne!(
        register,
        approval_bytes(&ledger(), &Op::Amend(change.clone()), &key)
    );
    let other = IdempotencyKey([1; 16]);
    assert_ne!(
        register,
        approval_bytes(&ledger(), &Op::Register(change), &other)
    );
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
