//! One node's ledger: proposes, checks and commits blocks, and takes transactions in.
//!
//! What the engine must be able to rely on after a crash is on disk before a method returns: a
//! proposal with its body before it is sent or voted on, a transaction before it is acknowledged,
//! a block before it is reported as committed.

mod check;
mod checker;
mod commit;
mod open;
mod propose;
mod step;
mod submit;
mod undecided;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use light_client::{
    genesis::Genesis,
    hash::Digest,
    id::{Height, LedgerId, Round},
    key::{KeyId, KnownKeys},
    suite::Suite,
    validator_set::ValidatorSet,
};

use crate::{
    answer::Head,
    execute::{ExecutedBlock, Parent},
    keys::SharedKeys,
    ledger::Ledger,
    mempool::Mempool,
    module::Versions,
    remembered::Remembered,
    store::Store,
    tree::TreeHeads,
    view::View,
};

pub use check::HeaderRefusal;
pub use checker::Checker;
pub use commit::{CommitError, Committed};
pub use open::OpenError;
pub use propose::ProposeError;
pub use step::{Input, Output};
pub(crate) use undecided::holds as undecided_holds;

/// How many executed proposals of one height are kept in memory; more are executed again.
const MAX_CANDIDATES: usize = 4;

/// See the module.
#[derive(Debug)]
pub struct App<S> {
    store: S,
    ledger: Arc<Ledger>,
    head: Head,
    heads: TreeHeads,
    /// Below it nothing is left to prune.
    pruned: Height,
    /// Of the state of `heads`.
    remembered: Remembered,
    set: ValidatorSet,
    mempool: Mempool,
    /// Keys of those who send transactions: anybody can fill this.
    sender_keys: Arc<SharedKeys>,
    /// Keys of validators only, for certificates.
    validator_keys: KnownKeys,
    /// What this software can execute.
    versions: Versions,
    /// Executed proposals for the next height, by header hash.
    candidates: BTreeMap<Digest, ExecutedBlock>,
    /// Proposals for the next height that came when their time was near.
    timely: BTreeSet<Digest>,
}

/// How a proposal came to this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The attempt in which it was proposed.
    pub round: Round,
    /// Who proposed it.
    pub proposer: KeyId,
    /// As what it came.
    pub arrival: Arrival,
}

/// As what a proposal came: whether its time is compared with this node's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Proposed for the first time: its time must be near now.
    New,
    /// Proposed again on the strength of a quorum's prevotes: its time was judged then.
    Repeated {
        /// The attempt of those prevotes.
        valid_round: Round,
    },
    /// Decided long ago, and fetched to catch up.
    Synced,
}

impl<S: Store> App<S> {
    /// The ledger's first record.
    pub fn genesis(&self) -> &Genesis {
        self.ledger.genesis()
    }

    /// The ledger's suite.
    pub fn suite(&self) -> Suite {
        self.ledger.suite()
    }

    /// The ledger's id.
    pub fn ledger(&self) -> &LedgerId {
        self.ledger.id()
    }

    /// The newest final block.
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// The set that decides the next height.
    pub const fn validator_set(&self) -> &ValidatorSet {
        &self.set
    }

    /// Queries of what is final.
    pub const fn view(&self) -> View<&S> {
        View::new(&self.store)
    }

    /// The store, as it is.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// What this software can execute.
    pub const fn versions(&self) -> &Versions {
        &self.versions
    }

    /// Makes it behave as software that supports other versions, to rehearse an upgrade.
    pub fn support(&mut self, versions: Versions) {
        self.versions = versions;
    }

    fn parent(&self) -> Parent<'_> {
        Parent {
            ledger: &self.ledger,
            heads: &self.heads,
            remembered: &self.remembered,
            set: &self.set,
            height: self.head.height,
            hash: self.head.header_hash,
        }
    }

    fn keep_candidate(&mut self, hash: Digest, block: ExecutedBlock) {
        while self.candidates.len() >= MAX_CANDIDATES {
            self.candidates.pop_first();
        }
        self.candidates.insert(hash, block);
    }
}
