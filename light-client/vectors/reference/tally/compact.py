"""The compact proof: what its reader can compute is not in it (ledger.md, "A compact proof")."""

from __future__ import annotations

from dataclasses import dataclass

from . import cbor, header, keys, merkle
from .bundle import BatchSignature
from .certificate import MAX_ROUND, Certificate, Signature
from .errors import Malformed, ProofError
from .figures import Figures, figures
from .hash import Suite
from .header import Core, ValidatorSet, issuer_id
from .record import INVOICE_TYPE, LogLeaf, log_leaf

PURPOSE = b"\x6ftally/compact/1"
MAX_COMPACT = 16 * 1024
MAX_SIGNERS = 13
INVOICE_MODULE = 2


@dataclass(frozen=True)
class Batch:
    """Where the invoice is, and who signed for it."""

    issuer: str
    height: int
    time_ms: int
    count: int
    in_batch: merkle.Inclusion
    in_log: merkle.Inclusion
    signature: BatchSignature


@dataclass(frozen=True)
class Head:
    """What of a header cannot be computed, and its certificate."""

    height: int
    epoch: int
    time_ms: int
    log_size: int
    rest_hash: bytes
    certificate: Certificate


@dataclass(frozen=True)
class Compact:
    """`compact`, as read: nothing is checked yet but its form."""

    ledger: bytes
    figures: Figures
    batch: Batch
    head: Head

    def leaf(self, suite: Suite) -> LogLeaf:
        """The log leaf to which the figures lead."""
        batch = self.batch
        number, commitment = self.figures.number.encode(), self.figures.commitment(suite)
        here = suite.tagged("tally/batch-invoice-leaf/1", number, commitment)
        root = merkle.lead(suite, "tally/batch-node/1", batch.in_batch, batch.count, here)
        key_id = batch.signature.key.key_id(suite)
        module, kind = INVOICE_MODULE, INVOICE_TYPE
        return log_leaf(
            [1, self.ledger, batch.height, batch.time_ms, module, batch.issuer, key_id, kind, batch.count, root]
        )

    def core(self, leaf: LogLeaf, suite: Suite, validators: ValidatorSet) -> Core:
        """The header's first part, to which the leaf leads."""
        head, hashed = self.head, suite.tagged("tally/log-leaf/1", leaf.raw)
        return header.core(
            suite=suite,
            ledger=self.ledger,
            height=head.height,
            epoch=head.epoch,
            time_ms=head.time_ms,
            log_size=head.log_size,
            log_root=merkle.lead(suite, "tally/log-node/1", self.batch.in_log, head.log_size, hashed),
            set_hash=validators.hash(suite),
            rest_hash=head.rest_hash,
        )


def is_compact(data: bytes) -> bool:
    """Whether a file begins as a compact proof does."""
    return data[1 : 1 + len(PURPOSE)] == PURPOSE


def compact(data: bytes) -> Compact:
    """Reads `compact`."""
    if len(data) > MAX_COMPACT:
        raise Malformed("longer than a reader takes")
    purpose, ledger, shown, batch, head, digests = cbor.array(cbor.decode(data), 6)
    cbor.exactly(purpose, "tally/compact/1")
    under = _head(head)
    return Compact(cbor.digest(ledger), figures(shown), _batch(batch, under, cbor.octets(digests)), under)


def _head(value: cbor.Value) -> Head:
    height, epoch, time_ms, log_size, rest_hash, round_, signers, signatures = cbor.array(value, 8)
    return Head(
        cbor.uint(height),
        cbor.uint(epoch),
        cbor.uint(time_ms),
        cbor.uint(log_size),
        cbor.digest(rest_hash),
        Certificate(cbor.uint(round_, high=MAX_ROUND), _signatures(cbor.octets(signers), cbor.octets(signatures))),
    )


def _signatures(bits: bytes, data: bytes) -> tuple[Signature, ...]:
    if len(bits) > MAX_SIGNERS or bits.endswith(b"\0"):
        raise Malformed("signers beyond any set, or a byte without any")
    places = [place for place in range(8 * len(bits)) if bits[place // 8] >> place % 8 & 1]
    if len(data) != 64 * len(places):
        raise Malformed("not one signature for each signer")
    return tuple(Signature(place, data[64 * i : 64 * i + 64]) for i, place in enumerate(places))


def _batch(value: cbor.Value, head: Head, data: bytes) -> Batch:
    issuer, blocks, ms, count, index, log_index, key, to_expiry, signature = cbor.array(value, 9)
    height, time_ms = head.height - cbor.uint(blocks), head.time_ms - cbor.uint(ms)
    expiry = height + cbor.uint(to_expiry)
    if height < 0 or time_ms < 0 or expiry >= 2**64:
        raise Malformed("before the first block, or after the last")
    size = cbor.uint(count)
    in_batch, in_log = _paths(cbor.uint(index), size, cbor.uint(log_index), head.log_size, data)
    signed = BatchSignature(keys.read(key), expiry, cbor.octets(signature, 64))
    return Batch(issuer_id(issuer), height, time_ms, size, in_batch, in_log, signed)


def _paths(index: int, count: int, log_index: int, size: int, data: bytes) -> tuple[merkle.Inclusion, merkle.Inclusion]:
    try:
        first, second = merkle.path_length(index, count), merkle.path_length(log_index, size)
    except ProofError:
        raise Malformed("no such leaf") from None
    if len(data) != 32 * (first + second):
        raise Malformed("paths of other lengths")
    digests = [data[at : at + 32] for at in range(0, len(data), 32)]
    return merkle.Inclusion(index, tuple(digests[:first])), merkle.Inclusion(log_index, tuple(digests[first:]))
