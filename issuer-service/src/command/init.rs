//! `init`.

use std::{fs, io::Write};

use anyhow::Context as _;

use super::{Init, database_url};
use crate::{clock::Clock, config::Seed, db, directory::Directory, install};

pub(super) async fn init(arguments: &Init, out: &mut impl Write) -> anyhow::Result<()> {
    let path = &arguments.agencies;
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    let seed = Seed::parse(&bytes)?;
    let (directory, tokens) = Directory::create(&arguments.dir, &seed)?;
    let url = database_url(&arguments.dir, arguments.database.as_ref());
    let database = db::connect(&url).await?;
    install::install(&database, &seed, &directory, &tokens, Clock::system().now()).await?;
    database.close().await;
    let file = arguments.dir.join("desk-tokens.json");
    for agency in directory.agencies() {
        writeln!(out, "{}  {}", agency.id, agency.name.zh)?;
    }
    writeln!(
        out,
        "The tokens that open their desks are in {}",
        file.display()
    )?;
    Ok(())
}
