//! The documents of the story: issued once, remembered, exported as files whenever asked.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value};

use crate::desk::{Desk, Offer};
use crate::service::Service;
use crate::wallet::Wallet;
use crate::{bundle, story};

/// The files of the story and the trust store to check them with.
pub const FILES: [&str; 7] = [
    "F1.tally",
    "F1x.tally",
    "F2.tally",
    "D3.tally",
    "D3-old.tally",
    "D4.tally",
    "demo.trust",
];

/// Which documents have been issued, kept in a file so that a restart issues none twice.
pub struct Papers {
    file: PathBuf,
    known: Map<String, Value>,
}

impl Papers {
    /// Opens the memory in a folder; empty if there is none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn open(folder: &Path) -> Result<Self> {
        let file = folder.join("papers.json");
        let known = match file.exists() {
            true => serde_json::from_slice(&fs::read(&file)?).context("papers.json")?,
            false => Map::new(),
        };
        Ok(Self { file, known })
    }

    /// The service's id of a document of the story: `F1`, `D3`.
    ///
    /// # Errors
    /// When it has not been issued.
    pub fn id(&self, name: &str) -> Result<&str> {
        let id = self.known.get(name).and_then(Value::as_str);
        id.with_context(|| format!("{name} has not been issued"))
    }

    /// Issues what is missing, revokes D3, and waits until the ledger has settled all of it.
    ///
    /// # Errors
    /// When a step is refused or takes too long.
    pub fn complete(&mut self, service: &Service, say: &mut dyn FnMut(&str)) -> Result<()> {
        if self.known.contains_key("D3-revoked") {
            service.desk(story::SAFETY)?.revoked(self.id("D3")?)?;
            say("the documents of the story have been issued before");
            return Ok(());
        }
        let tax = service.desk(story::TAX)?;
        self.once("F1", || tax.issue_invoice(&story::rail_ticket()))?;
        self.once("F2", || tax.issue_invoice(&story::bearings_invoice()))?;
        let safety = service.desk(story::SAFETY)?;
        let certificate = story::electrician_certificate();
        self.once("D3", || receive(&safety, story::ELECTRICIAN, &certificate))?;
        let training = service.desk(story::TRAINING)?;
        let degree = story::degree();
        self.once("D4", || receive(&training, story::DEGREE, &degree))?;
        say("issued: F1 and F2 (invoices), D3 (electrician's certificate), D4 (degree)");

        for (desk, name) in [(&tax, "F1"), (&tax, "F2"), (&safety, "D3")] {
            let progress = desk.settled(self.id(name)?)?;
            let answer = &progress.answer;
            ensure!(
                progress.state == "anchored",
                "{name} is {}: {answer}",
                progress.state
            );
        }
        let refused = training.settled(self.id("D4")?)?;
        ensure!(
            refused.state == "failed",
            "D4 is {} on the ledger",
            refused.state
        );
        say("anchored by the ledger: F1, F2, D3; refused by it: D4, whose issuer has no right");

        let d3 = self.id("D3")?.to_owned();
        self.once("D3-old", || Ok(hex::encode(safety.bundle(&d3)?)))?;
        self.once("D3-revoked", || {
            safety
                .revoke(&d3, "no_longer_entitled")?
                .success()
                .map(|_| "yes".to_owned())
        })?;
        safety.revoked(&d3)?;
        say("revoked: D3");
        Ok(())
    }

    /// Offers D1 to the citizen; each offer is good for one wallet.
    ///
    /// # Errors
    /// When the service refuses.
    pub fn offer_identity(&self, service: &Service) -> Result<Offer> {
        let police = service.desk(story::POLICE)?;
        police.offer(story::RESIDENT_IDENTITY, &story::resident_identity(), false)
    }

    /// Writes the story's files, with proofs as of now, into a folder.
    ///
    /// # Errors
    /// When one cannot be had or written.
    pub fn export(&self, service: &Service, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder)?;
        let tax = service.desk(story::TAX)?;
        let f1 = tax.bundle(self.id("F1")?)?;
        let old = hex::decode(self.id("D3-old")?)
            .ok()
            .context("papers.json")?;
        let files = [
            bundle::forge(&f1, &story::F1X_EDITS).map(|forged| ("F1x.tally", forged))?,
            ("F1.tally", f1),
            ("F2.tally", tax.bundle(self.id("F2")?)?),
            (
                "D3.tally",
                service.desk(story::SAFETY)?.bundle(self.id("D3")?)?,
            ),
            ("D3-old.tally", old),
            (
                "D4.tally",
                service.desk(story::TRAINING)?.bundle(self.id("D4")?)?,
            ),
            ("demo.trust", service.trust_store()?),
        ];
        for (name, content) in files {
            fs::write(folder.join(name), content).with_context(|| name.to_owned())?;
        }
        Ok(())
    }

    /// Does something for the first time only, and remembers what came of it.
    fn once(&mut self, name: &str, work: impl FnOnce() -> Result<String>) -> Result<()> {
        if self.known.contains_key(name) {
            return Ok(());
        }
        let value = work().with_context(|| name.to_owned())?;
        self.known.insert(name.to_owned(), Value::String(value));
        fs::write(&self.file, serde_json::to_vec_pretty(&self.known)?)?;
        Ok(())
    }
}

/// Offers a credential and takes it up, as a citizen who stands at the desk.
fn receive(desk: &Desk, vct: &str, claims: &Value) -> Result<String> {
    let offer = desk.offer(vct, claims, true)?;
    Wallet::new()?.receive(&offer.uri, offer.tx_code.as_deref())?;
    Ok(offer.document_id)
}
