//! Puts queued documents together, so that one signature and one transaction carry many.

use credentials_schemas::invoice::InvoiceNumber;
use light_client::{
    hash::Digest,
    id::{IssuerId, LeafIndex},
    merkle::{self, Tree},
    record::{document_leaf, invoice_leaf},
    suite::Suite,
};
use sqlx::{Any, Row as _, Transaction};

use super::entry::{Kind, NewEntry, insert};
use crate::{
    document::{read_digest, unreadable, write_path},
    error::ServiceError,
    service::Service,
};

/// Credentials in one transaction at most; the ledger takes 10,000.
const MAX_CREDENTIALS: i64 = 10_000;
/// Invoices in one transaction at most: they are listed in it, and it has 1 MiB.
const MAX_INVOICES: i64 = 5_000;

/// Batches everything that is queued; whether there was anything.
///
/// While a batch of a queue has not been acknowledged, the next documents wait for each other:
/// the slower the ledger, the larger the batches.
pub(super) async fn collect(service: &Service) -> Result<bool, ServiceError> {
    let mut found = false;
    for queue in credential_queues(service).await? {
        found |= batch_credentials(service, &queue).await?;
    }
    for queue in invoice_queues(service).await? {
        found |= batch_invoices(service, &queue).await?;
    }
    Ok(found)
}

struct CredentialQueue {
    agency: IssuerId,
    document_type: String,
}

struct InvoiceQueue {
    agency: IssuerId,
    seller: String,
    lease_first: InvoiceNumber,
}

async fn credential_queues(service: &Service) -> Result<Vec<CredentialQueue>, ServiceError> {
    let rows = sqlx::query(
        "SELECT DISTINCT agency, document_type FROM document \
         WHERE state = 'queued' AND outbox IS NULL AND seller IS NULL AND NOT EXISTS \
         (SELECT id FROM outbox WHERE outbox.kind = 'anchor' \
          AND outbox.agency = document.agency \
          AND outbox.document_type = document.document_type \
          AND outbox.state IN ('open', 'signed'))",
    );
    let mut queues = Vec::new();
    for row in rows.fetch_all(&service.db).await? {
        queues.push(CredentialQueue {
            agency: IssuerId::parse(row.try_get("agency")?)?,
            document_type: row.try_get("document_type")?,
        });
    }
    Ok(queues)
}

/// Invoices wait until their lease is final: the ledger would refuse them.
async fn invoice_queues(service: &Service) -> Result<Vec<InvoiceQueue>, ServiceError> {
    let rows = sqlx::query(
        "SELECT DISTINCT document.agency, document.seller, document.lease_first FROM document \
         JOIN lease ON lease.agency = document.agency AND lease.seller = document.seller \
         AND lease.first_number = document.lease_first \
         JOIN outbox ON outbox.id = lease.outbox \
         WHERE document.state = 'queued' AND document.outbox IS NULL AND outbox.state = 'final' \
         AND NOT EXISTS (SELECT id FROM outbox AS waiting WHERE waiting.kind = 'invoice' \
          AND waiting.agency = document.agency AND waiting.seller = document.seller \
          AND waiting.lease_first = document.lease_first \
          AND waiting.state IN ('open', 'signed'))",
    );
    let mut queues = Vec::new();
    for row in rows.fetch_all(&service.db).await? {
        let first: String = row.try_get("lease_first")?;
        queues.push(InvoiceQueue {
            agency: IssuerId::parse(row.try_get("agency")?)?,
            seller: row.try_get("seller")?,
            lease_first: first.parse().map_err(|_| unreadable("lease"))?,
        });
    }
    Ok(queues)
}

async fn batch_credentials(
    service: &Service,
    queue: &CredentialQueue,
) -> Result<bool, ServiceError> {
    let mut tx = service.db.begin().await?;
    let entry = NewEntry {
        kind: Kind::Anchor,
        agency: &queue.agency,
        seller: None,
        document_type: Some(&queue.document_type),
        lease_first: None,
    };
    let outbox = insert(&mut tx, &entry, service.now()).await?;
    // Ascending by digest, which is as good as shuffled: copies of one document made together
    // are not neighbours in the tree.
    let rows = sqlx::query(
        "SELECT id, digest FROM document WHERE state = 'queued' AND outbox IS NULL \
         AND seller IS NULL AND agency = $1 AND document_type = $2 ORDER BY digest LIMIT $3",
    )
    .bind(queue.agency.as_str())
    .bind(&queue.document_type)
    .bind(MAX_CREDENTIALS)
    .fetch_all(&mut *tx)
    .await?;
    let mut members = Vec::new();
    for row in rows {
        let digest: Vec<u8> = row.try_get("digest")?;
        let leaf = document_leaf(service.suite(), &read_digest(&digest)?);
        members.push((row.try_get::<String, _>("id")?, leaf));
    }
    assign(service, tx, &outbox, &members).await
}

async fn batch_invoices(service: &Service, queue: &InvoiceQueue) -> Result<bool, ServiceError> {
    let mut tx = service.db.begin().await?;
    let entry = NewEntry {
        kind: Kind::Invoice,
        agency: &queue.agency,
        seller: Some(&queue.seller),
        document_type: None,
        lease_first: Some(queue.lease_first),
    };
    let outbox = insert(&mut tx, &entry, service.now()).await?;
    let rows = sqlx::query(
        "SELECT id, digest, number FROM document WHERE state = 'queued' AND outbox IS NULL \
         AND agency = $1 AND seller = $2 AND lease_first = $3 ORDER BY number LIMIT $4",
    )
    .bind(queue.agency.as_str())
    .bind(&queue.seller)
    .bind(queue.lease_first.as_str())
    .bind(MAX_INVOICES)
    .fetch_all(&mut *tx)
    .await?;
    let mut members = Vec::new();
    for row in rows {
        let digest: Vec<u8> = row.try_get("digest")?;
        let number: String = row.try_get("number")?;
        let number = number.parse().map_err(|_| unreadable("number"))?;
        let leaf = invoice_leaf(service.suite(), &number, &read_digest(&digest)?);
        members.push((row.try_get::<String, _>("id")?, leaf));
    }
    assign(service, tx, &outbox, &members).await
}

/// Makes the documents members of the batch, in order.
async fn assign(
    service: &Service,
    mut tx: Transaction<'_, Any>,
    outbox: &str,
    members: &[(String, Digest)],
) -> Result<bool, ServiceError> {
    if members.is_empty() {
        return Ok(false);
    }
    let leaves: Vec<Digest> = members.iter().map(|(_, leaf)| *leaf).collect();
    let paths = paths(service.suite(), &leaves);
    for ((id, _), path) in members.iter().zip(paths) {
        sqlx::query("UPDATE document SET outbox = $1, batch_path = $2 WHERE id = $3")
            .bind(outbox)
            .bind(path)
            .bind(id)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    tracing::info!(outbox, documents = members.len(), "batched");
    Ok(true)
}

/// Every leaf's inclusion proof, each level of the tree hashed once.
///
/// Proving leaf by leaf would hash the whole tree for each: 10,000 leaves, 10⁸ hashes.
fn paths(suite: Suite, leaves: &[Digest]) -> Vec<Vec<u8>> {
    let mut levels = vec![leaves.to_vec()];
    while let Some(level) = levels.last().filter(|level| level.len() > 1) {
        let pairs = level.chunks(2);
        let next = pairs.map(|pair| match pair {
            [left, right] => Tree::Batch.node(suite, left, right),
            // An odd node is carried up as it is (RFC 9162 §2.1.1).
            single => single[0],
        });
        let next = next.collect();
        levels.push(next);
    }
    let path = |leaf: usize| {
        let siblings = levels
            .iter()
            .enumerate()
            .filter_map(|(height, level)| level.get((leaf >> height) ^ 1).copied());
        merkle::Inclusion {
            index: LeafIndex(u64::try_from(leaf).unwrap_or(u64::MAX)),
            path: siblings.collect(),
        }
    };
    (0..leaves.len())
        .map(|leaf| write_path(&path(leaf)))
        .collect()
}

#[cfg(test)]
mod tests {
    use light_client::{hash::Digest, id::LeafIndex, merkle, merkle::Tree, suite::Suite};

    use super::{paths, write_path};

    #[test]
    fn paths_are_those_that_proving_leaf_by_leaf_gives() {
        for count in 1..=33 {
            let leaves: Vec<Digest> = (0..count).map(|i| Digest::from_bytes([i; 32])).collect();
            let all = paths(Suite::Sm, &leaves);
            assert_eq!(all.len(), leaves.len());
            for (index, path) in (0..).zip(all) {
                let proof = merkle::prove(Tree::Batch, Suite::Sm, &leaves, LeafIndex(index));
                assert_eq!(
                    Some(path),
                    proof.as_ref().map(write_path),
                    "{index} of {count}"
                );
            }
        }
    }
}
