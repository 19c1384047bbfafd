//! What can be checked of a transaction without any state: form, ranges, signatures.
//!
//! It is the expensive part, so it is done once: a transaction that waits in the pool is not
//! checked again when it arrives in a block.

mod invoice;

use light_client::{
    cbor::DecodeError,
    hash::{Digest, Tag, hash},
    id::TreeSize,
    key::{KeyId, PublicKey, Signature, Signed},
    record::DisplayName,
    state::{Kind, StateKey},
};

use super::{
    Action, AnchorBatch, Decision, DidChange, InvoiceIssue, IssuerChange, LeaseGrant, Motion, Op,
    RightChange, SetRotation, SignedTransaction, Subject, TxId, did_possession_bytes,
    member_possession_bytes, op::invoice_type, possession_bytes,
};
use crate::{
    keys::SharedKeys,
    ledger::Ledger,
    limits::{MAX_BATCH, MAX_LEASE},
    refusal::Refusal,
};

/// A transaction whose form and signatures hold; only a [`Checker`](crate::Checker) makes one.
#[derive(Debug, Clone)]
pub struct Checked {
    bytes: Vec<u8>,
    id: TxId,
    sender: KeyId,
    replay_key: Digest,
    transaction: SignedTransaction,
}

impl Checked {
    /// Reads and checks a transaction of `ledger`.
    pub(crate) fn check(ledger: &Ledger, keys: &SharedKeys, bytes: &[u8]) -> Result<Self, Refusal> {
        let read = Unproven::read(ledger, bytes)?;
        let held = keys.verify(read.signed());
        held.map_err(|_| Refusal::BadSignature)?;
        read.prove(ledger, keys)
    }

    /// Reads and checks many, the senders' signatures together.
    pub(crate) fn check_all<B: AsRef<[u8]>>(
        ledger: &Ledger,
        keys: &SharedKeys,
        all: &[B],
    ) -> Vec<Result<Self, Refusal>> {
        let read = all
            .iter()
            .map(|bytes| Unproven::read(ledger, bytes.as_ref()));
        let read: Vec<_> = read.collect();
        let signed: Vec<_> = read.iter().flatten().map(Unproven::signed).collect();
        let mut held = keys.verify_each(&signed).into_iter();
        read.into_iter()
            .map(|unproven| {
                let unproven = unproven?;
                match held.next() {
                    Some(Ok(())) => unproven.prove(ledger, keys),
                    Some(Err(_)) | None => Err(Refusal::BadSignature),
                }
            })
            .collect()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) const fn id(&self) -> TxId {
        self.id
    }

    /// The id of the sender's key.
    pub(crate) const fn sender(&self) -> KeyId {
        self.sender
    }

    /// Under which the state keeps that this intent of this sender was used.
    pub(crate) const fn replay_key(&self) -> Digest {
        self.replay_key
    }

    /// The last bytes of the transaction.
    pub(crate) const fn signature(&self) -> &[u8; 64] {
        &self.transaction.signature.0
    }

    pub(crate) const fn body(&self) -> &super::Body {
        &self.transaction.body
    }
}

/// The body within a transaction's one encoding: after the head of an array of two, before a
/// signature of 64 bytes and its head.
fn body_of(bytes: &[u8]) -> Option<&[u8]> {
    bytes.get(1..bytes.len().checked_sub(66)?)
}

/// A transaction that was read, and nothing more.
struct Unproven<'a> {
    bytes: &'a [u8],
    signed: &'a [u8],
    transaction: SignedTransaction,
}

impl<'a> Unproven<'a> {
    fn read(ledger: &Ledger, bytes: &'a [u8]) -> Result<Self, Refusal> {
        let transaction = SignedTransaction::parse(bytes).map_err(Refusal::Malformed)?;
        let signed = body_of(bytes).ok_or(Refusal::Malformed(DecodeError::Malformed))?;
        debug_assert_eq!(signed, transaction.body.signing_bytes(), "one encoding");
        if transaction.body.ledger != *ledger.id() {
            return Err(Refusal::WrongLedger);
        }
        Ok(Self {
            bytes,
            signed,
            transaction,
        })
    }

    fn signed(&self) -> Signed<'_> {
        Signed {
            key: &self.transaction.body.sender,
            message: self.signed,
            signature: &self.transaction.signature,
        }
    }

    /// Checks all but the sender's signature, which holds.
    fn prove(self, ledger: &Ledger, keys: &SharedKeys) -> Result<Checked, Refusal> {
        let Self {
            bytes,
            signed,
            transaction,
        } = self;
        let body = &transaction.body;
        let suite = ledger.suite();
        let context = Context {
            ledger,
            keys,
            sender: body.sender.id(suite),
        };
        match &body.op {
            Op::Move(Motion { action, .. }) => context.action(action)?,
            Op::Decide(decision) => {
                approvals_in_order(decision)?;
                context.action(&decision.action)?;
            }
            Op::Announce(announcement) => {
                in_order(
                    announcement.versions.iter().map(|known| known.module),
                    "versions",
                )?;
            }
            Op::Describe(profile) => {
                named(&profile.operator)?;
                named(&profile.responsible)?;
            }
            Op::SetDid(change) => context.did(change)?,
            Op::Anchor(batch) => context.anchor(batch, &body.sender)?,
            Op::Issue(issue) => context.issue(issue, &body.sender)?,
            Op::Lease(grant) => lease(grant)?,
            Op::Deposit(deposit) => {
                if deposit.digests.is_empty() {
                    return Err(Refusal::OutOfRange("digests"));
                }
                in_order(deposit.digests.iter(), "digests")?;
            }
            Op::RedLetter(red) => context.red_letter(red, &body.sender)?,
            Op::EnterRed(entry) => context.enter_red(entry, &body.sender)?,
            Op::AnswerRed(answer) => context.answer_red(answer, &body.sender)?,
            Op::WithdrawRed(withdrawal) => context.withdraw_red(withdrawal, &body.sender)?,
            Op::Claim(claim) => context.claim(claim, &body.sender)?,
            Op::Pledge(pledge) => context.pledge(pledge, &body.sender)?,
            Op::Book(change) => context.book(change, &body.sender)?,
            Op::BlockRed(_)
            | Op::EndLease(_)
            | Op::Execute(_)
            | Op::PostReadiness(_)
            | Op::Release(_)
            | Op::SetStatus(_)
            | Op::Unpledge(_)
            | Op::Vote(_) => {}
        }
        let intent: [&[u8]; 2] = [context.sender.0.as_bytes(), &body.idempotency_key.0];
        Ok(Checked {
            replay_key: StateKey::new(suite, ledger.id(), Kind::Sender, &intent).hash,
            id: TxId(hash(suite, Tag::TRANSACTION, &[signed])),
            bytes: bytes.to_vec(),
            sender: context.sender,
            transaction,
        })
    }
}

struct Context<'a> {
    ledger: &'a Ledger,
    keys: &'a SharedKeys,
    sender: KeyId,
}

impl Context<'_> {
    /// One signature by a key that may well be known.
    fn signed(
        &self,
        key: &PublicKey,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), Refusal> {
        let signed = Signed {
            key,
            message,
            signature,
        };
        self.keys.verify(signed).map_err(|_| Refusal::BadSignature)
    }

    fn action(&self, action: &Action) -> Result<(), Refusal> {
        match action {
            Action::AdmitMember(change) | Action::ChangeMemberKey(change) => {
                let message =
                    member_possession_bytes(self.ledger.id(), &change.agency, &change.key);
                self.signed(&change.key, &message, &change.possession)
            }
            Action::Register(change) | Action::Amend(change) => issuer_change(change),
            Action::RotateSet(rotation) => self.rotation(rotation),
            Action::Publish(publication) => {
                let of_verifier = publication.subject == Subject::Verifier;
                if of_verifier == publication.purposes.is_empty() {
                    return Err(Refusal::OutOfRange("purposes"));
                }
                in_order(publication.purposes.iter(), "purposes")
            }
            Action::RemoveMember(_)
            | Action::SetParameter(..)
            | Action::ScheduleVersion(_)
            | Action::Freeze(_)
            | Action::Unfreeze(_)
            | Action::EmergencyFreeze(_)
            | Action::SuspendIssuer(_)
            | Action::NameSuccessor(..)
            | Action::SetStatus(_) => Ok(()),
        }
    }

    fn did(&self, change: &DidChange) -> Result<(), Refusal> {
        if change.deactivate && !change.add.is_empty() {
            return Err(Refusal::OutOfRange("keys"));
        }
        for added in &change.add {
            let message = did_possession_bytes(self.ledger.id(), &change.agency, &added.key);
            self.signed(&added.key, &message, &added.possession)?;
        }
        Ok(())
    }

    fn rotation(&self, rotation: &SetRotation) -> Result<(), Refusal> {
        let validators = rotation.next.validators();
        if rotation.possession.len() != validators.len() {
            return Err(Refusal::BadSignature);
        }
        let message = possession_bytes(self.ledger.id(), &rotation.next);
        for (validator, signature) in validators.iter().zip(&rotation.possession) {
            if validator.key.kind().suite() != self.ledger.suite() {
                return Err(Refusal::OutOfRange("validator key"));
            }
            self.signed(&validator.key, &message, signature)?;
        }
        Ok(())
    }

    fn anchor(&self, batch: &AnchorBatch, sender: &PublicKey) -> Result<(), Refusal> {
        // Invoices are written by their own module only, which knows their numbers.
        if batch.document_type == invoice_type() {
            return Err(Refusal::WrongType);
        }
        count(batch.count)?;
        let statement = batch.statement(self.ledger.id(), self.sender);
        self.signed(sender, &statement.to_bytes(), &batch.signature)
    }

    fn issue(&self, issue: &InvoiceIssue, sender: &PublicKey) -> Result<(), Refusal> {
        count(issue.count())?;
        if issue.records.len() != issue.used.len() {
            return Err(Refusal::OutOfRange("records"));
        }
        if !ascending(issue.used.iter().map(|line| line.number)) {
            return Err(Refusal::OutOfRange("numbers"));
        }
        if !ascending(issue.records.iter().map(|line| line.name)) {
            return Err(Refusal::OutOfRange("records"));
        }
        for line in &issue.records {
            line.claim_key.as_ref().map_or(Ok(()), point)?;
        }
        let statement = issue.statement(self.ledger.suite(), self.ledger.id(), self.sender);
        self.signed(sender, &statement.to_bytes(), &issue.signature)
    }
}

/// Consent in order, so that nobody's counts twice. Whether they are members, and enough, is for
/// the state to say.
fn approvals_in_order(decision: &Decision) -> Result<(), Refusal> {
    let agencies = decision.approvals.iter().map(|approval| &approval.agency);
    if ascending(agencies) {
        Ok(())
    } else {
        Err(Refusal::BadApproval)
    }
}

fn issuer_change(change: &IssuerChange) -> Result<(), Refusal> {
    named(&change.name)?;
    for (at, right) in change.rights.iter().enumerate() {
        point(&right.key)?;
        let same = |other: &RightChange| {
            other.key == right.key && other.document_type == right.document_type
        };
        if change.rights.iter().take(at).any(same) {
            return Err(Refusal::OutOfRange("rights"));
        }
    }
    Ok(())
}

/// A name in both languages.
fn named(name: &DisplayName) -> Result<(), Refusal> {
    if name.zh.is_empty() || name.en.is_empty() {
        return Err(Refusal::OutOfRange("name"));
    }
    Ok(())
}

fn lease(grant: &LeaseGrant) -> Result<(), Refusal> {
    point(&grant.seller_key)?;
    let last = grant.first.sequence().checked_add(grant.count);
    let in_space = last.is_some_and(|end| end <= 1_000_000_000_000_000);
    if grant.count == 0 || grant.count > MAX_LEASE || !in_space {
        return Err(Refusal::OutOfRange("count"));
    }
    if grant.quota_fen == 0 {
        return Err(Refusal::OutOfRange("quota"));
    }
    Ok(())
}

fn count(count: TreeSize) -> Result<(), Refusal> {
    match usize::try_from(count.0) {
        Ok(0) => Err(Refusal::OutOfRange("count")),
        Ok(count) if count <= MAX_BATCH => Ok(()),
        _ => Err(Refusal::TooLarge),
    }
}

/// A key that no signature could ever verify under would be dead state.
fn point(key: &PublicKey) -> Result<(), Refusal> {
    key.check_point().map_err(|_| Refusal::OutOfRange("key"))
}

/// A list that is strictly ascending, so that it has one form and nothing twice.
fn in_order<T: PartialOrd>(
    items: impl Iterator<Item = T>,
    list: &'static str,
) -> Result<(), Refusal> {
    if ascending(items) {
        Ok(())
    } else {
        Err(Refusal::OutOfRange(list))
    }
}

fn ascending<T: PartialOrd>(mut items: impl Iterator<Item = T>) -> bool {
    let Some(mut last) = items.next() else {
        return true;
    };
    items.all(|item| {
        let above = last < item;
        last = item;
        above
    })
}
