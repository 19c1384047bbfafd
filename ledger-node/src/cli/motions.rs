//! The arguments of what members decide.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ledger_core::transaction::TxId;
use ledger_core::{Module, Parameter};
use light_client::hash::Digest;
use light_client::id::{DocumentType, IssuerId};

use super::arguments::{DirArgs, parse_name};

/// Who moves it, and why.
#[derive(Debug, Args)]
pub struct MoverArgs {
    /// The folder with the governance key; its node must run.
    #[arg(long)]
    pub dir: PathBuf,
    /// The law, agreement or order on which it rests.
    #[arg(long)]
    pub basis: String,
}

/// Motions: what members decide together. The folder's node must run. Whatever moves something
/// prints the motion's name.
#[derive(Debug, Subcommand)]
pub enum MotionCommand {
    /// Says who runs this member's node and who answers for it, on the ledger. Needs no vote.
    Describe {
        /// Whose.
        #[command(flatten)]
        node: DirArgs,
        /// Who runs it, in Chinese and in English: offices, never persons.
        #[arg(long, num_args = 2, value_names = ["ZH", "EN"])]
        operator: Vec<String>,
        /// Who answers for it.
        #[arg(long, num_args = 2, value_names = ["ZH", "EN"])]
        responsible: Vec<String>,
    },
    /// Carries out a motion that has enough votes.
    Execute {
        /// Whose.
        #[command(flatten)]
        node: DirArgs,
        /// The motion's name.
        #[arg(value_parser = parse_motion)]
        motion: TxId,
    },
    /// Prints members, rules, modules, and the motions that can be voted on.
    List(AskArgs),
    /// Prints a motion: what it asks for, who voted how, what became of it.
    Show {
        /// Whom to ask.
        #[command(flatten)]
        ask: AskArgs,
        /// The motion's name.
        #[arg(value_parser = parse_motion)]
        motion: TxId,
    },
    /// Votes on a motion.
    Vote {
        /// Whose.
        #[command(flatten)]
        node: DirArgs,
        /// The motion's name.
        #[arg(value_parser = parse_motion)]
        motion: TxId,
        /// For or against.
        #[arg(value_enum)]
        choice: ChoiceArg,
    },
    /// Puts something before the members.
    #[command(flatten)]
    Move(Box<MoveCommand>),
}

/// What can be moved.
#[derive(Debug, Subcommand)]
pub enum MoveCommand {
    /// Moves that an agency becomes a member.
    Admit {
        /// Who moves it, and why.
        #[command(flatten)]
        by: MoverArgs,
        /// What the agency's `keys member` printed.
        proof: PathBuf,
    },
    /// Moves that an issuer's name and rights are changed.
    Amend {
        /// Who moves it, and why.
        #[command(flatten)]
        by: MoverArgs,
        /// The issuer.
        #[command(flatten)]
        issuer: IssuerArgs,
    },
    /// Moves that a module is frozen at once, for a time; needs fewer votes than anything else.
    EmergencyFreeze {
        /// Who moves it, and why.
        #[command(flatten)]
        by: MoverArgs,
        /// The module.
        #[arg(value_parser = parse_module)]
        module: Module,
    },
    /// Moves that a module takes no transactions until members unfreeze it; confirms an emergency
    /// freeze.
    Freeze {
        /// Who moves it, and why.
        #[command(flatten)]
        by: MoverArgs,
        /// The module.
        #[arg(value_parser = parse_module)]
        module: Module,
    },
    /// Moves that a parameter is set; `motion list` shows them with their ranges.
    Parameter {
        /// Who moves it, and why.
        #[command(flatten)]
        by: MoverArgs,
        /// Its name.
        #[arg(value_parser = parse_parameter)]
        name: Parameter,
        /// Its value.
        value: u64,
    },
    /// Moves that a schema, a release or a verifier is published.
    Publish {
        /// Who moves it, and why.
        #[command(flatten)]
        by: MoverArgs,
        /// What it is.
        #[arg(value_enum)]
        subject: SubjectArg,
        /// A document type, a version, or a verifier's name.
        #[arg(value_parser = parse_type)]
        name: DocumentType,
        /// Of the schema's file, the release's manifest, or the verifier's key.
        #[arg(value_parser = parse_digest)]
        digest: Digest,
        /// For what a verifier may ask; repeat it.
        #[arg(long, value_parser = parse_type)]
        purpose: Vec<DocumentType>,
    },
    /// Moves that an issuer is entered in the registry.
    Register {
        /// Who moves it, and why.
        #[command(flatten)]
        by: MoverArgs,
        /// The issuer.
        #[command(flatten)]
        issuer: IssuerArgs,
    },
    /// Moves that a member goes.
    Remove {
        /// Who moves it, and why.
        #[command(flatten)]
        by: MoverArgs,
        /// The member.
        #[arg(value_parser = parse_name)]
        agency: IssuerId,
    },
    /// Moves that a member governs with another key.
    ReplaceKey {
        /// Who moves it, and why.
        #[command(flatten)]
        by: MoverArgs,
        /// What the agency's `keys member` printed.
        proof: PathBuf,
    },
    /// Moves that a set of validators decides the next epoch.
    Rotate {
        /// Who moves it, and why.
        #[command(flatten)]
        by: MoverArgs,
        /// The set, as for `keys possession`.
        set: PathBuf,
        /// What each agency's `keys possession` printed; repeat it.
        #[arg(long, required = true)]
        possession: Vec<PathBuf>,
    },
    /// Moves that a document stands otherwise, in place of its issuer.
    Standing {
        /// Who moves it, and why.
        #[command(flatten)]
        by: MoverArgs,
        /// The issuer.
        #[arg(value_parser = parse_name)]
        issuer: IssuerId,
        /// The document's digest.
        #[arg(value_parser = parse_digest)]
        document: Digest,
        /// How it shall stand.
        #[arg(value_enum)]
        standing: StandingArg,
        /// Why.
        #[arg(long, value_enum)]
        reason: ReasonArg,
        /// From when it counts, in milliseconds since 1970; from its block on if it is not named.
        #[arg(long)]
        effective_ms: Option<u64>,
    },
    /// Moves that another issuer answers for an issuer's documents; nobody if none is named.
    Succeed {
        /// Who moves it, and why.
        #[command(flatten)]
        by: MoverArgs,
        /// The issuer.
        #[arg(value_parser = parse_name)]
        issuer: IssuerId,
        /// The issuer that answers from now on.
        #[arg(value_parser = parse_name)]
        successor: Option<IssuerId>,
    },
    /// Moves that all rights of an issuer end.
    Suspend {
        /// Who moves it, and why.
        #[command(flatten)]
        by: MoverArgs,
        /// The issuer.
        #[arg(value_parser = parse_name)]
        issuer: IssuerId,
    },
    /// Moves that any freeze of a module ends.
    Unfreeze {
        /// Who moves it, and why.
        #[command(flatten)]
        by: MoverArgs,
        /// The module.
        #[arg(value_parser = parse_module)]
        module: Module,
    },
    /// Moves that a module's next version comes into force at a height.
    Upgrade {
        /// Who moves it, and why.
        #[command(flatten)]
        by: MoverArgs,
        /// The module.
        #[arg(value_parser = parse_module)]
        module: Module,
        /// One above the present.
        version: u32,
        /// The first height at which it is in force.
        #[arg(long)]
        activation: u64,
        /// A digest of its source.
        #[arg(long, value_parser = parse_digest)]
        source: Digest,
        /// A digest of a build that can execute it; nodes announce that of their own.
        #[arg(long, value_parser = parse_digest)]
        build: Digest,
    },
}

/// An issuer, as its service describes it.
#[derive(Debug, Args)]
pub struct IssuerArgs {
    /// What `issuer-service keys` printed.
    pub file: PathBuf,
    /// Which of the agencies in it, if there are several.
    #[arg(long, value_parser = parse_name)]
    pub agency: Option<IssuerId>,
}

/// A question to the folder's node.
#[derive(Debug, Args)]
pub struct AskArgs {
    /// Whose.
    #[command(flatten)]
    pub node: DirArgs,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

/// For or against.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ChoiceArg {
    /// Against.
    No,
    /// For.
    Yes,
}

/// What is published.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SubjectArg {
    /// A document type's schema.
    Schema,
    /// A release of the verifier.
    Release,
    /// Someone who may ask citizens for documents.
    Verifier,
}

/// How a document shall stand.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum StandingArg {
    /// Ended for good.
    Revoked,
    /// Not to be relied on for now.
    Suspended,
    /// In force again.
    Reinstated,
}

/// Why.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ReasonArg {
    /// No reason given.
    Unspecified,
    /// Issued in error.
    IssuedInError,
    /// Replaced by a newer document.
    Superseded,
    /// The holder's key is lost or known to others.
    KeyCompromised,
    /// The holder no longer meets the conditions.
    NoLongerEntitled,
    /// By order of a court or authority.
    LegalOrder,
}

fn parse_motion(text: &str) -> Result<TxId, String> {
    TxId::from_hex(text).map_err(|_| "a motion's name is 64 hexadecimal digits".to_owned())
}

fn parse_digest(text: &str) -> Result<Digest, String> {
    Digest::from_hex(text).map_err(|_| "a digest is 64 lower-case hexadecimal digits".to_owned())
}

fn parse_type(text: &str) -> Result<DocumentType, String> {
    DocumentType::parse(text).map_err(|error| error.to_string())
}

fn parse_module(text: &str) -> Result<Module, String> {
    let found = Module::ALL.into_iter().find(|module| module.name() == text);
    found.ok_or_else(|| one_of(Module::ALL.map(Module::name).into_iter()))
}

fn parse_parameter(text: &str) -> Result<Parameter, String> {
    let mut all = Parameter::ALL.into_iter();
    let found = all.find(|parameter| parameter.name() == text);
    found.ok_or_else(|| one_of(Parameter::ALL.map(Parameter::name).into_iter()))
}

fn one_of(names: impl Iterator<Item = &'static str>) -> String {
    format!("one of {}", names.collect::<Vec<_>>().join(", "))
}
