//! The city as a whole: founded once in a folder, opened again from it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};

use crate::ledger::Ledger;
use crate::papers::Papers;
use crate::process;
use crate::programs::Programs;
use crate::service::{Doorway, Service};
use crate::story;
use crate::verifier::Verifier;

/// Written last when a city is founded: a folder without it was left half-made.
const FOUNDED: &str = "founded";

/// A running city.
pub struct City {
    /// Its ledger.
    pub ledger: Ledger,
    /// Its agencies' doorway.
    pub service: Service,
    /// Its documents.
    pub papers: Papers,
    programs: Programs,
    folder: PathBuf,
    doorway: Doorway,
}

/// How a city is to be run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Everything that belongs to it lies in here.
    pub folder: PathBuf,
    /// The programs.
    pub programs: Programs,
    /// How many validators a new ledger gets.
    pub validators: usize,
    /// How the service is reached.
    pub doorway: Doorway,
}

impl City {
    /// Whether a folder holds a city that was founded completely.
    pub fn is_founded(folder: &Path) -> bool {
        folder.join(FOUNDED).is_file()
    }

    /// Opens the city of a folder, or founds it there, and waits until everything runs.
    ///
    /// # Errors
    /// When a program does not start or refuses; when the folder's city has another number of
    /// validators.
    pub fn open(plan: Plan, say: &mut dyn FnMut(&str)) -> Result<Self> {
        let Plan {
            folder,
            programs,
            validators,
            doorway,
        } = plan;
        let (ledger_folder, service_folder) = (folder.join("ledger"), folder.join("service"));
        process::stop_all_left_over(&ledger_folder, &programs.ledger_node)?;
        process::stop_all_left_over(&service_folder, &programs.issuer_service)?;
        let is_new = !Self::is_founded(&folder);
        if is_new {
            clear(&folder)?;
            fs::create_dir_all(&folder)?;
            Ledger::found(&programs.ledger_node, &ledger_folder, validators)?;
            Service::found(
                &programs.issuer_service,
                &service_folder,
                &story::seed(this_year()?),
            )?;
            say(&format!(
                "founded a ledger with {validators} validator(s), and the agencies"
            ));
        }
        let mut ledger = Ledger::open(&programs.ledger_node, &ledger_folder)?;
        if ledger.validators() != validators {
            let has = ledger.validators();
            bail!(
                "this city's ledger has {has} validator(s), not {validators}; --reset founds anew"
            );
        }
        ledger.start()?;
        let head = ledger.head(0)?;
        say(&format!("the ledger runs, at height {}", head.height));
        let mut service = Service::open(&programs.issuer_service, &service_folder);
        if is_new {
            service.register(&ledger)?;
            say("the ledger's members have registered the agencies and their rights");
        }
        service.start(&ledger, &doorway)?;
        say("the issuer service runs");
        let mut papers = Papers::open(&folder)?;
        papers.complete(&service, say)?;
        fs::write(folder.join(FOUNDED), "")?;
        Ok(Self {
            ledger,
            service,
            papers,
            programs,
            folder,
            doorway,
        })
    }

    /// The city's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder with the story's files, written with proofs as of now.
    ///
    /// # Errors
    /// When one cannot be had.
    pub fn export_files(&self) -> Result<PathBuf> {
        let files = self.folder.join("files");
        self.papers.export(&self.service, &files)?;
        Ok(files)
    }

    /// The command line, with the city's trust store as last exported.
    pub fn verifier(&self) -> Verifier {
        Verifier::new(
            &self.programs.tallystick,
            &self.folder.join("files/demo.trust"),
        )
    }

    /// Looks whether every program still runs.
    ///
    /// # Errors
    /// With the last words of one that has ended.
    pub fn check_alive(&mut self) -> Result<()> {
        self.ledger.check_alive()?;
        self.service.check_alive()
    }

    /// Starts what does not run.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(&mut self) -> Result<()> {
        self.ledger.start()?;
        self.service.start(&self.ledger, &self.doorway)
    }

    /// Stops everything.
    ///
    /// # Errors
    /// When something does not stop cleanly.
    pub fn stop(&mut self) -> Result<()> {
        self.service.stop()?;
        self.ledger.stop()
    }
}

/// Removes what a founding left behind that did not come to its end.
fn clear(folder: &Path) -> Result<()> {
    for name in ["ledger", "service", "files", "www"] {
        let half_made = folder.join(name);
        if half_made.exists() {
            fs::remove_dir_all(&half_made)
                .with_context(|| format!("cannot remove {}", half_made.display()))?;
        }
    }
    let papers = folder.join("papers.json");
    if papers.exists() {
        fs::remove_file(papers)?;
    }
    Ok(())
}

/// The year in China: invoice numbers begin with that of their issue.
fn this_year() -> Result<u16> {
    const CHINA_OFFSET_S: u64 = 8 * 60 * 60;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() + CHINA_OFFSET_S;
    let mut days = now / 86_400;
    let mut year = 1970_u16;
    loop {
        let is_leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let length = if is_leap { 366 } else { 365 };
        if days < length {
            return Ok(year);
        }
        days -= length;
        year += 1;
    }
}
