"""Many keys of one state tree at once (ledger.md, "Many keys at once")."""

from __future__ import annotations

from dataclasses import dataclass

from . import cbor
from .errors import Malformed, ProofError
from .hash import Suite
from .state import EMPTY, MAX_DEPTH, bit, leaf_hash, node_hash


@dataclass(frozen=True)
class StateBatch:
    """`state-batch = [steps, bytes, [* digest]]`, the steps unpacked."""

    steps: tuple[int, ...]
    digests: tuple[bytes, ...]


def state_batch(value: cbor.Value) -> StateBatch:
    """Reads a batch: two bits a step, the first in the lowest bits of a byte, unused bits clear."""
    count_value, packed_value, listed = cbor.array(value, 3)
    count = cbor.uint(count_value)
    packed = cbor.octets(packed_value, (count + 3) // 4)
    if count % 4 and packed[-1] >> 2 * (count % 4):
        raise Malformed("unused bits are set")
    steps = tuple(packed[step // 4] >> 2 * (step % 4) & 3 for step in range(count))
    return StateBatch(steps, tuple(cbor.digest(item) for item in cbor.array(listed)))


def check(suite: Suite, batch: StateBatch, keys: list[bytes], values: list[bytes | None], root: bytes) -> None:
    """Checks that `root` has exactly `values` under `keys`, which ascend strictly."""
    if len(keys) != len(values) or any(left >= right for left, right in zip(keys, keys[1:])):
        raise ProofError("keys that do not ascend, or values that do not match them")
    walk = _Walk(suite, batch, dict(zip(keys, values)))
    found = walk.subtree(keys, 0)
    if walk.step != len(batch.steps) or walk.digest != len(batch.digests):
        raise ProofError("steps or digests are left over")
    if found != root:
        raise ProofError("the walk leads to another root")


class _Walk:
    """The walk from the root, left before right."""

    def __init__(self, suite: Suite, batch: StateBatch, values: dict[bytes, bytes | None]) -> None:
        self.suite = suite
        self.batch = batch
        self.values = values
        self.step = 0
        self.digest = 0

    def next_step(self) -> int:
        if self.step == len(self.batch.steps):
            raise ProofError("steps too few")
        self.step += 1
        return self.batch.steps[self.step - 1]

    def next_digest(self) -> bytes:
        if self.digest == len(self.batch.digests):
            raise ProofError("digests too few")
        self.digest += 1
        return self.batch.digests[self.digest - 1]

    def subtree(self, keys: list[bytes], level: int) -> bytes:
        """The hash of the subtree to which `keys` lead."""
        step = self.next_step()
        if not keys:
            return self.elsewhere(step)
        present = [key for key in keys if self.values[key] is not None]
        match step:
            case 0:
                return self.absent(present, EMPTY)
            case 1:
                return self.leaf(present)
            case 2:
                return self.absent(present, self.neighbour(keys, level))
        if level == MAX_DEPTH:
            raise ProofError("deeper than a key is long")
        left = self.subtree([key for key in keys if not bit(key, level)], level + 1)
        right = self.subtree([key for key in keys if bit(key, level)], level + 1)
        return node_hash(self.suite, left, right)

    def elsewhere(self, step: int) -> bytes:
        if step > 1:
            raise ProofError("a subtree opened where no key leads")
        if step == 0:
            return EMPTY
        digest = self.next_digest()
        if digest == EMPTY:
            raise ProofError("an empty subtree written out")
        return digest

    def absent(self, present: list[bytes], here: bytes) -> bytes:
        if present:
            raise ProofError("a value where there is none")
        return here

    def leaf(self, present: list[bytes]) -> bytes:
        value = self.values[present[0]] if len(present) == 1 else None
        if value is None:
            raise ProofError("a leaf of no key, or of several")
        return leaf_hash(self.suite, present[0], self.suite.digest(value))

    def neighbour(self, keys: list[bytes], level: int) -> bytes:
        other, value_hash = self.next_digest(), self.next_digest()
        strays = any(bit(other, above) != bit(keys[0], above) for above in range(level))
        if strays or other in keys:
            raise ProofError("no neighbour of these keys")
        return leaf_hash(self.suite, other, value_hash)
