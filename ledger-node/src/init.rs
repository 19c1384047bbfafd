//! A new ledger on this machine: a genesis, and a folder with keys and settings for each node.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use light_client::cbor;
use light_client::genesis::{Genesis, Purpose};
use light_client::id::{Epoch, IssuerId};
use light_client::key::PublicKey;
use light_client::suite::Suite;
use light_client::validator_set::{Validator, ValidatorSet};

use crate::clock;
use crate::config::{LogFormat, NodeConfig, NodeDir};
use crate::key::SigningKey;
use crate::keys;
use crate::network_key;
use crate::seal::Passphrase;

/// What the new ledger is to be.
#[derive(Clone)]
pub struct Plan {
    /// The folder in which `genesis.cbor` and `node0`, `node1`, … are made.
    pub dir: PathBuf,
    /// The ledger's name, for people.
    pub name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Its suite.
    pub suite: Suite,
    /// The agencies that run a validator each; each also is a member that governs.
    pub agencies: Vec<IssuerId>,
    /// Members without a validator, and the keys by which they govern.
    pub members: Vec<(IssuerId, PublicKey)>,
    /// The API of node i listens on this port + i.
    pub api_port: u16,
    /// The engine of node i listens on this port + i.
    pub p2p_port: u16,
    /// What seals the keys; none leaves them as they are.
    pub passphrase: Option<Arc<Passphrase>>,
}

/// Makes the ledger's folder.
///
/// # Errors
/// A folder that exists, a file that cannot be written, names or keys that no genesis can hold.
pub fn init(plan: &Plan) -> Result<Genesis> {
    ensure!(
        !plan.dir.join("genesis.cbor").exists(),
        "{} holds a ledger",
        plan.dir.display()
    );
    let names: BTreeSet<_> = plan.agencies.iter().collect();
    let count = plan.agencies.len();
    ensure!(names.len() == count, "an agency is named twice");
    ensure!((1..=100).contains(&count), "a set has 1 to 100 validators");
    let (mut validators, mut members) = (Vec::new(), Vec::new());
    for (at, agency) in plan.agencies.iter().enumerate() {
        let dir = plan.node_dir(at);
        fs::create_dir_all(dir.path()).with_context(|| dir.path().display().to_string())?;
        let passphrase = plan.passphrase.as_deref();
        let key = keys::generate(&dir, plan.suite, passphrase)?;
        validators.push(Validator {
            agency: agency.clone(),
            key: key.public_key().clone(),
        });
        let file = dir.governance_key_file();
        let key = SigningKey::create(plan.suite, &file, passphrase)
            .with_context(|| file.display().to_string())?;
        members.push(Validator {
            agency: agency.clone(),
            key: key.public_key(),
        });
        network_key::create(&dir.network_key_file(), passphrase)?;
        fs::write(dir.config_file(), plan.config(at, agency)?.to_text()?)?;
    }
    members.extend(
        plan.members
            .iter()
            .cloned()
            .map(|(agency, key)| Validator { agency, key }),
    );
    let genesis = Genesis {
        suite: plan.suite,
        name: plan.name.clone(),
        purpose: plan.purpose,
        time_ms: clock::now_ms(),
        members,
        validators: ValidatorSet::new(Epoch(0), validators).context("validators")?,
    };
    let bytes = cbor::to_bytes(&genesis);
    for at in 0..plan.agencies.len() {
        fs::write(plan.node_dir(at).genesis_file(), &bytes)?;
    }
    // Last, so that a folder with a genesis is a whole one.
    fs::write(plan.dir.join("genesis.cbor"), &bytes)?;
    Ok(genesis)
}

impl Plan {
    fn node_dir(&self, at: usize) -> NodeDir {
        NodeDir::new(self.dir.join(format!("node{at}")))
    }

    fn config(&self, at: usize, agency: &IssuerId) -> Result<NodeConfig> {
        let others = || (0..self.agencies.len()).filter(move |other| *other != at);
        let api = |at| Ok(format!("127.0.0.1:{}", port(self.api_port, at)?));
        let p2p = |at| Ok(format!("/ip4/127.0.0.1/tcp/{}", port(self.p2p_port, at)?));
        Ok(NodeConfig {
            name: format!("node{at}"),
            operator: String::new(),
            responsible: agency.as_str().to_owned(),
            log: LogFormat::Text,
            snapshot_every: 0,
            snapshot_ticket: None,
            api: api(at).and_then(|address: String| address.parse().context("address"))?,
            p2p: p2p(at)?,
            p2p_peers: others().map(p2p).collect::<Result<_>>()?,
            api_peers: others()
                .map(|other| api(other).map(|address| format!("http://{address}")))
                .collect::<Result<_>>()?,
        })
    }
}

fn port(base: u16, at: usize) -> Result<u16> {
    u16::try_from(at)
        .ok()
        .and_then(|at| base.checked_add(at))
        .context("ports end at 65535")
}
