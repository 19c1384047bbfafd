//! Key pairs made from numbers, and the verifier that the engine asks.

use core::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use arc_malachitebft_core_types::{
    Round, SignedMessage, SignedProposal, SignedVote, ValidatorProof, Value as _,
    VoteExtensionScope, VoteType,
};
use arc_malachitebft_signing::{Error, VerificationResult, Verifier};
use async_trait::async_trait;
use ed25519_dalek::Signer as _;
use light_client::{
    id::{self, LedgerId},
    key::{KeyId, KeyKind, PublicKey, Signature},
    suite::Suite,
    vote::{Ballot, precommit, prevote, proposal},
};

use crate::context::{Address, Proposal, Tally, Vote};

/// A key pair, named by a number: for simulations only.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    suite: Suite,
    secret: Arc<Secret>,
    public: PublicKey,
}

#[derive(Debug)]
enum Secret {
    Ed25519(ed25519_dalek::SigningKey),
    Sm2(sm2::dsa::SigningKey),
}

impl Pair {
    pub(crate) fn new(suite: Suite, seed: u8) -> Self {
        let (secret, public) = match suite {
            Suite::Intl => {
                let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
                let public = PublicKey::new(KeyKind::Ed25519, key.verifying_key().as_bytes());
                (Secret::Ed25519(key), public)
            }
            Suite::Sm => {
                let key = sm2::dsa::SigningKey::from_slice("1234567812345678", &[seed; 32]);
                let key = key.expect("a scalar below n");
                let point = key.verifying_key().as_affine().to_owned();
                let bytes = sm2::elliptic_curve::sec1::ToSec1Point::to_sec1_point(&point, true);
                (
                    Secret::Sm2(key),
                    PublicKey::new(KeyKind::Sm2, bytes.as_bytes()),
                )
            }
        };
        Self {
            suite,
            secret: Arc::new(secret),
            public: public.expect("the curve's own encoding"),
        }
    }

    pub(crate) const fn public(&self) -> &PublicKey {
        &self.public
    }

    pub(crate) fn id(&self) -> KeyId {
        self.public.id(self.suite)
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        match &*self.secret {
            Secret::Ed25519(key) => Signature(key.sign(message).to_bytes()),
            Secret::Sm2(key) => {
                let signature: sm2::dsa::Signature = key.sign(message);
                Signature(signature.to_bytes().into())
            }
        }
    }

    pub(crate) fn sign_vote(&self, verifier: &SimVerifier, vote: Vote) -> SignedVote<Tally> {
        let signature = self.sign(&verifier.vote_bytes(&vote));
        SignedMessage::new(vote, signature)
    }

    pub(crate) fn sign_proposal(
        &self,
        verifier: &SimVerifier,
        proposal: Proposal,
    ) -> SignedProposal<Tally> {
        let signature = self.sign(&verifier.proposal_bytes(&proposal));
        SignedMessage::new(proposal, signature)
    }
}

/// Verdicts on signatures by what they were given on. All nodes of a run are asked the same.
#[derive(Debug, Default)]
struct Verdicts(Mutex<BTreeMap<[u8; 64], Verdict>>);

/// A message, whose signature of it was judged, and how.
type Verdict = (Vec<u8>, KeyId, bool);

impl Verdicts {
    /// How many are kept.
    const MAX: usize = 4096;

    fn verdict(&self, key: &PublicKey, id: KeyId, message: &[u8], signature: &Signature) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(&signature.0) {
            Some((of, by, verdict)) if of == message && *by == id => *verdict,
            Some(_) | None => {
                let verdict = key.verify(message, signature).is_ok();
                if known.len() >= Self::MAX {
                    known.clear();
                }
                known.insert(signature.0, (message.to_vec(), id, verdict));
                verdict
            }
        }
    }
}

/// Verifies what validators sign, under the ledger's own sign bytes.
#[derive(Debug, Clone)]
pub(crate) struct SimVerifier {
    ledger: LedgerId,
    suite: Suite,
    verdicts: Arc<Verdicts>,
}

impl SimVerifier {
    pub(crate) fn new(ledger: LedgerId, suite: Suite) -> Self {
        Self {
            ledger,
            suite,
            verdicts: Arc::default(),
        }
    }

    pub(crate) fn vote_bytes(&self, vote: &Vote) -> Vec<u8> {
        let ballot = self.ballot(vote.height.0, vote.round);
        match vote.kind {
            VoteType::Prevote => prevote(&ballot, vote.header(), &vote.address.0),
            VoteType::Precommit => precommit(&ballot, vote.header(), &vote.address.0),
        }
    }

    pub(crate) fn proposal_bytes(&self, message: &Proposal) -> Vec<u8> {
        let ballot = self.ballot(message.height.0, message.round);
        let valid_round = message.pol_round.as_u32().map(id::Round);
        let header = message.value.id();
        proposal(&ballot, &header, valid_round, &message.address.0)
    }

    pub(crate) fn holds(
        &self,
        signer: &Address,
        message: &[u8],
        signature: &Signature,
        key: &PublicKey,
    ) -> bool {
        let id = key.id(self.suite);
        signer.0 == id && self.verdicts.verdict(key, id, message, signature)
    }

    const fn ballot(&self, height: u64, round: Round) -> Ballot {
        let round = match round {
            // No vote or proposal is ever made for the nil round.
            Round::Nil => id::Round(u32::MAX),
            Round::Some(round) => id::Round(round),
        };
        Ballot {
            ledger: self.ledger,
            height: id::Height(height),
            round,
        }
    }
}

#[async_trait]
impl Verifier<Tally> for SimVerifier {
    async fn verify_signed_vote(
        &self,
        vote: &Vote,
        signature: &Signature,
        key: &PublicKey,
    ) -> Result<VerificationResult, Error> {
        let holds = self.holds(&vote.address, &self.vote_bytes(vote), signature, key);
        Ok(VerificationResult::from_bool(holds))
    }

    async fn verify_signed_proposal(
        &self,
        proposal: &Proposal,
        signature: &Signature,
        key: &PublicKey,
    ) -> Result<VerificationResult, Error> {
        let message = self.proposal_bytes(proposal);
        let holds = self.holds(&proposal.address, &message, signature, key);
        Ok(VerificationResult::from_bool(holds))
    }

    async fn verify_signed_vote_extension(
        &self,
        _: &VoteExtensionScope<Tally>,
        (): &(),
        _: &Signature,
        _: &PublicKey,
    ) -> Result<VerificationResult, Error> {
        Ok(VerificationResult::Invalid)
    }

    async fn verify_validator_proof(
        &self,
        _: &ValidatorProof<Tally>,
    ) -> Result<VerificationResult, Error> {
        Ok(VerificationResult::Invalid)
    }
}

/// The result of a future that never waits.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("verification does not wait for anything"),
    }
}
