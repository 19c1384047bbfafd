//! Carries the outbox's rows on, one step at a time.

use std::time::Duration;

use ledger_core::transaction::TxId;
use light_client::id::{Height, LeafIndex, TimeMs};
use tokio::sync::watch;

use super::{
    batch,
    entry::{self, Change, EntryState, Kind, OutboxEntry},
    transaction,
};
use crate::{
    document::{self, State, unreadable},
    error::{ServiceError, chain},
    ledger_client::{LedgerError, Submission, TransactionState},
    service::Service,
};

/// How long to wait while something is on its way.
const PAUSE_ACTIVE: Duration = Duration::from_millis(100);
/// How long to wait when there is nothing, unless the bell rings.
const PAUSE_IDLE: Duration = Duration::from_secs(2);
/// How long to leave a row alone whose time has not come.
const RETRY_MS: u64 = 1_000;

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Something moved, or is on its way.
    Active,
    /// There is nothing to do.
    Idle,
}

/// Carries the outbox on until `stop` says so.
pub async fn run(service: Service, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let pause = match step(&service).await {
            Ok(Progress::Active) => PAUSE_ACTIVE,
            Ok(Progress::Idle) => PAUSE_IDLE,
            Err(error) => {
                tracing::warn!(error = chain(&error), "the outbox waits");
                PAUSE_IDLE
            }
        };
        tokio::select! {
            _ = stop.changed() => {}
            () = service.outbox_bell.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Batches what is queued and moves every row that is due by one step.
///
/// # Errors
/// [`ServiceError`]; whatever was in hand is taken up again by the next step, after a restart too.
pub async fn step(service: &Service) -> Result<Progress, ServiceError> {
    let batched = batch::collect(service).await?;
    for entry in entry::due(&service.db, service.now()).await? {
        match advance(service, &entry).await {
            Ok(()) => {}
            // Without the node or the database nothing else moves either.
            Err(
                error @ (ServiceError::Database(_) | ServiceError::Ledger(LedgerError::Http(_))),
            ) => {
                return Err(error);
            }
            Err(error) => {
                tracing::warn!(error = chain(&error), outbox = entry.id, "put off");
                record(service, &entry, &wait(service)).await?;
            }
        }
    }
    let active = batched || entry::is_any_active(&service.db).await?;
    Ok(if active {
        Progress::Active
    } else {
        Progress::Idle
    })
}

async fn advance(service: &Service, entry: &OutboxEntry) -> Result<(), ServiceError> {
    match entry.state {
        EntryState::Open => sign(service, entry).await,
        EntryState::Signed => send(service, entry).await,
        EntryState::Submitted => ask(service, entry).await,
        EntryState::Final | EntryState::Refused => Ok(()),
    }
}

/// Makes the transaction and stores it. Nothing leaves before that.
async fn sign(service: &Service, entry: &OutboxEntry) -> Result<(), ServiceError> {
    let head = Height(service.ledger.head().await?.height);
    let made = transaction::make(service, entry, head).await?;
    let change = Change::Signed {
        tx: &made.tx,
        tx_id: made.tx_id,
        expiry: made.expiry,
        batch_signature: made.batch_signature.as_ref(),
    };
    record(service, entry, &change).await
}

/// Sends the stored bytes, for the first time or again.
async fn send(service: &Service, entry: &OutboxEntry) -> Result<(), ServiceError> {
    let tx = entry.tx.clone().ok_or_else(|| unreadable("transaction"))?;
    match service.ledger.submit(tx).await? {
        Submission::Accepted => record(service, entry, &Change::Move(EntryState::Submitted)).await,
        Submission::Refused(code) => match Refusal::of(entry, &code) {
            Refusal::NotYet => record(service, entry, &wait(service)).await,
            Refusal::Unprepared => {
                // New bytes next time: these may expire before the agency is registered. They
                // never entered the pool, and the name of the intent is still unused.
                record(service, entry, &wait(service)).await?;
                record(service, entry, &Change::Move(EntryState::Open)).await
            }
            // It may have become final before a crash, and be refused now for that very reason.
            Refusal::PerhapsDone => settle(service, entry, &code).await,
            Refusal::Definite => record(service, entry, &Change::Refused { code: &code }).await,
        },
    }
}

/// Asks what became of a transaction that was acknowledged.
async fn ask(service: &Service, entry: &OutboxEntry) -> Result<(), ServiceError> {
    // The head first: if it is past the expiry and the transaction is not known *after* that,
    // no block can take it any more.
    let head = Height(service.ledger.head().await?.height);
    let is_expired = entry.expiry.is_some_and(|expiry| head > expiry);
    match service.ledger.transaction(&tx_id(entry)?).await? {
        Some(TransactionState::Final { height, log_index }) => {
            finish(service, entry, height, log_index).await
        }
        Some(TransactionState::Refused { code }) => match code.as_str() {
            "expired" | "batch_expired" => record(service, entry, &Change::Renew).await,
            code => record(service, entry, &Change::Refused { code }).await,
        },
        None if is_expired => record(service, entry, &Change::Renew).await,
        None => record(service, entry, &Change::Move(EntryState::Signed)).await,
        Some(TransactionState::Pending) => Ok(()),
    }
}

/// Decides what a refusal of bytes means that may have been sent before.
async fn settle(service: &Service, entry: &OutboxEntry, code: &str) -> Result<(), ServiceError> {
    let head = Height(service.ledger.head().await?.height);
    match service.ledger.transaction(&tx_id(entry)?).await? {
        Some(TransactionState::Final { height, log_index }) => {
            finish(service, entry, height, log_index).await
        }
        Some(TransactionState::Pending) => {
            record(service, entry, &Change::Move(EntryState::Submitted)).await
        }
        Some(TransactionState::Refused { .. }) | None => {
            let is_expired = entry.expiry.is_some_and(|expiry| head > expiry);
            if is_expired || matches!(code, "expired" | "batch_expired") {
                record(service, entry, &Change::Renew).await
            } else {
                record(service, entry, &Change::Refused { code }).await
            }
        }
    }
}

async fn finish(
    service: &Service,
    entry: &OutboxEntry,
    height: u64,
    log_index: Option<u64>,
) -> Result<(), ServiceError> {
    let change = Change::Final {
        height: Height(height),
        log_index: log_index.map(LeafIndex),
    };
    record(service, entry, &change).await
}

/// Writes what became of a row and of its documents, both or neither.
async fn record(
    service: &Service,
    entry: &OutboxEntry,
    change: &Change<'_>,
) -> Result<(), ServiceError> {
    let mut tx = service.db.begin().await?;
    entry::apply(&mut tx, &entry.id, change).await?;
    if matches!(entry.kind, Kind::Anchor | Kind::Invoice) {
        let moved = match change {
            Change::Move(EntryState::Submitted) => Some((State::Submitted, None)),
            Change::Final { .. } => Some((State::Anchored, None)),
            Change::Refused { code } => Some((State::Failed, Some(*code))),
            Change::Signed { .. } | Change::Move(_) | Change::Renew | Change::Wait { .. } => None,
        };
        if let Some((state, failure)) = moved {
            document::move_all(&mut *tx, &entry.id, state, failure).await?;
        }
    }
    tx.commit().await?;
    match change {
        Change::Final { height, .. } => tracing::info!(
            outbox = entry.id,
            kind = entry.kind.as_str(),
            height = height.0,
            "final"
        ),
        Change::Refused { code } => tracing::warn!(
            outbox = entry.id,
            kind = entry.kind.as_str(),
            code,
            "refused by the ledger"
        ),
        Change::Renew => tracing::warn!(outbox = entry.id, "expired; made anew"),
        Change::Signed { .. } | Change::Move(_) | Change::Wait { .. } => {}
    }
    Ok(())
}

fn wait(service: &Service) -> Change<'static> {
    Change::Wait {
        until: TimeMs(service.now().0.saturating_add(RETRY_MS)),
    }
}

fn tx_id(entry: &OutboxEntry) -> Result<TxId, ServiceError> {
    Ok(entry.tx_id.ok_or_else(|| unreadable("transaction id"))?)
}

/// What a refusal at submission means.
enum Refusal {
    /// The node has no room now.
    NotYet,
    /// The agency's registration is still on its way.
    Unprepared,
    /// The transaction may be final already.
    PerhapsDone,
    /// It will never be taken.
    Definite,
}

impl Refusal {
    fn of(entry: &OutboxEntry, code: &str) -> Self {
        match code {
            "mempool_full" | "sender_limit" => Self::NotYet,
            // The seed's leases are asked for at the first start, often before the members of
            // the ledger have registered the agency. A lease is nothing anyone waits to see
            // refused; a document is.
            "unknown_issuer" | "no_right" if entry.kind == Kind::Lease => Self::Unprepared,
            "expired" | "batch_expired" | "replayed" => Self::PerhapsDone,
            "number_used" | "record_used" | "numbers_leased" => Self::PerhapsDone,
            _ => Self::Definite,
        }
    }
}
