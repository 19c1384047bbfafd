//! What the engine's log says of this node's last votes, for the mark to settle with.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use arc_malachitebft_app_channel::app::consensus::Input;
use arc_malachitebft_app_channel::app::engine::wal::log_entries;
use arc_malachitebft_app_channel::app::types::core::{NilOrVal, VoteType};
use arc_malachitebft_app_channel::app::wal::Log;
use tracing::warn;

use super::codec::WireCodec;
use super::context::{Address, TallyContext, Vote};
use crate::mark::{Logged, Mark, Step};

/// Compares the mark with the engine's log, before the engine starts; see [`Mark::settle`].
///
/// Without a log of `height`, or with one that does not read to its end, all that is marked stays.
///
/// # Errors
/// A log or a mark that cannot be read or written.
pub(super) fn settle(mark: &Mark, log: &Path, height: u64, own: Address) -> Result<()> {
    if !log.exists() {
        return Ok(());
    }
    let mut log = Log::open(log).context("the engine's log")?;
    if log.sequence() != height {
        return Ok(());
    }
    let entries = log_entries::<TallyContext, _>(&mut log, &WireCodec);
    let entries = entries.map_err(|error| anyhow!("the engine's log: {error:#}"))?;
    let mut logged = Logged::new();
    for entry in entries {
        match entry {
            Ok(Input::Vote(vote)) if vote.message.address == own => {
                let Some(round) = vote.message.round.as_u32() else {
                    continue;
                };
                logged.insert((round, step(&vote.message)), value(&vote.message));
            }
            Ok(_) => {}
            // The engine says so itself, and stops.
            Err(_) => return Ok(()),
        }
    }
    let forgotten = mark.settle(height, &logged)?;
    if forgotten > 0 {
        warn!(
            height,
            forgotten, "votes were marked and never sent: the node died over them"
        );
    }
    Ok(())
}

const fn step(vote: &Vote) -> Step {
    match vote.kind {
        VoteType::Prevote => Step::Prevote,
        VoteType::Precommit => Step::Precommit,
    }
}

const fn value(vote: &Vote) -> Option<light_client::hash::Digest> {
    match vote.value {
        NilOrVal::Nil => None,
        NilOrVal::Val(id) => Some(id),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use arc_malachitebft_app_channel::app::engine::wal::encode_entry;
    use arc_malachitebft_app_channel::app::types::core::{Round, SignedMessage};
    use light_client::hash::Digest;
    use light_client::key::{KeyId, Signature};

    use super::super::context::Height;
    use super::*;

    const HEIGHT: u64 = 5;
    const OWN: Address = Address(KeyId(Digest::from_bytes([1; 32])));
    const BLOCK: Digest = Digest::from_bytes([7; 32]);

    /// A mark with a prevote and a precommit, and a log that knows of the prevote alone.
    fn after_a_crash(folder: &Path) -> Mark {
        let mark = Mark::create(&folder.join("mark")).expect("a mark");
        for step in [Step::Prevote, Step::Precommit] {
            mark.set(HEIGHT, 0, step, Some(BLOCK)).expect("marked");
        }
        let mut log = Log::open(folder.join("log")).expect("a log");
        log.reset(HEIGHT).expect("begun");
        for address in [OWN, Address(KeyId(Digest::from_bytes([2; 32])))] {
            let vote = Vote {
                kind: VoteType::Prevote,
                height: Height(HEIGHT),
                round: Round::new(0),
                value: NilOrVal::Val(BLOCK),
                address,
            };
            let vote = SignedMessage::new(vote, Signature([0; 64]));
            let mut entry = Vec::new();
            encode_entry(Input::<TallyContext>::Vote(vote), &WireCodec, &mut entry)
                .expect("encoded");
            log.append(&entry).expect("written");
        }
        log.flush().expect("synced");
        mark
    }

    /// Whether a precommit for nil may be signed after the start.
    fn may_vote_otherwise(change: impl FnOnce(&Path), height: u64) -> bool {
        let folder = tempfile::tempdir().expect("a directory");
        let mark = after_a_crash(folder.path());
        let log = folder.path().join("log");
        change(&log);
        settle(&mark, &log, height, OWN).expect("readable");
        assert!(mark.set(HEIGHT, 0, Step::Prevote, None).is_err());
        mark.set(HEIGHT, 0, Step::Precommit, None).is_ok()
    }

    #[test]
    fn a_vote_that_is_marked_and_not_in_the_log_was_never_sent() {
        assert!(may_vote_otherwise(|_| {}, HEIGHT));
    }

    #[test]
    fn with_no_log_or_a_bad_one_everything_stays_marked() {
        let remove = |log: &Path| fs::remove_file(log).expect("removed");
        assert!(!may_vote_otherwise(remove, HEIGHT));
        assert!(
            !may_vote_otherwise(|_| {}, HEIGHT + 1),
            "a log of another height"
        );
        let flip = |log: &Path| {
            let mut bytes = fs::read(log).expect("read");
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
            fs::write(log, bytes).expect("written");
        };
        assert!(!may_vote_otherwise(flip, HEIGHT));
    }
}
