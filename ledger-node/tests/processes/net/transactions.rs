//! Transactions that a test's clients send.

use ledger_core::transaction::{
    Action, Approval, Body, Decision, IdempotencyKey, IssuerChange, Op, RightChange,
    SignedTransaction, approval_bytes,
};
use ledger_node::config::NodeDir;
use ledger_node::key::SigningKey;
use light_client::id::{DocumentType, Height, IssuerId};
use light_client::record::{DisplayName, LegalBasis};

use super::Net;

impl Net {
    /// A transaction that registers an issuer, approved by all members.
    pub(crate) fn registration(&self, name: &str) -> SignedTransaction {
        self.registration_with(name, 1)
    }

    /// The same with as many rights as an issuer can have.
    pub(crate) fn large_registration(&self, name: &str) -> SignedTransaction {
        self.registration_with(name, 1000)
    }

    fn registration_with(&self, name: &str, rights: usize) -> SignedTransaction {
        let sender = SigningKey::generate(self.genesis.suite).expect("a key");
        let mut nonce = [0; 16];
        nonce[..name.len().min(16)].copy_from_slice(&name.as_bytes()[..name.len().min(16)]);
        let key = IdempotencyKey(nonce);
        let change = IssuerChange {
            issuer: IssuerId::parse(name).expect("a name"),
            name: DisplayName {
                zh: name.to_owned(),
                en: name.to_owned(),
            },
            rights: (0..rights)
                .map(|n| RightChange {
                    key: sender.public_key(),
                    document_type: DocumentType::parse(&format!("urn:test:{n:0>110}"))
                        .expect("a type"),
                    to: None,
                })
                .collect(),
        };
        let decision = self.decision(Action::Register(change), &key);
        self.sign(key, decision, &sender)
    }

    /// An action with all members' consent.
    pub(crate) fn decision(&self, action: Action, key: &IdempotencyKey) -> Op {
        let basis = LegalBasis::parse("test").expect("plain text");
        let message = approval_bytes(&self.genesis.ledger_id(), &action, &basis, key);
        let approval = |at| {
            let file = NodeDir::new(self.node_dir(at)).governance_key_file();
            let signature = SigningKey::load(&file).expect("a key").sign(&message);
            let agency = self.genesis.members[at].agency.clone();
            Approval { agency, signature }
        };
        let approvals = (0..self.nodes.len()).map(approval).collect();
        Op::Decide(Decision {
            action,
            basis,
            approvals,
        })
    }

    pub(crate) fn sign(
        &self,
        idempotency_key: IdempotencyKey,
        op: Op,
        sender: &SigningKey,
    ) -> SignedTransaction {
        let body = Body {
            ledger: self.genesis.ledger_id(),
            sender: sender.public_key(),
            idempotency_key,
            expiry: Height(900),
            after: None,
            op,
        };
        body.sign(|message| sender.sign(message))
    }
}
