//! `keys`.

use std::io::Write;

use serde_json::json;

use super::Keys;
use crate::{did, directory::Directory, signing::Signer};

pub(super) async fn keys(arguments: &Keys, out: &mut impl Write) -> anyhow::Result<()> {
    let directory = Directory::load(&arguments.dir)?;
    let key = |signer: &dyn Signer| {
        let key = signer.public_key();
        json!({ "public": hex::encode(key.to_bytes()), "did": did::did_key(key) })
    };
    let agencies = directory.agencies().map(|agency| {
        let sellers = agency.sellers.values();
        json!({
            "id": agency.id,
            "name": agency.name,
            "rights": agency.rights,
            "key": key(agency.signer.as_ref()),
            "sellers": sellers.map(|seller| json!({
                "id": seller.id,
                "name": seller.name,
                "key": key(seller.signer.as_ref()),
            })).collect::<Vec<_>>(),
        })
    });
    let agencies: Vec<_> = agencies.collect();
    writeln!(out, "{}", serde_json::to_string_pretty(&agencies)?)?;
    Ok(())
}
