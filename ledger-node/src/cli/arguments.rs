//! The arguments of each command.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use light_client::hash::Digest;
use light_client::id::{IssuerId, LedgerId};

/// A node's folder.
#[derive(Debug, Args)]
pub struct DirArgs {
    /// The node's folder; its node may run.
    #[arg(long)]
    pub dir: PathBuf,
}

/// Archives.
#[derive(Debug, Subcommand)]
pub enum ArchiveCommand {
    /// Writes blocks to a new file.
    Write {
        /// Whose.
        #[command(flatten)]
        node: DirArgs,
        /// The new file.
        #[arg(long)]
        to: PathBuf,
        /// The first height; the first one that is here if it is not named.
        #[arg(long)]
        from: Option<u64>,
        /// The last height; the head if it is not named.
        #[arg(long)]
        through: Option<u64>,
    },
    /// Checks a file from the ledger's fingerprint alone.
    Verify {
        /// The file.
        file: PathBuf,
        /// The ledger's fingerprint.
        #[arg(long, value_parser = parse_ledger)]
        trust: LedgerId,
    },
    /// Executes the blocks of a file that begins with the first, and compares every root.
    Replay {
        /// The file.
        file: PathBuf,
        /// The ledger's fingerprint.
        #[arg(long, value_parser = parse_ledger)]
        trust: LedgerId,
        /// A new folder for the meantime.
        #[arg(long)]
        scratch: PathBuf,
    },
}

/// An export.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Whose.
    #[command(flatten)]
    pub node: DirArgs,
    /// The new file.
    #[arg(long)]
    pub to: PathBuf,
    /// The first height; the first one that is here if it is not named.
    #[arg(long)]
    pub from: Option<u64>,
    /// The last height; the head if it is not named.
    #[arg(long)]
    pub through: Option<u64>,
}

/// A check.
#[derive(Debug, Args)]
pub struct FsckArgs {
    /// Whose.
    #[command(flatten)]
    pub node: DirArgs,
    /// Executes all blocks again too, and compares every state root.
    #[arg(long, conflicts_with = "repair")]
    pub replay: bool,
    /// Makes damaged indexes again; sets damaged blocks or state aside, for the node to fetch them
    /// from its peers. The node must be stopped.
    #[arg(long)]
    pub repair: bool,
    /// After setting data aside, takes a snapshot of one of these nodes instead of all blocks.
    #[arg(long, value_delimiter = ',', requires = "repair")]
    pub from: Vec<String>,
    /// What those nodes want to see for a snapshot.
    #[arg(long, env = "TALLYSTICK_TICKET", requires = "from")]
    pub ticket: Option<String>,
}

/// A new node.
#[derive(Debug, Args)]
pub struct JoinArgs {
    /// The folder to make.
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// APIs of nodes of the ledger, with commas between them.
    #[arg(long, value_delimiter = ',')]
    pub from: Vec<String>,
    /// The ledger's fingerprint, as its members publish it. Never take it from the nodes above.
    #[arg(long, value_parser = parse_ledger)]
    pub trust: Option<LedgerId>,
    /// The node's name.
    #[arg(long, default_value = "node")]
    pub name: String,
    /// Who operates the node.
    #[arg(long, default_value = "")]
    pub operator: String,
    /// Who answers for the node.
    #[arg(long, default_value = "")]
    pub responsible: String,
    /// Where the API listens.
    #[arg(long, default_value = "127.0.0.1:7700")]
    pub api: SocketAddr,
    /// Where the engine listens.
    #[arg(long, default_value = "/ip4/0.0.0.0/tcp/27700")]
    pub p2p: String,
    /// Begins with a snapshot of one of those nodes instead of all blocks.
    #[arg(long)]
    pub snapshot: bool,
    /// What those nodes want to see for a snapshot.
    #[arg(long, env = "TALLYSTICK_TICKET")]
    pub ticket: Option<String>,
    /// Leaves the keys readable for whoever can read the folder: for demonstrations.
    #[arg(long)]
    pub unsealed: bool,
}

/// Keys. The passphrase is TALLYSTICK_PASSPHRASE, or in the file TALLYSTICK_PASSPHRASE_FILE, or
/// asked for.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Puts the fresh governance key in the place of the old one, once the members have voted it.
    Adopt {
        /// Whose; its node must run.
        #[command(flatten)]
        node: DirArgs,
    },
    /// Prints the public halves of a folder's keys, one JSON object per line.
    List {
        /// Whose.
        #[command(flatten)]
        node: DirArgs,
    },
    /// Proves that the folder holds the governance key of an agency that is to be admitted.
    Member {
        /// Whose.
        #[command(flatten)]
        node: DirArgs,
        /// The agency.
        #[arg(long, value_parser = parse_name)]
        agency: IssuerId,
        /// Makes a fresh key beside the present one and proves that, for `motion replace-key`.
        #[arg(long)]
        fresh: bool,
        /// Leaves the fresh key readable for whoever can read the folder: for demonstrations.
        #[arg(long, requires = "fresh")]
        unsealed: bool,
    },
    /// Makes a validator key for the next epoch.
    New {
        /// Whose.
        #[command(flatten)]
        node: DirArgs,
        /// Leaves the key readable for whoever can read the folder: for demonstrations.
        #[arg(long)]
        unsealed: bool,
    },
    /// Proves that the folder holds keys of a set that is to be voted.
    Possession {
        /// Whose.
        #[command(flatten)]
        node: DirArgs,
        /// The set: {"epoch":1,"validators":[{"agency":"…","key":"<hex>"}]}, or its CBOR.
        set: PathBuf,
    },
    /// Seals all keys of a folder by a passphrase.
    Seal {
        /// Whose.
        #[command(flatten)]
        node: DirArgs,
    },
    /// Leaves all keys of a folder readable for whoever can read it.
    Unseal {
        /// Whose.
        #[command(flatten)]
        node: DirArgs,
    },
}

/// Pruning.
#[derive(Debug, Args)]
pub struct PruneArgs {
    /// Whose.
    #[command(flatten)]
    pub node: DirArgs,
    /// How many of the newest blocks to keep; at least 1,000.
    #[arg(long)]
    pub keep: u64,
}

/// A restore.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The node's folder, which must have no data.
    #[arg(long, conflicts_with = "drill", required_unless_present = "drill")]
    pub dir: Option<PathBuf>,
    /// A folder that `snapshot` made, or APIs of nodes with commas between them.
    #[arg(long, conflicts_with = "drill", required_unless_present = "drill")]
    pub from: Option<String>,
    /// A certified header that somebody kept (`/v1/headers/{height}`): proves that the ledger
    /// reached its height, so an older snapshot is refused; repeat it.
    #[arg(long, conflicts_with = "drill")]
    pub receipt: Vec<PathBuf>,
    /// What those nodes want to see for a snapshot.
    #[arg(long, env = "TALLYSTICK_TICKET")]
    pub ticket: Option<String>,
    /// Tries the whole way out for the node of this folder, which may run: snapshot, restore beside,
    /// check, compare; prints how long each took and leaves nothing behind.
    #[arg(long)]
    pub drill: Option<PathBuf>,
}

/// A snapshot.
#[derive(Debug, Args)]
pub struct SnapshotArgs {
    /// Whose.
    #[command(flatten)]
    pub node: DirArgs,
    /// The folder to make; among the node's own snapshots, which it serves, if it is not named.
    #[arg(long)]
    pub to: Option<PathBuf>,
}

/// A question.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The node's API.
    #[arg(long, default_value = "http://127.0.0.1:7700", conflicts_with = "dir")]
    pub url: String,
    /// The node's folder, in which its API's address is.
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

pub(super) fn parse_ledger(text: &str) -> Result<LedgerId, String> {
    let digest = Digest::from_hex(text).map(LedgerId);
    digest.map_err(|_| "a fingerprint is 64 lower-case hexadecimal digits".to_owned())
}

pub(super) fn parse_name(text: &str) -> Result<IssuerId, String> {
    let rule = "a name is 1 to 64 lower-case letters, digits and hyphens";
    IssuerId::parse(text).map_err(|_| rule.to_owned())
}
