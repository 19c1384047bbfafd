"""A small ledger, block by block, of which bundles are made."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from tally import cbor, merkle
from tally.hash import Suite
from tally.header import Header, header, validator_set
from tally.keys import KeyKind
from tally.record import evidence_key, issuer_key, status_key
from tally.state import Namespace, roots

from . import trees
from .signing import Signer

START_MS = 1_790_000_000_000
RIGHT = tuple[Signer, str, int, int | None]


@dataclass
class Block:
    """A header and what was under its roots."""

    header: Header
    raw: cbor.Value
    state: dict[int, trees.Tree]
    log: list[bytes]


@dataclass
class World:
    """A ledger of `suite` whose epochs have the validators of `sets`."""

    suite: Suite
    sets: list[list[Signer]]
    blocks: list[Block] = field(default_factory=list)
    log: list[bytes] = field(default_factory=list)
    state: dict[int, trees.Tree] = field(default_factory=lambda: {int(space): {} for space in Namespace})
    epoch: int = 0

    def set_raw(self, epoch: int) -> cbor.Value:
        """`validator-set`."""
        listed: list[cbor.Value] = [[f"agency-{n:03d}", one.public.wire] for n, one in enumerate(self.sets[epoch])]
        return [1, epoch, listed]

    @property
    def genesis(self) -> cbor.Value:
        """`genesis`, every validator a member."""
        first = self.set_raw(0)
        return [1, int(self.suite), "forged ledger", 1, START_MS, cbor.array(first)[2], first]

    @property
    def ledger(self) -> bytes:
        """The ledger's id."""
        return self.suite.tagged("tally/genesis/1", cbor.encode(self.genesis))

    def set_hash(self, epoch: int) -> bytes:
        """H("tally/validator-set/1", …)."""
        return validator_set(self.set_raw(epoch)).hash(self.suite)

    def put(self, namespace: Namespace, key: bytes, value: cbor.Value) -> None:
        """Writes an entry, to be under the next block's root."""
        self.state[namespace][key] = cbor.encode(value)

    def block(
        self, last: bool = False, time_ms: int | None = None, changes: dict[str, cbor.Value] | None = None
    ) -> Block:
        """The next block; `last` of its epoch, then the next set signs. `changes` forge parts of its header."""
        height = len(self.blocks) + 1
        parts: dict[str, cbor.Value] = {
            "height": height,
            "epoch": self.epoch,
            "time": START_MS + 1000 * height if time_ms is None else time_ms,
            "set": self.set_hash(self.epoch),
            "next": self.set_hash(self.epoch + 1) if last else None,
        }
        parts.update(changes or {})
        log_root = merkle.root(self.suite, "tally/log-node/1", "tally/log-empty/1", self.log)
        history = merkle.root(self.suite, "tally/history-node/1", "tally/history-empty/1", self.history(height))
        state_root = roots(self.roots_raw(self.state)).state_root(self.suite)
        previous = self.blocks[-1].header.hash if self.blocks else bytes(32)
        body = self.suite.tagged("tally/body-empty/1")
        core: list[cbor.Value] = [1, int(self.suite), self.ledger, parts["height"], parts["epoch"], parts["time"]]
        core += [len(self.log), log_root, parts["set"]]
        raw: cbor.Value = [core, [previous, body, state_root, history, parts["next"]]]
        made = Block(header(raw), raw, copy.deepcopy(self.state), list(self.log))
        self.blocks.append(made)
        self.epoch += last
        return made

    def history(self, height: int) -> list[bytes]:
        """The leaves of all headers before `height`."""
        hashes = [block.header.hash for block in self.blocks[: height - 1]]
        return [self.suite.tagged("tally/history-leaf/1", one) for one in hashes]

    def roots_raw(self, of: dict[int, trees.Tree]) -> cbor.Value:
        """`roots`."""
        return [trees.root(self.suite, of[space]) for space in Namespace]

    def certified(
        self, block: Block, signers: list[Signer] | None = None, round_: int = 0, more: int = 0
    ) -> cbor.Value:
        """`certified-header` by a quorum of the block's epoch (or of `signers`), `more` than needed."""
        by = self.sets[block.header.epoch] if signers is None else signers
        needed = 2 * len(by) // 3 + 1 + more
        listed: list[cbor.Value] = []
        for place, signer in enumerate(by[:needed]):
            listed.append([place, signer.sign(cbor.encode(self.precommit(block, signer, round_)))])
        return [block.raw, [round_, listed]]

    def precommit(self, block: Block, signer: Signer, round_: int) -> cbor.Value:
        """`precommit`, the signer's own."""
        head, key_id = block.header, signer.public.key_id(self.suite)
        return ["tally/precommit/1", head.ledger, head.height, round_, head.hash, key_id]

    def handoff(self, block: Block, signers: list[Signer] | None = None) -> cbor.Value:
        """`handoff` by the last block of its epoch."""
        return [self.certified(block, signers), self.set_raw(block.header.epoch + 1)]

    def succession(self, newest: Block, old: Block) -> cbor.Value:
        """`succession`."""
        leaves = self.history(newest.header.height)
        proof = trees.inclusion(self.suite, "tally/history-node/1", leaves, old.header.height - 1)
        return [self.certified(newest), proof]

    def checkpoint(self, block: Block) -> cbor.Value:
        """`checkpoint` at the last block of its epoch."""
        return ["tally/checkpoint/1", block.raw, self.set_raw(block.header.epoch + 1)]

    def trust(
        self, handoffs: list[cbor.Value] | None = None, newest: cbor.Value = None, checkpoint: cbor.Value = None
    ) -> bytes:
        """A `trust-store` of this ledger alone."""
        pinned: list[cbor.Value] = [self.genesis] if checkpoint is None else [self.genesis, checkpoint]
        return cbor.encode(["tally/trust/1", 1, [[*pinned, list(handoffs or []), newest]]])

    # Entries.

    def issuer(self, name: str, rights: list[RIGHT]) -> None:
        """Registers an issuer."""
        listed: list[cbor.Value] = [[key.public.wire, kind, first, end] for key, kind, first, end in rights]
        entry: cbor.Value = [1, self.ledger, 2, 1, ["机构 " + name, "Agency " + name], listed]
        self.put(Namespace.REGISTRY, issuer_key(self.suite, self.ledger, name), entry)

    def status(self, issuer: str, digest: bytes, standing: int, effective_ms: int, at: tuple[int, int]) -> None:
        """Records a standing at (height, time)."""
        entry: cbor.Value = [1, self.ledger, 4, 1, standing, 4, "law 11", 1, issuer, *at, effective_ms]
        self.put(Namespace.STATUS, status_key(self.suite, self.ledger, issuer, digest), entry)

    def prove(self, block: Block, namespace: Namespace, key: bytes) -> cbor.Value:
        """`state-proof` under a block."""
        return trees.proof(self.suite, block.state[namespace], key)

    def prove_issuer(self, block: Block, name: str) -> cbor.Value:
        """The registry's proof."""
        return self.prove(block, Namespace.REGISTRY, issuer_key(self.suite, self.ledger, name))

    def prove_status(self, block: Block, name: str, digest: bytes) -> cbor.Value:
        """The status tree's proof."""
        return self.prove(block, Namespace.STATUS, status_key(self.suite, self.ledger, name, digest))

    def prove_evidence(self, block: Block, digest: bytes) -> cbor.Value:
        """The evidence tree's proof."""
        return self.prove(block, Namespace.EVIDENCE, evidence_key(self.suite, self.ledger, digest))


def validators(suite: Suite, epoch: int, count: int, kind: KeyKind | None = None) -> list[Signer]:
    """Fresh validators of one epoch."""
    chosen = kind or (KeyKind.SM2 if suite is Suite.SM else KeyKind.ED25519)
    return [Signer(chosen, f"validator {epoch} {n}") for n in range(count)]
