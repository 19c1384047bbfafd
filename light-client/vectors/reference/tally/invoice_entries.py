"""Lease, number and record of an invoice, proved and held against the document (verdict.md I6.1, I7, I8)."""

from __future__ import annotations

from typing import TypeVar

from . import state
from .bundle import InvoiceProofs, Origin
from .errors import Invalid, ProofError, Undetermined
from .finality import Certified
from .invoice import Invoice
from .invoice_record import LeaseEntry, RecordEntry, UsedEntry, lease_key, record_key, used_key
from .record import LogLeaf
from .state import Namespace, Presence, Roots, StateProof
from .verdict import Json

Entry = TypeVar("Entry", LeaseEntry, UsedEntry, RecordEntry)


class Entries:
    """The three proofs of an invoice under one header."""

    def __init__(self, certified: Certified, invoice: Invoice, proofs: InvoiceProofs, roots: Roots) -> None:
        self.suite = certified.ledger.suite
        self.ledger = certified.ledger.genesis.ledger
        self.invoice = invoice
        self.commitment = invoice.commitment(self.suite)
        self.proofs = proofs
        self.root = roots.of(Namespace.INVOICE)

    def lease(self, anchored: Origin) -> LeaseEntry:
        """The lease, which ties the key of the batch to the seller on the invoice."""
        if not isinstance(self.proofs.lease, Presence):
            # An absence would be of a lease of our choice: it says nothing.
            raise Invalid("lease_mismatch")
        leaf, claimed = anchored.leaf, self.proofs.lease.entry
        lease = self._entry(self.proofs.lease, lease_key(self.suite, self.ledger, leaf.key_id, claimed.first))
        if lease is None or lease.ledger != self.ledger or not self._fits(lease, anchored):
            raise Invalid("lease_mismatch")
        return lease

    def _fits(self, lease: LeaseEntry, anchored: Origin) -> bool:
        named = self.invoice.seller_did
        return (
            lease.agency == anchored.leaf.issuer
            and lease.seller_key == anchored.signature.key
            and lease.seller == self.invoice.seller(self.suite)
            and (named is None or named == lease.seller_key.did)
            and lease.covers(self.invoice.number)
            and lease.begins <= anchored.leaf.height < lease.ends
        )

    def used(self) -> UsedEntry:
        """The number's entry: used by this invoice and no other."""
        used = self._entry(self.proofs.used, used_key(self.suite, self.ledger, self.invoice.number))
        if used is None:
            raise Undetermined("not_yet_registered")
        if used.ledger != self.ledger:
            raise Invalid("ledger_mismatch")
        if used.commitment != self.commitment.commitment:
            raise Invalid("number_reused")
        return used

    def record(self, leaf: LogLeaf, used: UsedEntry | None) -> RecordEntry:
        """What the invoice is worth, under the name that only its secret leads to."""
        record = self._entry(self.proofs.record, record_key(self.suite, self.ledger, self.commitment.record_name))
        if record is None and used is not None:
            # Its seller has registered the number and given the amount another name.
            raise Invalid("amount_mismatch")
        if record is None:
            raise Undetermined("not_yet_registered")
        if record.ledger != self.ledger:
            raise Invalid("ledger_mismatch")
        if record.agency != leaf.issuer:
            raise Invalid("issuer_mismatch")
        named = self.invoice.seller(self.suite)
        if record.seller != self.suite.tagged("tally/record-seller/1", self.commitment.record_name, named):
            raise Invalid("lease_mismatch")
        return record

    def amounts(self, record: RecordEntry) -> str | None:
        """Kind and gross amount; that of a red invoice is negative in the document."""
        fits = record.red_kind == self.invoice.red and record.gross == abs(self.invoice.gross)
        return None if fits else "amount_mismatch"

    def _entry(self, proof: StateProof[Entry], key: bytes) -> Entry | None:
        try:
            return state.check(self.suite, proof, key, self.root)
        except ProofError:
            raise Invalid("invoice_proof_invalid") from None


def taken_back(record: RecordEntry) -> bool:
    """A blue invoice whose whole amount red letters have taken."""
    return not record.red_kind and record.red >= record.gross


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
