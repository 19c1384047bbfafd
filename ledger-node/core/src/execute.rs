//! A block: transactions in order, then what every block does, then its header.
//!
//! Proposing and checking run the same code: the header that a validator computes for itself is
//! compared with the one that was proposed.

use light_client::{
    cbor::to_bytes,
    hash::Digest,
    header::{Header, HeaderCore, HeaderRest, history_leaf},
    id::{Height, LeafIndex, TimeMs, TreeSize},
    merkle::Frontier,
    validator_set::ValidatorSet,
};

use crate::{
    block::BlockBody,
    event::Event,
    fault::Fault,
    ledger::Ledger,
    limits::BYTES_PER_WEIGHT,
    log::Log,
    module::{self, Versions},
    remembered::Remembered,
    state::{
        State, Stop, Written,
        index::{self, Place},
    },
    store::{Batch, Column, Store},
    transaction::{Checked, SupportedVersion, TxId},
    tree::{Changes, TreeHeads},
};

/// After which block, and at which time, a block executes.
#[derive(Debug, Clone)]
pub(crate) struct Parent<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) heads: &'a TreeHeads,
    pub(crate) remembered: &'a Remembered,
    pub(crate) set: &'a ValidatorSet,
    /// The height before this block's.
    pub(crate) height: Height,
    /// The hash of the header before; the ledger id before the first.
    pub(crate) hash: Digest,
}

/// A block executed and not yet decided: everything but its certificate.
#[derive(Debug, Clone)]
pub(crate) struct ExecutedBlock {
    pub(crate) header: Header,
    pub(crate) body: BlockBody,
    pub(crate) heads: TreeHeads,
    pub(crate) transactions: Vec<(TxId, Option<LeafIndex>)>,
    pub(crate) next_set: Option<ValidatorSet>,
    pub(crate) events: Vec<(TxId, Event)>,
    /// What it makes of the state.
    pub(crate) changes: Changes,
    /// The replay keys that it takes.
    pub(crate) taken: Vec<Digest>,
    /// All rows but header, body and head.
    pub(crate) rows: Batch,
}

/// A block while transactions are added to it.
pub(crate) struct Execution<'a, S> {
    parent: Parent<'a>,
    store: &'a S,
    state: State<'a, S>,
    transactions: Vec<Vec<u8>>,
}

impl<'a, S: Store> Execution<'a, S> {
    /// Begins the block after `parent`.
    pub(crate) fn begin(parent: Parent<'a>, store: &'a S, time_ms: TimeMs) -> Self {
        let state = State::new(&parent, store, time_ms);
        Self {
            parent,
            store,
            state,
            transactions: Vec::new(),
        }
    }

    /// A module's version that is in force in this block and not supported.
    pub(crate) fn lacks(&self, supported: &Versions) -> Result<Option<SupportedVersion>, Fault> {
        module::lacking(&self.state, supported)
    }

    /// Executes a transaction, whole or not at all.
    pub(crate) fn execute(&mut self, transaction: &Checked) -> Result<(), Stop> {
        self.execute_within(transaction, u64::MAX).map(|_| ())
    }

    /// Executes a transaction if the block is still empty, or does not become heavier by it than
    /// `room`. Returns its weight; none if it is too heavy, and then nothing has happened.
    ///
    /// What a transaction weighs is what it costs: itself, its bytes, and the keys that it writes,
    /// which only executing it tells.
    pub(crate) fn execute_within(
        &mut self,
        transaction: &Checked,
        room: u64,
    ) -> Result<Option<u64>, Stop> {
        if let Err(stop) = module::execute(&mut self.state, transaction) {
            self.state.discard();
            return Err(stop);
        }
        let (bytes, keys) = (transaction.bytes().len() as u64, self.state.keys_written());
        let weight = 1 + bytes / BYTES_PER_WEIGHT + keys as u64;
        if weight > room && !self.transactions.is_empty() {
            self.state.discard();
            return Ok(None);
        }
        self.state.keep(transaction);
        self.transactions.push(transaction.bytes().to_vec());
        Ok(Some(weight))
    }

    /// Ends the block.
    pub(crate) fn finish(self) -> Result<ExecutedBlock, Fault> {
        let Self {
            parent,
            store,
            mut state,
            transactions,
        } = self;
        let body = BlockBody::new(transactions)?;
        let (height, time_ms) = (state.height(), state.time_ms());
        let (suite, ledger) = (parent.ledger.suite(), *parent.ledger.id());
        let mut rows = Batch::default();

        let history = extend_history(&mut state, &parent, &mut rows)?;
        let (log, transactions) = extend_log(&mut state, &mut rows)?;
        let next_set = module::end_epoch(&mut state)?;
        let expired = module::turn_over(&mut state)?;
        let mut written = state.finish();
        let events = take_events(&mut written);
        index_rows(height, &written, &transactions, &mut rows);
        for taken in expired {
            index::drop_taken(store, &taken.key, height, &mut rows)?;
        }
        let heads = parent.heads.update(
            (store, parent.remembered),
            suite,
            height,
            &written.entries,
            &mut rows,
        )?;
        rows.put(Column::Roots, height.0.to_be_bytes(), to_bytes(&heads));

        let core = HeaderCore {
            suite,
            ledger,
            height,
            epoch: parent.set.epoch(),
            time_ms,
            log_size: log.size(),
            log_root: log.root(Log::Anchor.tree(), suite),
            set_hash: parent.set.hash(suite),
        };
        let rest = HeaderRest {
            previous: parent.hash,
            body_root: body.root(suite),
            state_root: heads.roots().hash(suite),
            history_root: history.root(Log::History.tree(), suite),
            next_set_hash: next_set.as_ref().map(|set| set.hash(suite)),
        };
        Ok(ExecutedBlock {
            header: Header { core, rest },
            body,
            heads,
            transactions,
            next_set,
            events,
            changes: written.entries,
            taken: written.executed.iter().map(|one| one.replay_key).collect(),
            rows,
        })
    }
}

/// What the transactions changed, in order.
fn take_events(written: &mut Written) -> Vec<(TxId, Event)> {
    let mut events = Vec::new();
    for executed in &mut written.executed {
        let id = executed.id;
        events.extend(executed.events.drain(..).map(|event| (id, event)));
    }
    events
}

/// Appends the parent's header to the history log.
fn extend_history<S: Store>(
    state: &mut State<'_, S>,
    parent: &Parent<'_>,
    rows: &mut Batch,
) -> Result<Frontier, Fault> {
    let suite = state.suite();
    let key = Log::History.key(suite, state.ledger());
    let mut frontier: Frontier = state.kept(&key)?.ok_or(Fault::Missing("the history"))?;
    if parent.height.0 > 0 {
        let leaf = history_leaf(suite, &parent.hash);
        Log::History.append(suite, &mut frontier, leaf, rows);
        state.keep_entry(key, frontier.clone());
    }
    Ok(frontier)
}

/// Where each transaction wrote into the anchor log, if it did.
type Places = Vec<(TxId, Option<LeafIndex>)>;

/// Appends the transactions' leaves to the anchor log.
fn extend_log<S: Store>(
    state: &mut State<'_, S>,
    rows: &mut Batch,
) -> Result<(Frontier, Places), Fault> {
    let suite = state.suite();
    let key = Log::Anchor.key(suite, state.ledger());
    let mut frontier: Frontier = state.kept(&key)?.ok_or(Fault::Missing("the log"))?;
    let before = frontier.size();
    let mut places = Vec::new();
    for executed in state.executed() {
        let index = executed.leaf.as_ref().map(|leaf| {
            let TreeSize(index) = frontier.size();
            Log::Anchor.append(suite, &mut frontier, leaf.hash(suite), rows);
            rows.put(Column::Leaves, index.to_be_bytes(), to_bytes(leaf));
            LeafIndex(index)
        });
        places.push((executed.id, index));
    }
    if frontier.size() != before {
        state.keep_entry(key, frontier.clone());
    }
    Ok((frontier, places))
}

/// Rows of the indexes that follow from the block.
fn index_rows(height: Height, written: &Written, places: &Places, rows: &mut Batch) {
    for (executed, (id, log_index)) in written.executed.iter().zip(places) {
        let expiry = executed.expiry;
        let place = Place {
            height,
            log_index: *log_index,
            expiry,
        };
        index::put_place(rows, id, &place);
        index::put_taken(rows, &executed.replay_key, expiry);
    }
    for (last, first) in &written.leases {
        index::put_lease(rows, *first, *last);
    }
}
