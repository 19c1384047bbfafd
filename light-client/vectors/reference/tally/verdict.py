"""What a check answers, how answers rank, and a verdict as JSON (docs/verdicts.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .certificate import Finalized
from .handoff import Ledger
from .keys import KeyKind
from .record import IssuerEntry, LogLeaf, StatusEntry
from .strict_json import Json as JsonValue
from .strict_json import canonical

Json = dict[str, Any]

INVALID = (
    *("malformed", "unexpected_part", "ledger_mismatch", "handoff_invalid", "handoff_conflict"),
    *("certificate_epoch", "certificate_set", "certificate_quorum", "certificate_signers"),
    *("certificate_unknown_signer", "certificate_signature", "certificate_suite", "beyond_epoch"),
    *("history_mismatch", "conflicting_header", "state_root_mismatch", "document_altered"),
    *("document_malformed", "origin_mismatch", "issuer_mismatch", "type_mismatch", "issuer_unknown"),
    *("issuer_not_authorised", "registry_proof_invalid", "lease_mismatch", "batch_signature_invalid"),
    *("issuer_signature_invalid", "number_reused", "amount_mismatch", "invoice_proof_invalid"),
    *("status_proof_invalid", "revoked", "suspended", "red_lettered", "expired", "not_yet_valid"),
)
UNDETERMINED = (
    *("bare_did_key", "ledger_unknown", "pin_too_old", "epoch_unknown", "superseded_epoch"),
    *("future_header", "not_anchored", "not_yet_registered", "registry_unchecked"),
    *("status_unchecked", "status_stale"),
)
RANK = {reason: rank for rank, reason in enumerate(INVALID + UNDETERMINED)}

CHECKS = (
    *("format", "ledger", "finality", "content", "origin", "authority", "signature", "record"),
    *("period", "status", "freshness"),
)


@dataclass(frozen=True)
class Outcome:
    """`passed`, `failed` or `unknown` with a reason, or `not_checked`."""

    word: str
    reason: str | None = None


PASSED = Outcome("passed")
NOT_CHECKED = Outcome("not_checked")


def because(reason: str) -> Outcome:
    """The outcome that the ruling of `reason` makes."""
    return Outcome("failed" if reason in INVALID else "unknown", reason)


def worst(reasons: list[str]) -> Outcome:
    """`passed`, or the outcome of the reason that ranks first."""
    return because(min(reasons, key=RANK.__getitem__)) if reasons else PASSED


@dataclass(frozen=True)
class Policy:
    """What the one who asks decides. The two last figures are not in the specification (FINDINGS.md)."""

    max_age_ms: int = 24 * 3600 * 1000
    max_ahead_ms: int = 5 * 60 * 1000
    max_pin_age_ms: int = 3 * 365 * 24 * 3600 * 1000


@dataclass
class Report:
    """The outcomes so far, and what they established; `verdict` closes it."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    evidence: dict[str, Json | None] = field(default_factory=dict)
    freshness: Json | None = None

    def verdict(self) -> Json:
        """The verdict as the object that command line and browser give."""
        reasons = [outcome.reason for outcome in self.outcomes.values() if outcome.reason is not None]
        overall = worst(reasons)
        kind = {"passed": "valid", "failed": "invalid", "unknown": "undetermined"}[overall.word]
        checks = [(name, self.outcomes.get(name, NOT_CHECKED)) for name in CHECKS]
        return {
            "headline": {"kind": kind, "reason": overall.reason},
            "checks": [{"check": name, "outcome": one.word, "reason": one.reason} for name, one in checks],
            "evidence": {
                name: self.evidence.get(name)
                for name in ("document", "ledger", "anchor", "issuer", "status", "invoice")
            },
            "freshness": self.freshness,
        }


def ledger_evidence(ledger: Ledger, final: Finalized) -> Json:
    """The certified header and its ledger."""
    return {
        "ledger": ledger.genesis.ledger.hex(),
        "name": ledger.genesis.name,
        "demo": ledger.genesis.demo,
        "height": final.header.height,
        "epoch": final.header.epoch,
        "time_ms": final.header.time_ms,
        "header_hash": final.header.hash.hex(),
        "signers": len(final.signers),
        "validators": len(final.validators.validators),
    }


def freshness(final: Finalized, policy: Policy, now_ms: int) -> Json:
    """The age of the header's signed time; 0 if it is (a little) ahead."""
    return {
        "as_of_ms": final.header.time_ms,
        "age_ms": max(0, now_ms - final.header.time_ms),
        "max_age_ms": policy.max_age_ms,
    }


def anchor_evidence(leaf: LogLeaf, index: int, kind: KeyKind) -> Json:
    """The batch that the log has."""
    return {
        "height": leaf.height,
        "time_ms": leaf.time_ms,
        "log_index": index,
        "batch_size": leaf.count,
        "key_id": leaf.key_id.hex(),
        "key_kind": kind.label,
    }


def issuer_evidence(issuer: str, entry: IssuerEntry) -> Json:
    """The issuer as the registry has it."""
    types = dict.fromkeys(right.document_type for right in entry.rights)
    return {"id": issuer, "name": {"zh": entry.name.zh, "en": entry.name.en}, "document_types": list(types)}


def status_evidence(entry: StatusEntry) -> Json:
    """A standing that was recorded."""
    return {
        "standing": entry.standing,
        "reason": entry.reason,
        "basis": entry.basis,
        "role": entry.role,
        "by": entry.by,
        "recorded_height": entry.height,
        "recorded_ms": entry.time_ms,
        "effective_ms": entry.effective_ms,
    }


def shown_fields(claims: dict[str, JsonValue]) -> list[Json]:
    """A credential's claims: names without a slash; nested ones by pointer (our reading, FINDINGS.md)."""
    return [{"path": path, "value": value} for name, claim in claims.items() for path, value in _leaves(name, claim)]


def _leaves(path: str, value: JsonValue) -> list[tuple[str, JsonValue]]:
    if isinstance(value, dict) and value:
        return [leaf for name, member in value.items() for leaf in _leaves(f"{path}/{name}", member)]
    if isinstance(value, list) and value:
        return [leaf for index, item in enumerate(value) for leaf in _leaves(f"{path}/{index}", item)]
    return [(path, value if isinstance(value, (str, bool)) else canonical(value))]
