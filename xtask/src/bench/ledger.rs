//! The ledger under more than it can take: validators and load generator as a release has them.

use std::process::Command;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{progress, shell};

/// `arguments` are those of the load generator.
pub(super) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    progress::step("Building validator and load generator (profile bench-node, optimised)");
    let build = "build --locked --profile bench-node -p ledger-node -p ledger-load";
    shell::run(&mut workspace.cargo(build.split(' ')))?;
    let folder = workspace.target("bench-node");
    let mut load = Command::new(folder.join("ledger-load"));
    load.arg("--node").arg(folder.join("ledger-node"));
    load.arg("--folder").arg(workspace.target("bench-ledger"));
    shell::run(load.args(arguments))
}
