//! Where the repository, its build products and its binaries are.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::shell;

/// The repository and cargo's target directory, as cargo itself sees them.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

/// What stands in a release for the folder of the sources.
const SOURCES: &str = "/tallystick";
/// What stands in a release for cargo's own folder, where the sources of dependencies lie.
const CARGO_HOME: &str = "/cargo";

impl Workspace {
    /// Asks cargo, so that a target directory set by environment or configuration is honoured.
    pub(crate) fn locate() -> Result<Self> {
        let mut metadata = cargo();
        metadata.args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ]);
        let answer: serde_json::Value = serde_json::from_str(&shell::output(&mut metadata)?)
            .context("cargo metadata did not answer in JSON")?;
        let path = |name: &str| {
            let text = answer.get(name).and_then(serde_json::Value::as_str);
            text.map(PathBuf::from)
                .with_context(|| format!("cargo metadata did not name its {name}"))
        };
        Ok(Self {
            root: path("workspace_root")?,
            target: path("target_directory")?,
        })
    }

    /// A path inside the repository.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A path inside cargo's target directory.
    pub(crate) fn target(&self, relative: &str) -> PathBuf {
        self.target.join(relative)
    }

    /// A cargo command that runs in the repository.
    pub(crate) fn cargo<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Command {
        let mut command = cargo();
        command.current_dir(&self.root).args(arguments);
        // The one that cargo named, or that of a copy.
        command.env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// A cargo command for what runs in a browser. No path of this machine is left in its products,
    /// so that the same sources give the same bytes everywhere.
    pub(crate) fn wasm_cargo<I: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = I>,
    ) -> Command {
        let mut command = self.cargo(arguments);
        // It would take the place of what follows.
        command.env_remove("RUSTFLAGS");
        command.env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            self.remap(),
        );
        command
    }

    /// A cargo command for native programs as they are released, as [`Self::wasm_cargo`].
    pub(crate) fn release_cargo<I: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = I>,
    ) -> Command {
        let mut command = self.cargo(arguments);
        command.env("RUSTFLAGS", self.remap());
        command
    }

    /// Options of rustc that take the paths of this machine out of what it makes.
    fn remap(&self) -> String {
        let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = || std::env::home_dir().map(|home| home.join(".cargo"));
        let mut flags = format!("--remap-path-prefix={}={SOURCES}", self.root.display());
        if let Some(folder) = cargo_home.or_else(home) {
            let folder = folder.display();
            flags.push_str(&format!(" --remap-path-prefix={folder}={CARGO_HOME}"));
        }
        flags
    }

    /// A copy of the sources with a target directory of its own, both in `folder`, which is
    /// emptied first.
    pub(crate) fn copied_to(&self, folder: &Path) -> Result<Self> {
        let (root, target) = (folder.join("source"), folder.join("target"));
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        for file in self.files()? {
            let copy = root.join(&file);
            fs::create_dir_all(copy.parent().unwrap_or(&root))?;
            fs::copy(self.root.join(&file), &copy)
                .with_context(|| format!("cannot copy {}", file.display()))?;
        }
        Ok(Self { root, target })
    }

    /// Every file git tracks, or would track: the repository as a reader sees it.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        let mut list = Command::new("git");
        list.current_dir(&self.root)
            .args(["ls-files", "--cached", "--others"]);
        list.args(["--exclude-standard", "-z"]);
        let names = shell::output(&mut list)?;
        let mut files: Vec<PathBuf> = names.split_terminator('\0').map(PathBuf::from).collect();
        files.retain(|file| self.root.join(file).is_file());
        files.sort();
        Ok(files)
    }
}

/// The cargo that runs this xtask, so that the pinned toolchain stays the pinned toolchain.
///
/// What `cargo run` tells this program about its own package is not passed on: build scripts that
/// look at it (ring's does) would run again, and everything above them be compiled again.
fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}
