//! What happens in a run, and how it stands in the run's log.

use std::fmt;

use arc_malachitebft_core_types::{Round, Timeout};
use ledger_engine::Height;

use crate::message::Message;

/// Something that happens at a time.
#[derive(Debug)]
pub(crate) enum Event {
    Deliver {
        from: usize,
        to: usize,
        message: Message,
    },
    Fault(Fault),
    /// A misbehaving validator does something of its own accord.
    Meddle(usize),
    NextHeight {
        node: usize,
        life: u64,
    },
    /// A proposal that was asked for is made.
    Propose {
        node: usize,
        life: u64,
        height: Height,
        round: Round,
    },
    Restart(usize),
    Status(usize),
    Submit,
    Timer {
        node: usize,
        life: u64,
        timeout: Timeout,
        generation: u64,
    },
}

/// Something that goes wrong, or ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// A clock is set anew.
    ClockStep(usize),
    Crash(usize),
    /// The network is cut somewhere.
    Cut,
    Freeze(usize),
    /// A cut heals.
    Heal(u64),
    /// All nodes die.
    PowerCut,
    /// From here on nothing goes wrong any more.
    Quiet,
    Slow(usize),
    /// A slow node is as fast as others again.
    Swift(usize),
    /// Those with older software get the newest.
    Upgrade,
}

impl Event {
    /// The node that must be running and have time for it.
    pub(crate) const fn works_on(&self) -> Option<usize> {
        match self {
            Self::Deliver { to: node, .. }
            | Self::NextHeight { node, .. }
            | Self::Propose { node, .. }
            | Self::Status(node)
            | Self::Timer { node, .. } => Some(*node),
            Self::Fault(_) | Self::Meddle(_) | Self::Restart(_) | Self::Submit => None,
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deliver { from, to, message } => write!(f, "{to} ← {from} {message}"),
            Self::Fault(fault) => write!(f, "fault: {fault:?}"),
            Self::Meddle(node) => write!(f, "{node} meddles"),
            Self::NextHeight { node, life } => write!(f, "{node} goes on, life {life}"),
            Self::Propose {
                node,
                life,
                height,
                round,
            } => write!(
                f,
                "{node} proposes {height}/{}, life {life}",
                round.as_i64()
            ),
            Self::Restart(node) => write!(f, "{node} restarts"),
            Self::Status(node) => write!(f, "{node} says where it is"),
            Self::Submit => f.write_str("submit"),
            Self::Timer {
                node,
                life,
                timeout,
                generation,
            } => {
                let (kind, round) = (&timeout.kind, timeout.round.as_i64());
                write!(f, "{node} timer {kind:?}/{round}, life {life}.{generation}")
            }
        }
    }
}
