//! What several tests of operations need.

use std::fs;
use std::path::Path;
use std::process::Output;

use ledger_node::config::NodeDir;
use serde_json::Value;

use crate::net::Net;

/// The text of an error, and its exit code.
pub(crate) fn refused(output: &Output) -> (i32, String) {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().expect("an exit code"), text)
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

/// Changes a setting of a node that does not run.
pub(crate) fn set(net: &Net, at: usize, name: &str, value: Value) {
    let path = NodeDir::new(net.node_dir(at)).config_file();
    let settings = fs::read(&path).expect("settings");
    let mut settings: Value = serde_json::from_slice(&settings).expect("JSON");
    settings[name] = value;
    fs::write(&path, settings.to_string()).expect("settings");
}

pub(crate) async fn height_of(net: &Net, at: usize) -> u64 {
    net.height(at).await.expect("a height")
}
