"""Trees whole, with proofs out of them: what `tally.merkle` and `tally.state` check."""

from __future__ import annotations

from tally import cbor, merkle
from tally.hash import Suite
from tally.state import EMPTY, bit, leaf_hash, node_hash

Tree = dict[bytes, bytes]
"""Values (as CBOR) by key hash."""


def path(suite: Suite, node_tag: str, leaves: list[bytes], index: int) -> list[bytes]:
    """PATH(m, D_n) of RFC 9162 §2.1.3.1, the leaf's own sibling first."""
    if len(leaves) == 1:
        return []
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    left, right = leaves[:split], leaves[split:]
    if index < split:
        return [*path(suite, node_tag, left, index), merkle.root(suite, node_tag, "", right)]
    return [*path(suite, node_tag, right, index - split), merkle.root(suite, node_tag, "", left)]


def inclusion(suite: Suite, node_tag: str, leaves: list[bytes], index: int) -> cbor.Value:
    """`inclusion`."""
    siblings: list[cbor.Value] = list(path(suite, node_tag, leaves, index))
    return [index, siblings]


def _leaf(suite: Suite, tree: Tree, key: bytes) -> bytes:
    return leaf_hash(suite, key, suite.digest(tree[key]))


def _hash(suite: Suite, tree: Tree, keys: list[bytes], level: int) -> bytes:
    if not keys:
        return EMPTY
    if len(keys) == 1:
        return _leaf(suite, tree, keys[0])
    sides = [[key for key in keys if bit(key, level) == turn] for turn in (0, 1)]
    return node_hash(suite, *(_hash(suite, tree, side, level + 1) for side in sides))


def root(suite: Suite, tree: Tree) -> bytes:
    """The root of a state tree."""
    return _hash(suite, tree, list(tree), 0)


def proof(suite: Suite, tree: Tree, key: bytes) -> cbor.Value:
    """`state-proof` of the key's value, or of its absence."""
    keys, level = list(tree), 0
    siblings: list[bytes] = []
    while len(keys) > 1:
        other = [one for one in keys if bit(one, level) != bit(key, level)]
        keys = [one for one in keys if bit(one, level) == bit(key, level)]
        siblings.insert(0, _hash(suite, tree, other, level + 1))
        level += 1
    flags = sum(int(sibling != EMPTY) << place for place, sibling in enumerate(siblings))
    listed: list[cbor.Value] = [sibling for sibling in siblings if sibling != EMPTY]
    shown: cbor.Value = [level, flags.to_bytes((level + 7) // 8, "little"), listed]
    if keys == [key]:
        return [1, cbor.decode(tree[key]), shown]
    return [0, [shown, [keys[0], suite.digest(tree[keys[0]])] if keys else None]]


def batch(suite: Suite, tree: Tree, keys: list[bytes]) -> cbor.Value:
    """`state-batch` for strictly ascending keys."""
    steps: list[int] = []
    digests: list[cbor.Value] = []

    def walk(here: list[bytes], asked: list[bytes], level: int) -> None:
        if not asked:
            steps.append(1 if here else 0)
            digests.extend([_hash(suite, tree, here, level)] if here else [])
        elif len(here) > 1:
            steps.append(3)
            for turn in (0, 1):
                sides = [[key for key in some if bit(key, level) == turn] for some in (here, asked)]
                walk(sides[0], sides[1], level + 1)
        elif not here:
            steps.append(0)
        elif here[0] in asked:
            steps.append(1)
        else:
            steps.append(2)
            digests.extend([here[0], suite.digest(tree[here[0]])])

    walk(list(tree), keys, 0)
    packed = sum(step << 2 * place for place, step in enumerate(steps))
    return [len(steps), packed.to_bytes((len(steps) + 3) // 4, "little"), digests]
