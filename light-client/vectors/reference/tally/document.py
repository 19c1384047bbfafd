"""A document of either kind, as the checks ask about it (document.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import credential, invoice
from .bundle import Document, InvoiceBytes
from .credential import Credential
from .hash import Suite
from .invoice import Invoice
from .record import INVOICE_TYPE
from .verdict import Json, shown_fields

ANCHOR_MODULE, INVOICE_MODULE = 1, 2


@dataclass(frozen=True)
class Content:
    """A document that keeps the rules of its kind."""

    body: Credential | Invoice

    @property
    def is_credential(self) -> bool:
        """Whether it is a credential, not an invoice."""
        return isinstance(self.body, Credential)

    @property
    def credential(self) -> Credential:
        """The credential that it is."""
        if not isinstance(self.body, Credential):
            raise TypeError("an invoice is no credential")
        return self.body

    @property
    def invoice(self) -> Invoice:
        """The invoice that it is."""
        if not isinstance(self.body, Invoice):
            raise TypeError("a credential is no invoice")
        return self.body

    @property
    def document_type(self) -> str:
        """What it says it is."""
        return self.body.document_type if isinstance(self.body, Credential) else INVOICE_TYPE

    @property
    def module(self) -> int:
        """The module that writes its log leaf."""
        return ANCHOR_MODULE if isinstance(self.body, Credential) else INVOICE_MODULE

    @property
    def claimed_issuer(self) -> str | None:
        """Who it says has issued it: an invoice names its seller's DID, if any."""
        return self.body.did if isinstance(self.body, Credential) else self.body.seller_did

    def digest(self, suite: Suite) -> bytes:
        """The document's digest (§2.4) or commitment (§3)."""
        if isinstance(self.body, Credential):
            return self.body.digest(suite)
        return self.body.commitment(suite).commitment

    def batch_leaf(self, suite: Suite) -> bytes:
        """Its leaf in a batch (ledger.md, "Hash")."""
        if isinstance(self.body, Credential):
            return suite.tagged("tally/batch-leaf/1", self.digest(suite))
        return suite.tagged("tally/batch-invoice-leaf/1", self.body.number.encode(), self.digest(suite))

    def evidence(self) -> Json:
        """What a verdict shows of it; the digest only once a header is certified."""
        if isinstance(self.body, Credential):
            fields, withheld = shown_fields(self.body.claims.items()), self.body.withheld
        else:
            fields, withheld = shown_fields(self.body.plain), 0
        return _evidence(self.document_type, fields, withheld, None, self.claimed_issuer)


Reader = Callable[[], Content]
"""Gives a document, or raises `DocumentError`."""


def read(document: Document) -> Content:
    """Reads a document; `DocumentError` names the first rule that it breaks."""
    if isinstance(document, InvoiceBytes):
        return Content(invoice.read(document.content, document.seed))
    return Content(credential.read(document.text))


def broken(rule: str) -> Json:
    """The evidence of a document that breaks `rule`."""
    return _evidence("", [], 0, rule, None)


def _evidence(kind: str, fields: list[Json], withheld: int, rule: str | None, issuer: str | None) -> Json:
    return {
        "document_type": kind,
        "digest": None,
        "fields": fields,
        "undisclosed": withheld,
        "broken_rule": rule,
        "claimed_issuer": issuer,
    }
