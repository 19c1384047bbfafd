//! The ledger's state: eight trees under one root, and proofs of presence and absence in them.
//!
//! ```text
//! state_root = H("tally/state/1", [8, [1, root], …, [8, root]])
//! key hash   = H("tally/state-key/1", [1, ledger, namespace, kind, …])
//! leaf       = hash("JMT::LeafNode" ‖ key hash ‖ hash(value))      value = [1, ledger, namespace, kind, …]
//! node       = hash("JMT::IntrnalNode" ‖ left ‖ right)             empty = "SPARSE_MERKLE_PLACEHOLDER_HASH__"
//! ```
//! The trees commit like a Jellyfish Merkle tree, whose tags stay as they are; the proofs have a
//! compact form of our own, so that the engine can change without touching wallets.

mod batch;
mod proof;

use alloc::vec::Vec;

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer, to_bytes},
    hash::{Digest, Tag, hash},
    id::LedgerId,
    suite::Suite,
};

pub use batch::{Claimed, MAX_BATCH_KEYS, Single, StateBatch};
pub use proof::{Absence, Presence, Siblings, StateProofError, Step};

/// One of the trees. The list is fixed per format version and covers all that execution reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Namespace {
    /// Members, validators, parameters, module entries.
    Governance,
    /// Issuers and their rights.
    Registry,
    /// Agencies' DID documents.
    Did,
    /// Documents not in good standing.
    Status,
    /// Used invoice numbers, records, leases.
    Invoice,
    /// Deposited digests.
    Evidence,
    /// Replay keys.
    Sender,
    /// Sizes and frontiers of the two logs.
    Log,
}

impl Namespace {
    /// All of them, ascending by id.
    pub const ALL: [Self; 8] = [
        Self::Governance,
        Self::Registry,
        Self::Did,
        Self::Status,
        Self::Invoice,
        Self::Evidence,
        Self::Sender,
        Self::Log,
    ];

    /// Its number in keys, values and the state root.
    pub const fn id(self) -> u8 {
        match self {
            Self::Governance => 1,
            Self::Registry => 2,
            Self::Did => 3,
            Self::Status => 4,
            Self::Invoice => 5,
            Self::Evidence => 6,
            Self::Sender => 7,
            Self::Log => 8,
        }
    }

    /// The namespace of a number.
    pub fn from_id(id: u64) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|namespace| u64::from(namespace.id()) == id)
    }
}

/// The roots of all namespaces, which together are the header's state root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateRoots([Digest; 8]);

impl StateRoots {
    /// Takes the roots, ascending by namespace id.
    pub const fn new(roots: [Digest; 8]) -> Self {
        Self(roots)
    }

    /// The roots of a ledger without entries.
    pub const fn empty() -> Self {
        Self([Digest::from_bytes(proof::EMPTY); 8])
    }

    /// One namespace's root.
    pub fn of(&self, namespace: Namespace) -> &Digest {
        let mut roots = Namespace::ALL.iter().zip(&self.0);
        match roots.find(|(candidate, _)| **candidate == namespace) {
            Some((_, root)) => root,
            None => unreachable!("ALL lists every namespace"),
        }
    }

    /// The state root of a header.
    pub fn hash(&self, suite: Suite) -> Digest {
        hash(suite, Tag::STATE, &[&self.preimage()])
    }

    /// What the state root is the hash of.
    pub fn preimage(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.array(9).uint(8u8);
        for (namespace, root) in Namespace::ALL.iter().zip(&self.0) {
            writer.array(2).uint(namespace.id()).value(root);
        }
        writer.finish()
    }
}

impl Wire for StateRoots {
    fn encode(&self, writer: &mut Writer) {
        writer.list(&self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(8)?;
        let mut roots = [Digest::from_bytes([0; 32]); 8];
        for root in &mut roots {
            *root = reader.value()?;
        }
        Ok(Self(roots))
    }
}

/// Where an entry is kept: its namespace and the hash of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateKey {
    /// The tree.
    pub namespace: Namespace,
    /// The place in the tree.
    pub hash: Digest,
}

impl StateKey {
    /// The key of an entry of `kind`, named by `parts`.
    pub fn new(suite: Suite, ledger: &LedgerId, kind: Kind, parts: &[&[u8]]) -> Self {
        let preimage = Self::preimage(ledger, kind, parts);
        let hash = hash(suite, Tag::STATE_KEY, &[&preimage]);
        Self {
            namespace: kind.namespace(),
            hash,
        }
    }

    /// What the key is the hash of: `[1, ledger, namespace, kind, part, …]`.
    pub fn preimage(ledger: &LedgerId, kind: Kind, parts: &[&[u8]]) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.array(4 + parts.len());
        kind.write_prefix(&mut writer, ledger);
        for part in parts {
            writer.bytes(part);
        }
        writer.finish()
    }

    /// The same key with its first two bytes replaced, so that entries made together lie
    /// together: 240 bits of the hash remain.
    #[must_use]
    pub fn with_locality(self, prefix: [u8; 2]) -> Self {
        let mut bytes = *self.hash.as_bytes();
        let [first, second, ..] = &mut bytes;
        [*first, *second] = prefix;
        Self {
            hash: Digest::from_bytes(bytes),
            ..self
        }
    }
}

/// What kind of entry a key or value is; two entries of different kinds never share bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A governing member.
    Member,
    /// A validator set.
    ValidatorSet,
    /// A motion before the members, or what became of it.
    Motion,
    /// A module: version and freezes.
    Module,
    /// The parameters that members can change.
    Parameters,
    /// A key that was ever a validator's.
    ValidatorKey,
    /// What a validator's software can execute.
    Capability,
    /// The names of the motions that can be voted on.
    OpenMotions,
    /// An issuer with its rights.
    Issuer,
    /// Which issuer answers for another's documents.
    Successor,
    /// A schema, a release or a verifier, as published by the members.
    Published,
    /// An agency's DID with its history of keys.
    Did,
    /// A document not in good standing.
    Status,
    /// A used invoice number.
    Used,
    /// An invoice's amounts, found by its secret.
    Record,
    /// An agency's leave for a seller to issue invoices.
    Lease,
    /// A red-letter confirmation.
    Confirmation,
    /// A claim on an invoice.
    Claim,
    /// A deposited digest.
    Deposit,
    /// A replay key of a transaction.
    Sender,
    /// A log's size and frontier.
    Frontier,
}

impl Kind {
    /// The tree it is kept in, and its number there.
    const fn place(self) -> (Namespace, u8) {
        match self {
            Self::Member => (Namespace::Governance, 1),
            Self::ValidatorSet => (Namespace::Governance, 2),
            Self::Motion => (Namespace::Governance, 3),
            Self::Module => (Namespace::Governance, 4),
            Self::Parameters => (Namespace::Governance, 5),
            Self::ValidatorKey => (Namespace::Governance, 6),
            Self::Capability => (Namespace::Governance, 7),
            Self::OpenMotions => (Namespace::Governance, 8),
            Self::Issuer => (Namespace::Registry, 1),
            Self::Successor => (Namespace::Registry, 2),
            Self::Published => (Namespace::Registry, 3),
            Self::Did => (Namespace::Did, 1),
            Self::Status => (Namespace::Status, 1),
            Self::Used => (Namespace::Invoice, 1),
            Self::Record => (Namespace::Invoice, 2),
            Self::Lease => (Namespace::Invoice, 3),
            Self::Confirmation => (Namespace::Invoice, 4),
            Self::Claim => (Namespace::Invoice, 5),
            Self::Deposit => (Namespace::Evidence, 1),
            Self::Sender => (Namespace::Sender, 1),
            Self::Frontier => (Namespace::Log, 1),
        }
    }

    /// The tree it is kept in.
    pub const fn namespace(self) -> Namespace {
        self.place().0
    }

    const fn id(self) -> u8 {
        self.place().1
    }

    /// Writes the four elements with which every key and value of this kind begins.
    pub fn write_prefix(self, writer: &mut Writer, ledger: &LedgerId) {
        writer
            .uint(1u8)
            .value(ledger)
            .uint(self.namespace().id())
            .uint(self.id());
    }

    /// Reads those four elements.
    ///
    /// # Errors
    /// [`DecodeError::WrongFormat`] for another version, namespace or kind.
    pub fn read_prefix(self, reader: &mut Reader<'_>) -> Result<LedgerId, DecodeError> {
        reader.version(1)?;
        let ledger = reader.value()?;
        reader.version(u64::from(self.namespace().id()))?;
        reader.version(u64::from(self.id()))?;
        Ok(ledger)
    }
}

/// A proved answer to "what is under this key?": an entry, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateProof<T> {
    /// There is no entry.
    Absent(Absence),
    /// There is this entry.
    Present(T, Presence),
}

impl<T: Wire> StateProof<T> {
    /// Checks the answer for `key` under `roots`, which the caller has matched to a header.
    ///
    /// # Errors
    /// [`StateProofError`].
    pub fn check(
        &self,
        suite: Suite,
        roots: &StateRoots,
        key: &StateKey,
    ) -> Result<Option<&T>, StateProofError> {
        let root = roots.of(key.namespace);
        match self {
            Self::Absent(absence) => absence.check(suite, root, &key.hash).map(|()| None),
            Self::Present(entry, presence) => {
                presence.check(suite, root, &key.hash, &to_bytes(entry))?;
                Ok(Some(entry))
            }
        }
    }
}

impl<T: Wire> Wire for StateProof<T> {
    fn encode(&self, writer: &mut Writer) {
        match self {
            Self::Absent(absence) => writer.array(2).uint(0u8).value(absence),
            Self::Present(entry, presence) => {
                writer.array(3).uint(1u8).value(entry).value(presence)
            }
        };
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = reader.array_up_to(3)?;
        match (len, reader.uint()?) {
            (2, 0) => Ok(Self::Absent(reader.value()?)),
            (3, 1) => Ok(Self::Present(reader.value()?, reader.value()?)),
            _ => Err(DecodeError::LengthMismatch),
        }
    }
}
