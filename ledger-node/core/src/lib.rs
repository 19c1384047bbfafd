//! The ledger as a library without I/O: the [`App`] executes blocks over a [`store::Store`].
//!
//! A node feeds it what the consensus engine asks for ([`App::propose`], [`App::check`],
//! [`App::commit`]) and what clients submit ([`App::submit`]); [`View`] answers queries with
//! proofs. The types that a verifier sees are the light client's: this crate produces what those
//! define.
//!
//! ```
//! # use ledger_core::{App, store::MemoryStore};
//! # use light_client::{genesis::*, id::*, key::*, suite::Suite, validator_set::*};
//! # let signing = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
//! # let key = PublicKey::new(KeyKind::Ed25519, signing.verifying_key().as_bytes()).unwrap();
//! # let agency = IssuerId::parse("haizhou-tax").unwrap();
//! # let validator = Validator { agency, key: key.clone() };
//! # let genesis = Genesis {
//! #     suite: Suite::Intl, name: "doc".into(), purpose: Purpose::Demo, time_ms: TimeMs(1),
//! #     members: vec![validator.clone()],
//! #     validators: ValidatorSet::new(Epoch(0), vec![validator]).unwrap(),
//! # };
//! let mut app = App::found(MemoryStore::default(), &genesis)?;
//! let me = key.id(app.suite());
//! let proposal = app.propose(TimeMs(1000), Height(1), Round(0), me)?;
//! // … the engine has the validators vote on `proposal.header.hash()` …
//! # let hash = proposal.header.hash();
//! # let ballot = light_client::vote::Ballot { ledger: *app.ledger(), height: Height(1), round: Round(0) };
//! # let vote = light_client::vote::precommit(&ballot, Some(&hash), &me);
//! # let signature = Signature(ed25519_dalek::Signer::sign(&signing, &vote).to_bytes());
//! let certificate = ledger_core::certificate(app.validator_set(), app.suite(), Round(0), &[(me, signature)]);
//! app.commit(&hash, &certificate.unwrap())?;
//! assert_eq!(app.head().height, Height(1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Invariants
//! - No clock, socket, file, randomness or thread: `now` and bytes are arguments.
//! - A block is one durable batch; nothing of it is visible before.
//! - Everything that execution reads is under the state root, or follows from what is.
//! - No transaction that breaks a rule is ever in a block, so every one there took effect.
//! - A proposal is on disk before it can be voted on.

mod answer;
mod app;
pub mod archive;
pub mod block;
mod certificate;
mod event;
mod execute;
mod fault;
pub mod fsck;
mod keys;
mod ledger;
pub mod limits;
mod log;
mod mempool;
mod module;
mod prune;
mod refusal;
mod remembered;
pub mod replay;
pub mod snapshot;
mod state;
pub mod store;
pub mod transaction;
mod tree;
mod view;

pub use answer::{Head, LogProof, QueryError, StateAnswer, StateBatchAnswer, StateEntry, TxStatus};
pub use app::{
    App, Arrival, Checker, CommitError, Committed, HeaderRefusal, Input, OpenError, Origin, Output,
    ProposeError,
};
pub use certificate::certificate;
pub use event::Event;
pub use fault::Fault;
pub use keys::SharedKeys;
pub use module::{
    Capability, Freeze, Member, Module, ModuleState, MotionEntry, MotionOutcome, OpenMotion,
    Parameter, Support, Versions, WaitingSet, conservation,
};
pub use prune::{PruneError, prune_blocks};
pub use refusal::Refusal;
pub use view::View;
