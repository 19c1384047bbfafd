"""One question to a verifier, with the answer that the specification gives, and the parts it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tally import cbor
from tally.hash import Suite
from tally.keys import KeyKind

from .papers import TYPE, Anchored, anchor_credential, digest_of, make_credential
from .signing import Signer
from .world import Block, World, validators


@dataclass(frozen=True)
class Scenario:
    """Input, trust and clock; the expected headline, and broken rule; the clause that settles it, or "open"."""

    name: str
    clause: str
    expect: str
    data: bytes
    trust: bytes
    now_ms: int
    rule: str | None = None


Maker = Callable[[Suite], Scenario]


def kind_of(suite: Suite) -> KeyKind:
    """The usual kind of key."""
    return KeyKind.SM2 if suite is Suite.SM else KeyKind.ED25519


class Stage:
    """A ledger of some epochs on which `clerk` of `office` may issue, and one credential."""

    def __init__(self, suite: Suite, count: int = 4, kind: KeyKind | None = None, epochs: int = 3) -> None:
        self.suite = suite
        self.world = World(suite, [validators(suite, epoch, count, kind) for epoch in range(epochs)])
        self.clerk = Signer(kind_of(suite), "clerk")
        self.world.issuer("office", [(self.clerk, TYPE, 1, None)])
        self.first = self.world.block()
        self.text = ""
        self.anchored: Anchored | None = None
        self.lasts: list[Block] = []

    def credential(self, **options: Any) -> bytes:
        """Issues the credential that bundles will carry; its digest."""
        self.text = make_credential(self.world, options.pop("signer", self.clerk), **options)
        return digest_of(self.world, self.text)

    def anchor(self, **forged: Any) -> None:
        """Anchors it at the next block."""
        self.anchored = anchor_credential(self.world, forged.pop("by", self.clerk), self.text, **forged)

    def end_epoch(self, **options: Any) -> Block:
        """The last block of an epoch."""
        block = self.world.block(last=True, **options)
        self.lasts.append(block)
        return block

    def handoffs(self, upto: int | None = None) -> list[cbor.Value]:
        """Hand-offs of the epochs that have ended."""
        return [self.world.handoff(block) for block in self.lasts[:upto]]

    def proofs(self, block: Block, issuer: str = "office") -> list[cbor.Value]:
        """All proofs of the credential under `block`, to be changed as a scenario wants."""
        made = digest_of(self.world, self.text)
        return [
            1,
            self.world.ledger,
            self.world.certified(block),
            list(self.handoffs()),
            None,
            self.world.roots_raw(block.state),
            None if self.anchored is None else self.anchored.origin(self.world, block),
            self.world.prove_issuer(block, issuer),
            self.world.prove_status(block, issuer, made),
            None,
        ]

    def bundle(self, proofs: list[cbor.Value]) -> bytes:
        """The credential with `proofs`."""
        return cbor.encode(["tally/bundle/1", [1, self.text], proofs])

    def scenario(
        self, name: str, clause: str, expect: str, proofs: list[cbor.Value], now_ms: int, trust: bytes | None = None
    ) -> Scenario:
        """The question."""
        return Scenario(name, clause, expect, self.bundle(proofs), trust or self.world.trust(), now_ms)


HEAD, HANDOFFS, SUCCESSION, ROOTS, ORIGIN, ISSUER, STATUS, INVOICE = range(2, 10)
"""Places in `proofs`."""


def usual(suite: Suite, **options: Any) -> tuple[Stage, Block]:
    """A credential anchored at height 2 under a head at height 3, all in epoch 0."""
    stage = Stage(suite, **options)
    stage.credential()
    stage.anchor()
    stage.world.block()
    return stage, stage.world.block()
