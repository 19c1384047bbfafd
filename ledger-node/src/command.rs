//! Doing what the command line asks for.

mod motions;

use std::path::{Path, PathBuf};

use light_client::id::LedgerId;

use crate::cli::{
    ArchiveCommand, Command, FsckArgs, JoinArgs, KeysCommand, RestoreArgs, StatusArgs,
};
use crate::config::NodeDir;
use crate::ops::fetch::{Fetcher, Source};
use crate::ops::fsck::Repair;
use crate::ops::guide::{ask, is_interactive, not_empty, say};
use crate::ops::restore::Restored;
use crate::ops::task::{Outcome, Task};
use crate::ops::{OpsError, archive, drill, fsck, governance, join, keys, own_api, restore, task};
use crate::seal::Passphrase;
use crate::{init, status};

/// What to print.
pub type Lines = Vec<String>;

/// Does everything but [`Command::Run`], which prints nothing.
///
/// # Errors
/// [`OpsError`], with its exit code.
pub async fn perform(command: Command) -> Result<Lines, OpsError> {
    match command {
        Command::Archive(command) => archives(command).await,
        Command::Export(args) => {
            let (from, through) = (args.from, args.through);
            let to = absolute(&args.to)?;
            order(&args.node.dir, Task::Export { to, from, through }).await
        }
        Command::Fsck(args) => check(args).await,
        Command::Init(args) => {
            let plan = args.plan()?;
            let genesis = init::init(&plan).map_err(OpsError::Config)?;
            Ok(vec![genesis.ledger_id().to_string()])
        }
        Command::Join(args) => joined(*args).await,
        Command::Keys(command) => key_command(command).await,
        Command::Motion(command) => motions::perform(command).await,
        Command::Prune(args) => {
            let keep = args.keep;
            order(&args.node.dir, Task::Prune { keep }).await
        }
        Command::Restore(args) => restored(args).await,
        Command::Run { .. } => Ok(Vec::new()),
        Command::Snapshot(args) => {
            let to = args.to.as_deref().map(absolute).transpose()?;
            order(&args.node.dir, Task::Snapshot { to }).await
        }
        Command::Status(args) => told(args).await,
    }
}

async fn archives(command: ArchiveCommand) -> Result<Lines, OpsError> {
    match command {
        ArchiveCommand::Write {
            node,
            to,
            from,
            through,
        } => {
            let to = absolute(&to)?;
            order(&node.dir, Task::Archive { to, from, through }).await
        }
        ArchiveCommand::Verify { file, trust } => {
            let found = archive::read(&file, &trust, |_, _| Ok(()))?;
            Ok(vec![format!(
                "heights {} to {} of ledger {trust}: every block is certified and whole",
                found.from, found.through
            )])
        }
        ArchiveCommand::Replay {
            file,
            trust,
            scratch,
        } => {
            let blocks = fsck::replay_archive(&file, &trust, &scratch)?;
            Ok(vec![format!(
                "{blocks} blocks executed again: every root is right"
            )])
        }
    }
}

async fn check(args: FsckArgs) -> Result<Lines, OpsError> {
    let dir = NodeDir::new(args.node.dir);
    if !args.repair {
        let scratch = dir.path().join(format!("replay-{}", std::process::id()));
        let replay = args.replay.then_some(absolute(&scratch)?);
        return found(task::order(&dir, &Task::Fsck { replay }).await?);
    }
    let done = match fsck::repair(&dir)? {
        Repair::Nothing => return Ok(vec!["no damage".into()]),
        Repair::Indexes => return Ok(vec!["the indexes were made again".into()]),
        Repair::SetAside => "the damaged data was set aside".to_owned(),
    };
    if args.from.is_empty() {
        let next = "start the node: it fetches all blocks from its peers".to_owned();
        return Ok(vec![done, next]);
    }
    let fetcher = Fetcher::new(args.ticket)?;
    let mut source = Source::Peers {
        fetcher,
        peers: args.from,
        chosen: None,
    };
    let restored = restore::restore(&dir, &trusted(&dir)?, &mut source, &[]).await?;
    Ok([vec![done], restored_lines(&restored)].concat())
}

async fn joined(args: JoinArgs) -> Result<Lines, OpsError> {
    let plan = join_plan(args)?;
    let (plan, sealed) = plan;
    let passphrase = chosen(!sealed)?;
    let joined = join::join(&plan, passphrase.as_ref()).await?;
    Ok(join::next_steps(&NodeDir::new(&plan.dir), &joined))
}

/// What is missing is asked for.
fn join_plan(args: JoinArgs) -> Result<(join::Plan, bool), OpsError> {
    let missing = args.dir.is_none() || args.from.is_empty() || args.trust.is_none();
    if missing && !is_interactive() {
        return Err(OpsError::Usage("name --dir, --from and --trust"));
    }
    if missing {
        say("A new node of a ledger that exists. Its genesis is fetched and compared with the");
        say(
            "ledger's fingerprint, which you must have from the members themselves, not from a node.",
        );
    }
    let dir = args.dir.map_or_else(
        || ask("Folder to make", Some("node"), not_empty).map(PathBuf::from),
        Ok,
    )?;
    let from = if args.from.is_empty() {
        let answer = ask(
            "APIs of its nodes, with commas between them",
            None,
            not_empty,
        )?;
        answer.split(',').map(|url| url.trim().to_owned()).collect()
    } else {
        args.from
    };
    let trust = match args.trust {
        Some(trust) => trust,
        None => ask("Fingerprint of the ledger", None, |text| {
            light_client::hash::Digest::from_hex(text).map(LedgerId)
        })?,
    };
    let (mut operator, mut responsible) = (args.operator, args.responsible);
    if missing && operator.is_empty() {
        operator = ask("Who operates the node", None, not_empty)?;
        responsible = ask("Who answers for it", None, not_empty)?;
    }
    let from = from.iter().map(|url| url.trim_end_matches('/').to_owned());
    let plan = join::Plan {
        dir,
        from: from.collect(),
        trust,
        name: args.name,
        operator,
        responsible,
        api: args.api,
        p2p: args.p2p,
        snapshot: args.snapshot,
        ticket: args.ticket,
    };
    Ok((plan, !args.unsealed))
}

async fn key_command(command: KeysCommand) -> Result<Lines, OpsError> {
    let lines = |values: Vec<serde_json::Value>| values.iter().map(ToString::to_string).collect();
    match command {
        KeysCommand::Adopt { node } => {
            let key = governance::adopt(&NodeDir::new(node.dir)).await?;
            Ok(vec![format!("governs with {key} from now on")])
        }
        KeysCommand::List { node } => Ok(lines(keys::list(&NodeDir::new(node.dir))?)),
        KeysCommand::Member {
            node,
            agency,
            fresh,
            unsealed,
        } => {
            let dir = NodeDir::new(node.dir);
            let proof = if fresh {
                let passphrase = chosen(unsealed)?;
                governance::fresh(&dir, &agency, passphrase.as_ref())?
            } else {
                governance::member(&dir, &agency, Passphrase::find)?
            };
            Ok(lines(vec![proof]))
        }
        KeysCommand::New { node, unsealed } => {
            let dir = NodeDir::new(node.dir);
            let passphrase = chosen(unsealed)?;
            Ok(lines(vec![keys::new(&dir, passphrase.as_ref())?]))
        }
        KeysCommand::Possession { node, set } => {
            let dir = NodeDir::new(node.dir);
            Ok(lines(keys::possession(&dir, &set, Passphrase::find)?))
        }
        KeysCommand::Seal { node } => {
            let count = keys::seal(&NodeDir::new(node.dir), &Passphrase::choose()?)?;
            Ok(vec![format!("{count} keys sealed")])
        }
        KeysCommand::Unseal { node } => {
            let count = keys::unseal(&NodeDir::new(node.dir), &Passphrase::find()?)?;
            Ok(vec![format!("{count} keys unsealed")])
        }
    }
}

/// What a new key is sealed by.
fn chosen(unsealed: bool) -> Result<Option<Passphrase>, OpsError> {
    Ok(if unsealed {
        None
    } else {
        Some(Passphrase::choose()?)
    })
}

async fn restored(args: RestoreArgs) -> Result<Lines, OpsError> {
    if let Some(dir) = args.drill {
        let drill = drill::drill(&NodeDir::new(dir)).await?;
        let snapshot = &drill.snapshot;
        return Ok(vec![
            format!("height {} {}", snapshot.height, snapshot.header_hash),
            format!(
                "snapshot {:?}: {} chunks, {} bytes",
                drill.made, snapshot.chunks, snapshot.bytes
            ),
            format!(
                "restore {:?}: every chunk proved under the head",
                drill.restored
            ),
            format!("fsck {:?}: {} rows, no damage", drill.checked, drill.rows),
            format!(
                "the backup works: {:?} in all",
                drill.made + drill.restored + drill.checked
            ),
        ]);
    }
    let (Some(dir), Some(from)) = (args.dir, args.from) else {
        return Err(OpsError::Usage("name --dir and --from, or --drill"));
    };
    let dir = NodeDir::new(dir);
    let mut source = source(&from, args.ticket)?;
    let restored = restore::restore(&dir, &trusted(&dir)?, &mut source, &args.receipt).await?;
    Ok(restored_lines(&restored))
}

fn restored_lines(restored: &Restored) -> Lines {
    let mut lines = vec![format!(
        "height {}, {} chunks checked",
        restored.height, restored.chunks
    )];
    if restored.set_aside > 0 {
        lines.extend([
            "the keys of this folder do not vote any more: what they signed before is not known"
                .into(),
            "the node follows; make a fresh key (keys new) and have it voted into the set".into(),
        ]);
    }
    lines
}

fn source(from: &str, ticket: Option<String>) -> Result<Source, OpsError> {
    if !from.contains("://") {
        return Ok(Source::Folder(from.into()));
    }
    let peers = from
        .split(',')
        .map(|url| url.trim_end_matches('/').to_owned());
    Ok(Source::Peers {
        fetcher: Fetcher::new(ticket)?,
        peers: peers.collect(),
        chosen: None,
    })
}

async fn told(args: StatusArgs) -> Result<Lines, OpsError> {
    let url = match args.dir {
        Some(dir) => own_api(&NodeDir::new(dir))?,
        None => args.url.trim_end_matches('/').to_owned(),
    };
    let status: serde_json::Value = Fetcher::new(None)?
        .json(&format!("{url}/v1/status"))
        .await?;
    Ok(if args.json {
        vec![status.to_string()]
    } else {
        status::lines(&status)
    })
}

async fn order(dir: &Path, task: Task) -> Result<Lines, OpsError> {
    found(task::order(&NodeDir::new(dir), &task).await?)
}

/// Damage is printed, and makes the command fail.
fn found(outcome: Outcome) -> Result<Lines, OpsError> {
    if outcome.damage == 0 {
        return Ok(outcome.lines);
    }
    for line in &outcome.lines {
        say(line);
    }
    let count = outcome.damage;
    Err(OpsError::Damage { count })
}

fn trusted(dir: &NodeDir) -> Result<LedgerId, OpsError> {
    let genesis = dir.genesis().map_err(OpsError::Config)?;
    Ok(genesis.ledger_id())
}

fn absolute(path: &Path) -> Result<PathBuf, OpsError> {
    std::path::absolute(path).map_err(|source| OpsError::io(path, source))
}
