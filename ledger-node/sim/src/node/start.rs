//! The beginnings: of a process, from its disk; and of a height.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use arc_malachitebft_core_consensus::{Input, Params, State};
use arc_malachitebft_core_types::{
    ThresholdParam, ThresholdParams, ValuePayload, VoteExtensionPolicy,
};
use arc_malachitebft_metrics::Metrics;
use ledger_core::App;
use ledger_engine::{Address, EngineLog, Height, Logged, TallyContext, ValidatorSet};
use light_client::id::TimeMs;

use super::{Disk, Fuse, Identity, Node, Shell};
use crate::{scenario::Mutation, signing::Pair, store::SimStore, violation::Violation};

impl Node {
    /// Starts from what the disk holds, and replays the write-ahead log.
    pub(crate) fn start(
        disk: Disk,
        identity: Identity,
        now: TimeMs,
        fuse: Option<Fuse>,
    ) -> Result<Self, Violation> {
        let app = App::open(disk.store);
        let mut app = app.map_err(|error| Violation::fault(&error))?;
        app.support(identity.versions.clone());
        let height = Height(app.head().height.0 + 1);
        let pair = own_pair(&app, &identity.pairs);
        let (mut wal, mut mark) = (disk.wal, disk.mark);
        let (found, start) = wal.found(height, &Address(pair.id()));
        let found = if identity.mutation == Some(Mutation::AnyLog) && found == EngineLog::Unusable {
            EngineLog::Whole(Logged::new())
        } else {
            found
        };
        if identity.mutation != Some(Mutation::NoSettling) {
            let change = mark.settle(height.0, &found);
            mark.apply(&change);
        }
        wal.begin(height);
        let mut node = Self {
            state: state(&app, &pair, identity.mutation),
            metrics: Metrics::default(),
            shell: Shell {
                app,
                wal,
                mark,
                start,
                identity,
                pair,
                now,
                timers: BTreeMap::new(),
                generation: 0,
                local: VecDeque::new(),
                early: Vec::new(),
                proposed: BTreeMap::new(),
                peers: BTreeMap::new(),
                liars: BTreeSet::new(),
                asked: 0,
                requested: None,
                recovering: false,
                fuse: None,
                burnt: false,
                refused: false,
                actions: Vec::new(),
                facts: Vec::new(),
                violation: None,
            },
        };
        if let Some(fuse) = fuse {
            node.light(fuse);
        }
        let result = node.replay(height);
        node.end(result)?;
        Ok(node)
    }

    pub(super) fn begin_height(&mut self) -> Result<(), Violation> {
        let height = Height(self.shell.app.head().height.0 + 1);
        self.shell.wal.begin(height);
        let pair = own_pair(&self.shell.app, &self.shell.identity.pairs);
        if pair.id() != self.shell.pair.id() {
            self.state = state(&self.shell.app, &pair, self.shell.identity.mutation);
            self.shell.pair = pair;
        }
        self.start_height(height)?;
        for (proposal, origin) in core::mem::take(&mut self.shell.early) {
            self.shell.body(proposal, origin)?;
        }
        Ok(())
    }

    fn replay(&mut self, height: Height) -> Result<(), Violation> {
        let entries = self.shell.wal.entries();
        self.start_height(height)?;
        self.state
            .record_recovered_own_precommit_extensions(&entries);
        self.state.index_wal_entries(&entries);
        self.shell.recovering = true;
        for entry in entries {
            self.drive(entry)?;
        }
        self.shell.recovering = false;
        self.state.reset_entries_index();
        Ok(())
    }

    fn start_height(&mut self, height: Height) -> Result<(), Violation> {
        self.shell.proposed.clear();
        let set = ValidatorSet::new(self.shell.app.validator_set(), self.shell.app.suite());
        let policy = VoteExtensionPolicy::Disabled;
        self.drive(Input::StartHeight(height, set, false, None, policy))
    }
}

/// The key by which this node is in the present set; its first if it is not.
fn own_pair(app: &App<SimStore>, pairs: &[Pair]) -> Pair {
    let set = app.validator_set().validators();
    let is_in_set = |pair: &&Pair| set.iter().any(|validator| validator.key == *pair.public());
    let mut candidates = pairs.iter().filter(is_in_set).chain(pairs);
    candidates.next().expect("a node has a key").clone()
}

fn state(app: &App<SimStore>, pair: &Pair, mutation: Option<Mutation>) -> State<TallyContext> {
    let mut thresholds = ThresholdParams::default();
    if mutation == Some(Mutation::LowQuorum) {
        thresholds.quorum = ThresholdParam::F_PLUS_ONE;
    }
    let params = Params {
        address: Address(pair.id()),
        threshold_params: thresholds,
        value_payload: ValuePayload::ProposalAndParts,
        enabled: true,
    };
    let set = ValidatorSet::new(app.validator_set(), app.suite());
    let height = Height(app.head().height.0 + 1);
    State::new(TallyContext, height, set, params, 64, 256)
}
