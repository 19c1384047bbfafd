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

use arc_malachitebft_core_types::{SignedMessage, SignedProposal, SignedVote};
use ed25519_dalek::Signer as _;
use ledger_engine::{Check, EngineVerifier, Intent, Proposal, TallyContext, Vote};
use light_client::{
    key::{KeyId, KeyKind, PublicKey, Signature, Signed},
    suite::Suite,
};

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

    /// Signs a vote, whatever any mark says of it.
    pub(crate) fn sign_vote(&self, verifier: &SimVerifier, vote: Vote) -> SignedVote<TallyContext> {
        let intent = Intent::vote(verifier.ledger(), &vote).expect("votes are of a round");
        SignedMessage::new(vote, self.sign(&intent.message))
    }

    /// Signs a proposal, whatever any mark says of it.
    pub(crate) fn sign_proposal(
        &self,
        verifier: &SimVerifier,
        proposal: Proposal,
    ) -> SignedProposal<TallyContext> {
        let intent = Intent::proposal(verifier.ledger(), &proposal);
        let intent = intent.expect("proposals are of a round");
        SignedMessage::new(proposal, self.sign(&intent.message))
    }
}

/// Verifies what validators sign; all nodes of a run ask the same.
pub(crate) type SimVerifier = EngineVerifier<Verdicts>;

/// Verdicts on signatures by what they were given on.
#[derive(Debug, Default)]
pub(crate) struct Verdicts(Mutex<BTreeMap<[u8; 64], Verdict>>);

/// A message, whose signature of it was judged, and how.
type Verdict = (Vec<u8>, PublicKey, bool);

impl Verdicts {
    /// How many are kept.
    const MAX: usize = 4096;
}

impl Check for Verdicts {
    fn holds(&self, signed: Signed<'_>) -> bool {
        let Signed {
            key,
            message,
            signature,
        } = signed;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(&signature.0) {
            Some((of, by, verdict)) if of == message && by == key => *verdict,
            Some(_) | None => {
                let verdict = key.verify(message, signature).is_ok();
                if known.len() >= Self::MAX {
                    known.clear();
                }
                known.insert(signature.0, (message.to_vec(), key.clone(), verdict));
                verdict
            }
        }
    }
}

/// The result of a future that never waits.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("verification does not wait for anything"),
    }
}
