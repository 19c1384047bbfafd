//! `cargo xtask demo`: 海州市 on this machine, in one command.

mod expectation;
mod guide;
mod once;
mod outage;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use demo_city::city::{City, Plan};
use demo_city::port;
use demo_city::programs::Programs;
use demo_city::service::Doorway;

use crate::test::PROGRAMS;
use crate::workspace::Workspace;
use crate::{progress, setup, shell, web};

/// Where the demo is, if nobody else is there.
const PORT: u16 = 7800;
const WATCH: Duration = Duration::from_secs(1);

/// How the demo is run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Do the whole main job without a person, check every verdict, and stop
    #[arg(long)]
    once: bool,
    /// How many validators the ledger has, each a process of its own
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    validators: u8,
    /// Forget the city of an earlier run and found it anew
    #[arg(long)]
    reset: bool,
}

/// Builds what is needed, opens the city and shows it.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    progress::step("Building the programs (a few minutes the first time)");
    shell::run(&mut workspace.cargo(PROGRAMS))?;
    let folder = workspace
        .path("demo-data")
        .join(format!("validators-{}", options.validators));
    if options.once {
        with_folder(&folder, options, || {
            once::run(plan(workspace, &folder, options, None)?)
        })
    } else {
        setup::wasm_target()?;
        let dist = web::app(workspace)?;
        with_folder(&folder, options, || {
            show(workspace, &folder, options, &dist)
        })
    }
}

/// Holds the folder for this run alone, emptied if that was asked for.
fn with_folder(folder: &Path, options: &Options, work: impl FnOnce() -> Result<()>) -> Result<()> {
    fs::create_dir_all(folder)?;
    let lock = File::create(folder.join("lock"))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            bail!(
                "another demo runs in {}; stop it with Ctrl-C first",
                folder.display()
            )
        }
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    if options.reset {
        progress::note(&format!(
            "--reset: forgetting the city in {}",
            folder.display()
        ));
        forget(folder)?;
    }
    let was_founded = City::is_founded(folder);
    work().with_context(|| match was_founded {
        true => format!(
            "the city of an earlier run, in {}, was used; `--reset` founds it anew",
            folder.display()
        ),
        false => "the demo".to_owned(),
    })
}

fn forget(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let removed = match path.is_dir() {
            true => fs::remove_dir_all(&path),
            false if path.ends_with("lock") => Ok(()),
            false => fs::remove_file(&path),
        };
        removed.with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

fn plan(
    workspace: &Workspace,
    folder: &Path,
    options: &Options,
    web: Option<PathBuf>,
) -> Result<Plan> {
    let port = port::free_port(PORT)?;
    if port != PORT {
        progress::note(&format!(
            "port {PORT} is taken on this machine; using {port}"
        ));
    }
    Ok(Plan {
        folder: folder.to_path_buf(),
        programs: Programs::inside(&workspace.target("debug"))?,
        validators: options.validators.into(),
        doorway: Doorway {
            port,
            public_url: None,
            web,
        },
    })
}

/// Opens the city, writes its files and its guide, and stays until Ctrl-C.
fn show(workspace: &Workspace, folder: &Path, options: &Options, dist: &Path) -> Result<()> {
    let www = folder.join("www");
    progress::step("Opening 海州市, a made-up city");
    let plan = plan(workspace, folder, options, Some(www.clone()))?;
    // The service serves this folder from its first moment on.
    guide::copy_app(dist, &www)?;
    let mut city = City::open(plan, &mut progress::note)?;
    let files = city.export_files()?;
    let offer = city.papers.offer_identity(&city.service)?;
    guide::write(&www, &files, &offer.uri)?;
    progress::step(&format!("The demo runs:  {}", city.service.public_url()));
    for line in guide::on_the_terminal(workspace, &files) {
        progress::note(&line);
    }
    loop {
        std::thread::sleep(WATCH);
        city.check_alive()?;
    }
}
