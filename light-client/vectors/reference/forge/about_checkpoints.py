"""Scenarios about landmarks and checkpoints (ledger.md, "Finality"): five epochs, the checkpoint ends that of 2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tally import cbor
from tally.hash import Suite
from tally.header import header

from .scenario import HANDOFFS, SUCCESSION, Scenario, Stage, kind_of
from .signing import Signer
from .world import Block

FINALITY = "ledger.md, Finality"
L4, L5, L6 = "verdict.md L4", "verdict.md L5", "verdict.md L6"
FUTURE_MS = 4_000_000_000_000


@dataclass(frozen=True)
class Play:
    """A credential at height 2, `early` at 3; epochs end at heights 4, 6, 8 and 10; then 11 and 12."""

    stage: Stage
    early: Block
    middle: Block
    newest: Block

    @property
    def now_ms(self) -> int:
        """When the newest block is made."""
        return self.newest.header.time_ms

    def pinned(self, epoch: int = 2, newest: cbor.Value = None) -> bytes:
        """The trust store of who has pinned the end of an epoch, and nothing else."""
        world = self.stage.world
        return world.trust(newest=newest, checkpoint=world.checkpoint(self.stage.lasts[epoch]))

    def proofs(self, head: Block, handoffs: list[cbor.Value], by: Block | None = None) -> list[cbor.Value]:
        """Proofs under `head`, with these hand-offs, and a succession by `by`."""
        made = self.stage.proofs(head)
        made[HANDOFFS] = list(handoffs)
        made[SUCCESSION] = None if by is None else self.stage.world.succession(by, head)
        return made

    def borrowed(self, head: Block, handoffs: list[cbor.Value], by: Block | None) -> list[cbor.Value]:
        """As `proofs`; where `by` is not above `head` it cannot have a path, and has the newest block's."""
        if by is None or by.header.height > head.header.height:
            return self.proofs(head, handoffs, by)
        above = self.stage.world.block() if head is self.newest else self.newest
        inclusion = cbor.array(self.stage.world.succession(above, head), 2)[1]
        made = self.proofs(head, handoffs)
        made[SUCCESSION] = [self.stage.world.certified(by), inclusion]
        return made

    def ask(self, name: str, clause: str, expect: str, proofs: list[cbor.Value], trust: bytes | None) -> Scenario:
        """The question, asked when the newest block is made."""
        return self.stage.scenario(name, clause, expect, proofs, self.now_ms, trust)


def play(suite: Suite) -> Play:
    """All that is asked about below."""
    stage = Stage(suite, epochs=5)
    stage.credential()
    stage.anchor()
    stage.world.block()
    early = stage.world.block()
    stage.end_epoch()
    middle = stage.world.block()
    stage.end_epoch()
    for _ in range(2):
        stage.world.block()
        stage.end_epoch()
    stage.world.block()
    return Play(stage, early, middle, stage.world.block())


def last_headers(suite: Suite) -> Iterator[Scenario]:
    """Who has followed all hand-offs, or is given them, has no landmark."""
    one = play(suite)
    lasts, steps = one.stage.lasts, one.stage.handoffs()
    followed = one.stage.world.trust(steps)
    for name, head, by, expect in (
        ("last-header-is-the-head", lasts[0], None, "superseded_epoch"),
        ("last-header-proves-its-own-epoch", one.early, lasts[0], "superseded_epoch"),
        ("last-header-proves-an-earlier-epoch", one.early, lasts[2], "superseded_epoch"),
        ("last-header-with-succession", lasts[0], one.newest, "valid"),
        ("head-with-succession-by-a-last-header", one.newest, lasts[3], "superseded_epoch"),
        ("last-header-before-the-head", one.middle, lasts[0], "superseded_epoch"),
    ):
        proofs = one.borrowed(head, steps, by)
        yield one.ask(name, L5, expect, proofs, None)
        yield one.ask(name + "-followed", L5, expect, proofs, followed)


def landmarks(suite: Suite) -> Iterator[Scenario]:
    """Who has pinned the end of epoch 2, and is given all hand-offs, has one."""
    one = play(suite)
    world, lasts, steps = one.stage.world, one.stage.lasts, one.stage.handoffs()
    for name, head, by, expect in (
        ("landmark-with-succession", lasts[2], one.newest, "valid"),
        ("landmark-by-itself", lasts[2], lasts[2], "history_mismatch"),
        ("landmark-before-the-head", lasts[3], lasts[2], "history_mismatch"),
        ("head-with-succession-by-the-landmark", one.newest, lasts[2], "unexpected_part"),
    ):
        yield one.ask(name, L5, expect, one.borrowed(head, steps, by), one.pinned())
    proofs = one.proofs(one.early, steps, lasts[2])
    pair = cbor.array(proofs[SUCCESSION], 2)
    proofs[SUCCESSION] = [world.certified(lasts[2], world.sets[3]), pair[1]]
    yield one.ask("landmark-signed-by-others", L6, "certificate_signature", proofs, one.pinned())


def checkpoints(suite: Suite) -> Iterator[Scenario]:
    """Which hand-offs a file may bring to who has pinned the end of epoch 2."""
    one = play(suite)
    steps = one.stage.handoffs()
    for name, listed, expect in (
        ("checkpoint-and-on", [3], "valid"),
        ("checkpoint-all-hand-offs", [0, 1, 2, 3], "valid"),
        ("checkpoint-again", [2, 3], "epoch_unknown"),
        ("checkpoint-not-from-the-genesis", [1, 2, 3], "epoch_unknown"),
        ("checkpoint-gap", [0, 2, 3], "epoch_unknown"),
        ("checkpoint-left-out", [0, 1, 3], "epoch_unknown"),
        ("checkpoint-not-reached", [0, 1], "epoch_unknown"),
        ("checkpoint-list-reversed", [3, 0], "handoff_invalid"),
    ):
        proofs = one.proofs(one.newest, [steps[place] for place in listed])
        yield one.ask(name, FINALITY, expect, proofs, one.pinned())
    first = one.proofs(one.newest, steps[1:])
    yield one.ask("checkpoint-of-the-first-epoch", FINALITY, "valid", first, one.pinned(0))
    first = one.proofs(one.newest, steps)
    yield one.ask("checkpoint-of-the-first-epoch-again", FINALITY, "valid", first, one.pinned(0))


def fronts(suite: Suite) -> Iterator[Scenario]:
    """Hand-offs up to the checkpoint that are not those that were: first followed, then compared."""
    one = play(suite)
    world, steps, lasts = one.stage.world, one.stage.handoffs(), one.stage.lasts

    def ended(epoch: int, height: int, signers: list[Signer] | None = None, **changes: cbor.Value) -> cbor.Value:
        parts = {"epoch": epoch, "set": world.set_hash(epoch), "next": world.set_hash(epoch + 1), "height": height}
        return world.handoff(world.block(changes={**parts, **changes}), signers)

    other = ended(2, 7)
    by_another: cbor.Value = [world.certified(lasts[2], world.sets[3]), world.set_raw(3)]
    for name, made, expect in (
        ("checkpoint-conflict", [*steps[:2], other, steps[3]], "handoff_conflict"),
        ("checkpoint-conflict-alone", [other, steps[3]], "epoch_unknown"),
        ("checkpoint-conflict-signed-by-others", [*steps[:2], ended(2, 7, world.sets[3])], "handoff_invalid"),
        ("checkpoint-conflict-too-low", [*steps[:2], ended(2, 5)], "handoff_invalid"),
        ("checkpoint-signed-by-others", [*steps[:2], by_another, steps[3]], "handoff_invalid"),
        ("checkpoint-below-what-leads-there", [steps[0], ended(1, 9), *steps[2:]], "handoff_invalid"),
        ("checkpoint-not-reached-and-above", [steps[0], ended(1, 9)], "epoch_unknown"),
    ):
        yield one.ask(name, FINALITY, expect, one.proofs(one.newest, made), one.pinned())
    for name, epoch, height, expect in (
        ("checkpoint-of-another-ledger", 2, 8, "ledger_mismatch"),
        ("checkpoint-way-of-another-ledger", 1, 6, "ledger_mismatch"),
    ):
        made = [*steps[:epoch], world.handoff(foreign(one, epoch, height))]
        yield one.ask(name, L4, expect, one.proofs(one.newest, made), one.pinned())


def foreign(one: Play, epoch: int, height: int) -> Block:
    """The end of an epoch, by its set, of another ledger."""
    world = one.stage.world
    made = world.block(changes={"epoch": epoch, "height": height, "set": world.set_hash(epoch)})
    core, rest = cbor.array(made.raw, 2)
    fields, parts = cbor.array(core), cbor.array(rest)
    raw: cbor.Value = [[*fields[:2], bytes(32), *fields[3:]], [*parts[:4], world.set_hash(epoch + 1)]]
    return Block(header(raw), raw, made.state, made.log)


def heads(suite: Suite) -> Iterator[Scenario]:
    """Headers of all epochs, for who has pinned the end of epoch 2."""
    one = play(suite)
    world, steps, lasts, newest = one.stage.world, one.stage.handoffs(), one.stage.lasts, one.newest
    for name, head, by, first, expect in (
        ("pinned-head-of-epoch-0", one.early, newest, 3, "valid"),
        ("pinned-head-of-epoch-0-by-the-checkpoint", one.early, lasts[2], 3, "valid"),
        ("pinned-head-of-epoch-0-alone", one.early, None, 3, "superseded_epoch"),
        ("pinned-head-of-epoch-1", one.middle, newest, 3, "epoch_unknown"),
        ("pinned-head-of-epoch-1-with-all", one.middle, newest, 0, "valid"),
        ("pinned-head-of-epoch-1-by-the-checkpoint", one.middle, lasts[2], 0, "valid"),
        ("pinned-head-is-the-checkpoint", lasts[2], None, 3, "epoch_unknown"),
        ("pinned-head-is-the-checkpoint-with-all", lasts[2], None, 0, "valid"),
        ("pinned-head-is-a-last-header", lasts[3], None, 3, "superseded_epoch"),
        ("pinned-head-of-epoch-0-by-an-unknown-epoch", one.early, newest, 4, "epoch_unknown"),
        ("pinned-head-of-epoch-0-by-one-skipped", one.early, lasts[1], 3, "superseded_epoch"),
    ):
        yield one.ask(name, L5, expect, one.proofs(head, steps[first:], by), one.pinned())
    proofs = one.proofs(one.early, steps[3:], lasts[2])
    pair = cbor.array(proofs[SUCCESSION], 2)
    proofs[SUCCESSION] = [[lasts[2].raw, [7, []]], pair[1]]
    yield one.ask("checkpoint-without-signatures", "open: F8", "valid", proofs, one.pinned())
    same = one.proofs(lasts[0], steps[3:], newest)
    yield one.ask("one-file-one-answer-checkpoint", L5, "valid", same, one.pinned())
    yield one.ask("one-file-one-answer-followed", L5, "valid", same, world.trust(steps))
    again = one.proofs(one.early, steps, lasts[2])
    yield one.ask("pinned-ahead-of-the-landmark", "open: F7", "superseded_epoch", again, one.pinned(3))
    late = world.block(changes={"epoch": 0, "set": world.set_hash(0), "height": lasts[2].header.height})
    yield one.ask("epoch-0-beyond-the-checkpoint", "open: F6", "beyond_epoch", one.proofs(late, []), one.pinned())


def fraud(suite: Suite, now_ms: int, invented: bool = False) -> tuple[Stage, Block]:
    """What leaked keys of epoch 0 make years later: their own registry, credential and end of the epoch, now.

    `invented`: they end it to a set of their own, and that ends its epoch to the set that really was of epoch 2.
    """
    stage = Stage(suite, epochs=5)
    if invented:
        stage.world.sets[1] = [Signer(one.kind, "invented " + one.name) for one in stage.world.sets[1]]
    stage.clerk = Signer(kind_of(suite), "fraud")
    stage.world.issuer("office", [(stage.clerk, "urn:example:vct:1", 1, None)])
    stage.credential()
    stage.anchor()
    stage.world.block()
    if invented:
        stage.end_epoch()
    return stage, stage.end_epoch(time_ms=now_ms)


def attacks(suite: Suite) -> Iterator[Scenario]:
    """An end of epoch 0 that never was, to the set that really followed: nothing counts by it."""
    one = play(suite)
    forged, last = fraud(suite, one.now_ms)
    proofs = forged.proofs(last)
    for name, clause, expect, first, trust in (
        ("leaked-keys-for-the-checkpoint", L5, "superseded_epoch", 0, one.pinned()),
        ("leaked-keys-for-the-genesis", L5, "superseded_epoch", 0, None),
        ("leaked-keys-for-one-who-followed", L4, "handoff_conflict", 0, one.stage.world.trust(one.stage.handoffs())),
        ("leaked-keys-without-hand-offs", L5, "superseded_epoch", 9, one.pinned()),
    ):
        steps = [*forged.handoffs(), *one.stage.handoffs()[1:]]
        proofs[HANDOFFS] = list(steps[first:])
        yield forged.scenario(name, clause, expect, proofs, one.now_ms, trust)
    invented, last_of_none = fraud(suite, one.now_ms, invented=True)
    made = invented.proofs(last_of_none)
    made[HANDOFFS] = [*invented.handoffs(), *one.stage.handoffs()[2:]]
    yield invented.scenario("leaked-keys-and-a-set-of-none", L5, "superseded_epoch", made, one.now_ms, one.pinned())
    followed = one.stage.world.trust([*forged.handoffs(), *one.stage.handoffs()[1:]])
    proofs[HANDOFFS] = []
    yield forged.scenario("leaked-keys-once-believed", L5, "superseded_epoch", proofs, one.now_ms, followed)


def stores(suite: Suite) -> Iterator[Scenario]:
    """Trust stores that hold and that do not."""
    one = play(suite)
    world, lasts, steps = one.stage.world, one.stage.lasts, one.stage.handoffs()
    fine, raw = one.proofs(one.newest, steps[3:]), cbor.array(world.checkpoint(lasts[2]))
    skewed = world.block(changes={"height": 8, "epoch": 2, "set": world.set_hash(2), "next": world.set_hash(4)})
    beside = world.block(changes={"height": 8, "epoch": 2, "set": world.set_hash(2)})
    of_another = world.block(changes={"height": 4, "epoch": 0, "set": world.set_hash(2), "next": world.set_hash(1)})
    pinned = world.checkpoint(lasts[2])
    for name, expect, trust in (
        ("store-checkpoint-of-another-first-set", "not_used", world.trust(checkpoint=world.checkpoint(of_another))),
        ("store-newest", "valid", world.trust(steps[3:], world.certified(one.newest), pinned)),
        ("store-checkpoint-again", "not_used", world.trust(steps[2:], checkpoint=pinned)),
        ("store-set-not-named", "not_used", world.trust(checkpoint=[raw[0], raw[1], world.set_raw(4)])),
        ("store-no-last-header", "not_used", world.trust(checkpoint=[raw[0], one.middle.raw, world.set_raw(2)])),
        ("store-set-of-a-later-epoch", "not_used", world.trust(checkpoint=[raw[0], skewed.raw, world.set_raw(4)])),
        ("store-newest-of-an-ended-epoch", "not_used", world.trust(steps, world.certified(one.middle))),
        ("store-newest-is-a-last-header", "not_used", world.trust(steps, world.certified(lasts[1]))),
        ("store-newest-beside-a-last-header", "not_used", world.trust(steps, world.certified(beside))),
        ("store-newest-of-an-unknown-epoch", "not_used", one.pinned(newest=world.certified(one.middle))),
        ("store-from-the-genesis", "not_used", world.trust(steps, checkpoint=pinned)),
        ("store-hand-offs-end-too-early", "not_used", world.trust(steps[:2], checkpoint=pinned)),
    ):
        yield one.ask(name, FINALITY, expect, fine, trust)
    yield from ages(one, fine)


def ages(one: Play, fine: list[cbor.Value]) -> Iterator[Scenario]:
    """Pins that should be too old, ten years later: header and signatures are old keys', or nobody's."""
    world, steps, lasts = one.stage.world, one.stage.handoffs(), one.stage.lasts
    forged = world.block(time_ms=FUTURE_MS, changes={"height": 2, "epoch": 0, "set": world.set_hash(0)})
    ends = {"height": 10, "epoch": 3, "set": world.set_hash(3), "next": world.set_hash(4)}
    ahead = world.block(time_ms=FUTURE_MS, changes=ends)
    alone = one.proofs(one.newest, [])
    later = one.now_ms + 10 * 365 * 24 * 3600 * 1000
    core, rest = cbor.array(lasts[2].raw, 2)
    fields = cbor.array(core)
    touched: cbor.Value = ["tally/checkpoint/1", [[*fields[:5], FUTURE_MS, *fields[6:]], rest], world.set_raw(3)]
    learned = world.trust([*steps[:3], world.handoff(ahead)])
    yield one.stage.scenario("age-of-a-hand-off-ahead", "open: F5", "status_stale", alone, later, learned)
    recent = world.block(time_ms=later, changes={"height": 9, "epoch": 3, "set": world.set_hash(3)})
    heard = world.trust(steps[:3], world.certified(recent))
    # The file's own hand-off is ten years old: it makes the pin no younger, and no older.
    yield one.stage.scenario("age-of-a-newest-whose-epoch-ends", FINALITY, "status_stale", fine, later, heard)
    for name, clause, expect, trust in (
        ("age-of-the-checkpoint", FINALITY, "pin_too_old", one.pinned()),
        ("age-of-a-checkpoint-touched", "open: F3", "status_stale", world.trust(checkpoint=touched)),
        ("age-of-a-newest-by-old-keys", FINALITY, "not_used", world.trust(steps, world.certified(forged))),
    ):
        yield one.stage.scenario(name, clause, expect, fine, later, trust)


def everything(suite: Suite) -> Iterator[Scenario]:
    """All scenarios of this file."""
    for group in (last_headers, landmarks, checkpoints, fronts, heads, attacks, stores):
        yield from group(suite)
