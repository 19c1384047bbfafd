//! Where the programs are that cargo has built.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// The three programs the city runs.
#[derive(Clone, Debug)]
pub struct Programs {
    /// A validator of the ledger.
    pub ledger_node: PathBuf,
    /// The agencies' doorway.
    pub issuer_service: PathBuf,
    /// The verifier's command line.
    pub tallystick: PathBuf,
}

impl Programs {
    /// The programs in a folder of cargo's, `target/debug` for instance.
    ///
    /// # Errors
    /// When one of them has not been built.
    pub fn inside(folder: &Path) -> Result<Self> {
        let program = |name: &str| {
            let path = folder.join(name);
            if !path.is_file() {
                bail!(
                    "{} has not been built; `cargo xtask test` does that",
                    path.display()
                );
            }
            Ok(path)
        };
        Ok(Self {
            ledger_node: program("ledger-node")?,
            issuer_service: program("issuer-service")?,
            tallystick: program("tallystick")?,
        })
    }

    /// The programs beside the running one, which may be a test in `target/debug/deps`.
    ///
    /// # Errors
    /// When one of them has not been built.
    pub fn beside_this_one() -> Result<Self> {
        let this = std::env::current_exe().context("this program does not know where it is")?;
        let folder = this.parent().context("this program lies in no folder")?;
        match folder.ends_with("deps") {
            true => Self::inside(folder.parent().context("deps lies in no folder")?),
            false => Self::inside(folder),
        }
    }
}
