//! A ledger in memory, with the keys of everyone in it.

use ed25519_dalek::Signer as _;
use ledger_core::{
    App, Arrival, Committed, HeaderRefusal, Origin, Refusal, TxStatus,
    block::{BlockBody, Proposal},
    certificate,
    store::MemoryStore,
    transaction::{
        Action, AnchorBatch, Approval, Body, Decision, IdempotencyKey, InvoiceIssue, IssuerChange,
        LeaseGrant, Op, Readiness, RecordLine, RightChange, SignedTransaction, StatusChange, TxId,
        UsedLine, approval_bytes,
    },
};
use light_client::{
    certificate::Certificate,
    genesis::{Genesis, Purpose},
    hash::Digest,
    id::{DocumentType, Epoch, Height, IssuerId, LedgerId, Round, TimeMs, TreeSize},
    key::{KeyKind, PublicKey, Signature},
    record::{DisplayName, LegalBasis, Standing, StatusReason, record_name, seller_digest},
    suite::Suite,
    validator_set::{Validator, ValidatorSet},
    vote::{Ballot, precommit},
};

pub(crate) const DEGREE: &str = "urn:tallystick:vct:degree:1";
pub(crate) const INVOICE: &str = "tallystick/invoice/1";

/// A key pair, named by one byte.
#[derive(Clone, Copy)]
pub(crate) struct Pair {
    suite: Suite,
    seed: u8,
}

impl Pair {
    pub(crate) fn public(&self) -> PublicKey {
        match self.suite {
            Suite::Intl => {
                let key = ed25519_dalek::SigningKey::from_bytes(&[self.seed; 32]);
                PublicKey::new(KeyKind::Ed25519, key.verifying_key().as_bytes()).expect("a key")
            }
            Suite::Sm => {
                let point = self.sm2().verifying_key().as_affine().to_owned();
                let bytes = sm2::elliptic_curve::sec1::ToSec1Point::to_sec1_point(&point, true);
                PublicKey::new(KeyKind::Sm2, bytes.as_bytes()).expect("a key")
            }
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        match self.suite {
            Suite::Intl => {
                let key = ed25519_dalek::SigningKey::from_bytes(&[self.seed; 32]);
                Signature(key.sign(message).to_bytes())
            }
            Suite::Sm => {
                let signature: sm2::dsa::Signature = self.sm2().sign(message);
                Signature(signature.to_bytes().into())
            }
        }
    }

    fn sm2(&self) -> sm2::dsa::SigningKey {
        let secret = [self.seed; 32];
        sm2::dsa::SigningKey::from_slice("1234567812345678", &secret).expect("a scalar")
    }
}

pub(crate) fn agency(name: &str) -> IssuerId {
    IssuerId::parse(name).expect("a name")
}

pub(crate) fn document_type(name: &str) -> DocumentType {
    DocumentType::parse(name).expect("a type")
}

pub(crate) fn number(sequence: u64) -> credentials_schemas::invoice::InvoiceNumber {
    format!("26991{sequence:015}").parse().expect("a number")
}

pub(crate) fn basis() -> LegalBasis {
    LegalBasis::parse("测试条例 第1条").expect("plain text")
}

pub(crate) fn member_name(index: u8) -> IssuerId {
    agency(&format!("member-{index}"))
}

/// Four members, one validator (or more), a clock.
pub(crate) struct Kit {
    pub(crate) app: App<MemoryStore>,
    pub(crate) now: TimeMs,
    pub(crate) genesis: Genesis,
    pub(crate) validators: Vec<Pair>,
    /// What was accepted, in order.
    pub(crate) accepted: Vec<SignedTransaction>,
    intents: u64,
}

impl Kit {
    pub(crate) fn new(suite: Suite) -> Self {
        Self::with_validators(suite, 1)
    }

    pub(crate) fn with_validators(suite: Suite, count: u8) -> Self {
        let pair = |seed| Pair { suite, seed };
        let entry = |name: &str, index: u8, pair: Pair| Validator {
            agency: agency(&format!("{name}-{index}")),
            key: pair.public(),
        };
        let members = (0..4).map(|i| entry("member", i, pair(10 + i))).collect();
        let validators: Vec<Pair> = (0..count).map(|i| pair(20 + i)).collect();
        let set = (0..count).zip(&validators);
        let set = set.map(|(i, pair)| entry("validator", i, *pair)).collect();
        let genesis = Genesis {
            suite,
            name: "test".into(),
            purpose: Purpose::Demo,
            time_ms: TimeMs(1_000_000),
            members,
            validators: ValidatorSet::new(Epoch(0), set).expect("a set"),
        };
        let app = App::found(MemoryStore::default(), &genesis).expect("a new ledger");
        Self {
            app,
            now: TimeMs(1_000_000),
            genesis,
            validators,
            accepted: Vec::new(),
            intents: 0,
        }
    }

    /// The same ledger once more, to go another way.
    pub(crate) fn fork(&self) -> Self {
        Self {
            app: App::open(self.app.store().clone()).expect("a ledger"),
            genesis: self.genesis.clone(),
            validators: self.validators.clone(),
            accepted: Vec::new(),
            ..*self
        }
    }

    pub(crate) fn pair(&self, seed: u8) -> Pair {
        let suite = self.genesis.suite;
        Pair { suite, seed }
    }

    pub(crate) fn ledger(&self) -> LedgerId {
        *self.app.ledger()
    }

    pub(crate) fn suite(&self) -> Suite {
        self.genesis.suite
    }

    pub(crate) fn next_height(&self) -> Height {
        Height(self.app.head().height.0 + 1)
    }

    /// An intent that was never used.
    pub(crate) fn intent(&mut self) -> IdempotencyKey {
        self.intents += 1;
        IdempotencyKey(u128::from(self.intents).to_be_bytes())
    }

    /// Signs an operation as `seed`, to expire 100 blocks ahead.
    pub(crate) fn sign(&mut self, seed: u8, op: Op) -> SignedTransaction {
        let body = self.body(seed, op);
        self.sign_body(seed, body)
    }

    pub(crate) fn body(&mut self, seed: u8, op: Op) -> Body {
        Body {
            ledger: self.ledger(),
            sender: self.pair(seed).public(),
            idempotency_key: self.intent(),
            expiry: Height(self.app.head().height.0 + 100),
            after: None,
            op,
        }
    }

    pub(crate) fn sign_body(&self, seed: u8, body: Body) -> SignedTransaction {
        body.sign(|bytes| self.pair(seed).sign(bytes))
    }

    /// Has members consent, and signs as `seed`.
    pub(crate) fn decide(&mut self, seed: u8, action: Action, members: &[u8]) -> SignedTransaction {
        let decision = Decision {
            action,
            basis: basis(),
            approvals: Vec::new(),
        };
        let mut body = self.body(seed, Op::Decide(decision.clone()));
        let Decision { action, basis, .. } = &decision;
        let bytes = approval_bytes(&self.ledger(), action, basis, &body.idempotency_key);
        let approvals = members.iter().map(|member| Approval {
            agency: member_name(*member),
            signature: self.pair(10 + member).sign(&bytes),
        });
        body.op = Op::Decide(Decision {
            approvals: approvals.collect(),
            ..decision
        });
        self.sign_body(seed, body)
    }

    /// Has the validators with these keys say that they are ready for the set that waits.
    pub(crate) fn ready(&mut self, seeds: &[u8]) -> Vec<SignedTransaction> {
        let waiting = self.app.view().waiting_set().expect("a row");
        let set = waiting.expect("a set waits").set.hash(self.suite());
        let ready = seeds.iter();
        ready
            .map(|seed| self.sign(*seed, Op::PostReadiness(Readiness { set })))
            .collect()
    }

    pub(crate) fn change(&self, issuer: &str, rights: &[(u8, &str, Option<u64>)]) -> IssuerChange {
        IssuerChange {
            issuer: agency(issuer),
            name: DisplayName {
                zh: format!("{issuer}局"),
                en: issuer.into(),
            },
            rights: rights
                .iter()
                .map(|(seed, name, to)| RightChange {
                    key: self.pair(*seed).public(),
                    document_type: document_type(name),
                    to: to.map(Height),
                })
                .collect(),
        }
    }

    /// Registers an issuer in a block of its own.
    pub(crate) fn register(
        &mut self,
        issuer: &str,
        rights: &[(u8, &str, Option<u64>)],
    ) -> Committed {
        let action = Action::Register(self.change(issuer, rights));
        let transaction = self.decide(1, action, &[0, 1, 2]);
        self.block(&[transaction])
    }

    pub(crate) fn anchor(&self, seed: u8, issuer: &str, name: &str, root: u8) -> AnchorBatch {
        let pair = self.pair(seed);
        let mut batch = AnchorBatch {
            issuer: agency(issuer),
            document_type: document_type(name),
            count: TreeSize(3),
            root: Digest::from_bytes([root; 32]),
            expiry: Height(self.app.head().height.0 + 50),
            signature: Signature([0; 64]),
        };
        let statement = batch.statement(&self.ledger(), pair.public().id(self.suite()));
        batch.signature = pair.sign(&statement.to_bytes());
        batch
    }

    pub(crate) fn status(&self, issuer: &str, document: u8, standing: Standing) -> StatusChange {
        StatusChange {
            issuer: agency(issuer),
            document: Digest::from_bytes([document; 32]),
            standing,
            reason: StatusReason::IssuedInError,
            basis: basis(),
            effective_ms: TimeMs(5),
        }
    }

    pub(crate) fn lease(
        &self,
        seller: u8,
        agency_name: &str,
        first: u64,
        count: u64,
    ) -> LeaseGrant {
        LeaseGrant {
            agency: agency(agency_name),
            seller_key: self.pair(seller).public(),
            seller: seller_digest(self.suite(), "91990100MA0DEM008U", "东岚铁路客运有限公司"),
            first: number(first),
            count,
            quota_fen: 100_000,
            to: Height(900),
        }
    }

    /// An issue of (sequence, gross) pairs; numbers and records are named by the sequence.
    pub(crate) fn issue(
        &self,
        seller: u8,
        agency_name: &str,
        first: u64,
        lines: &[(u64, u64)],
    ) -> InvoiceIssue {
        let suite = self.suite();
        let digest = |sequence: u64, salt: u8| {
            let mut bytes = [salt; 32];
            bytes[..8].copy_from_slice(&sequence.to_be_bytes());
            Digest::from_bytes(bytes)
        };
        let used = lines.iter().map(|(sequence, _)| UsedLine {
            number: number(*sequence),
            commitment: digest(*sequence, 1),
        });
        let mut records: Vec<RecordLine> = lines
            .iter()
            .map(|(sequence, gross_fen)| RecordLine {
                name: record_name(suite, &digest(*sequence, 2)),
                gross_fen: *gross_fen,
                claim_key: None,
            })
            .collect();
        records.sort_by_key(|record| record.name);
        let issue = InvoiceIssue {
            agency: agency(agency_name),
            lease_first: number(first),
            used: used.collect(),
            records,
            expiry: Height(self.app.head().height.0 + 50),
            signature: Signature([0; 64]),
        };
        self.resign(seller, issue)
    }

    pub(crate) fn resign(&self, seller: u8, mut issue: InvoiceIssue) -> InvoiceIssue {
        let pair = self.pair(seller);
        let key_id = pair.public().id(self.suite());
        let statement = issue.statement(self.suite(), &self.ledger(), key_id);
        issue.signature = pair.sign(&statement.to_bytes());
        issue
    }

    pub(crate) fn submit(&mut self, transaction: &SignedTransaction) -> Result<TxId, Refusal> {
        let answers = self.app.submit(&[transaction.to_bytes()]);
        let answer = answers.expect("memory does not fail").remove(0);
        if answer.is_ok() {
            self.accepted.push(transaction.clone());
        }
        answer
    }

    /// Submits and commits; all of them must be accepted and final afterwards.
    pub(crate) fn block(&mut self, transactions: &[SignedTransaction]) -> Committed {
        for transaction in transactions {
            self.submit(transaction).expect("an accepted transaction");
        }
        let committed = self.next_block();
        for transaction in transactions {
            let id = transaction.id(self.suite());
            let status = self.app.transaction_status(&id).expect("a status");
            assert!(matches!(status, Some(TxStatus::Final { .. })), "{status:?}");
        }
        committed
    }

    /// Proposes, certifies and commits what waits.
    pub(crate) fn next_block(&mut self) -> Committed {
        let proposal = self.propose(0);
        let hash = proposal.header.hash();
        let certificate = self.certify(&proposal, 0);
        let committed = self.app.commit(&hash, &certificate);
        committed.expect("a certified block")
    }

    /// Makes blocks, with a batch in every hundredth, by a bureau that is registered for it.
    pub(crate) fn age(&mut self, blocks: u64) {
        self.register("tax", &[(42, DEGREE, None)]);
        for step in 0..blocks {
            if step % 100 == 0 {
                let batch = self.anchor(42, "tax", DEGREE, 1);
                let transaction = self.sign(42, Op::Anchor(batch));
                self.block(&[transaction]);
            } else {
                self.next_block();
            }
        }
    }

    pub(crate) fn propose(&mut self, round: u32) -> Proposal {
        self.now = TimeMs(self.now.0 + 1000);
        let me = self.validators[0].public().id(self.suite());
        let height = self.next_height();
        let proposal = self.app.propose(self.now, height, Round(round), me);
        proposal.expect("a proposal")
    }

    /// The certificate of all validators.
    pub(crate) fn certify(&self, proposal: &Proposal, round: u32) -> Certificate {
        let (suite, hash) = (self.suite(), proposal.header.hash());
        let ballot = Ballot {
            ledger: self.ledger(),
            height: proposal.header.core.height,
            round: Round(round),
        };
        let vote = |pair: &Pair| {
            let id = pair.public().id(suite);
            (id, pair.sign(&precommit(&ballot, Some(&hash), &id)))
        };
        let votes: Vec<_> = self.validators.iter().map(vote).collect();
        let set = self.app.validator_set();
        certificate(set, suite, Round(round), &votes).expect("a quorum")
    }

    /// What a follower says of a block with these transactions, if a proposer ignored the rules.
    pub(crate) fn forge(
        &mut self,
        transactions: &[SignedTransaction],
    ) -> Result<Digest, HeaderRefusal> {
        let mut follower = App::open(self.app.store().clone()).expect("a ledger");
        let mut proposer = App::open(self.app.store().clone()).expect("a ledger");
        let me = self.validators[0].public().id(self.suite());
        let height = self.next_height();
        let proposal = proposer.propose(self.now, height, Round(9), me);
        let mut proposal = proposal.expect("a proposal");
        let bytes = transactions.iter().map(SignedTransaction::to_bytes);
        proposal.body = BlockBody::new(bytes.collect()).expect("a body");
        proposal.header.rest.body_root = proposal.body.root(self.suite());
        let verdict = follower.check(self.now, &proposal, &origin(me));
        verdict.expect("memory does not fail")
    }

    /// Both ways by which a transaction could enter are closed to it, by this rule.
    pub(crate) fn assert_refused(&mut self, transaction: &SignedTransaction, refusal: Refusal) {
        assert_eq!(self.submit(transaction), Err(refusal), "submitted");
        let expected = HeaderRefusal::Transaction {
            index: 0,
            source: refusal,
        };
        assert_eq!(
            self.forge(core::slice::from_ref(transaction)),
            Err(expected),
            "forged"
        );
    }
}

pub(crate) fn origin(proposer: light_client::key::KeyId) -> Origin {
    Origin {
        round: Round(9),
        proposer,
        arrival: Arrival::New,
    }
}
