//! `register`: asks the ledger to add the agencies, with the consent of its members.
//!
//! The members' keys belong to the operators of the ledger's nodes. In production each signs the
//! approval where the key is; here they are files, which suits a demo and a first set-up.

use std::{io::Write, path::Path, time::Duration};

use anyhow::{Context as _, bail, ensure};
use ledger_core::transaction::{Action, Body, IssuerChange, SignedTransaction};
use light_client::{genesis::Genesis, id::Height};

use super::{Register, ledger_client};
use crate::{
    directory::{Agency, Directory},
    ledger_client::{LedgerClient, Submission, TransactionState},
    random,
    registration::{self, Member, Registration},
    signing::SoftwareKey,
};

/// For how many blocks a registration is good.
const LIFETIME_BLOCKS: u64 = 900;
/// How long to wait for it to become final.
const MAX_WAIT: Duration = Duration::from_secs(60);

pub(super) async fn register(arguments: &Register, out: &mut impl Write) -> anyhow::Result<()> {
    let directory = Directory::load(&arguments.dir)?;
    let ledger = ledger_client(&arguments.ledger)?;
    let genesis = ledger
        .genesis()
        .await
        .context("the node has no genesis for us")?;
    let members = members(&genesis, &arguments.member_keys)?;
    for agency in directory.agencies() {
        let outcome = register_one(&ledger, &genesis, &members, agency).await;
        let outcome = outcome.with_context(|| format!("agency {}", agency.id))?;
        writeln!(out, "{}  {outcome}", agency.id)?;
    }
    Ok(())
}

fn members(genesis: &Genesis, files: &[impl AsRef<Path>]) -> anyhow::Result<Vec<Member>> {
    let mut members = Vec::new();
    for file in files {
        let key = SoftwareKey::load(file.as_ref())?;
        let member = Member::find(genesis, key);
        let name = file.as_ref().display();
        members.push(member.with_context(|| format!("{name} is not a key of a member"))?);
    }
    members.sort_by(|a, b| a.agency().cmp(b.agency()));
    members.dedup_by(|a, b| a.agency() == b.agency());
    let quorum = registration::quorum(genesis);
    ensure!(
        members.len() >= quorum,
        "{} members' keys are given and {quorum} are needed",
        members.len(),
    );
    Ok(members)
}

async fn register_one(
    ledger: &LedgerClient,
    genesis: &Genesis,
    members: &[Member],
    agency: &Agency,
) -> anyhow::Result<&'static str> {
    let (kind, done): (fn(IssuerChange) -> Action, _) =
        match registration::look_up(ledger, genesis, agency).await? {
            Registration::Current => return Ok("is registered already"),
            Registration::Absent => (Action::Register, "registered"),
            Registration::Outdated => (Action::Amend, "registered with its present key and rights"),
        };
    let head = ledger.head().await?.height;
    let key = ledger_core::transaction::IdempotencyKey(random::bytes()?);
    let op = registration::approved(genesis, members, kind, agency, &key).await?;
    let body = Body {
        ledger: genesis.ledger_id(),
        sender: agency.signer.public_key().clone(),
        idempotency_key: key,
        expiry: Height(head.saturating_add(LIFETIME_BLOCKS)),
        after: None,
        op,
    };
    let signature = agency.signer.sign(&body.signing_bytes()).await?;
    let transaction = SignedTransaction { body, signature };
    match ledger.submit(transaction.to_bytes()).await? {
        Submission::Accepted => {}
        Submission::Refused(code) => bail!("refused by the ledger: {code}"),
    }
    let id = transaction.id(genesis.suite);
    let mut waited = Duration::ZERO;
    while waited < MAX_WAIT {
        match ledger.transaction(&id).await? {
            Some(TransactionState::Final { .. }) => return Ok(done),
            Some(TransactionState::Refused { code }) => bail!("refused by the ledger: {code}"),
            Some(TransactionState::Pending) | None => {}
        }
        let pause = Duration::from_millis(100);
        tokio::time::sleep(pause).await;
        waited += pause;
    }
    bail!("not final after {} seconds", MAX_WAIT.as_secs())
}
