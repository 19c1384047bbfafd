//! SM2 verification beside other implementations: natively, in Node, in Chromium.

use anyhow::Result;

use crate::web;
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    web::oracles(workspace)?;
    Ok(())
}
