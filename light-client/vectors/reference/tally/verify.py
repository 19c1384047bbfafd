"""The verdict on a bundle or a bare credential: all checks, in the order of docs/verdicts.md."""

from __future__ import annotations

from . import bundle, credential, document, finality, origin, standing
from .bundle import Bundle, CredentialText
from .credential import Credential, KeyIssuer
from .document import Content
from .errors import DocumentError, Invalid, Malformed, Undetermined
from .finality import Certified
from .handoff import TrustStore
from .invoice import Invoice
from .origin import Anchor
from .record import IssuerEntry
from .verdict import (
    NOT_CHECKED,
    PASSED,
    Json,
    Policy,
    Report,
    anchor_evidence,
    because,
    freshness,
    issuer_evidence,
    ledger_evidence,
    status_evidence,
    worst,
)


def verify(data: bytes, trust: TrustStore, policy: Policy, now_ms: int) -> Json:
    """The verdict on the bytes of a file."""
    if data[:1].isascii() and b"~" in data:
        return _bare(data)
    report = Report()
    try:
        read = bundle.bundle(data)
        if isinstance(read.document, CredentialText) and read.invoice is not None:
            raise Invalid("unexpected_part")
    except (Malformed, Invalid) as fault:
        report.outcomes["format"] = because(fault.reason if isinstance(fault, Invalid) else "malformed")
        return report.verdict()
    report.outcomes["format"] = PASSED
    return _Examination(report, read, trust, policy, now_ms).verdict()


def _bare(data: bytes) -> Json:
    """A bare SD-JWT: only the signature of a bare key can be checked (cli.md)."""
    report = Report(outcomes={"format": PASSED})
    try:
        text = data.decode("utf-8")
        content = Content(credential.read(text))
    except UnicodeDecodeError:
        report.outcomes["format"] = because("malformed")
        return report.verdict()
    except DocumentError as fault:
        report.outcomes["content"] = because("document_malformed")
        report.evidence["document"] = document.broken(fault.code)
        return report.verdict()
    report.outcomes["content"] = PASSED
    report.evidence["document"] = content.evidence()
    body = content.body
    if isinstance(body, Credential) and isinstance(body.issuer, KeyIssuer):
        report.outcomes["authority"] = because("bare_did_key")
        good = body.signed_by(body.issuer.key)
        report.outcomes["signature"] = PASSED if good else because("issuer_signature_invalid")
    else:
        report.outcomes["origin"] = because("not_anchored")
        report.outcomes["authority"] = because("registry_unchecked")
        report.outcomes["status"] = because("status_unchecked")
    return report.verdict()


class _Examination:
    """One bundle under examination."""

    def __init__(self, report: Report, read: Bundle, trust: TrustStore, policy: Policy, now_ms: int) -> None:
        self.report = report
        self.bundle = read
        self.trust = trust
        self.policy = policy
        self.now_ms = now_ms

    def verdict(self) -> Json:
        """Content first, for it needs no ledger; the rest only under a header that counts."""
        content = self.content()
        certified = self.certified(content)
        if certified is None:
            return self.report.verdict()
        self.report.evidence["ledger"] = ledger_evidence(certified.ledger, certified.final)
        self.report.freshness = freshness(certified.final, self.policy, self.now_ms)
        stale = self.report.freshness["age_ms"] > self.policy.max_age_ms
        self.report.outcomes["freshness"] = because("status_stale") if stale else PASSED
        if content is not None:
            self.document(certified, content)
        return self.report.verdict()

    def content(self) -> Content | None:
        try:
            content = document.read(self.bundle.document)
        except DocumentError as fault:
            self.report.outcomes["content"] = because("document_malformed")
            self.report.evidence["document"] = document.broken(fault.code)
            return None
        self.report.outcomes["content"] = PASSED
        self.report.evidence["document"] = content.evidence()
        return content

    def certified(self, content: Content | None) -> Certified | None:
        basis, step = self.bundle.basis, "ledger"
        try:
            ledger = finality.known_ledger(basis, self.ledgers(content), self.trust, self.policy, self.now_ms)
            self.report.outcomes["ledger"] = PASSED
            step = "finality"
            certified = finality.certify(basis, ledger, self.policy, self.now_ms)
        except (Invalid, Undetermined) as fault:
            self.report.outcomes[step] = because(fault.reason)
            return None
        self.report.outcomes["finality"] = PASSED
        return certified

    def ledgers(self, content: Content | None) -> set[bytes]:
        """The ledgers that leaf and document name."""
        named = set() if self.bundle.origin is None else {self.bundle.origin.leaf.ledger}
        if content is not None and content.ledger_issuer is not None:
            named.add(content.ledger_issuer.ledger)
        return named

    def document(self, certified: Certified, content: Content) -> None:
        digest = content.digest(certified.ledger.suite)
        shown = self.report.evidence["document"]
        if shown is not None:
            shown["digest"] = digest.hex()
        anchored = self.origin(certified, content)
        issuer = self.issuer_name(content, anchored)
        entry = self.authority(certified, content, anchored, issuer)
        self.signature(certified, content, anchored, entry)
        taken_back = self.record(certified, content, anchored)
        if isinstance(content.body, Credential):
            self.report.outcomes["period"] = worst(standing.period_faults(content.body, self.now_ms))
        self.status(certified, issuer, digest, taken_back)

    def origin(self, certified: Certified, content: Content) -> Anchor | None:
        if self.bundle.origin is None:
            self.report.outcomes["origin"] = because("not_anchored")
            return None
        try:
            anchored = origin.anchor(certified, self.bundle.origin)
        except Invalid as fault:
            self.report.outcomes["origin"] = because(fault.reason)
            return None
        place, kind = self.bundle.origin.in_log.index, self.bundle.origin.signature.key.kind
        self.report.evidence["anchor"] = anchor_evidence(anchored.leaf, place, kind)
        self.report.outcomes["origin"] = worst(origin.faults(certified, content, anchored))
        return anchored

    def issuer_name(self, content: Content, anchored: Anchor | None) -> str | None:
        """Whom the document names; an invoice's agency is known from its batch only."""
        named = content.ledger_issuer
        if named is not None:
            return named.name
        return None if anchored is None else anchored.leaf.issuer

    def authority(
        self, certified: Certified, content: Content, anchored: Anchor | None, issuer: str | None
    ) -> IssuerEntry | None:
        body = content.body
        if isinstance(body, Credential) and isinstance(body.issuer, KeyIssuer):
            self.report.outcomes["authority"] = because("bare_did_key")
            return None
        if self.bundle.issuer is None or issuer is None:
            self.report.outcomes["authority"] = because("registry_unchecked")
            return None
        try:
            entry = origin.registered(certified, self.bundle.issuer, self.bundle.basis.roots, issuer)
        except Invalid as fault:
            self.report.outcomes["authority"] = because(fault.reason)
            return None
        self.report.evidence["issuer"] = issuer_evidence(issuer, entry)
        allowed = origin.authorised(certified, content, entry, anchored)
        self.report.outcomes["authority"] = PASSED if allowed else because("issuer_not_authorised")
        return entry

    def signature(
        self, certified: Certified, content: Content, anchored: Anchor | None, entry: IssuerEntry | None
    ) -> None:
        """Not of a batch that is not this document's: its signature would say nothing."""
        if self.report.outcomes["origin"].word == "failed":
            return
        found: list[str] = []
        checked = anchored is not None
        if anchored is not None and not origin.batch_signed(certified, anchored):
            found.append("batch_signature_invalid")
        if isinstance(content.body, Credential):
            good = origin.credential_signed(certified, content.body, entry)
            checked = good is not None
            if good is False:
                found.append("issuer_signature_invalid")
        self.report.outcomes["signature"] = worst(found) if found or checked else NOT_CHECKED

    def record(self, certified: Certified, content: Content, anchored: Anchor | None) -> bool:
        """Checks an invoice's entries; gives whether it was taken back in full."""
        if not isinstance(content.body, Invoice):
            return False
        if self.bundle.invoice is None:
            self.report.outcomes["record"] = because("not_yet_registered")
            return False
        found = standing.InvoiceRecord(certified, content.body, self.bundle.invoice, self.bundle.basis.roots)
        taken_back = False
        try:
            entry = found.record()
            if entry is not None:
                self.report.evidence["invoice"] = standing.record_evidence(entry)
                taken_back = standing.taken_back(entry)
            self.report.outcomes["record"] = worst(found.faults(anchored))
        except Invalid as fault:
            self.report.outcomes["record"] = because(fault.reason)
        return taken_back

    def status(self, certified: Certified, issuer: str | None, digest: bytes, taken_back: bool) -> None:
        reasons = ["red_lettered"] if taken_back else []
        if self.bundle.status is None or issuer is None:
            self.report.outcomes["status"] = worst([*reasons, "status_unchecked"])
            return
        try:
            entry = standing.status(certified, self.bundle.status, self.bundle.basis.roots, issuer, digest)
        except Invalid as fault:
            self.report.outcomes["status"] = worst([*reasons, fault.reason])
            return
        if entry is not None:
            self.report.evidence["status"] = status_evidence(entry)
            reason = standing.in_force(entry, self.now_ms, certified.final.header.time_ms)
            reasons += [reason] if reason is not None else []
        self.report.outcomes["status"] = worst(reasons)
