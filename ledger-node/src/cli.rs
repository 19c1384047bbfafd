//! The command line.

mod arguments;
mod found;
mod motions;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

pub use arguments::{
    ArchiveCommand, DirArgs, ExportArgs, FsckArgs, JoinArgs, KeysCommand, PruneArgs, RestoreArgs,
    SnapshotArgs, StatusArgs,
};
pub use found::InitArgs;
pub use motions::{
    AskArgs, ChoiceArg, IssuerArgs, MotionCommand, MoveCommand, MoverArgs, ReasonArg, StandingArg,
    SubjectArg,
};

/// A node of a Tallystick ledger.
///
/// Exit codes: 0 done; 1 damage was found; 2 what was offered is not believed; 64 wrong arguments;
/// 69 a node does not answer; 70 the node stopped for an error; 73 something is in the way; 74 a
/// file or the store fails; 75 the node runs, stop it first; 77 a key does not open; 78 a folder or
/// setting is not what it must be.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Writes blocks to a file that verifies by itself, and checks or replays such a file.
    #[command(subcommand)]
    Archive(ArchiveCommand),
    /// Writes blocks as JSON lines, for auditors.
    Export(ExportArgs),
    /// Goes through all data of a node, row by row; repairs it.
    Fsck(FsckArgs),
    /// Makes a new ledger: a genesis and a folder for each node. Asks if arguments are missing.
    Init(Box<InitArgs>),
    /// Makes a folder for a new node of a ledger that exists. Asks if arguments are missing.
    Join(Box<JoinArgs>),
    /// Lists the keys of a folder, makes new ones, proves and seals them.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Moves, votes on and carries out motions, with the folder's governance key.
    #[command(subcommand)]
    Motion(MotionCommand),
    /// Drops old blocks.
    Prune(PruneArgs),
    /// Rebuilds a folder's data from a snapshot; or tries that out (--drill).
    Restore(RestoreArgs),
    /// Runs the node of a folder.
    Run {
        /// The node's folder.
        #[arg(long)]
        dir: PathBuf,
        /// How the log is written; else as node.json says.
        #[arg(long, value_enum)]
        log: Option<LogArg>,
    },
    /// Writes the state of the newest height, for nodes that join and as a backup.
    Snapshot(SnapshotArgs),
    /// Prints how a running node is.
    Status(StatusArgs),
}

/// How the log is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LogArg {
    /// One JSON object per line.
    Json,
    /// For people.
    Text,
}
