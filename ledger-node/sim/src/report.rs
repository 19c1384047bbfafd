//! What came of a run.

use std::{collections::BTreeMap, fmt};

use light_client::{hash::Digest, id::Height};

/// What came of a run in which nothing was violated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// A hash over every event of the run, in order.
    pub log: Digest,
    /// The highest final height.
    pub height: Height,
    /// How many transactions were acknowledged, and are final on every honest node.
    pub transactions: usize,
    /// Whether a new version of a module was scheduled.
    pub is_upgraded: bool,
    /// How many epochs there were.
    pub epochs: usize,
    /// How long it took, in virtual time.
    pub virtual_ms: u64,
    /// What went wrong and what was noticed, by kind.
    pub tally: Tally,
}

/// Something that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// A validator died between two of the engine's effects.
    CrashAtEffect,
    /// A validator died while its store committed, which was lost.
    CrashBeforeCommit,
    /// A validator died when its store had committed, before anyone was told.
    CrashAfterCommit,
    /// A validator died again while it recovered.
    CrashInRecovery,
    /// All validators died at almost the same moment.
    PowerCut,
    /// An entry of the write-ahead log that a crash took.
    WalEntryLost,
    /// A write-ahead log that a crash took as a whole.
    WalLost,
    /// A message that never came.
    MessageLost,
    /// A message that came twice.
    MessageDoubled,
    /// A message that came seconds late.
    MessageLate,
    /// A message that a partition stopped.
    MessageCut,
    /// The network was cut, both ways.
    Partition,
    /// The network was cut, one way.
    OneWayPartition,
    /// A clock was set anew.
    ClockStep,
    /// A validator became slow.
    Slowdown,
    /// A validator stood still.
    Freeze,
    /// A proposal that was made after others had stopped waiting for it.
    LateProposal,
    /// A misbehaving validator did something that no honest one does.
    Misdeed,
    /// The double-sign mark refused a signature.
    RefusedSignature,
    /// A round after the first in which a block was decided.
    LateRound,
    /// Two votes of one validator for one round, found and proven by an honest one.
    DoubleVoteProven,
    /// Two proposals of one validator for one round, found and proven by an honest one.
    DoubleProposalProven,
    /// A block from a misbehaving peer that an honest node refused.
    SyncRefused,
    /// An operation on invoices that is final, as by the reference.
    OperationFinal,
    /// An operation on invoices that a node refused, as the reference does.
    OperationRefused,
}

impl Counted {
    /// All of them, in the order of a summary.
    pub const ALL: [Self; 25] = [
        Self::CrashAtEffect,
        Self::CrashBeforeCommit,
        Self::CrashAfterCommit,
        Self::CrashInRecovery,
        Self::PowerCut,
        Self::WalEntryLost,
        Self::WalLost,
        Self::MessageLost,
        Self::MessageDoubled,
        Self::MessageLate,
        Self::MessageCut,
        Self::Partition,
        Self::OneWayPartition,
        Self::ClockStep,
        Self::Slowdown,
        Self::Freeze,
        Self::LateProposal,
        Self::Misdeed,
        Self::RefusedSignature,
        Self::LateRound,
        Self::DoubleVoteProven,
        Self::DoubleProposalProven,
        Self::SyncRefused,
        Self::OperationFinal,
        Self::OperationRefused,
    ];

    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CrashAtEffect => "crash between effects",
            Self::CrashBeforeCommit => "crash before a commit",
            Self::CrashAfterCommit => "crash after a commit",
            Self::CrashInRecovery => "crash during recovery",
            Self::PowerCut => "power cut: all crash at once",
            Self::WalEntryLost => "unsynced log entry lost",
            Self::WalLost => "whole log lost",
            Self::MessageLost => "message lost",
            Self::MessageDoubled => "message doubled",
            Self::MessageLate => "message seconds late",
            Self::MessageCut => "message stopped by a partition",
            Self::Partition => "partition",
            Self::OneWayPartition => "one-way partition",
            Self::ClockStep => "clock set anew",
            Self::Slowdown => "slow validator",
            Self::Freeze => "frozen validator",
            Self::LateProposal => "late proposal",
            Self::Misdeed => "Byzantine misdeed",
            Self::RefusedSignature => "signature refused by the mark",
            Self::LateRound => "decision in a later round",
            Self::DoubleVoteProven => "double vote proven",
            Self::DoubleProposalProven => "double proposal proven",
            Self::SyncRefused => "peer's block refused",
            Self::OperationFinal => "invoice operation final",
            Self::OperationRefused => "invoice operation refused at once",
        }
    }
}

/// How often each kind of thing happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<Counted, u64>);

impl Tally {
    /// How often.
    pub fn of(&self, kind: Counted) -> u64 {
        self.0.get(&kind).copied().unwrap_or(0)
    }

    /// How many times a validator died.
    pub fn crashes(&self) -> u64 {
        let kinds = [
            Counted::CrashAtEffect,
            Counted::CrashBeforeCommit,
            Counted::CrashAfterCommit,
        ];
        kinds.into_iter().map(|kind| self.of(kind)).sum()
    }

    /// Counts `many` more.
    pub fn add(&mut self, kind: Counted, many: u64) {
        if many > 0 {
            *self.0.entry(kind).or_default() += many;
        }
    }

    /// Counts what another has counted.
    pub fn add_all(&mut self, other: &Self) {
        for (kind, many) in &other.0 {
            self.add(*kind, *many);
        }
    }

    pub(crate) fn note(&mut self, kind: Counted) {
        self.add(kind, 1);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for kind in Counted::ALL {
            writeln!(f, "{:<32} {:>10}", kind.name(), self.of(kind))?;
        }
        Ok(())
    }
}
