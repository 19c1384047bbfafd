"""What a client believes of one ledger, and whether a header counts (ledger.md, "Finality")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import takewhile

from . import merkle
from .certificate import Certificate, CertifiedHeader, Finalized, FinalizedCore, check, check_core
from .errors import Invalid, Malformed, ProofError, Undetermined
from .handoff import Checkpoint, Handoff, Succession, names
from .hash import Suite
from .header import Core, Genesis, Header, ValidatorSet


@dataclass(frozen=True)
class Ledger:
    """One ledger as far as it is known, by epoch: who signs it, and which header ended it.

    From a checkpoint at the end of epoch *c* on, the sets of epochs 0 and *c* + 1 are known, and what ended *c*: the
    landmark. What lies between, a file may tell for itself alone: nothing counts by it.
    """

    genesis: Genesis
    sets: Mapping[int, ValidatorSet]
    ends: Mapping[int, Header]
    landmark: Header | None = None
    newest: Header | None = None

    @property
    def suite(self) -> Suite:
        """The ledger's suite."""
        return self.genesis.suite

    @property
    def epoch(self) -> int:
        """The newest epoch that is known."""
        return max(self.sets)

    @property
    def pinned_ms(self) -> int:
        """The newest signed time that the pin itself vouches for."""
        last = self.ends.get(self.epoch - 1)
        return max([self.genesis.time_ms] + [one.time_ms for one in (self.landmark, last, self.newest) if one])

    # Hand-offs.

    def follow(self, steps: tuple[Handoff, ...]) -> Ledger:
        """The ledger with a file's hand-offs followed, those before a checkpoint from the genesis on."""
        front = tuple(takewhile(self.is_before_checkpoint, steps))
        known = self._joined(front) if front else self
        return known.follow_on(steps[len(front) :])

    def is_before_checkpoint(self, step: Handoff) -> bool:
        """Whether a hand-off is of an epoch before the checkpoint's set."""
        return self.landmark is not None and step.last.header.epoch <= self.landmark.epoch

    def _joined(self, front: tuple[Handoff, ...]) -> Ledger:
        """The ledger with what hand-offs from the genesis to the checkpoint tell: sets and ends."""
        told = pin(self.genesis, None).follow_on(front)
        landmark = self.landmark
        if landmark is None or told.epoch <= landmark.epoch:
            raise Undetermined("epoch_unknown")
        if told.ends[landmark.epoch].hash != landmark.hash:
            raise Invalid("handoff_conflict")
        return replace(self, sets={**told.sets, **self.sets}, ends={**told.ends, **self.ends})

    def follow_on(self, steps: tuple[Handoff, ...]) -> Ledger:
        """The ledger with `steps` followed (L4), ascending, each checked by the set before it."""
        known, before = self, -1
        for step in steps:
            if step.last.header.epoch <= before:
                raise Invalid("handoff_invalid")
            known, before = known._follow_one(step), step.last.header.epoch
        return known

    def _follow_one(self, step: Handoff) -> Ledger:
        header = step.last.header
        followed = self.ends.get(header.epoch)
        if followed is None and header.ledger != self.genesis.ledger:
            raise Invalid("ledger_mismatch")
        if followed is not None and header.hash != followed.hash:
            raise Invalid("handoff_conflict")
        if header.epoch not in self.sets:
            # One before it is missing, which says nothing against the file.
            raise Undetermined("epoch_unknown")
        # Also of one that is followed: any quorum may have signed it, and no byte goes unchecked.
        self._certified_step(step)
        if followed is not None:
            return self
        if self.newest is not None and self.newest.epoch == header.epoch and self._ends_before_newest(header):
            raise Invalid("handoff_conflict")
        sets, ends = {header.epoch + 1: step.next_set}, {header.epoch: header}
        return replace(self, sets={**self.sets, **sets}, ends={**self.ends, **ends})

    def _ends_before_newest(self, last: Header) -> bool:
        """Whether the epoch's last header contradicts the newest that the trust store has."""
        newest = self.newest
        return newest is not None and (newest.height > last.height or self.contradicts(last))

    def _certified_step(self, step: Handoff) -> None:
        """Whatever is wrong with a hand-off's set or certificate makes the hand-off invalid."""
        header = step.last.header
        if not names(header, step.next_set):
            raise Invalid("handoff_invalid")
        try:
            check(step.last, self.sets[header.epoch])
        except Invalid:
            raise Invalid("handoff_invalid") from None
        if not self._spans(header):
            raise Invalid("handoff_invalid")

    # Headers.

    def is_landmark(self, header: Core) -> bool:
        """Whether it is the header of the checkpoint that this client has pinned."""
        return self.landmark is not None and self.landmark.hash == header.hash

    def _spans(self, header: Core) -> bool:
        """Whether the height lies in the header's epoch: above the one before, not above its own last.

        Where its own last is unknown, that of a later epoch is above it.
        """
        before = [last.height for epoch, last in self.ends.items() if epoch < header.epoch]
        after = [last.height for epoch, last in self.ends.items() if epoch > header.epoch]
        own = self.ends.get(header.epoch)
        if own is not None and header.height > own.height:
            return False
        return all(header.height > height for height in before) and all(header.height < height for height in after)

    def certify(self, certified: CertifiedHeader) -> Finalized:
        """The header, certified by the set of its own epoch and within that epoch."""
        header = certified.header
        if header.ledger != self.genesis.ledger or header.suite is not self.suite:
            raise Invalid("ledger_mismatch")
        if header.epoch not in self.sets:
            raise Undetermined("epoch_unknown")
        if not self._spans(header):
            raise Invalid("beyond_epoch")
        return check(certified, self.sets[header.epoch])

    def accept_core(self, head: Core, certificate: Certificate) -> FinalizedCore:
        """The first part of a header that counts by itself, and no other of its height."""
        if not self._spans(head):
            raise Invalid("beyond_epoch")
        finalized = check_core(head, certificate, self.sets[head.epoch])
        if not self._counts(head):
            raise Undetermined("superseded_epoch")
        if self.contradicts(head):
            raise Invalid("conflicting_header")
        return finalized

    def accept(self, head: CertifiedHeader, proof: Succession | None) -> Finalized:
        """The header if it counts: by itself, or in the history of one that does."""
        finalized = self.certify(head)
        if proof is None:
            if not self._counts(head.header):
                raise Undetermined("superseded_epoch")
            return finalized
        by = proof.newest.header
        if by.epoch > self.epoch or not self._counts(by):
            # A hand-off to that epoch is missing; or once it was the newest, and proved what it should.
            raise Undetermined("epoch_unknown" if by.epoch > self.epoch else "superseded_epoch")
        if head.header.epoch == self.epoch:
            raise Invalid("unexpected_part")
        self._succeed(head.header, proof)
        return finalized

    def _counts(self, header: Core) -> bool:
        """Whether a header of this epoch needs no succession."""
        return header.epoch == self.epoch or self.is_landmark(header)

    def _succeed(self, head: Header, proof: Succession) -> None:
        """L6. Of a checkpoint's own header the set may be unknown; but its hash has been pinned."""
        newest = proof.newest.header
        if newest.epoch in self.sets:
            check(proof.newest, self.sets[newest.epoch])
        if newest.ledger != self.genesis.ledger:
            raise Invalid("ledger_mismatch")
        if not self._spans(newest):
            raise Invalid("beyond_epoch")
        self._in_history(head, newest, proof.inclusion)

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

    def contradicts(self, header: Core) -> bool:
        """Whether it is another header of the height of the newest that the trust store has."""
        return self.newest is not None and self.newest.height == header.height and self.newest.hash != header.hash


def pin(genesis: Genesis, checkpoint: Checkpoint | None) -> Ledger:
    """The ledger as a genesis has it, or a genesis and a checkpoint."""
    if checkpoint is None:
        return Ledger(genesis, {0: genesis.validators}, {})
    last = checkpoint.last
    if last.ledger != genesis.ledger or last.suite is not genesis.suite:
        raise Malformed("a checkpoint of another ledger")
    if not names(last, checkpoint.next_set):
        raise Malformed("a checkpoint that does not name this set of the next epoch")
    if last.epoch == 0 and last.set_hash != genesis.validators.hash(genesis.suite):
        raise Malformed("a checkpoint of epoch 0 of another set than the genesis's")
    sets = {0: genesis.validators, last.epoch + 1: checkpoint.next_set}
    return Ledger(genesis, sets, {last.epoch: last}, last)
