"""Scenarios about conflicts (ledger.md, "A conflict"): two certified headers, most of them by one set."""

from __future__ import annotations

from collections.abc import Iterator

from tally import cbor
from tally.certificate import certified_header
from tally.conflict import PURPOSE, place
from tally.hash import Suite

from .scenario import Scenario, Stage
from .world import Block

CONFLICT = "ledger.md, A conflict"
FORM = "verdict.md §6"


def asked(name: str, expect: str, stage: Stage, pair: list[cbor.Value], epoch: int = 0, clause: str = "") -> Scenario:
    """The question about two certified headers, in their order, with the set of an epoch."""
    ordered = sorted(pair, key=lambda one: place(certified_header(one)))
    data = cbor.encode([PURPOSE, stage.world.set_raw(epoch), *ordered])
    return Scenario(name, clause or CONFLICT, expect, data, stage.world.trust(stage.handoffs()), 0)


def forks(suite: Suite) -> Iterator[Scenario]:
    """Pairs that prove something, and pairs that do not. Epoch 0 ends at height 3."""
    stage = Stage(suite)
    world = stage.world
    second, last, after = world.block(), stage.end_epoch(), world.block()

    def forged(height: int, epoch: int = 0, **changes: cbor.Value) -> Block:
        return world.block(changes={"height": height, "epoch": epoch, "set": world.set_hash(epoch), **changes})

    def pair(one: Block, other: Block, round_: int = 0) -> list[cbor.Value]:
        return [world.certified(one), world.certified(other, round_=round_)]

    other_end = forged(3, next=world.set_hash(2))
    yield asked("conflict-one-round", "equivocation", stage, pair(second, forged(2)))
    yield asked("conflict-two-ends-of-one-height", "equivocation", stage, pair(last, other_end))
    yield asked("conflict-two-rounds", "fork", stage, pair(second, forged(2), round_=1))
    yield asked("conflict-past-the-end", "fork", stage, pair(last, forged(9)))
    yield asked("conflict-next-of-another", "fork", stage, pair(second, forged(3)))
    yield asked("conflict-in-the-second-epoch", "fork", stage, pair(after, forged(5, 1)), epoch=1)
    yield asked("conflict-apart", "one_history", stage, pair(stage.first, forged(3)))
    yield asked("conflict-of-two-epochs-apart", "one_history", stage, pair(second, forged(9, 1)))
    yield asked("conflict-one-header", "same_header", stage, pair(second, second, round_=3))
    yield asked("conflict-sets-at-one-height", "different_sets", stage, pair(last, forged(3, 1)))
    yield asked("conflict-sets-of-one-epoch", "different_sets", stage, pair(second, forged(9, set=bytes(32))))
    yield asked("conflict-epochs-descend", "different_sets", stage, pair(after, forged(9)))
    yield asked("conflict-end-not-followed-on", "different_sets", stage, pair(last, forged(4, 1)))
    yield from refused(stage, second, forged(2))


def refused(stage: Stage, one: Block, other: Block) -> Iterator[Scenario]:
    """Forms and certificates that do not hold, and sets that are not the ledger's."""
    world = stage.world
    good = [world.certified(one), world.certified(other)]
    more = [world.certified(one), world.certified(other, more=1)]
    yield asked("conflict-one-signature-more", "certificate_quorum", stage, more)
    yield asked("conflict-by-another-set", "certificate_epoch", stage, good, epoch=1)
    good.sort(key=lambda each: place(certified_header(each)), reverse=True)
    data = cbor.encode([PURPOSE, world.set_raw(0), *good])
    yield Scenario("conflict-descends", FORM, "malformed", data, world.trust(), 0)
    elsewhere = Stage(world.suite, count=5)
    mixed = [world.certified(one), elsewhere.world.certified(elsewhere.first)]
    yield asked("conflict-of-two-ledgers", "ledger_mismatch", stage, mixed)
    made_up = {"set": elsewhere.world.set_hash(0)}
    pair = [world.block(changes={"height": 2, "epoch": 0, **made_up}) for _ in range(2)]
    signed = [world.certified(each, signers=elsewhere.world.sets[0]) for each in pair]
    signed.sort(key=lambda each: place(certified_header(each)))
    data = cbor.encode([PURPOSE, elsewhere.world.set_raw(0), *signed])
    yield Scenario("conflict-of-made-up-keys", FORM, "other_set", data, world.trust(), 0)


def everything(suite: Suite) -> Iterator[Scenario]:
    """All scenarios of this file."""
    yield from forks(suite)
