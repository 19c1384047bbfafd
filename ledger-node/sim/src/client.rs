//! Whoever submits: members that approve, one issuer, and a tax bureau with a seller.

use credentials_schemas::invoice::DOCUMENT_TYPE;
use ledger_core::{
    Module,
    transaction::{
        Action, AnchorBatch, Announcement, Approval, Body, Decision, IdempotencyKey, InvoiceIssue,
        IssuerChange, LeaseGrant, Op, Readiness, RecordLine, RightChange, SetRotation,
        SignedTransaction, StatusChange, SupportedVersion, TxId, UsedLine, VersionChange,
        approval_bytes, possession_bytes,
    },
};
use light_client::{
    genesis::{Genesis, Purpose},
    hash::Digest,
    id::{DocumentType, Epoch, Height, IssuerId, LedgerId, TimeMs, TreeSize},
    key::Signature,
    record::{DisplayName, LegalBasis, Standing, StatusReason, record_name},
    suite::Suite,
    validator_set::{Validator, ValidatorSet},
};

use crate::{scenario::Upgrade, signing::Pair};

/// The first number of the seller's lease.
pub(crate) const FIRST_NUMBER: u64 = 1;
/// How many numbers it has.
const NUMBERS: u64 = 10_000;

/// All keys of a run.
#[derive(Debug)]
pub(crate) struct Client {
    suite: Suite,
    ledger: LedgerId,
    members: Vec<Pair>,
    issuer: Pair,
    seller: Pair,
    /// Intents so far.
    intents: u64,
    /// Invoices so far.
    invoices: u64,
}

/// The key of the run's issuer, which has the right to invoices.
pub(crate) fn issuer_pair(suite: Suite) -> Pair {
    Pair::new(suite, 20)
}

/// The seller's key.
pub(crate) fn seller(suite: Suite) -> Pair {
    Pair::new(suite, 21)
}

/// The run's issuer.
pub(crate) fn issuer() -> IssuerId {
    IssuerId::parse("haizhou-tax").expect("a name")
}

fn pairs(suite: Suite, from: u8, count: u8) -> Vec<Pair> {
    (from..from + count)
        .map(|seed| Pair::new(suite, seed))
        .collect()
}

/// The keys of one validator, one per epoch.
pub(crate) fn validator_pairs(suite: Suite, index: u8) -> Vec<Pair> {
    vec![Pair::new(suite, 50 + index), Pair::new(suite, 150 + index)]
}

fn validators(suite: Suite, epoch: u64, count: u8) -> Vec<(Pair, Validator)> {
    let validator = |index: u8| {
        let name = format!("validator-{index:02}");
        let which = usize::from(epoch % 2 == 1);
        let pair = validator_pairs(suite, index).swap_remove(which);
        let validator = Validator {
            agency: IssuerId::parse(&name).expect("a name"),
            key: pair.public().clone(),
        };
        (pair, validator)
    };
    (0..count).map(validator).collect()
}

fn member_name(index: usize) -> IssuerId {
    IssuerId::parse(&format!("member-{index}")).expect("a name")
}

fn basis() -> LegalBasis {
    LegalBasis::parse("simulation").expect("plain text")
}

/// The genesis of a run.
pub(crate) fn genesis(suite: Suite, count: u8, time_ms: TimeMs) -> Genesis {
    let set = validators(suite, 0, count).into_iter();
    let set = set.map(|(_, validator)| validator).collect();
    let member = |(index, pair): (usize, &Pair)| Validator {
        agency: member_name(index),
        key: pair.public().clone(),
    };
    Genesis {
        suite,
        name: "simulation".to_owned(),
        purpose: Purpose::Demo,
        time_ms,
        members: pairs(suite, 10, 4).iter().enumerate().map(member).collect(),
        validators: ValidatorSet::new(Epoch(0), set).expect("distinct keys and names"),
    }
}

impl Client {
    pub(crate) fn new(genesis: &Genesis) -> Self {
        let suite = genesis.suite;
        Self {
            suite,
            ledger: genesis.ledger_id(),
            members: pairs(suite, 10, 4),
            issuer: issuer_pair(suite),
            seller: seller(suite),
            intents: 0,
            invoices: 0,
        }
    }

    pub(crate) const fn suite(&self) -> Suite {
        self.suite
    }

    pub(crate) const fn ledger(&self) -> &LedgerId {
        &self.ledger
    }

    /// Signs an operation that is final by a height, or never.
    pub(crate) fn sign(&mut self, signer: &Pair, expiry: Height, op: Op) -> SignedTransaction {
        let mut body = self.body(signer, None, op);
        body.expiry = expiry;
        body.sign(|bytes| signer.sign(bytes))
    }

    /// Registers the issuer; everything else comes after it.
    pub(crate) fn register(&mut self) -> SignedTransaction {
        let right = |name: &str| RightChange {
            key: self.issuer.public().clone(),
            document_type: DocumentType::parse(name).expect("a type"),
            to: None,
        };
        let change = IssuerChange {
            issuer: issuer(),
            name: DisplayName {
                zh: "海州市税务局".to_owned(),
                en: "Haizhou Tax Bureau".to_owned(),
            },
            rights: vec![right("urn:simulation"), right(DOCUMENT_TYPE)],
        };
        self.decided(Action::Register(change))
    }

    /// Leases numbers to the seller.
    pub(crate) fn lease(&mut self, after: TxId) -> SignedTransaction {
        let grant = LeaseGrant {
            agency: issuer(),
            seller_key: self.seller.public().clone(),
            seller: Digest::from_bytes([7; 32]),
            first: number(FIRST_NUMBER),
            count: NUMBERS,
            quota_fen: u64::MAX,
            to: Height(900),
        };
        let signer = self.issuer.clone();
        self.signed(&signer, Some(after), Op::Lease(grant))
    }

    /// Hands over to the same agencies with fresh keys.
    pub(crate) fn rotate(&mut self, count: u8, after: TxId) -> SignedTransaction {
        let validators = validators(self.suite, 1, count);
        let set = validators.iter().map(|(_, validator)| validator.clone());
        let next = ValidatorSet::new(Epoch(1), set.collect()).expect("distinct keys and names");
        let bytes = possession_bytes(&self.ledger, &next);
        let rotation = SetRotation {
            possession: validators
                .iter()
                .map(|(pair, _)| pair.sign(&bytes))
                .collect(),
            next,
        };
        let mut transaction = self.decided(Action::RotateSet(rotation));
        transaction.body.after = Some(after);
        transaction.body.sign(|bytes| self.issuer.sign(bytes))
    }

    /// Each validator announces what its software can execute; then members decide on version 2 of
    /// a module.
    pub(crate) fn upgrade(
        &mut self,
        count: u8,
        upgrade: Upgrade,
        after: TxId,
    ) -> Vec<SignedTransaction> {
        let mut transactions: Vec<SignedTransaction> = Vec::new();
        let mut last = after;
        for (index, (pair, _)) in (0..count).zip(validators(self.suite, 0, count)) {
            let is_outdated = index + upgrade.outdated >= count;
            let announcement = Announcement {
                build: Digest::from_bytes([index; 32]),
                versions: vec![SupportedVersion {
                    module: Module::Evidence,
                    version: if is_outdated { 1 } else { 2 },
                }],
            };
            let announced = self.signed(&pair, Some(last), Op::Announce(announcement));
            last = announced.id(self.suite);
            transactions.push(announced);
        }
        let mut decided = self.decided(Action::ScheduleVersion(VersionChange {
            module: Module::Evidence,
            version: 2,
            source: Digest::from_bytes([1; 32]),
            build: Digest::from_bytes([2; 32]),
            activation: Upgrade::ACTIVATION,
        }));
        decided.body.after = Some(last);
        transactions.push(decided.body.sign(|bytes| self.issuer.sign(bytes)));
        transactions
    }

    /// A quorum of that set is ready; what came after would find no set that waits.
    pub(crate) fn ready(&mut self, count: u8, after: TxId) -> Vec<SignedTransaction> {
        let validators = validators(self.suite, 1, count);
        let set = validators.iter().map(|(_, validator)| validator.clone());
        let next = ValidatorSet::new(Epoch(1), set.collect()).expect("distinct keys and names");
        let set = next.hash(self.suite);
        let ready = validators.into_iter().map(|(pair, _)| pair);
        let ready = ready.take(next.quorum());
        ready
            .map(|pair| self.signed(&pair, Some(after), Op::PostReadiness(Readiness { set })))
            .collect()
    }

    /// Anything, chosen by a number: a batch, a revocation, or invoices.
    pub(crate) fn any(&mut self, choice: u64, lease: TxId) -> SignedTransaction {
        let signer = if choice % 3 == 2 {
            &self.seller
        } else {
            &self.issuer
        };
        let signer = signer.clone();
        let op = match choice % 3 {
            0 => self.batch(choice),
            1 => Op::SetStatus(StatusChange {
                issuer: issuer(),
                document: self.digest(choice),
                standing: Standing::Revoked,
                reason: StatusReason::IssuedInError,
                basis: basis(),
                effective_ms: TimeMs(choice),
            }),
            _ => self.issue(1 + choice % 5),
        };
        self.signed(&signer, Some(lease), op)
    }

    fn batch(&self, choice: u64) -> Op {
        let mut batch = AnchorBatch {
            issuer: issuer(),
            document_type: DocumentType::parse("urn:simulation").expect("a type"),
            count: TreeSize(1 + choice % 10_000),
            root: self.digest(choice),
            expiry: Height(900),
            signature: Signature([0; 64]),
        };
        let statement = batch.statement(&self.ledger, self.issuer.id());
        batch.signature = self.issuer.sign(&statement.to_bytes());
        Op::Anchor(batch)
    }

    fn issue(&mut self, count: u64) -> Op {
        let from = FIRST_NUMBER + self.invoices;
        self.invoices += count;
        let used = (from..from + count).map(|sequence| UsedLine {
            number: number(sequence),
            commitment: self.digest(sequence),
        });
        let mut records: Vec<RecordLine> = (from..from + count)
            .map(|sequence| RecordLine {
                name: record_name(self.suite, &self.digest(sequence)),
                gross_fen: sequence,
                claim_key: None,
            })
            .collect();
        records.sort_by_key(|record| record.name);
        let mut issue = InvoiceIssue {
            agency: issuer(),
            lease_first: number(FIRST_NUMBER),
            used: used.collect(),
            records,
            expiry: Height(900),
            signature: Signature([0; 64]),
        };
        let statement = issue.statement(self.suite, &self.ledger, self.seller.id());
        issue.signature = self.seller.sign(&statement.to_bytes());
        Op::Issue(issue)
    }

    /// What three of the four members have consented to.
    fn decided(&mut self, action: Action) -> SignedTransaction {
        let signer = self.issuer.clone();
        let decision = Decision {
            action,
            basis: basis(),
            approvals: Vec::new(),
        };
        let mut body = self.body(&signer, None, Op::Decide(decision.clone()));
        let Decision { action, basis, .. } = &decision;
        let bytes = approval_bytes(&self.ledger, action, basis, &body.idempotency_key);
        let members = self.members.iter().enumerate().take(3);
        let approvals = members.map(|(index, pair)| Approval {
            agency: member_name(index),
            signature: pair.sign(&bytes),
        });
        body.op = Op::Decide(Decision {
            approvals: approvals.collect(),
            ..decision
        });
        body.sign(|bytes| signer.sign(bytes))
    }

    /// Signs an operation, to come after another.
    pub(crate) fn signed(
        &mut self,
        signer: &Pair,
        after: Option<TxId>,
        op: Op,
    ) -> SignedTransaction {
        let body = self.body(signer, after, op);
        body.sign(|bytes| signer.sign(bytes))
    }

    fn body(&mut self, signer: &Pair, after: Option<TxId>, op: Op) -> Body {
        self.intents += 1;
        Body {
            ledger: self.ledger,
            sender: signer.public().clone(),
            idempotency_key: IdempotencyKey(u128::from(self.intents).to_be_bytes()),
            expiry: Height(900),
            after,
            op,
        }
    }

    /// Any digest that no other choice has.
    fn digest(&self, choice: u64) -> Digest {
        let mut bytes = [self.intents.to_be_bytes()[7]; 32];
        bytes[..8].copy_from_slice(&choice.to_be_bytes());
        Digest::from_bytes(bytes)
    }
}

/// A number of the lease.
pub(crate) fn number(sequence: u64) -> credentials_schemas::invoice::InvoiceNumber {
    let text = format!("26991{sequence:015}");
    text.parse().expect("a number of the demo's region")
}
