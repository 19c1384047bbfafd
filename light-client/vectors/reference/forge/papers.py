"""Documents, and all that puts them on a ledger."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from tally import amount, cbor, invoice, merkle
from tally.invoice import Invoice
from tally.invoice_record import lease_key, record_key, used_key
from tally.keys import KeyKind
from tally.record import INVOICE_TYPE
from tally.state import Namespace
from tally.strict_json import canonical, unpadded

from . import trees
from .signing import Signer
from .world import START_MS, Block, World

TYPE = "urn:example:vct:1"
SEED = bytes([9] * 32)
ALGORITHMS = {KeyKind.SM2: "SGD_SM3_SM2", KeyKind.P256: "ES256", KeyKind.ED25519: "EdDSA"}


def token(signer: Signer, header: dict[str, Any], payload: dict[str, Any]) -> str:
    """A JWT."""
    signed = ".".join(unpadded(json_bytes(part)) for part in (header, payload))
    return signed + "." + unpadded(signer.sign(signed.encode()))


class RawJson(str):
    """JSON that is put in as it is."""


def json_bytes(value: Any) -> bytes:
    """JSON with numbers, as an issuer would write it."""
    if isinstance(value, RawJson):
        return value.encode()
    if isinstance(value, dict):
        return b"{" + b",".join(canonical(k).encode() + b":" + json_bytes(v) for k, v in value.items()) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(json_bytes, value)) + b"]"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value).encode()
    return canonical(value).encode()


def make_credential(
    world: World,
    signer: Signer,
    issuer: str = "office",
    did: str | None = None,
    claims: dict[str, Any] | None = None,
    hidden: dict[str, Any] | None = None,
    **payload: Any,
) -> str:
    """A credential whose `claims` are visible and whose `hidden` ones are disclosed."""
    named = did or f"did:tally:{world.ledger.hex()}:{issuer}"
    fragment = signer.public.multibase if named.startswith("did:key:") else signer.public.key_id(world.suite).hex()
    suite = signer.kind.suite
    disclosures = [unpadded(json_bytes([f"salt-{name}", name, value])) for name, value in (hidden or {}).items()]
    content: dict[str, Any] = {
        "iss": named,
        "vct": TYPE,
        "iat": 1790000000,
        **payload,
        **({"level": "3"} if claims is None else claims),
    }
    if disclosures or signer.kind is KeyKind.SM2:
        content["_sd_alg"] = "sm3" if signer.kind is KeyKind.SM2 else "sha-256"
    if disclosures:
        content["_sd"] = sorted(unpadded(suite.digest(text.encode())) for text in disclosures)
    header = {"alg": ALGORITHMS[signer.kind], "kid": f"{named}#{fragment}", "typ": "dc+sd-jwt"}
    return "~".join([token(signer, header, content), *disclosures, ""])


def digest_of(world: World, text: str) -> bytes:
    """A credential's digest, whatever its content is worth (document.md §2.4)."""
    return world.suite.tagged("tally/credential/1", text.split("~")[0].encode())


@dataclass(frozen=True)
class Anchored:
    """`origin` without its log path, which depends on the header."""

    signature: cbor.Value
    in_batch: cbor.Value
    leaf: cbor.Value
    index: int

    def origin(self, world: World, block: Block) -> cbor.Value:
        """`origin` under a block."""
        path = trees.inclusion(world.suite, "tally/log-node/1", block.log, self.index)
        return [self.signature, self.in_batch, self.leaf, path]


def anchor(
    world: World,
    signer: Signer,
    issuer: str,
    leaf: bytes,
    kind: str,
    module: int = 1,
    expiry: int = 1000,
    **forged: Any,
) -> Anchored:
    """Anchors a batch of three at the next height; `leaf` is its second."""
    suite, height = world.suite, len(world.blocks) + 1
    leaves = [bytes([1] * 32), leaf, bytes([2] * 32)]
    root = merkle.root(suite, "tally/batch-node/1", "", leaves)
    key_id = signer.public.key_id(suite)
    statement: cbor.Value = ["tally/batch/1", world.ledger, issuer, key_id, kind, len(leaves), root, expiry]
    signature: cbor.Value = [signer.public.wire, expiry, signer.sign(cbor.encode(statement))]
    at = forged.get("height", height)
    time_ms = forged.get("time", START_MS + 1000 * height)
    raw: cbor.Value = [1, world.ledger, at, time_ms, module, issuer, key_id, kind, len(leaves), root]
    world.log.append(suite.tagged("tally/log-leaf/1", cbor.encode(raw)))
    in_batch = trees.inclusion(suite, "tally/batch-node/1", leaves, 1)
    return Anchored(signature, in_batch, raw, len(world.log) - 1)


def anchor_credential(world: World, signer: Signer, text: str, issuer: str = "office", **forged: Any) -> Anchored:
    """Anchors a credential."""
    digest = digest_of(world, text)
    kind = forged.pop("kind", TYPE)
    return anchor(world, signer, issuer, world.suite.tagged("tally/batch-leaf/1", digest), kind, **forged)


def invoice_content(template: dict[str, Any], **changes: Any) -> bytes:
    """A one-line invoice over 100.00 + 13.00, with other members as given; negative if it is red."""
    content = copy.deepcopy(template)
    content.update(changes)
    if content["kind"] == "red":
        line, totals, group = content["lines"][0], content["totals"], content["vatBreakdown"][0]
        for part, names in ((line, ("quantity", "netAmount", "vatAmount")), (totals, ("gross", "net", "tax"))):
            part.update({name: "-" + part[name] for name in names})
        group.update(tax="-" + group["tax"], taxable="-" + group["taxable"])
        totals["grossInWords"] = amount.in_words(amount.fen(totals["gross"]))
    return canonical(content).encode()


TEMPLATE: dict[str, Any] = {
    "buyer": {"id": "91990105MA0DEM002H", "name": "青禾智能装备股份有限公司"},
    "currency": "CNY",
    "docType": "82",
    "issuedAt": "2026-09-21T14:13:20+08:00",
    "kind": "blue",
    "lines": [
        {
            "itemName": "*轴承*深沟球轴承",
            "lineNo": "1",
            "netAmount": "100.00",
            "quantity": "2",
            "taxClassCode": "1090122010000000000",
            "unitPrice": "50",
            "vatAmount": "13.00",
            "vatCategory": "S",
            "vatRate": "0.13",
        }
    ],
    "number": "26991000000000001025",
    "schema": "tallystick/invoice/1",
    "seller": {"id": "91990106MA0DEM0046", "name": "海州恒轴轴承有限公司"},
    "totals": {"gross": "113.00", "grossInWords": "壹佰壹拾叁圆整", "net": "100.00", "tax": "13.00"},
    "vatBreakdown": [{"tax": "13.00", "taxable": "100.00", "vatCategory": "S", "vatRate": "0.13"}],
}
RED = {"blueNumber": "26991000000000001024", "full": True, "lineMap": [{"blueLine": "1", "line": "1"}], "reason": "01"}


def register_invoice(world: World, read: Invoice, seller: Signer, agency: str = "tax", **forged: Any) -> None:
    """Writes lease, number and record of an invoice; `forged` parts differ from what they should be."""
    suite, ledger, made = world.suite, world.ledger, read.commitment(world.suite)
    first = forged.get("first", "26991000000000001001")
    holder = forged.get("holder", read.seller(suite))
    lease: cbor.Value = [1, ledger, 5, 3, forged.get("lease_agency", agency), seller.public.wire, holder, first, 100]
    world.put(
        Namespace.INVOICE,
        lease_key(suite, ledger, seller.public.key_id(suite), first),
        [*cbor.array(lease), 10**9, 0, forged.get("begins", 1), forged.get("ends", 10000)],
    )
    if forged.get("used", True):
        commitment = forged.get("commitment", made.commitment)
        world.put(Namespace.INVOICE, used_key(suite, ledger, read.number), [1, ledger, 5, 1, commitment])
    gross, red = forged.get("gross", abs(read.gross)), forged.get("red", 0)
    kind = forged.get("kind", 2 if read.red else 1)
    remaining = forged.get("remaining", 0 if kind == 2 else gross - red)
    record_seller = suite.tagged("tally/record-seller/1", made.record_name, forged.get("record_seller", holder))
    funder = forged.get("funder")
    record: list[cbor.Value] = [1, ledger, 5, 2, agency, record_seller, kind, gross, remaining, red, None, 0]
    record += [None if funder is None else funder.public.wire, forged.get("booking", 1), forged.get("period")]
    if forged.get("record", True):
        world.put(Namespace.INVOICE, record_key(suite, ledger, made.record_name), record)


def invoice_proofs(world: World, block: Block, read: Invoice, seller: Signer, first: str) -> cbor.Value:
    """`invoice-proofs` under a block."""
    suite, ledger = world.suite, world.ledger
    name = read.commitment(suite).record_name
    wanted = (
        lease_key(suite, ledger, seller.public.key_id(suite), first),
        used_key(suite, ledger, read.number),
        record_key(suite, ledger, name),
    )
    return [world.prove(block, Namespace.INVOICE, key) for key in wanted]


def anchor_invoice(world: World, seller: Signer, read: Invoice, agency: str = "tax", **forged: Any) -> Anchored:
    """Anchors an invoice, as nodes do."""
    commitment = read.commitment(world.suite).commitment
    leaf = world.suite.tagged("tally/batch-invoice-leaf/1", read.number.encode(), commitment)
    return anchor(world, seller, agency, leaf, INVOICE_TYPE, module=2, **forged)


def read_invoice(content: bytes) -> Invoice:
    """The invoice of `content` and the usual seed."""
    return invoice.read(content, SEED)
