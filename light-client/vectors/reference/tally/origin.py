"""Origin, registry and batch signature: issued by whom, with what right, unchanged (verdict.md 3.4, C6)."""

from __future__ import annotations

from . import cbor, merkle, state
from .bundle import BatchSignature, Bundle, Origin
from .document import Content
from .errors import Invalid, ProofError, Undetermined
from .finality import Certified
from .hash import Suite
from .record import IssuerEntry, LogLeaf, issuer_key
from .state import Namespace
from .verdict import Report, anchor_evidence, issuer_evidence


def check(report: Report, certified: Certified, content: Content, found: Origin) -> bool:
    """O1: follows the document through batch and log to the header; whether all of it holds."""
    if report.attempt("origin", lambda: _in_log(certified, content, found)) is None:
        return False
    report.evidence["anchor"] = anchor_evidence(found.leaf, found.in_log.index, found.signature.key.kind)
    return report.attempt("origin", lambda: _in_batch(certified, content, found)) is not None


def _in_log(certified: Certified, content: Content, found: Origin) -> bool:
    suite, header, leaf = certified.ledger.suite, certified.final.header, found.leaf
    if leaf.ledger != header.ledger:
        raise Invalid("ledger_mismatch")
    if leaf.height > header.height or leaf.time_ms > header.time_ms:
        raise Invalid("origin_mismatch")
    if leaf.document_type != content.document_type or leaf.module != content.module:
        raise Invalid("type_mismatch")
    hashed = suite.tagged("tally/log-leaf/1", leaf.raw)
    try:
        merkle.check_inclusion(suite, "tally/log-node/1", found.in_log, header.log_size, hashed, header.log_root)
    except ProofError:
        raise Invalid("origin_mismatch") from None
    return True


def _in_batch(certified: Certified, content: Content, found: Origin) -> bool:
    suite, leaf = certified.ledger.suite, found.leaf
    here = content.batch_leaf(suite)
    try:
        merkle.check_inclusion(suite, "tally/batch-node/1", found.in_batch, leaf.count, here, leaf.batch_root)
    except ProofError:
        raise Invalid("document_altered") from None
    return True


def issuer_entry(report: Report, certified: Certified, read: Bundle, issuer: str) -> IssuerEntry | None:
    """C6: the issuer's entry in the registry under the header, if it is proved."""
    entry = report.attempt("authority", lambda: _registered(certified, read, issuer))
    if entry is not None:
        report.evidence["issuer"] = issuer_evidence(issuer, entry)
    return entry


def _registered(certified: Certified, read: Bundle, issuer: str) -> IssuerEntry:
    suite, ledger = certified.ledger.suite, certified.ledger.genesis.ledger
    if read.issuer is None:
        raise Undetermined("registry_unchecked")
    root = read.basis.roots.of(Namespace.REGISTRY)
    try:
        entry = state.check(suite, read.issuer, issuer_key(suite, ledger, issuer), root)
    except ProofError:
        raise Invalid("registry_proof_invalid") from None
    if entry is None:
        # It may have been registered since: absence in an old header proves little.
        raise Invalid("issuer_unknown") if certified.fresh else Undetermined("status_stale")
    if entry.ledger != ledger:
        raise Invalid("ledger_mismatch")
    return entry


def batch_signature(certified: Certified, found: Origin) -> str | None:
    """O2: whether the batch is signed, by the leaf's key and for the leaf's height."""
    return signed_batch(certified.ledger.suite, found.leaf, found.signature)


def signed_batch(suite: Suite, leaf: LogLeaf, signature: BatchSignature) -> str | None:
    """O2, for a leaf of a ledger of `suite`."""
    statement: cbor.Value = [
        "tally/batch/1",
        leaf.ledger,
        leaf.issuer,
        leaf.key_id,
        leaf.document_type,
        leaf.count,
        leaf.batch_root,
        signature.expiry,
    ]
    fits = signature.key.key_id(suite) == leaf.key_id and leaf.height <= signature.expiry
    good = fits and signature.key.verify(cbor.encode(statement), signature.signature)
    return None if good else "batch_signature_invalid"
