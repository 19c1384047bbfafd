"""Scenarios about ledgers, hand-offs and certificates (ledger.md, "Finality")."""

from __future__ import annotations

from collections.abc import Iterator

from tally import cbor, ed25519
from tally.hash import Suite
from tally.keys import KeyKind

from .scenario import HANDOFFS, HEAD, SUCCESSION, Scenario, Stage, usual
from .signing import Signer
from .world import START_MS, Block

FINALITY = "ledger.md, Finality"
ORDER_8 = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
"""A point of order 8."""


def staged(suite: Suite) -> tuple[Stage, Block, Block, Block]:
    """A credential at height 2, head at 3; epoch 0 ends at 4, epoch 1 has 5 and 6."""
    stage = Stage(suite)
    stage.credential()
    stage.anchor()
    stage.world.block()
    head = stage.world.block()
    last = stage.end_epoch()
    stage.world.block()
    return stage, head, last, stage.world.block()


def certificates(suite: Suite) -> Iterator[Scenario]:
    """Sets of other sizes and kinds, and certificates that are nearly right."""
    for count in (1, 2, 3, 5, 7, 100):
        stage, head = usual(suite, count=count)
        yield stage.scenario(f"{count}-validators", FINALITY, "valid", stage.proofs(head), head.header.time_ms)
    stage, head = usual(suite)
    now = head.header.time_ms
    world, proofs = stage.world, stage.proofs(head)
    proofs[HEAD] = world.certified(head, round_=2**32 - 1)
    yield stage.scenario("highest-round", "ledger.cddl round", "valid", proofs, now)
    proofs[HEAD] = world.certified(head, more=1)
    yield stage.scenario("one-signature-more", FINALITY, "certificate_quorum", proofs, now)
    raw, (round_, listed) = cbor.array(proofs[HEAD], 2)[0], cbor.array(cbor.array(world.certified(head), 2)[1], 2)
    swapped = cbor.array(listed)
    proofs[HEAD] = [raw, [round_, [swapped[1], swapped[0], swapped[2]]]]
    yield stage.scenario("signers-out-of-order", FINALITY, "certificate_signers", proofs, now)
    proofs[HEAD] = [raw, [1, listed]]
    yield stage.scenario("another-round", FINALITY, "certificate_signature", proofs, now)
    proofs[HEAD] = world.certified(head, signers=[Signer(v.kind, "stranger " + v.name) for v in world.sets[0]])
    yield stage.scenario("strangers-sign", FINALITY, "certificate_signature", proofs, now)
    proofs[HEAD] = world.certified(world.block(changes={"set": bytes(32)}))
    yield stage.scenario("another-set-hash", FINALITY, "certificate_set", proofs, now)
    if suite is Suite.INTL:
        yield from crafted(suite)
        stage, head = usual(suite, kind=KeyKind.P256)
        yield stage.scenario("p256-validators", "design §3", "valid", stage.proofs(head), head.header.time_ms)


def crafted(suite: Suite) -> Iterator[Scenario]:
    """Signatures on which verifiers of Ed25519 are known to differ, by a validator that means to split them."""
    stage, head = usual(suite)
    raw, certificate = cbor.array(stage.world.certified(head), 2)
    round_, listed = cbor.array(certificate, 2)
    first, *others = cbor.array(listed)
    signer = stage.world.sets[0][0]
    vote = cbor.encode(stage.world.precommit(head, signer, cbor.uint(round_)))
    for name, r, torsion in (
        ("nonce-neutral", 0, ""),
        ("nonce-of-small-order", 0, ORDER_8),
        ("nonce-with-a-small-part", 7, ORDER_8),
    ):
        proofs = stage.proofs(head)
        mine: cbor.Value = [0, signer.crafted(vote, r, torsion)]
        proofs[HEAD] = [raw, [round_, [mine, *others]]]
        yield stage.scenario(name, "ledger.md, Signatures", "certificate_signature", proofs, head.header.time_ms)
    proofs = stage.proofs(head)
    good = cbor.octets(cbor.array(first)[1])
    above = (int.from_bytes(good[32:], "little") + ed25519.ORDER).to_bytes(32, "little")
    mine = [0, good[:32] + above]
    proofs[HEAD] = [raw, [round_, [mine, *others]]]
    yield stage.scenario("s-above-the-order", "RFC 8032 §5.1.7", "certificate_signature", proofs, head.header.time_ms)


def superseded(suite: Suite) -> Iterator[Scenario]:
    """Headers of an epoch that has ended."""
    stage, head, last, newest = staged(suite)
    now, world = newest.header.time_ms, stage.world
    proofs = stage.proofs(head)
    yield stage.scenario("superseded", FINALITY, "superseded_epoch", proofs, now)
    proofs[HANDOFFS] = []
    yield stage.scenario("ended-unknown-to-the-client", FINALITY, "valid", proofs, now)
    known = world.trust(stage.handoffs())
    yield stage.scenario("ended-known-from-the-pin", FINALITY, "superseded_epoch", proofs, now, known)
    proofs = stage.proofs(head)
    proofs[SUCCESSION] = world.succession(newest, head)
    yield stage.scenario("succession", FINALITY, "valid", proofs, now)
    inclusion = cbor.array(cbor.array(world.succession(newest, last), 2)[1], 2)
    proofs[SUCCESSION] = [world.certified(newest), inclusion]
    yield stage.scenario("succession-of-another", FINALITY, "history_mismatch", proofs, now)
    ended = world.block(changes={"epoch": 0, "set": world.set_hash(0), "height": last.header.height})
    proofs[SUCCESSION] = world.succession(ended, head)
    yield stage.scenario("succession-by-an-ended-epoch", "verdict.md L5", "superseded_epoch", proofs, now)
    proofs[SUCCESSION], proofs[HANDOFFS] = world.succession(newest, head), []
    yield stage.scenario("succession-by-an-unknown-epoch", "verdict.md L5", "epoch_unknown", proofs, now)
    newer = stage.proofs(newest)
    yield stage.scenario("head-in-the-newest-epoch", FINALITY, "valid", newer, now)
    newer[SUCCESSION] = world.succession(world.block(), newest)
    yield stage.scenario("succession-without-need", "verdict.md L5", "unexpected_part", newer, now)


def beyond(suite: Suite) -> Iterator[Scenario]:
    """Old validators that go on signing, and forks."""
    stage, head, last, newest = staged(suite)
    world = stage.world
    late = world.block(changes={"epoch": 0, "set": world.set_hash(0)})
    proofs, now = stage.proofs(late), late.header.time_ms
    yield stage.scenario("beyond-its-epoch", FINALITY, "beyond_epoch", proofs, now)
    early = world.block(changes={"epoch": 1, "set": world.set_hash(1), "height": last.header.height})
    yield stage.scenario("before-its-epoch", "verdict.md L5", "beyond_epoch", stage.proofs(early), early.header.time_ms)
    fork = world.block(changes={"epoch": 0, "set": world.set_hash(0), "height": last.header.height})
    proofs, now = stage.proofs(fork), fork.header.time_ms
    yield stage.scenario("fork-of-the-last", "verdict.md L5", "superseded_epoch", proofs, now)
    known = world.trust(newest=world.certified(head))
    fork = world.block(changes={"epoch": 0, "set": world.set_hash(0), "height": head.header.height})
    proofs = stage.proofs(fork)
    proofs[HANDOFFS] = []
    yield stage.scenario(
        "fork-of-the-newest", "verdict.md L5", "conflicting_header", proofs, fork.header.time_ms, known
    )
    ends = {"epoch": 0, "set": world.set_hash(0), "next": world.set_hash(1), "height": head.header.height}
    proofs = stage.proofs(newest)
    proofs[HANDOFFS] = [world.handoff(world.block(changes=ends))]
    yield stage.scenario("fork-of-the-newest-by-a-hand-off", "verdict.md L4", "handoff_conflict", proofs, now, known)


def handoffs(suite: Suite) -> Iterator[Scenario]:
    """Hand-offs that do not hold, or not in this order."""
    stage, _, last, head = staged(suite)
    stage.end_epoch()
    head = stage.world.block()
    world, now, proofs = stage.world, head.header.time_ms, stage.proofs(head)
    first, second = stage.handoffs()
    yield stage.scenario("two-hand-offs", FINALITY, "valid", proofs, now)
    for name, clause, steps, expect in (
        ("hand-off-gap", "verdict.md L4", [second], "epoch_unknown"),
        ("hand-offs-reversed", "verdict.md L4", [second, first], "epoch_unknown"),
        ("hand-off-twice", "verdict.md L4", [first, first, second], "handoff_invalid"),
        ("hand-off-by-the-new-set", FINALITY, [world.handoff(last, world.sets[1]), second], "handoff_invalid"),
        ("hand-off-to-another-set", FINALITY, [[world.certified(last), world.set_raw(2)], second], "handoff_invalid"),
        ("hand-off-of-no-last-header", FINALITY, [[world.certified(stage.first), world.set_raw(1)]], "handoff_invalid"),
    ):
        proofs[HANDOFFS] = list(steps)
        yield stage.scenario(name, clause, expect, proofs, now)
    proofs[HANDOFFS] = [second]
    yield stage.scenario("hand-off-from-the-pin", FINALITY, "valid", proofs, now, world.trust([first]))
    other = world.block(changes={"epoch": 0, "set": world.set_hash(0), "next": world.set_hash(1)})
    proofs[HANDOFFS] = [world.handoff(other), second]
    yield stage.scenario("hand-off-of-another-height", FINALITY, "handoff_conflict", proofs, now, world.trust([first]))


def clocks(suite: Suite) -> Iterator[Scenario]:
    """Age and future, to the millisecond."""
    stage, head = usual(suite)
    time, proofs = head.header.time_ms, stage.proofs(head)
    day = 24 * 3600 * 1000
    for name, clause, now, expect in (
        ("a-day-old", "cli.md --max-age", time + day, "valid"),
        ("a-day-and-a-millisecond-old", "cli.md --max-age", time + day + 1, "status_stale"),
        ("five-minutes-ahead", "design §3", time - 300_000, "valid"),
        ("more-than-five-minutes-ahead", "design §3", time - 300_001, "future_header"),
        ("pin-of-400-days", "ledger.md, Finality", START_MS + 400 * day, "status_stale"),
        ("pin-of-400-days-and-a-millisecond", "ledger.md, Finality", START_MS + 400 * day + 1, "pin_too_old"),
    ):
        yield stage.scenario(name, clause, expect, proofs, now)


def everything(suite: Suite) -> Iterator[Scenario]:
    """All scenarios of this file."""
    for group in (certificates, superseded, beyond, handoffs, clocks):
        yield from group(suite)
