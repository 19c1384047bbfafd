//! The arguments of a new ledger.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use light_client::genesis::Purpose;
use light_client::id::IssuerId;
use light_client::key::PublicKey;
use light_client::suite::Suite;

use super::arguments::parse_name;
use crate::init::Plan;
use crate::ops::OpsError;
use crate::ops::guide::{ask, is_interactive, not_empty, say};
use crate::seal::Passphrase;

/// The new ledger.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The folder to make.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// How many validators, when no agencies are named.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=100))]
    validators: u8,
    /// An agency that runs a validator; repeat it. Lower-case letters, digits and hyphens.
    #[arg(long = "agency", value_parser = parse_name)]
    agencies: Vec<IssuerId>,
    /// A further member that governs, `name=key` with the key in hexadecimal; repeat it.
    #[arg(long = "member", value_parser = parse_member)]
    members: Vec<(IssuerId, PublicKey)>,
    /// The ledger's name, for people.
    #[arg(long, default_value = "tallystick")]
    name: String,
    /// What the ledger is for.
    #[arg(long, value_enum, default_value_t = PurposeArg::Demo)]
    purpose: PurposeArg,
    /// The suite of consensus and trees.
    #[arg(long, value_enum, default_value_t = SuiteArg::Sm)]
    suite: SuiteArg,
    /// The API of node i listens on this port + i.
    #[arg(long, default_value_t = 7700)]
    api_port: u16,
    /// The engine of node i listens on this port + i.
    #[arg(long, default_value_t = 27700)]
    p2p_port: u16,
    /// Leaves the keys readable for whoever can read the folders: for demonstrations. Else the
    /// passphrase is TALLYSTICK_PASSPHRASE, or in the file TALLYSTICK_PASSPHRASE_FILE, or asked for.
    #[arg(long)]
    unsealed: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PurposeArg {
    Demo,
    Production,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SuiteArg {
    Sm,
    Intl,
}

impl InitArgs {
    /// The ledger that these arguments ask for; what is missing is asked for.
    ///
    /// # Errors
    /// [`OpsError::Usage`] if nobody can be asked, [`OpsError::Seal`].
    pub fn plan(mut self) -> Result<Plan, OpsError> {
        if self.dir.is_none() {
            if !is_interactive() {
                return Err(OpsError::Usage("name the folder to make: --dir"));
            }
            self.guide()?;
        }
        let dir = self.dir.ok_or(OpsError::Usage("no folder is named"))?;
        if self.agencies.is_empty() {
            self.agencies = (0..self.validators)
                .map(|at| IssuerId::parse(&format!("agency-{at}")))
                .collect::<Result<_, _>>()
                .expect("a name of the alphabet");
        }
        let passphrase = if self.unsealed {
            None
        } else {
            Some(Arc::new(Passphrase::choose()?))
        };
        Ok(Plan {
            dir,
            name: self.name,
            purpose: match self.purpose {
                PurposeArg::Demo => Purpose::Demo,
                PurposeArg::Production => Purpose::Production,
            },
            suite: match self.suite {
                SuiteArg::Sm => Suite::Sm,
                SuiteArg::Intl => Suite::Intl,
            },
            agencies: self.agencies,
            members: self.members,
            api_port: self.api_port,
            p2p_port: self.p2p_port,
            passphrase,
        })
    }

    fn guide(&mut self) -> Result<(), OpsError> {
        say("A new ledger. Its genesis cannot be changed afterwards: names, members, suite.");
        say("Every agency gets a folder with its keys; give each its own and keep no copy.");
        let dir = ask("Folder to make", Some("ledger"), not_empty)?;
        self.dir = Some(dir.into());
        self.name = ask(
            "Name of the ledger, for people",
            Some(&self.name),
            not_empty,
        )?;
        say("Wallets refuse documents of a demonstration ledger as evidence.");
        let purpose = ask("For production or demo", Some("demo"), |text| {
            PurposeArg::from_str(text, true)
        })?;
        self.purpose = purpose;
        say("sm: SM2 and SM3 (GB/T 32918, 32905); intl: Ed25519 and SHA-256.");
        self.suite = ask("Suite", Some("sm"), |text| SuiteArg::from_str(text, true))?;
        say("One validator per agency. 4 survive the failure of 1, 7 of 2, 10 of 3.");
        if self.agencies.is_empty() {
            self.agencies = ask("Agencies, with commas between them", None, |text| {
                text.split(',')
                    .map(|name| parse_name(name.trim()))
                    .collect::<Result<Vec<_>, _>>()
            })?;
        }
        Ok(())
    }
}

fn parse_member(text: &str) -> Result<(IssuerId, PublicKey), String> {
    let (name, key) = text.split_once('=').ok_or("not `name=key`")?;
    let key = hex::decode(key).map_err(|_| "the key is not hexadecimal")?;
    let key = PublicKey::parse(&key).map_err(|error| error.to_string())?;
    Ok((parse_name(name)?, key))
}
