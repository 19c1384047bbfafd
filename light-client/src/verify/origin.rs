//! Was this document anchored, by whom, and had they the right?

use crate::{
    bundle::{Origin, Proofs},
    hash::Digest,
    id::{DocumentType, IssuerId, LeafIndex, LedgerId},
    key::{KeyKind, KnownKeys, Signed},
    merkle::Tree,
    record::{BatchSignature, BatchStatement, IssuerEntry, LogLeaf, Module, issuer_key},
    suite::Suite,
    verdict::{AnchorEvidence, Check, IssuerEvidence, Reason},
};

use super::{chain::Head, report::Report};

/// What the document itself claims of its origin.
pub(super) struct Claim<'a> {
    /// The only module that may have written its leaf.
    pub(super) module: Module,
    /// Its type.
    pub(super) document_type: &'a DocumentType,
    /// The leaf of the batch that it must be.
    pub(super) batch_leaf: Digest,
}

/// Follows the document through batch and log to the header.
pub(super) fn check(
    report: &mut Report,
    claim: &Claim<'_>,
    origin: &Origin,
    proofs: &Proofs,
    head: &Head<'_>,
) -> bool {
    let logged = logged(claim, origin, &proofs.ledger, head);
    if logged.is_ok() {
        let kind = origin.signature.key.kind();
        report.evidence.anchor = Some(anchor(&origin.leaf, origin.log_path.index, kind));
    }
    let suite = head.suite;
    report.record(
        Check::Origin,
        logged.and_then(|()| batched(claim, origin, suite)),
    )
}

pub(super) const fn anchor(leaf: &LogLeaf, index: LeafIndex, kind: KeyKind) -> AnchorEvidence {
    AnchorEvidence {
        height: leaf.height.0,
        time_ms: leaf.time_ms.0,
        log_index: index.0,
        batch_size: leaf.count.0,
        key_id: leaf.key_id,
        key_kind: kind,
    }
}

/// The leaf is what such a document's would be, and is in the log.
fn logged(
    claim: &Claim<'_>,
    origin: &Origin,
    ledger: &LedgerId,
    head: &Head<'_>,
) -> Result<(), Reason> {
    let (leaf, core, suite) = (&origin.leaf, &head.header().core, head.suite);
    if leaf.ledger != *ledger {
        return Err(Reason::LedgerMismatch);
    }
    if leaf.height > core.height || leaf.time_ms > core.time_ms {
        return Err(Reason::OriginMismatch);
    }
    if leaf.module != claim.module || leaf.document_type != *claim.document_type {
        return Err(Reason::TypeMismatch);
    }
    let in_log = origin
        .log_path
        .root(Tree::Log, suite, leaf.hash(suite), core.log_size);
    if in_log == Ok(core.log_root) {
        Ok(())
    } else {
        Err(Reason::OriginMismatch)
    }
}

/// The log vouches for the leaf: what does not fit it is not what was anchored.
fn batched(claim: &Claim<'_>, origin: &Origin, suite: Suite) -> Result<(), Reason> {
    let leaf = &origin.leaf;
    let batch = origin
        .batch_path
        .root(Tree::Batch, suite, claim.batch_leaf, leaf.count);
    if batch == Ok(leaf.batch_root) {
        Ok(())
    } else {
        Err(Reason::DocumentAltered)
    }
}

/// Checks the issuer's signature over the batch that became `leaf` on a ledger of `suite`.
pub(super) fn batch_signature(
    leaf: &LogLeaf,
    found: &BatchSignature,
    suite: Suite,
    keys: &mut KnownKeys,
) -> Result<(), Reason> {
    if found.key.id(suite) != leaf.key_id || found.expiry < leaf.height {
        return Err(Reason::BatchSignatureInvalid);
    }
    let statement = BatchStatement {
        ledger: leaf.ledger,
        issuer: leaf.issuer.clone(),
        key_id: leaf.key_id,
        document_type: leaf.document_type.clone(),
        count: leaf.count,
        root: leaf.batch_root,
        expiry: found.expiry,
    };
    let signed = Signed {
        key: &found.key,
        message: &statement.to_bytes(),
        signature: &found.signature,
    };
    keys.verify(signed)
        .map_err(|_| Reason::BatchSignatureInvalid)
}

/// The issuer's proved registry entry.
///
/// # Errors
/// The reason why there is none to rely on.
pub(super) fn issuer_entry<'a>(
    report: &mut Report,
    issuer: &IssuerId,
    proofs: &'a Proofs,
    head: &Head<'_>,
) -> Result<&'a IssuerEntry, Reason> {
    let registry = proofs.registry.as_ref().ok_or(Reason::RegistryUnchecked)?;
    let key = issuer_key(head.suite, &proofs.ledger, issuer);
    let entry = registry
        .check(head.suite, head.roots, &key)
        .map_err(|_| Reason::RegistryProofInvalid)?;
    // An issuer may have been registered since: absence in an old header proves little.
    let entry = entry.ok_or(if head.fresh {
        Reason::IssuerUnknown
    } else {
        Reason::StatusStale
    })?;
    if entry.ledger != proofs.ledger {
        return Err(Reason::LedgerMismatch);
    }
    report.evidence.issuer = Some(evidence(issuer, entry));
    Ok(entry)
}

fn evidence(issuer: &IssuerId, entry: &IssuerEntry) -> IssuerEvidence {
    let mut document_types: alloc::vec::Vec<DocumentType> = entry
        .rights
        .iter()
        .map(|right| right.document_type.clone())
        .collect();
    document_types.sort();
    document_types.dedup();
    IssuerEvidence {
        id: issuer.clone(),
        name: entry.name.clone(),
        document_types,
    }
}
