//! What a running node says of itself, for people.

use serde_json::Value;

/// The answer of `/v1/status` as lines.
pub fn lines(status: &Value) -> Vec<String> {
    let head = &status["head"];
    let seconds = head["age_ms"].as_u64().unwrap_or_default() / 1000;
    let mut lines = vec![
        format!(
            "node         {} {}",
            text(&status["name"]),
            text(&status["version"])
        ),
        format!("operated by  {}", text(&status["operator"])),
        format!("answered for {}", text(&status["responsible"])),
        format!(
            "ledger       {} ({})",
            text(&status["ledger_id"]),
            text(&status["ledger_name"])
        ),
        format!(
            "head         {} {}",
            head["height"],
            text(&head["header_hash"])
        ),
        format!("             {seconds} s ago, epoch {}", status["epoch"]),
        format!(
            "kept         blocks from {}, state from {}",
            status["earliest_block"], status["earliest_state"]
        ),
        format!("waiting      {} transactions", status["pending"]),
        format!(
            "disk         {} used, {} free",
            megabytes(&status["disk"]["used_bytes"]),
            megabytes(&status["disk"]["free_bytes"])
        ),
    ];
    lines.push(match status["votes_for"].as_str() {
        Some(agency) => format!("votes        for {agency}"),
        None => "votes        no: this node follows".to_owned(),
    });
    for validator in list(&status["validators"]) {
        let mark = if validator["is_this_node"] == true {
            "  ← this node"
        } else {
            ""
        };
        lines.push(format!(
            "validator    {} {}{mark}",
            text(&validator["agency"]),
            text(&validator["key_id"])
        ));
    }
    for peer in list(&status["peers"]) {
        let height = peer["height"].as_u64();
        let height = height.map_or_else(
            || "does not answer".to_owned(),
            |height| format!("at height {height}"),
        );
        lines.push(format!("peer         {} {height}", text(&peer["url"])));
    }
    lines
}

/// A text of an answer; a dash where there is none.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("–")
}

/// A list of an answer.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn megabytes(bytes: &Value) -> String {
    format!("{} MB", bytes.as_u64().unwrap_or_default() / 1_000_000)
}
