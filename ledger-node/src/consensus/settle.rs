//! What the engine's log says of this node's last votes, for the mark to settle with.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use arc_malachitebft_app_channel::app::consensus::Input;
use arc_malachitebft_app_channel::app::engine::wal::log_entries;
use arc_malachitebft_app_channel::app::types::core::VoteType;
use arc_malachitebft_app_channel::app::wal::Log;
use ledger_engine::{Address, EngineLog, Logged, Start, Step, TallyContext, Vote};
use tracing::warn;

use super::codec::WireCodec;
use crate::mark::{LogFile, Mark};

/// Compares the mark with the engine's log, before the engine starts; see [`Mark::settle`].
///
/// # Errors
/// A log or a mark that cannot be read or written.
pub(super) fn settle(mark: &Mark, log: &Path, height: u64, own: Address) -> Result<()> {
    let (found, start) = read(log, height, own)?;
    if found == EngineLog::Unusable {
        warn!(
            height,
            "no whole log of this height: all that is marked stays"
        );
    }
    let file = LogFile {
        path: log.to_owned(),
        start,
    };
    let forgotten = mark.settle(height, &found, file)?;
    if forgotten > 0 {
        warn!(
            height,
            forgotten, "votes were marked and never sent: the node died over them"
        );
    }
    Ok(())
}

/// The log as the engine is going to find it, and whether it will replay it.
fn read(path: &Path, height: u64, own: Address) -> Result<(EngineLog, Start)> {
    let unusable = (EngineLog::Unusable, Start::fresh());
    if !path.exists() {
        return Ok(unusable);
    }
    // This cuts off an entry that was not written to its end, as the engine will.
    let mut log = Log::open(path).context("the engine's log")?;
    if log.sequence() != height {
        return Ok(unusable);
    }
    let start = if log.is_empty() {
        Start::fresh()
    } else {
        Start::replaying(height, log.size_bytes().context("the engine's log")?)
    };
    let entries = log_entries::<TallyContext, _>(&mut log, &WireCodec);
    let entries = entries.map_err(|error| anyhow!("the engine's log: {error:#}"))?;
    let mut logged = Logged::new();
    for entry in entries {
        match entry {
            Ok(Input::Vote(vote)) if vote.message.address == own => {
                let Some(round) = vote.message.round.as_u32() else {
                    continue;
                };
                let header = vote.message.header().copied();
                logged.insert((round, step(&vote.message)), header);
            }
            Ok(_) => {}
            // The engine says so itself, cuts the log off here, and stops. At its next start the
            // log reads to its end, and still lacks what came here.
            Err(_) => return Ok((EngineLog::Unusable, start)),
        }
    }
    Ok((EngineLog::Whole(logged), start))
}

const fn step(vote: &Vote) -> Step {
    match vote.kind {
        VoteType::Prevote => Step::Prevote,
        VoteType::Precommit => Step::Precommit,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use arc_malachitebft_app_channel::app::engine::wal::encode_entry;
    use arc_malachitebft_app_channel::app::types::core::{NilOrVal, Round, SignedMessage};
    use ledger_engine::{Height, Place};
    use light_client::hash::Digest;
    use light_client::key::{KeyId, Signature};

    use super::*;

    const HEIGHT: u64 = 5;
    const OWN: Address = Address(KeyId(Digest::from_bytes([1; 32])));
    const BLOCK: Digest = Digest::from_bytes([7; 32]);

    const fn place(step: Step) -> Place {
        Place {
            height: HEIGHT,
            round: 0,
            step,
        }
    }

    fn append(log: &mut Log, address: Address) {
        let vote = Vote {
            kind: VoteType::Prevote,
            height: Height(HEIGHT),
            round: Round::new(0),
            value: NilOrVal::Val(BLOCK),
            address,
        };
        let vote = SignedMessage::new(vote, Signature([0; 64]));
        let mut entry = Vec::new();
        encode_entry(Input::<TallyContext>::Vote(vote), &WireCodec, &mut entry).expect("encoded");
        log.append(&entry).expect("written");
        log.flush().expect("synced");
    }

    /// A mark with a prevote and a precommit, and a log that knows of the prevote alone.
    fn after_a_crash(folder: &Path) -> Mark {
        let mark = Mark::create(&folder.join("mark")).expect("a mark");
        let mut log = Log::open(folder.join("log")).expect("a log");
        log.reset(HEIGHT).expect("begun");
        let file = LogFile {
            path: folder.join("log"),
            start: Start::fresh(),
        };
        let whole = EngineLog::Whole(Logged::new());
        mark.settle(HEIGHT, &whole, file).expect("settled");
        for step in [Step::Prevote, Step::Precommit] {
            mark.set(place(step), Some(BLOCK)).expect("marked");
        }
        for address in [OWN, Address(KeyId(Digest::from_bytes([2; 32])))] {
            append(&mut log, address);
        }
        mark
    }

    /// Whether a precommit for nil may be signed after the start.
    fn may_vote_otherwise(change: impl FnOnce(&Path)) -> bool {
        let folder = tempfile::tempdir().expect("a directory");
        let mark = after_a_crash(folder.path());
        let log = folder.path().join("log");
        change(&log);
        // The engine makes of a log that it cannot use an empty one, and dies again.
        settle(&mark, &log, HEIGHT, OWN).expect("readable");
        let mut begun = Log::open(&log).expect("a log");
        if begun.sequence() != HEIGHT {
            begun.reset(HEIGHT).expect("begun");
        }
        drop(begun);
        settle(&mark, &log, HEIGHT, OWN).expect("readable");
        assert!(mark.set(place(Step::Prevote), None).is_err());
        mark.set(place(Step::Precommit), None).is_ok()
    }

    #[test]
    fn a_vote_that_is_marked_and_not_in_the_log_was_never_sent() {
        assert!(may_vote_otherwise(|_| {}));
    }

    #[test]
    fn with_no_log_or_a_bad_one_everything_stays_marked_also_at_the_next_start() {
        let remove = |log: &Path| fs::remove_file(log).expect("removed");
        assert!(!may_vote_otherwise(remove));
        let of_another_height = |log: &Path| {
            let mut log = Log::open(log).expect("a log");
            log.reset(HEIGHT + 1).expect("begun");
        };
        assert!(!may_vote_otherwise(of_another_height));
        let flip = |log: &Path| {
            let mut bytes = fs::read(log).expect("read");
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
            fs::write(log, bytes).expect("written");
        };
        assert!(!may_vote_otherwise(flip));
    }

    #[test]
    fn what_is_signed_before_the_log_grows_was_signed_in_a_replay_and_stays() {
        let folder = tempfile::tempdir().expect("a directory");
        let (mark, log) = (after_a_crash(folder.path()), folder.path().join("log"));
        let again = |value| {
            settle(&mark, &log, HEIGHT, OWN).expect("readable");
            mark.set(place(Step::Precommit), value).is_ok()
        };
        assert!(again(None), "the first was never sent");
        assert!(!again(Some(BLOCK)), "this one was, by the replay");
    }

    #[test]
    fn what_is_signed_after_that_is_forgotten_as_often_as_the_node_dies_over_it() {
        let folder = tempfile::tempdir().expect("a directory");
        let (mark, log) = (after_a_crash(folder.path()), folder.path().join("log"));
        for value in [None, Some(BLOCK), None] {
            settle(&mark, &log, HEIGHT, OWN).expect("readable");
            append(
                &mut Log::open(&log).expect("a log"),
                Address(KeyId(Digest::from_bytes([3; 32]))),
            );
            mark.set(place(Step::Precommit), value).expect("never sent");
        }
    }
}
