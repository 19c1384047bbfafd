"""Origin, authority and signature: issued by whom, with what right, unchanged (docs/verdicts.md)."""

from __future__ import annotations

from dataclasses import dataclass

from . import cbor, merkle, state
from .bundle import Origin
from .credential import Credential, KeyIssuer
from .document import Content
from .errors import Invalid, ProofError
from .finality import Certified
from .record import IssuerEntry, LogLeaf, issuer_key
from .state import Namespace, Roots, StateProof


@dataclass(frozen=True)
class Anchor:
    """A batch that the header's log has; whether the document is of it is the next question."""

    origin: Origin

    @property
    def leaf(self) -> LogLeaf:
        """The batch's leaf."""
        return self.origin.leaf


def anchor(certified: Certified, origin: Origin) -> Anchor:
    """Checks that the leaf is in the log under the header, and not younger than it."""
    suite, header, leaf = certified.ledger.suite, certified.final.header, origin.leaf
    hashed = suite.tagged("tally/log-leaf/1", leaf.raw)
    try:
        merkle.check_inclusion(suite, "tally/log-node/1", origin.in_log, header.log_size, hashed, header.log_root)
    except ProofError:
        raise Invalid("origin_mismatch") from None
    if leaf.height > header.height or leaf.time_ms > header.time_ms:
        raise Invalid("origin_mismatch")
    return Anchor(origin)


def faults(certified: Certified, content: Content, anchored: Anchor) -> list[str]:
    """Whether the batch is one of this kind and issuer and has this document."""
    suite, leaf = certified.ledger.suite, anchored.leaf
    found = []
    if leaf.document_type != content.document_type or leaf.module != content.module:
        found.append("type_mismatch")
    if not _issued_by(content, anchored, certified.ledger.genesis.ledger):
        found.append("issuer_mismatch")
    try:
        merkle.check_inclusion(
            suite,
            "tally/batch-node/1",
            anchored.origin.in_batch,
            leaf.count,
            content.batch_leaf(suite),
            leaf.batch_root,
        )
    except ProofError:
        found.append("document_altered")
    return found


def _issued_by(content: Content, anchored: Anchor, ledger: bytes) -> bool:
    body = content.body
    if isinstance(body, Credential):
        named = content.ledger_issuer
        return named is not None and named.name == anchored.leaf.issuer
    agency = f"did:tally:{ledger.hex()}:{anchored.leaf.issuer}"
    if body.agency_did is not None and body.agency_did != agency:
        return False
    # A seller that names a key must be the one that signed (our reading of TI-13, FINDINGS.md).
    is_key = body.seller_did is not None and body.seller_did.startswith("did:key:")
    return not is_key or body.seller_did == anchored.origin.signature.key.did


def registered(certified: Certified, proof: StateProof[IssuerEntry], roots: Roots, issuer: str) -> IssuerEntry:
    """The issuer's entry in the registry under the header."""
    suite, ledger = certified.ledger.suite, certified.ledger.genesis.ledger
    try:
        entry = state.check(suite, proof, issuer_key(suite, ledger, issuer), roots.of(Namespace.REGISTRY))
    except ProofError:
        raise Invalid("registry_proof_invalid") from None
    if entry is None:
        raise Invalid("issuer_unknown")
    if entry.ledger != ledger:
        raise Invalid("registry_proof_invalid")
    return entry


def authorised(certified: Certified, content: Content, entry: IssuerEntry, anchored: Anchor | None) -> bool:
    """Whether the issuer had the right at the anchor height, else at the header's.

    A credential: the key that it names, and the key of the batch. An invoice: any key of the agency,
    for the batch is signed by the seller under its lease.
    """
    suite = certified.ledger.suite
    height = certified.final.header.height if anchored is None else anchored.leaf.height
    rights = [r for r in entry.rights if r.document_type == content.document_type and r.holds_at(height)]
    issuer = content.ledger_issuer
    if issuer is None:
        return bool(rights) and not isinstance(content.body, Credential)
    needed = {issuer.key_id} | ({anchored.leaf.key_id} if anchored is not None else set())
    return needed <= {right.key.key_id(suite) for right in rights}


def batch_signed(certified: Certified, anchored: Anchor) -> bool:
    """Whether the batch's signature holds, by the leaf's key and before its expiry."""
    leaf, signature = anchored.leaf, anchored.origin.signature
    statement: cbor.Value = [
        "tally/batch/1",
        certified.ledger.genesis.ledger,
        leaf.issuer,
        leaf.key_id,
        leaf.document_type,
        leaf.count,
        leaf.batch_root,
        signature.expiry,
    ]
    if signature.key.key_id(certified.ledger.suite) != leaf.key_id or leaf.height > signature.expiry:
        return False
    return signature.key.verify(cbor.encode(statement), signature.signature)


def credential_signed(certified: Certified, body: Credential, entry: IssuerEntry | None) -> bool | None:
    """Whether the credential's own signature holds; None where its key is not to be had."""
    if isinstance(body.issuer, KeyIssuer):
        return body.signed_by(body.issuer.key)
    keys = {right.key.key_id(certified.ledger.suite): right.key for right in entry.rights} if entry else {}
    key = keys.get(body.issuer.key_id)
    return None if key is None else body.signed_by(key)
