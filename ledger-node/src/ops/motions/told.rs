//! What a node says of its ledger's government, for people.

use light_client::id::TimeMs;
use serde_json::Value;

use crate::config::NodeDir;
use crate::ops::fetch::Fetcher;
use crate::ops::{OpsError, own_api};
use crate::status::{list, text};

const HOUR_MS: u64 = 3_600_000;

/// Turns an answer into lines, at this time.
pub type Told = fn(&Value, TimeMs) -> Vec<String>;

/// Asks the folder's own node.
///
/// # Errors
/// [`OpsError::Unavailable`].
pub async fn ask(dir: &NodeDir, path: &str) -> Result<Value, OpsError> {
    let url = format!("{}{path}", own_api(dir)?);
    Fetcher::new(None)?.json(&url).await
}

/// The answer of `/v1/governance`.
pub fn governance(answer: &Value, now: TimeMs) -> Vec<String> {
    let mut lines = Vec::new();
    for member in list(&answer["members"]) {
        let offices = ["operator", "responsible"].map(|office| text(&member[office]["en"]));
        let agency = text(&member["agency"]);
        lines.push(match offices {
            ["–", "–"] => format!("member     {agency}"),
            [operator, responsible] => {
                format!("member     {agency}: run by {operator}, answered for by {responsible}")
            }
        });
    }
    for validator in list(&answer["validators"]) {
        let build = text(&validator["announced"]["build"]);
        lines.push(format!(
            "validator  {} runs build {build}",
            text(&validator["agency"])
        ));
    }
    for parameter in list(&answer["parameters"]) {
        let (value, least) = (&parameter["value"], &parameter["least"]);
        let (name, greatest) = (text(&parameter["name"]), &parameter["greatest"]);
        lines.push(format!(
            "parameter  {name} = {value} ({least} to {greatest})"
        ));
    }
    lines.extend(list(&answer["modules"]).iter().map(|one| module(one, now)));
    for open in list(&answer["motions"]) {
        lines.push(String::new());
        lines.extend(motion(open, now));
    }
    lines
}

fn module(module: &Value, now: TimeMs) -> String {
    let (name, version) = (text(&module["name"]), &module["version"]);
    let mut line = format!("module     {name} version {version}");
    let scheduled = &module["scheduled"];
    if !scheduled.is_null() {
        let (next, height) = (&scheduled["version"], &scheduled["activation"]);
        line.push_str(&format!(", {next} from height {height} on"));
    }
    let frozen = &module["frozen"];
    if !frozen.is_null() {
        let until = match frozen["until_ms"].as_u64() {
            Some(until) => format!("for {}", hours(until, now)),
            None => "until members end it".to_owned(),
        };
        line.push_str(&format!(", frozen {until}: {}", text(&frozen["basis"])));
    }
    line
}

/// The answer of `/v1/motions/{id}`.
pub fn motion(answer: &Value, now: TimeMs) -> Vec<String> {
    let mut action = answer["action"].clone();
    let what = text(&action["do"]).to_owned();
    if let Some(fields) = action.as_object_mut() {
        fields.remove("do");
    }
    let votes = list(&answer["votes"]).iter();
    let votes = votes.map(|vote| format!("{} {}", text(&vote["agency"]), text(&vote["choice"])));
    let closes = answer["closes_ms"].as_u64().unwrap_or_default();
    let state = match text(&answer["state"]) {
        "open" => format!("open for {}", hours(closes, now)),
        "carried" => format!("carried at height {}", answer["carried"]["height"]),
        other => other.to_owned(),
    };
    vec![
        format!("motion     {}", text(&answer["motion"])),
        format!("           {what} {action}"),
        format!("basis      {}", text(&answer["basis"])),
        format!("state      {state}; moved at height {}", answer["moved"]),
        format!(
            "votes      {} of the {} that it needs: {}",
            answer["counted"],
            answer["needed"],
            votes.collect::<Vec<_>>().join(", ")
        ),
    ]
}

fn hours(until_ms: u64, now: TimeMs) -> String {
    format!(
        "{} more hours",
        until_ms.saturating_sub(now.0).div_ceil(HOUR_MS)
    )
}
