//! What happens in a run, and how it enters the run's hash.

use arc_malachitebft_core_types::Timeout;
use light_client::hash::Hasher;

use crate::message::Message;

/// Something that happens at a time.
#[derive(Debug)]
pub(crate) enum Event {
    Crash(usize),
    Deliver {
        from: usize,
        to: usize,
        message: Message,
    },
    NextHeight {
        node: usize,
        life: u64,
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

impl Event {
    /// Enters the event into the hash of the run.
    pub(crate) fn note(&self, log: &mut Hasher) {
        let (kind, node) = match self {
            Self::Crash(node) => (0u8, *node),
            Self::Deliver { from, to, message } => {
                log.update(&from.to_be_bytes());
                log.update(&message.fingerprint());
                (1, *to)
            }
            Self::NextHeight { node, life } => {
                log.update(&life.to_be_bytes());
                (2, *node)
            }
            Self::Restart(node) => (3, *node),
            Self::Status(node) => (4, *node),
            Self::Submit => (5, 0),
            Self::Timer {
                node, generation, ..
            } => {
                log.update(&generation.to_be_bytes());
                (6, *node)
            }
        };
        log.update(&[kind]);
        log.update(&node.to_be_bytes());
    }
}
