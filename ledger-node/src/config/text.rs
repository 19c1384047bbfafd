//! The settings with what each means beside it.

use std::fmt::Write as _;

use serde::Serialize;

use super::NodeConfig;

pub(super) fn commented(config: &NodeConfig) -> serde_json::Result<String> {
    let mut text = String::from("{\n");
    comment(
        &mut text,
        "",
        "Settings of one ledger node. A member that begins with // is a comment. Restart the node after a change.",
    );
    let mut members = Members(&mut text);
    members.put(
        "name",
        &config.name,
        "The node's name, in logs and metrics.",
    )?;
    members.put(
        "operator",
        &config.operator,
        "Who operates this node: a team that can be called. Shown to everybody who asks the node.",
    )?;
    members.put(
        "responsible",
        &config.responsible,
        "Who answers for this node: the agency, by its legal name. Shown likewise.",
    )?;
    members.put("api", &config.api, "Where the HTTP API listens. Put a TLS proxy before it if it is to be reached from outside.")?;
    members.put(
        "p2p",
        &config.p2p,
        "Where other nodes reach this one. The port must be open to all validators.",
    )?;
    members.put(
        "p2p_peers",
        &config.p2p_peers,
        "Where the other nodes are reached; they find further ones by themselves.",
    )?;
    members.put(
        "api_peers",
        &config.api_peers,
        "The other validators' APIs: transactions are copied there before they are acknowledged.",
    )?;
    members.put(
        "log",
        &config.log,
        "text, for people, or json, for machines.",
    )?;
    members.put(
        "snapshot_every",
        &config.snapshot_every,
        "A snapshot is made whenever the height is a multiple of this; 0 makes none.",
    )?;
    members.put("snapshot_ticket", &config.snapshot_ticket, "Nodes that show this text may fetch snapshots. A snapshot holds every record of the ledger: keep it secret. null serves none.")?;
    // The last member is followed by no comma.
    text.truncate(text.trim_end().len() - 1);
    text.push_str("\n}\n");
    Ok(text)
}

struct Members<'a>(&'a mut String);

impl Members<'_> {
    fn put(&mut self, name: &str, value: &impl Serialize, what: &str) -> serde_json::Result<()> {
        comment(self.0, name, what);
        let value = serde_json::to_string(value)?;
        // Writing to a text does not fail.
        writeln!(self.0, "  \"{name}\": {value},").ok();
        Ok(())
    }
}

fn comment(text: &mut String, name: &str, what: &str) {
    writeln!(text, "  \"//{name}\": {},", serde_json::Value::from(what)).ok();
}
