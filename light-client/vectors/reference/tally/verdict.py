"""What a check answers, how answers rank, and a verdict as JSON (docs/verdicts.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .certificate import FinalizedCore
from .errors import Invalid, Malformed, Undetermined
from .keys import KeyKind
from .ledger import Ledger
from .record import IssuerEntry, LogLeaf, StatusEntry
from .strict_json import Json as JsonValue
from .strict_json import canonical

Json = dict[str, Any]
Found = TypeVar("Found")

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


def headline(decide: Callable[[], str]) -> Json:
    """What is decided where the first check that does not hold is the answer."""
    try:
        return {"kind": decide(), "reason": None}
    except Malformed:
        return {"kind": "invalid", "reason": "malformed"}
    except Invalid as fault:
        return {"kind": "invalid", "reason": fault.reason}
    except Undetermined as fault:
        return {"kind": "undetermined", "reason": fault.reason}


def because(reason: str) -> Outcome:
    """The outcome that the ruling of `reason` makes."""
    return Outcome("failed" if reason in INVALID else "unknown", reason)


def worst(reasons: list[str]) -> Outcome:
    """`passed`, or the outcome of the reason that ranks first."""
    return because(min(reasons, key=RANK.__getitem__)) if reasons else PASSED


@dataclass(frozen=True)
class Policy:
    """What the one who asks decides (the first), and what is fixed (docs/spec/README.md, "Limits")."""

    max_age_ms: int = 24 * 3600 * 1000
    max_ahead_ms: int = 5 * 60 * 1000
    max_pin_age_ms: int = 400 * 24 * 3600 * 1000


@dataclass
class Report:
    """What the checks made so far have found, and what they established; `verdict` closes it."""

    found: dict[str, list[str]] = field(default_factory=dict)
    evidence: dict[str, Json | None] = field(default_factory=dict)
    freshness: Json | None = None

    def note(self, check: str, reason: str | None = None) -> None:
        """The check was made, and found `reason`, if any."""
        reasons = self.found.setdefault(check, [])
        if reason is not None:
            reasons.append(reason)

    def attempt(self, check: str, step: Callable[[], Found]) -> Found | None:
        """What `step` gives; none, and its reason is noted, if it ends otherwise."""
        try:
            result = step()
        except (Invalid, Undetermined) as fault:
            self.note(check, fault.reason)
            return None
        self.note(check)
        return result

    def verdict(self) -> Json:
        """The verdict as the object that command line and browser give."""
        overall = worst([reason for reasons in self.found.values() for reason in reasons])
        kind = {"passed": "valid", "failed": "invalid", "unknown": "undetermined"}[overall.word]
        checks = [(name, worst(self.found[name]) if name in self.found else NOT_CHECKED) for name in CHECKS]
        return {
            "headline": {"kind": kind, "reason": overall.reason},
            "checks": [{"check": name, "outcome": one.word, "reason": one.reason} for name, one in checks],
            "evidence": {
                name: self.evidence.get(name)
                for name in ("document", "ledger", "anchor", "issuer", "status", "invoice")
            },
            "freshness": self.freshness,
        }


def ledger_evidence(ledger: Ledger, final: FinalizedCore) -> Json:
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


def freshness(final: FinalizedCore, policy: Policy, now_ms: int) -> Json:
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
    types = sorted({right.document_type for right in entry.rights})
    return {"id": issuer, "name": {"zh": entry.name.zh, "en": entry.name.en}, "document_types": types}


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


def shown_fields(leaves: Iterable[tuple[str, JsonValue]]) -> list[Json]:
    """Names or pointers, and values: a text as it is, anything else as canonical JSON."""
    return [{"path": path, "value": value if isinstance(value, str) else canonical(value)} for path, value in leaves]
