//! The guide through the story: as a panel in the app and as lines on the terminal.

use std::fs;
use std::path::Path;

use anyhow::Result;
use demo_city::{folder, story};
use serde_json::{Value, json};

use crate::web;
use crate::workspace::Workspace;

/// Copies the app to where it is served with the guide beside it.
pub(super) fn copy_app(dist: &Path, www: &Path) -> Result<()> {
    web::empty(www)?;
    folder::copy(dist, www)
}

/// Writes `demo.json` and the files that it opens.
pub(super) fn write(www: &Path, files: &Path, identity_offer: &str) -> Result<()> {
    let opened = www.join("demo");
    web::empty(&opened)?;
    folder::copy(files, &opened)?;
    let guide = json!({
        "watermark": both(story::WATERMARK),
        "place": both(story::PLACE),
        "folder": files,
        "steps": steps(identity_offer),
    });
    fs::write(www.join("demo.json"), serde_json::to_vec_pretty(&guide)?)?;
    Ok(())
}

fn both((zh, en): (&str, &str)) -> Value {
    json!({ "zh": zh, "en": en })
}

fn steps(identity_offer: &str) -> Value {
    json!([
        {
            "id": "f1",
            "title": both(("F1：一张真的铁路客票", "F1: a genuine rail ticket")),
            "text": both((
                "金额 545.00 元。在本机核对：谁签发、是否改动、是否仍然有效。",
                "545.00 yuan. Checked on this device: who issued it, unchanged, still in force.",
            )),
            "open": "/demo/F1.tally",
        },
        {
            "id": "f1x",
            "title": both(("F1x：同一张票，金额被改", "F1x: the same ticket, another amount")),
            "text": both((
                "有人把 545.00 改成了 845.00，各项合计都对得上，但账本登记的不是这一张。",
                "Someone made 845.00 of 545.00. All sums add up, but this is not what was registered.",
            )),
            "open": "/demo/F1x.tally",
        },
        {
            "id": "d1",
            "title": both(("D1：领取居民身份凭证", "D1: receive a resident identity")),
            "text": both((
                "海州市公安局为李明准备了一份凭证，领取后保存在本机。",
                "The Haizhou police have a credential for Li Ming. It will be kept on this device.",
            )),
            "offer": identity_offer,
        },
        {
            "id": "d3",
            "title": both(("D3：已撤销的电工证", "D3: a revoked electrician's certificate")),
            "text": both((
                "签发是真的，但已被撤销。门户即使说“有效”，核对结果也不会变。",
                "Really issued, but revoked since. A portal that says otherwise changes nothing.",
            )),
            "open": "/demo/D3.tally",
        },
        {
            "id": "d4",
            "title": both(("D4：无权签发的学位", "D4: a degree by an issuer without the right")),
            "text": both((
                "海州云帆职业培训中心可以签发电工证，但无权授予学位。",
                "The Yunfan Training Centre may certify electricians, but confers no degrees.",
            )),
            "open": "/demo/D4.tally",
        },
        {
            "id": "offline",
            "title": both(("断网再试", "Again without a network")),
            "text": both((
                "在终端按 Ctrl-C 停止演示，然后刷新本页：核对照常进行，并注明答案截至何时。",
                "Stop the demo with Ctrl-C in the terminal and reload this page: \
                 it still answers, and says how old the answer is.",
            )),
        },
    ])
}

/// What to do next, for someone in front of the terminal.
pub(super) fn on_the_terminal(workspace: &Workspace, files: &Path) -> Vec<String> {
    let tallystick = workspace.target("debug/tallystick");
    vec![
        "Open it in a browser; the guide panel leads through the story.".to_owned(),
        format!("The documents lie as files in  {}", files.display()),
        "Drop F1.tally and F1x.tally on the page, or check them without any page:".to_owned(),
        format!(
            "    {} verify {folder}/*.tally --trust {folder}/demo.trust",
            tallystick.display(),
            folder = files.display(),
        ),
        "Ctrl-C stops everything; the city is still there next time.".to_owned(),
    ]
}
