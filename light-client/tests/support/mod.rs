//! A ledger in memory for tests: the same formats as a node's, made the simplest possible way.
//!
//! Its state trees are built by the textbook recursion below, not by the ledger's engine, so the
//! two check each other.

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(missing_docs, unreachable_pub, reason = "test support")]

pub mod deposits;
pub mod documents;

use std::collections::BTreeMap;

use light_client::{
    cbor::{self, Wire, to_bytes},
    certificate::{Certificate, CertifiedHeader, CommitSignature},
    genesis::{Genesis, Purpose},
    handoff::Handoff,
    hash::{Digest, Hasher, Tag, hash},
    header::{Header, HeaderCore, HeaderRest},
    id::{Epoch, Height, IssuerId, LeafIndex, LedgerId, Round, TimeMs, TreeSize},
    key::{KeyId, KeyKind, PublicKey, Signature},
    merkle::{self, Inclusion, Tree},
    record::LogLeaf,
    state::{Absence, Namespace, Presence, Siblings, StateKey, StateProof, StateRoots},
    suite::Suite,
    trust::{Checkpoint, Profile, TrustStore},
    validator_set::{Validator, ValidatorSet},
    vote::{Ballot, precommit},
};

/// A key pair; the scalar is derived from a small number, so runs are repeatable.
#[derive(Clone)]
pub enum Signer {
    Sm2(Box<sm2::dsa::SigningKey>),
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(Box<p256::ecdsa::SigningKey>),
}

/// The user id of GM/T 0009, which goes into every SM2 signature.
const SM2_ID: &str = "1234567812345678";

impl Signer {
    pub fn new(suite: Suite, number: u16) -> Self {
        match suite {
            Suite::Sm => Self::sm2(SM2_ID, number),
            Suite::Intl => Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&seed(
                number,
            )))),
        }
    }

    /// One that signs SM2 under a user id of its own.
    pub fn sm2(id: &str, number: u16) -> Self {
        let key = sm2::dsa::SigningKey::from_slice(id, &seed(number));
        Self::Sm2(Box::new(key.expect("a scalar below n")))
    }

    pub fn p256(number: u16) -> Self {
        let key = p256::ecdsa::SigningKey::from_slice(&seed(number));
        Self::P256(Box::new(key.expect("a scalar below n")))
    }

    pub fn public(&self) -> PublicKey {
        match self {
            Self::Sm2(key) => {
                use sm2::elliptic_curve::sec1::ToSec1Point as _;
                let point = key.verifying_key().as_affine().to_sec1_point(true);
                PublicKey::new(KeyKind::Sm2, point.as_bytes()).expect("a key")
            }
            Self::Ed25519(key) => {
                PublicKey::new(KeyKind::Ed25519, key.verifying_key().as_bytes()).expect("a key")
            }
            Self::P256(key) => {
                let point = key.verifying_key().to_sec1_point(true);
                PublicKey::new(KeyKind::P256, point.as_bytes()).expect("a key")
            }
        }
    }

    pub fn sign(&self, message: &[u8]) -> Signature {
        match self {
            Self::Sm2(key) => {
                use sm2::dsa::signature::Signer as _;
                let signature: sm2::dsa::Signature = key.sign(message);
                Signature(signature.to_bytes().into())
            }
            Self::Ed25519(key) => {
                use ed25519_dalek::Signer as _;
                Signature(key.sign(message).to_bytes())
            }
            Self::P256(key) => {
                use p256::ecdsa::signature::Signer as _;
                let signature: p256::ecdsa::Signature = key.sign(message);
                Signature(signature.normalize_s().to_bytes().into())
            }
        }
    }
}

fn seed(number: u16) -> [u8; 32] {
    let mut seed = [1; 32];
    seed[..2].copy_from_slice(&number.to_be_bytes());
    seed
}

/// One of the things that validators sign of a header.
pub type Said = fn(&Ballot, &Digest, &KeyId) -> Vec<u8>;

/// The validators of one epoch with their secrets.
#[derive(Clone)]
pub struct Validators {
    pub set: ValidatorSet,
    pub signers: Vec<Signer>,
}

impl Validators {
    pub fn new(suite: Suite, epoch: u64, count: u16) -> Self {
        let first = u16::try_from(epoch).expect("small") * 1000;
        let signers: Vec<Signer> = (0..count).map(|n| Signer::new(suite, first + n)).collect();
        let validators = signers.iter().enumerate().map(|(n, signer)| Validator {
            agency: IssuerId::parse(&format!("agency-{n:03}")).expect("a name"),
            key: signer.public(),
        });
        let set = ValidatorSet::new(Epoch(epoch), validators.collect()).expect("a set");
        Self { set, signers }
    }

    /// The same set with another key in its first place, for which its signer cannot sign.
    #[must_use]
    pub fn with_first_key(mut self, key: PublicKey) -> Self {
        let mut validators = self.set.validators().to_vec();
        validators[0].key = key;
        self.set = ValidatorSet::new(self.set.epoch(), validators).expect("a set");
        self
    }

    pub fn commit(&self, header: &Header, signer: usize) -> CommitSignature {
        self.commit_in(Round(0), header, signer)
    }

    pub fn commit_in(&self, round: Round, header: &Header, signer: usize) -> CommitSignature {
        let core = &header.core;
        let ballot = Ballot {
            ledger: core.ledger,
            height: core.height,
            round,
        };
        let key = self.signers[signer].public().id(core.suite);
        let message = precommit(&ballot, Some(&header.hash()), &key);
        CommitSignature {
            signer: u8::try_from(signer).expect("small"),
            signature: self.signers[signer].sign(&message),
        }
    }

    pub fn certify(&self, header: Header) -> CertifiedHeader {
        self.certify_by(Round(0), header, 0..self.set.quorum())
    }

    pub fn certify_by(
        &self,
        round: Round,
        header: Header,
        signers: impl IntoIterator<Item = usize>,
    ) -> CertifiedHeader {
        let signatures = signers
            .into_iter()
            .map(|signer| self.commit_in(round, &header, signer))
            .collect();
        CertifiedHeader {
            header,
            certificate: Certificate { round, signatures },
        }
    }

    /// What a validator signs of a header in round 0, as `said` has it.
    pub fn says(&self, header: &Header, signer: usize, said: Said) -> Vec<u8> {
        let core = &header.core;
        let ballot = Ballot {
            ledger: core.ledger,
            height: core.height,
            round: Round(0),
        };
        let key = self.signers[signer].public().id(core.suite);
        said(&ballot, &header.hash(), &key)
    }
}

/// The next epoch's validators, of whom some have new keys.
pub fn rekeyed(old: &Validators, suite: Suite, count: usize) -> Validators {
    let epoch = old.set.epoch().next().expect("not the last");
    let mut signers = old.signers.clone();
    let first = usize::try_from(epoch.0).expect("small") * count;
    let validators = signers.len();
    for place in (first..first + count).map(|place| place % validators) {
        let number = u16::try_from(1000 + epoch.0 * 100).expect("small");
        signers[place] = Signer::new(suite, number + u16::try_from(place).expect("small"));
    }
    let validators = old.set.validators().iter().zip(&signers);
    let validators = validators.map(|(validator, signer)| Validator {
        agency: validator.agency.clone(),
        key: signer.public(),
    });
    let set = ValidatorSet::new(epoch, validators.collect()).expect("a set");
    Validators { set, signers }
}

pub const GENESIS_MS: u64 = 1_790_000_000_000;
pub const BLOCK_MS: u64 = 1000;

#[derive(Clone)]
pub struct Ledger {
    pub suite: Suite,
    pub genesis: Genesis,
    pub id: LedgerId,
    pub validators: Validators,
    pub handoffs: Vec<Handoff>,
    pub headers: Vec<CertifiedHeader>,
    pub log: Vec<LogLeaf>,
    pub state: BTreeMap<Namespace, BTreeMap<Digest, Vec<u8>>>,
}

impl Ledger {
    pub fn new(suite: Suite, validators: u16) -> Self {
        let validators = Validators::new(suite, 0, validators);
        let genesis = Genesis {
            suite,
            name: "test ledger".to_owned(),
            purpose: Purpose::Production,
            time_ms: TimeMs(GENESIS_MS),
            members: validators.set.validators().to_vec(),
            validators: validators.set.clone(),
        };
        let id = genesis.ledger_id();
        Self {
            suite,
            genesis,
            id,
            validators,
            handoffs: Vec::new(),
            headers: Vec::new(),
            log: Vec::new(),
            state: BTreeMap::new(),
        }
    }

    /// Another ledger: of the same validators, under another name.
    pub fn named(suite: Suite, validators: u16, name: &str) -> Self {
        let mut ledger = Self::new(suite, validators);
        ledger.genesis.name = name.to_owned();
        ledger.id = ledger.genesis.ledger_id();
        ledger
    }

    pub fn trust(&self) -> TrustStore {
        let mut trust = TrustStore::new(Profile::Production);
        trust
            .pin(self.genesis.clone())
            .expect("a production ledger");
        trust
    }

    /// The trust store of a client that was made after so many set changes, and starts there.
    pub fn pinned_after(&self, changes: usize) -> TrustStore {
        let mut trust = TrustStore::new(Profile::Production);
        let checkpoint = Checkpoint::from(&self.handoffs[changes - 1]);
        trust
            .pin_checkpoint(self.genesis.clone(), checkpoint)
            .expect("of this ledger");
        trust
    }

    /// The trust store of a client that has followed this ledger to its newest header.
    pub fn learned(&self) -> TrustStore {
        let mut trust = self.trust();
        let head = self.headers.last().expect("a block");
        trust
            .advance(&self.id, &self.handoffs, head)
            .expect("it follows");
        trust
    }

    pub fn next_height(&self) -> Height {
        Height(u64::try_from(self.headers.len()).expect("small") + 1)
    }

    pub fn next_time(&self) -> TimeMs {
        TimeMs(GENESIS_MS + self.next_height().0 * BLOCK_MS)
    }

    pub fn now(&self) -> TimeMs {
        self.headers.last().expect("a block").header.core.time_ms
    }

    pub fn put(&mut self, key: StateKey, value: &impl Wire) {
        self.state
            .entry(key.namespace)
            .or_default()
            .insert(key.hash, to_bytes(value));
    }

    pub fn remove(&mut self, key: StateKey) {
        self.state
            .entry(key.namespace)
            .or_default()
            .remove(&key.hash);
    }

    /// A block over everything put and anchored since the last one.
    pub fn block(&mut self) -> CertifiedHeader {
        let header = self.draft(None);
        self.seal(header)
    }

    /// A block that ends the epoch; the next one is decided by `next`.
    pub fn block_ending_epoch(&mut self, next: Validators) -> CertifiedHeader {
        let header = self.draft(Some(next.set.hash(self.suite)));
        let certified = self.seal(header);
        let handoff = Handoff {
            last: certified.clone(),
            next_set: next.set.clone(),
        };
        self.handoffs.push(handoff);
        self.validators = next;
        certified
    }

    pub fn seal(&mut self, header: Header) -> CertifiedHeader {
        let certified = self.validators.certify(header);
        self.headers.push(certified.clone());
        certified
    }

    pub fn draft(&self, next_set_hash: Option<Digest>) -> Header {
        let leaves: Vec<Digest> = self.log.iter().map(|leaf| leaf.hash(self.suite)).collect();
        let previous = self
            .headers
            .last()
            .map_or(self.id.0, |last| last.header.hash());
        Header {
            core: HeaderCore {
                suite: self.suite,
                ledger: self.id,
                height: self.next_height(),
                epoch: self.validators.set.epoch(),
                time_ms: self.next_time(),
                log_size: TreeSize(u64::try_from(leaves.len()).expect("small")),
                log_root: merkle::root(Tree::Log, self.suite, &leaves),
                set_hash: self.validators.set.hash(self.suite),
            },
            rest: HeaderRest {
                previous,
                body_root: merkle::root(Tree::Body, self.suite, &[]),
                state_root: self.roots().hash(self.suite),
                history_root: merkle::root(Tree::History, self.suite, &self.history()),
                next_set_hash,
            },
        }
    }

    fn history(&self) -> Vec<Digest> {
        let hashes = self.headers.iter().map(|certified| certified.header.hash());
        hashes
            .map(|h| hash(self.suite, Tag::HISTORY_LEAF, &[h.as_bytes()]))
            .collect()
    }

    /// The path of the header at `height` to the `history_root` of the newest header.
    pub fn history_path(&self, height: Height) -> Inclusion {
        let history = self.history();
        let earlier = &history[..history.len() - 1];
        merkle::prove(Tree::History, self.suite, earlier, LeafIndex(height.0 - 1)).expect("earlier")
    }

    pub fn log_path(&self, index: u64) -> Inclusion {
        let leaves: Vec<Digest> = self.log.iter().map(|leaf| leaf.hash(self.suite)).collect();
        merkle::prove(Tree::Log, self.suite, &leaves, LeafIndex(index)).expect("in the log")
    }

    pub fn roots(&self) -> StateRoots {
        StateRoots::new(Namespace::ALL.map(|namespace| self.tree(namespace).root()))
    }

    pub fn tree(&self, namespace: Namespace) -> SparseTree {
        let entries = self.state.get(&namespace).into_iter().flatten();
        SparseTree::new(
            self.suite,
            entries.map(|(key, value)| (*key, value.clone())),
        )
    }

    pub fn prove<T: Wire>(&self, key: StateKey) -> StateProof<T> {
        let tree = self.tree(key.namespace);
        match self
            .state
            .get(&key.namespace)
            .and_then(|entries| entries.get(&key.hash))
        {
            Some(value) => {
                let value = cbor::parse(value, 1 << 20).expect("our own encoding");
                StateProof::Present(value, tree.presence(&key.hash))
            }
            None => StateProof::Absent(tree.absence(&key.hash)),
        }
    }
}

/// A sparse Merkle tree by definition: split by the next bit until one leaf or none is left.
pub struct SparseTree {
    suite: Suite,
    leaves: Vec<(Digest, Digest)>,
}

type Leaves<'a> = &'a [(Digest, Digest)];

impl SparseTree {
    pub fn new(suite: Suite, entries: impl IntoIterator<Item = (Digest, Vec<u8>)>) -> Self {
        let mut leaves: Vec<_> = entries
            .into_iter()
            .map(|(key, value)| (key, plain(suite, &[&value])))
            .collect();
        leaves.sort();
        Self { suite, leaves }
    }

    pub fn root(&self) -> Digest {
        self.subtree(&self.leaves, 0)
    }

    /// The two digests that the root is the hash of, in a tree of more than one leaf.
    pub fn below_root(&self) -> (Digest, Digest) {
        let (left, right) = self.leaves.split_at(split(&self.leaves, 0));
        (self.subtree(left, 1), self.subtree(right, 1))
    }

    pub fn presence(&self, key: &Digest) -> Presence {
        Presence(self.walk(key).0)
    }

    pub fn absence(&self, key: &Digest) -> Absence {
        let (siblings, neighbour) = self.walk(key);
        Absence {
            siblings,
            neighbour,
        }
    }

    fn subtree(&self, leaves: Leaves<'_>, level: usize) -> Digest {
        match leaves {
            [] => Digest::from_bytes(*b"SPARSE_MERKLE_PLACEHOLDER_HASH__"),
            [(key, value)] => plain(
                self.suite,
                &[b"JMT::LeafNode", key.as_bytes(), value.as_bytes()],
            ),
            _ => {
                let (left, right) = leaves.split_at(split(leaves, level));
                let left = self.subtree(left, level + 1);
                let right = self.subtree(right, level + 1);
                plain(
                    self.suite,
                    &[b"JMT::IntrnalNode", left.as_bytes(), right.as_bytes()],
                )
            }
        }
    }

    fn walk(&self, key: &Digest) -> (Siblings, Option<(Digest, Digest)>) {
        let mut leaves: Leaves<'_> = &self.leaves;
        let mut siblings = Vec::new();
        while leaves.len() > 1 {
            let level = siblings.len();
            let (left, right) = leaves.split_at(split(leaves, level));
            let (own, other) = if bit(key, level) {
                (right, left)
            } else {
                (left, right)
            };
            let sibling = (!other.is_empty()).then(|| self.subtree(other, level + 1));
            siblings.push(sibling);
            leaves = own;
        }
        siblings.reverse();
        (
            Siblings::new(siblings).expect("a path"),
            leaves.first().copied(),
        )
    }
}

fn split(leaves: Leaves<'_>, level: usize) -> usize {
    leaves.partition_point(|(key, _)| !bit(key, level))
}

fn bit(key: &Digest, level: usize) -> bool {
    key.as_bytes()[level / 8] >> (7 - level % 8) & 1 == 1
}

fn plain(suite: Suite, parts: &[&[u8]]) -> Digest {
    let mut hasher = Hasher::new(suite);
    for part in parts {
        hasher.update(part);
    }
    hasher.finish()
}
