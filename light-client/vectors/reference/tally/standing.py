"""Record, status and period: does the document stand (docs/verdicts.md, invoice.md)."""

from __future__ import annotations

from typing import TypeVar

from . import state
from .bundle import InvoiceProofs
from .credential import Credential
from .errors import Invalid, ProofError
from .finality import Certified
from .invoice import Invoice
from .invoice_record import LeaseEntry, RecordEntry, UsedEntry, lease_key, record_key, used_key
from .origin import Anchor
from .record import StatusEntry, status_key
from .state import Namespace, Presence, Roots, StateProof
from .verdict import Json

Entry = TypeVar("Entry", LeaseEntry, UsedEntry, RecordEntry)


class InvoiceRecord:
    """The three proofs of an invoice under one header."""

    def __init__(self, certified: Certified, invoice: Invoice, proofs: InvoiceProofs, roots: Roots) -> None:
        self.suite = certified.ledger.suite
        self.ledger = certified.ledger.genesis.ledger
        self.invoice = invoice
        self.commitment = invoice.commitment(self.suite)
        self.proofs = proofs
        self.root = roots.of(Namespace.INVOICE)

    def record(self) -> RecordEntry | None:
        """What the invoice is worth, under the name that only its secret leads to."""
        return self._entry(self.proofs.record, record_key(self.suite, self.ledger, self.commitment.record_name))

    def faults(self, anchored: Anchor | None) -> list[str]:
        """Whether lease, number and record agree with the document and with each other."""
        found = self._lease_faults(anchored)
        used = self._entry(self.proofs.used, used_key(self.suite, self.ledger, self.invoice.number))
        if used is None:
            found.append("not_yet_registered")
        elif used.commitment != self.commitment.commitment:
            found.append("number_reused")
        record = self.record()
        if record is None:
            found.append("amount_mismatch" if used is not None else "not_yet_registered")
        else:
            found += self._record_faults(record)
        return found

    def _lease(self) -> LeaseEntry:
        proof = self.proofs.lease
        if not isinstance(proof, Presence):
            # An absence would be of a lease of our choice: it says nothing.
            raise Invalid("lease_mismatch")
        key = lease_key(self.suite, self.ledger, proof.entry.seller_key, proof.entry.first)
        if self._entry(proof, key) is None:
            raise Invalid("invoice_proof_invalid")
        return proof.entry

    def _lease_faults(self, anchored: Anchor | None) -> list[str]:
        lease = self._lease()
        fits = lease.covers(self.invoice.number) and lease.seller == self.invoice.seller(self.suite)
        if anchored is not None:
            leaf = anchored.leaf
            fits &= lease.seller_key.key_id(self.suite) == leaf.key_id and lease.agency == leaf.issuer
            fits &= lease.begins <= leaf.height < lease.ends
        return [] if fits else ["lease_mismatch"]

    def _record_faults(self, record: RecordEntry) -> list[str]:
        lease = self._lease()
        name = self.commitment.record_name
        found = []
        if record.seller != self.suite.tagged("tally/record-seller/1", name, lease.seller):
            found.append("lease_mismatch")
        if record.agency != lease.agency:
            found.append("lease_mismatch")
        if record.red_kind != self.invoice.red or record.gross != abs(self.invoice.gross):
            found.append("amount_mismatch")
        return found

    def _entry(self, proof: StateProof[Entry], key: bytes) -> Entry | None:
        try:
            entry = state.check(self.suite, proof, key, self.root)
        except ProofError:
            raise Invalid("invoice_proof_invalid") from None
        if entry is not None and entry.ledger != self.ledger:
            raise Invalid("invoice_proof_invalid")
        return entry


def taken_back(record: RecordEntry) -> bool:
    """A blue invoice whose whole amount red letters have taken."""
    return not record.red_kind and record.red == record.gross


def record_evidence(record: RecordEntry) -> Json:
    """The amounts of the ledger."""
    return {
        "gross_fen": record.gross,
        "remaining_fen": record.remaining,
        "red_fen": record.red,
        "pledged": record.funder is not None,
        "booking": record.booking,
        "period": record.period,
    }


def status(
    certified: Certified, proof: StateProof[StatusEntry], roots: Roots, issuer: str, digest: bytes
) -> StatusEntry | None:
    """The recorded standing under the header, or None where there is none."""
    suite, header = certified.ledger.suite, certified.final.header
    try:
        entry = state.check(suite, proof, status_key(suite, header.ledger, issuer, digest), roots.of(Namespace.STATUS))
    except ProofError:
        raise Invalid("status_proof_invalid") from None
    if entry is None:
        return None
    if entry.ledger != header.ledger or entry.height > header.height or entry.time_ms > header.time_ms:
        raise Invalid("status_proof_invalid")
    return entry


def in_force(entry: StatusEntry, now_ms: int, header_ms: int) -> str | None:
    """The reason of a standing that has taken effect.

    By the later of the two clocks: a dated revocation that we already know of starts by itself.
    """
    started = entry.effective_ms <= max(now_ms, header_ms)
    return entry.standing if started and entry.standing != "reinstated" else None


def period_faults(body: Credential, now_ms: int) -> list[str]:
    """`nbf` and `exp`, that second excluded (document.md §2.2)."""
    found = []
    if body.expires is not None and now_ms >= 1000 * body.expires:
        found.append("expired")
    if body.not_before is not None and now_ms < 1000 * body.not_before:
        found.append("not_yet_valid")
    return found
