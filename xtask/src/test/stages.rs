//! The stages of the checks: what runs, in which order, and how its tests are counted.

use std::{fmt, num::NonZero, process::Command, thread};

use anyhow::{Context as _, Result};

use super::Outcome;
use crate::setup::WASM_TARGET;
use crate::workspace::Workspace;
use crate::{npm, progress, setup, shell, tidy, web};

/// One named part of the checks.
pub(super) struct Stage {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) run: fn(&Workspace) -> Result<Outcome>,
}

/// All of them: the cheap ones first, the browser after the programs it drives.
pub(super) const STAGES: [Stage; 12] = [
    Stage {
        name: "format",
        title: "sources are formatted",
        run: format,
    },
    Stage {
        name: "tidy",
        title: "rules of the house that no compiler checks",
        run: tidy_up,
    },
    Stage {
        name: "licences",
        title: "dependencies: licences, sources, bans",
        run: licences,
    },
    Stage {
        name: "reference",
        title: "the second verifier, in Python, agrees on every vector",
        run: reference,
    },
    Stage {
        name: "clippy",
        title: "lints, native",
        run: clippy_native,
    },
    Stage {
        name: "clippy-wasm",
        title: "lints, wasm32",
        run: clippy_wasm,
    },
    Stage {
        name: "native",
        title: "tests of every crate, native",
        run: native_tests,
    },
    Stage {
        name: "byzantine",
        title: "the engine's mocks of a misbehaving validator, in a node built for that",
        run: byzantine,
    },
    Stage {
        name: "web",
        title: "the web app, the verifier, its page and its package are built",
        run: web_build,
    },
    Stage {
        name: "npm",
        title: "the package of the verifier, in Node",
        run: npm_package,
    },
    Stage {
        name: "wasm",
        title: "the verifier in Chromium: vectors and mutants in wasm, the page from disk, the package",
        run: wasm_tests,
    },
    Stage {
        name: "journeys",
        title: "people's journeys in Chromium, real services",
        run: journeys,
    },
];

/// Tests that ran, by how they ended. As an error it says that some of them failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Counts {
    pub(super) fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Adds cargo's line `test result: ok. 3 passed; 0 failed; …`, if this is one.
    fn read(&mut self, line: &str) {
        let Some(result) = line.trim_start().strip_prefix("test result:") else {
            return;
        };
        let count = |word: &str| {
            let before = result
                .split(word)
                .next()
                .filter(|before| before.len() < result.len());
            before.and_then(|text| text.split_whitespace().last()?.parse::<u64>().ok())
        };
        self.passed += count(" passed").unwrap_or(0);
        self.failed += count(" failed").unwrap_or(0);
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Part of the name of every test that needs Chromium.
const IN_BROWSER: &str = "in_browser";

/// Runs `cargo test` over the whole workspace, always: a part of it would have other features and
/// be compiled anew. Passes the output on and counts the tests.
fn cargo_test(workspace: &Workspace, selection: &[&str]) -> Result<Outcome> {
    let mut counts = Counts::default();
    let test = ["test", "--locked", "--workspace", "--no-fail-fast"];
    let mut command = workspace.cargo(test.iter().chain(selection));
    // Most of the time goes to tests of processes, which wait more than they compute.
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    command.env("RUST_TEST_THREADS", (2 * processors).to_string());
    shell::run_watched(&mut command, |line| counts.read(line)).context(counts)?;
    Ok(Outcome::Passed(counts))
}

fn cargo(workspace: &Workspace, arguments: &[&str]) -> Result<Outcome> {
    shell::run(&mut workspace.cargo(arguments))?;
    Ok(Outcome::Passed(Counts::default()))
}

fn format(workspace: &Workspace) -> Result<Outcome> {
    cargo(workspace, &["fmt", "--all", "--check"])
}

fn tidy_up(workspace: &Workspace) -> Result<Outcome> {
    tidy::run(workspace)?;
    Ok(Outcome::Passed(Counts::default()))
}

fn licences(workspace: &Workspace) -> Result<Outcome> {
    if shell::find("cargo-deny").is_none() {
        progress::note("cargo-deny is not on PATH, so deny.toml was not enforced in this run.");
        progress::note("To run this stage: cargo install --locked cargo-deny");
        return Ok(Outcome::DidNotRun("cargo-deny is not on PATH"));
    }
    cargo(
        workspace,
        &[
            "deny",
            "--locked",
            "--log-level",
            "error",
            "check",
            "--hide-inclusion-graph",
            "bans",
            "licenses",
            "sources",
        ],
    )
}

fn reference(workspace: &Workspace) -> Result<Outcome> {
    setup::python()?;
    let folder = workspace.path("light-client/vectors/reference");
    for script in ["check_standards.py", "check_vectors.py"] {
        shell::run(Command::new("python3").arg(script).current_dir(&folder))?;
    }
    Ok(Outcome::Passed(Counts::default()))
}

fn clippy_native(workspace: &Workspace) -> Result<Outcome> {
    let arguments = [
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    cargo(workspace, &arguments)
}

fn clippy_wasm(workspace: &Workspace) -> Result<Outcome> {
    setup::wasm_target()?;
    let common = ["clippy", "--locked", "--target", WASM_TARGET];
    let runs: [&[&str]; 4] = [
        &["-pcredentials-schemas", "-plight-client", "-pweb-app"],
        &["-ptally-qr", "-pverifier-page", "-pwording"],
        &["-p", "light-client", "--features", "bindings"],
        &["-p", "sm2-oracles", "--features", "bindings", "--lib"],
    ];
    for packages in runs {
        let deny = ["--", "-D", "warnings"];
        cargo(workspace, &[&common[..], packages, &deny[..]].concat())?;
    }
    Ok(Outcome::Passed(Counts::default()))
}

fn native_tests(workspace: &Workspace) -> Result<Outcome> {
    cargo_test(workspace, &["--", "--skip", IN_BROWSER])
}

/// What is built here is built anew without the feature by the stages that follow.
fn byzantine(workspace: &Workspace) -> Result<Outcome> {
    let test = ["--features", "ledger-node/byzantine", "--test", "processes"];
    cargo_test(workspace, &[&test[..], &["--", "byzantine"]].concat())
}

fn web_build(workspace: &Workspace) -> Result<Outcome> {
    setup::wasm_target()?;
    web::app(workspace)?;
    npm::package(workspace)?;
    Ok(Outcome::Passed(Counts::default()))
}

/// Node is not installed for this: the next stage runs the same vectors through the package in
/// Chromium.
fn npm_package(workspace: &Workspace) -> Result<Outcome> {
    if shell::find("node").is_none() {
        progress::note("Node.js is not on PATH, so the package was not run in it.");
        return Ok(Outcome::DidNotRun(
            "Node.js is not on PATH; stage wasm runs the package in Chromium",
        ));
    }
    npm::test_in_node(workspace, &workspace.target("npm"))?;
    Ok(Outcome::Passed(Counts::default()))
}

fn wasm_tests(workspace: &Workspace) -> Result<Outcome> {
    setup::browser()?;
    let tests = ["verifier", "mutants_in_wasm", "single_file", "npm"];
    let tests: Vec<&str> = tests.iter().flat_map(|test| ["--test", test]).collect();
    cargo_test(workspace, &tests)
}

fn journeys(workspace: &Workspace) -> Result<Outcome> {
    setup::browser()?;
    cargo(workspace, &PROGRAMS)?;
    cargo_test(workspace, &["--test", "harness", "--test", "journeys"])
}

/// Builds the programs with the features of the whole workspace, so that the tests, the demo and
/// the journeys share one build.
pub(crate) const PROGRAMS: [&str; 9] = [
    "build",
    "--locked",
    "--workspace",
    "--bin",
    "ledger-node",
    "--bin",
    "issuer-service",
    "--bin",
    "tallystick",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_lines_that_cargo_writes() {
        let mut counts = Counts::default();
        counts.read("test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
        counts.read("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured");
        counts.read("test something ... ok");
        assert_eq!(
            counts,
            Counts {
                passed: 15,
                failed: 2
            }
        );
    }

    #[test]
    fn stage_names_are_distinct() {
        let mut names: Vec<&str> = STAGES.iter().map(|stage| stage.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STAGES.len());
    }
}
