"""Pins, hand-offs, and whether a header counts (ledger.md, "Finality").

A `Ledger` is what a client believes of one ledger: the sets of all epochs that it can follow from
the genesis, and the last header of each epoch that has ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from . import cbor, merkle
from .certificate import Certificate, CertifiedHeader, Finalized, FinalizedCore, certified_header, check, check_core
from .errors import Invalid, Malformed, ProofError, Undetermined
from .hash import Suite
from .header import Core, Genesis, Header, ValidatorSet, genesis, validator_set


MAX_HANDOFFS = 10_000
MAX_LEDGERS = 1_000
MAX_STORE = 16 * 1024 * 1024


@dataclass(frozen=True)
class Handoff:
    """`handoff = [last, next-set]`: an epoch's last header, and the set that follows."""

    last: CertifiedHeader
    next_set: ValidatorSet


@dataclass(frozen=True)
class Succession:
    """`succession = [newest, inclusion]`: an older header is a leaf of a newest one's history."""

    newest: CertifiedHeader
    inclusion: merkle.Inclusion


def handoff(value: cbor.Value) -> Handoff:
    """Reads a hand-off."""
    last, next_set = cbor.array(value, 2)
    return Handoff(certified_header(last), validator_set(next_set))


def handoffs(value: cbor.Value) -> tuple[Handoff, ...]:
    """Reads a list of hand-offs."""
    return tuple(handoff(item) for item in cbor.listed(value, MAX_HANDOFFS))


def succession(value: cbor.Value) -> Succession:
    """Reads a succession."""
    newest, path = cbor.array(value, 2)
    return Succession(certified_header(newest), merkle.inclusion(path))


@dataclass(frozen=True)
class Ledger:
    """One ledger as far as it is known: set *e* signs epoch *e*; `last[e]` ended it."""

    genesis: Genesis
    sets: tuple[ValidatorSet, ...]
    last: tuple[Header, ...] = ()
    newest: Header | None = None

    @property
    def suite(self) -> Suite:
        """The ledger's suite."""
        return self.genesis.suite

    @property
    def pinned_ms(self) -> int:
        """The newest signed time that the pin itself vouches for."""
        return max([self.genesis.time_ms] + [h.time_ms for h in (*self.last[-1:], *filter(None, [self.newest]))])

    def follow(self, steps: tuple[Handoff, ...]) -> Ledger:
        """The ledger with `steps` followed, ascending, each checked by the set before it."""
        known, before = self, -1
        for step in steps:
            if step.last.header.epoch <= before:
                raise Invalid("handoff_invalid")
            known, before = known._follow_one(step), step.last.header.epoch
        return known

    def _follow_one(self, step: Handoff) -> Ledger:
        header = step.last.header
        if header.epoch < len(self.last):
            if header.hash != self.last[header.epoch].hash:
                raise Invalid("handoff_conflict")
            # Followed already; but any quorum may have signed it, and no byte goes unchecked.
            self._certified_step(step)
            return self
        if header.ledger != self.genesis.ledger:
            raise Invalid("ledger_mismatch")
        if header.epoch > len(self.last):
            # One before it is missing, which says nothing against the file.
            raise Undetermined("epoch_unknown")
        self._certified_step(step)
        if not self._spans(header):
            raise Invalid("handoff_invalid")
        if self.newest is not None and self.newest.epoch == header.epoch and self._ends_before_newest(header):
            raise Invalid("handoff_conflict")
        return replace(self, sets=(*self.sets, step.next_set), last=(*self.last, header))

    def _ends_before_newest(self, last: Header) -> bool:
        """Whether the epoch's last header contradicts the newest that the trust store has."""
        newest = self.newest
        return newest is not None and (newest.height > last.height or self.contradicts(last))

    def _certified_step(self, step: Handoff) -> None:
        """Whatever is wrong with a hand-off's set or certificate makes the hand-off invalid."""
        header = step.last.header
        if step.next_set.epoch != header.epoch + 1 or header.next_set_hash != step.next_set.hash(header.suite):
            raise Invalid("handoff_invalid")
        try:
            check(step.last, self.sets[header.epoch])
        except Invalid:
            raise Invalid("handoff_invalid") from None

    def _spans(self, header: Core) -> bool:
        """Whether the height lies in the header's epoch: above the one before, not above its own last."""
        if header.epoch > 0 and header.height <= self.last[header.epoch - 1].height:
            return False
        return header.epoch >= len(self.last) or header.height <= self.last[header.epoch].height

    def certify(self, certified: CertifiedHeader) -> Finalized:
        """The header, certified by the set of its own epoch and within that epoch."""
        header = certified.header
        if header.ledger != self.genesis.ledger or header.suite is not self.suite:
            raise Invalid("ledger_mismatch")
        if header.epoch >= len(self.sets):
            raise Undetermined("epoch_unknown")
        if not self._spans(header):
            raise Invalid("beyond_epoch")
        return check(certified, self.sets[header.epoch])

    def accept_core(self, head: Core, certificate: Certificate) -> FinalizedCore:
        """The first part of a header that counts: of the newest epoch, and no other of its height."""
        if not self._spans(head):
            raise Invalid("beyond_epoch")
        finalized = check_core(head, certificate, self.sets[head.epoch])
        if head.epoch != len(self.sets) - 1:
            raise Undetermined("superseded_epoch")
        if self.contradicts(head):
            raise Invalid("conflicting_header")
        return finalized

    def accept(self, head: CertifiedHeader, proof: Succession | None) -> Finalized:
        """The header if it counts: of the newest epoch, or in the history of one that is."""
        finalized = self.certify(head)
        newest = len(self.sets) - 1
        if proof is None:
            if head.header.epoch != newest:
                raise Undetermined("superseded_epoch")
            return finalized
        header = proof.newest.header
        if header.epoch > newest:
            # The hand-off to that epoch is missing.
            raise Undetermined("epoch_unknown")
        if head.header.epoch == newest:
            raise Invalid("unexpected_part")
        if header.epoch < newest:
            # Once it was the newest, and proved what it should.
            raise Undetermined("superseded_epoch")
        check(proof.newest, self.sets[newest])
        if header.ledger != self.genesis.ledger:
            raise Invalid("ledger_mismatch")
        if not self._spans(header):
            raise Invalid("beyond_epoch")
        self._in_history(head.header, header, proof.inclusion)
        return finalized

    def contradicts(self, header: Core) -> bool:
        """Whether it is another header of the height of the newest that the trust store has."""
        return self.newest is not None and self.newest.height == header.height and self.newest.hash != header.hash

    def _in_history(self, header: Header, newest: Header, proof: merkle.Inclusion) -> None:
        """Leaf *i* of a header's history is the header of height *i* + 1; itself is not among them."""
        leaf = self.suite.tagged("tally/history-leaf/1", header.hash)
        if proof.index != header.height - 1:
            raise Invalid("history_mismatch")
        try:
            merkle.check_inclusion(
                self.suite, "tally/history-node/1", proof, newest.height - 1, leaf, newest.history_root
            )
        except ProofError:
            raise Invalid("history_mismatch") from None


@dataclass(frozen=True)
class TrustStore:
    """`trust-store`: the ledgers that a client knows, by their ids."""

    ledgers: dict[bytes, Ledger]


def trust_store(data: bytes) -> TrustStore:
    """Reads a trust store and checks what it says to have learned since each genesis."""
    if len(data) > MAX_STORE:
        raise Malformed("longer than a reader takes")
    purpose, profile, listed = cbor.array(cbor.decode(data), 3)
    cbor.exactly(purpose, "tally/trust/1")
    takes_demo = cbor.uint(profile, 0, 1) == 1
    ledgers: dict[bytes, Ledger] = {}
    for item in cbor.listed(listed, MAX_LEDGERS):
        first, steps, newest = cbor.array(item, 3)
        origin = genesis(first)
        if origin.demo and not takes_demo:
            raise Malformed("a demonstration ledger in a production store")
        ledger = Ledger(origin, (origin.validators,)).follow(handoffs(steps))
        if newest is not None:
            head = certified_header(newest)
            if head.header.epoch != len(ledger.sets) - 1:
                raise Malformed("a newest header that is not of the newest epoch")
            ledger = replace(ledger, newest=ledger.certify(head).header)
        if ledgers and origin.ledger <= max(ledgers):
            raise Malformed("ledgers do not ascend")
        ledgers[origin.ledger] = ledger
    return TrustStore(ledgers)
