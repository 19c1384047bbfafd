//! What a fresh Debian machine lacks, put there: the wasm target, a browser, its driver.
//!
//! Every step says what it does and why. Where the rights are missing, the exact command is
//! printed and the run stops: nothing is skipped in silence.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{progress, shell};

/// The target of everything that runs in the browser.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// A thing on the machine that apt can bring.
struct Requirement {
    package: &'static str,
    why: &'static str,
    present: fn() -> bool,
}

const BROWSER: [Requirement; 3] = [
    Requirement {
        package: "chromium",
        why: "the browser in which the journeys of e2e/ run",
        present: || shell::find("chromium").is_some(),
    },
    Requirement {
        package: "chromium-driver",
        why: "steers that browser (WebDriver)",
        present: || shell::find("chromedriver").is_some(),
    },
    Requirement {
        package: "fonts-noto-cjk",
        why: "Chinese glyphs on the screenshots",
        present: || Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists(),
    },
];

const OPENSSL: [Requirement; 1] = [Requirement {
    package: "libssl-dev",
    why: "OpenSSL, whose opinion of SM2 is asked beside others'",
    present: || Path::new("/usr/include/openssl/core_names.h").exists(),
}];

const PYTHON: [Requirement; 1] = [Requirement {
    package: "python3",
    why: "runs the second verifier (light-client/vectors/reference), which needs nothing else",
    present: || shell::find("python3").is_some(),
}];

/// Everything that tests and demo need.
pub(crate) fn everything() -> Result<()> {
    wasm_target()?;
    browser()?;
    progress::note("Set-up: nothing is missing");
    Ok(())
}

/// The standard library for wasm32. rust-toolchain.toml names it, so rustup has it as a rule.
pub(crate) fn wasm_target() -> Result<()> {
    let mut sysroot = Command::new("rustc");
    sysroot.args(["--print", "sysroot"]);
    let sysroot = PathBuf::from(shell::output(&mut sysroot)?.trim());
    if sysroot.join("lib/rustlib").join(WASM_TARGET).exists() {
        return Ok(());
    }
    progress::step(&format!("Set-up: the Rust target {WASM_TARGET} is missing"));
    shell::run(Command::new("rustup").args(["target", "add", WASM_TARGET]))
        .with_context(|| format!("install the target by hand: rustup target add {WASM_TARGET}"))
}

/// Chromium, its driver and a Chinese font.
pub(crate) fn browser() -> Result<()> {
    apt(&BROWSER)
}

/// OpenSSL's headers, for `bench sm2` and `soak sm2` alone.
pub(crate) fn openssl() -> Result<()> {
    apt(&OPENSSL)
}

/// What the second verifier runs on.
pub(crate) fn python() -> Result<()> {
    apt(&PYTHON)
}

/// Installs the missing ones of `requirements`, all in one call.
fn apt(requirements: &[Requirement]) -> Result<()> {
    let missing: Vec<&Requirement> = requirements
        .iter()
        .filter(|requirement| !(requirement.present)())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    progress::step("Set-up: installing what this machine lacks");
    for requirement in &missing {
        progress::note(&format!("{}: {}", requirement.package, requirement.why));
    }
    let packages: Vec<&str> = missing
        .iter()
        .map(|requirement| requirement.package)
        .collect();
    let by_hand = format!(
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    );
    let Some(rights) = Rights::of_this_user() else {
        bail!(
            "this needs root, and `sudo -n` does not give it. Run, then start again:\n    {by_hand}"
        );
    };
    rights
        .apt_get(&["update"])
        .with_context(|| format!("try by hand: {by_hand}"))?;
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(&packages);
    rights
        .apt_get(&install)
        .with_context(|| format!("try by hand: {by_hand}"))?;
    match missing.iter().find(|requirement| !(requirement.present)()) {
        Some(requirement) => bail!("apt installed {}, but it is not there", requirement.package),
        None => Ok(()),
    }
}

/// How this user may install packages.
enum Rights {
    Root,
    Sudo,
}

impl Rights {
    fn of_this_user() -> Option<Self> {
        shell::find("apt-get")?;
        let user = shell::output(Command::new("id").arg("-u")).ok()?;
        if user.trim() == "0" {
            return Some(Self::Root);
        }
        shell::output(Command::new("sudo").args(["-n", "true"]))
            .ok()
            .map(|_| Self::Sudo)
    }

    fn apt_get(&self, arguments: &[&str]) -> Result<()> {
        // `env` carries the setting through sudo, which drops the caller's environment.
        let mut command = match self {
            Self::Root => Command::new("env"),
            Self::Sudo => {
                let mut sudo = Command::new("sudo");
                sudo.args(["-n", "env"]);
                sudo
            }
        };
        command
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"])
            .args(arguments);
        shell::run(&mut command)
    }
}
