"""Proofs about one key of a state tree (ledger.md, "State trees")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar

from . import cbor
from .errors import Malformed, ProofError
from .hash import Suite

EMPTY = b"SPARSE_MERKLE_PLACEHOLDER_HASH__"
MAX_DEPTH = 256

Entry = TypeVar("Entry")


class Namespace(IntEnum):
    """The eight state trees."""

    GOVERNANCE = 1
    REGISTRY = 2
    DID = 3
    STATUS = 4
    INVOICE = 5
    EVIDENCE = 6
    SENDER = 7
    LOG = 8


@dataclass(frozen=True)
class Roots:
    """`roots = [8*8 digest]`, ascending by namespace."""

    digests: tuple[bytes, ...]

    def of(self, namespace: Namespace) -> bytes:
        """One tree's root."""
        return self.digests[namespace - 1]

    def state_root(self, suite: Suite) -> bytes:
        """H("tally/state/1", [8, [1, root], … [8, root]])."""
        pairs: list[cbor.Value] = [[number + 1, digest] for number, digest in enumerate(self.digests)]
        return suite.tagged("tally/state/1", cbor.encode([len(pairs), *pairs]))


def roots(value: cbor.Value) -> Roots:
    """Reads the roots of all trees."""
    return Roots(tuple(cbor.digest(item) for item in cbor.array(value, len(Namespace))))


def key_hash(suite: Suite, preimage: cbor.Value) -> bytes:
    """H("tally/state-key/1", key preimage)."""
    return suite.tagged("tally/state-key/1", cbor.encode(preimage))


def leaf_hash(suite: Suite, key: bytes, value_hash: bytes) -> bytes:
    """hash("JMT::LeafNode" ‖ key hash ‖ hash(value))."""
    return suite.digest(b"JMT::LeafNode" + key + value_hash)


def node_hash(suite: Suite, left: bytes, right: bytes) -> bytes:
    """hash("JMT::IntrnalNode" ‖ left ‖ right)."""
    return suite.digest(b"JMT::IntrnalNode" + left + right)


@dataclass(frozen=True)
class Siblings:
    """`siblings = [depth, bitmap, [* digest]]` from the leaf up, empty subtrees put back."""

    hashes: tuple[bytes, ...]

    def root(self, suite: Suite, key: bytes, here: bytes) -> bytes:
        """The root to which `here`, at the end of the path of `key`, leads."""
        depth = len(self.hashes)
        for step, sibling in enumerate(self.hashes):
            if bit(key, depth - 1 - step):
                here = node_hash(suite, sibling, here)
            else:
                here = node_hash(suite, here, sibling)
        return here


def bit(key: bytes, level: int) -> int:
    """The turn that `key` takes at `level`, counted from the root."""
    return key[level // 8] >> (7 - level % 8) & 1


def siblings(value: cbor.Value) -> Siblings:
    """Reads a path. Bit *i* of the bitmap (lowest of its byte first) is the *i*-th sibling from the leaf."""
    depth_value, bitmap_value, listed_value = cbor.array(value, 3)
    depth = cbor.uint(depth_value, high=MAX_DEPTH)
    bitmap = cbor.octets(bitmap_value, (depth + 7) // 8)
    listed = [cbor.digest(item) for item in cbor.array(listed_value)]
    flags = int.from_bytes(bitmap, "little")
    if flags >> depth:
        raise Malformed("set bits beyond the depth")
    if flags.bit_count() != len(listed):
        raise Malformed("digests too few or too many")
    if EMPTY in listed:
        raise Malformed("an empty subtree written out")
    given = iter(listed)
    return Siblings(tuple(next(given) if flags >> step & 1 else EMPTY for step in range(depth)))


@dataclass(frozen=True)
class Presence(Generic[Entry]):
    """`[1, t, presence]`: an entry, and where it hangs."""

    entry: Entry
    value: bytes
    path: Siblings


@dataclass(frozen=True)
class Absence:
    """`[0, absence]`: the path ends in an empty place, or in a neighbour (key hash, value hash)."""

    path: Siblings
    neighbour: tuple[bytes, bytes] | None


StateProof = Presence[Entry] | Absence


def state_proof(value: cbor.Value, entry: Callable[[cbor.Value], Entry]) -> StateProof[Entry]:
    """`state-proof<t>`, the entry read by `entry`."""
    kind, rest = cbor.variant(value, 0, 1)
    if kind == 0:
        (absence,) = cbor.array(rest, 1)
        path, neighbour = cbor.array(absence, 2)
        return Absence(siblings(path), None if neighbour is None else _pair(neighbour))
    content, path = cbor.array(rest, 2)
    return Presence(entry(content), cbor.encode(content), siblings(path))


def _pair(value: cbor.Value) -> tuple[bytes, bytes]:
    key, content = cbor.array(value, 2)
    return cbor.digest(key), cbor.digest(content)


def check(suite: Suite, proof: StateProof[Entry], key: bytes, root: bytes) -> Entry | None:
    """What `root` has under `key`: the entry, or None where its absence is proved."""
    if isinstance(proof, Presence):
        leaf = leaf_hash(suite, key, suite.digest(proof.value))
        if proof.path.root(suite, key, leaf) != root:
            raise ProofError("the path leads to another root")
        return proof.entry
    here = EMPTY
    if proof.neighbour is not None:
        other, value_hash = proof.neighbour
        depth = len(proof.path.hashes)
        if other == key or any(bit(other, level) != bit(key, level) for level in range(depth)):
            raise ProofError("no neighbour of the key")
        here = leaf_hash(suite, other, value_hash)
    if proof.path.root(suite, key, here) != root:
        raise ProofError("the path leads to another root")
    return None
