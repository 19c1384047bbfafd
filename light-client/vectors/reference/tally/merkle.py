"""Trees of the shape of RFC 9162 §2.1.1 and inclusion in them, §2.1.3 (ledger.md, "Hash")."""

from __future__ import annotations

from dataclasses import dataclass

from . import cbor
from .errors import ProofError
from .hash import Suite


@dataclass(frozen=True)
class Inclusion:
    """`inclusion = [index, path]`: siblings, the leaf's own first."""

    index: int
    path: tuple[bytes, ...]


MAX_PATH = 64


def inclusion(value: cbor.Value) -> Inclusion:
    """Reads an inclusion proof."""
    index, path = cbor.array(value, 2)
    return Inclusion(cbor.uint(index), tuple(cbor.digest(item) for item in cbor.listed(path, MAX_PATH)))


def root(suite: Suite, node_tag: str, empty_tag: str, leaves: list[bytes]) -> bytes:
    """The root over hashed leaves. Level by level: a lonely last node moves up as it is."""
    if not leaves:
        return suite.tagged(empty_tag)
    level = leaves
    while len(level) > 1:
        pairs = [suite.tagged(node_tag, left, right) for left, right in zip(level[::2], level[1::2])]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0]


def check_inclusion(suite: Suite, node_tag: str, proof: Inclusion, size: int, leaf: bytes, expected: bytes) -> None:
    """Checks that `leaf` is at `proof.index` of the tree of `size` leaves under `expected`."""
    if lead(suite, node_tag, proof, size, leaf) != expected:
        raise ProofError("the path leads to another root")


def lead(suite: Suite, node_tag: str, proof: Inclusion, size: int, leaf: bytes) -> bytes:
    """The root to which `leaf` leads from `proof.index` of a tree of `size` leaves (§2.1.3.2)."""
    place, last = proof.index, size - 1
    if place > last:
        raise ProofError("the index is not below the size")
    here = leaf
    for sibling in proof.path:
        if last == 0:
            raise ProofError("the path is too long")
        if place & 1 or place == last:
            here = suite.tagged(node_tag, sibling, here)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            here = suite.tagged(node_tag, here, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofError("the path is too short")
    return here


def path_length(index: int, size: int) -> int:
    """How many siblings PATH(m, D_n) has (§2.1.3.1)."""
    if index >= size:
        raise ProofError("the index is not below the size")
    length = 0
    while size > 1:
        split = 1 << (size - 1).bit_length() - 1
        index, size = (index, split) if index < split else (index - split, size - split)
        length += 1
    return length
