//! What an operator watches, in Prometheus' text form. `docs/operations.md` says what each is for,
//! `ledger-node/deploy/alerts.yml` when to call somebody.

use std::fmt::Write as _;

use crate::api::Api;
use crate::{clock, consensus, stages};

/// The text form that the engine's own metrics come in.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The ledger's numbers, and then the engine's, which end with `# EOF`.
pub(crate) fn text(api: &Api) -> String {
    let (head, pending, set) = {
        let app = api.ledger.app();
        (*app.head(), app.pending(), app.validator_set().clone())
    };
    let age = clock::now_ms().0.saturating_sub(head.time_ms.0);
    let votes = u64::from(api.node.votes_for(&set).is_some());
    let validators = set.validators().len();
    let disk = &api.node.disk;
    let gauges = [
        (
            "tallystick_height",
            "Height of the last final block.",
            head.height.0,
        ),
        ("tallystick_epoch", "Epoch of the next block.", head.epoch.0),
        (
            "tallystick_head_time_ms",
            "Time of the last final block, Unix ms.",
            head.time_ms.0,
        ),
        (
            "tallystick_head_age_ms",
            "Age of the last final block.",
            age,
        ),
        (
            "tallystick_pending",
            "Transactions that wait.",
            count(pending),
        ),
        (
            "tallystick_validators",
            "Validators of this epoch.",
            count(validators),
        ),
        (
            "tallystick_votes",
            "1 if this node votes, 0 if it follows.",
            votes,
        ),
        (
            "tallystick_disk_used_bytes",
            "Bytes in the node's folder.",
            disk.used(),
        ),
        (
            "tallystick_disk_free_bytes",
            "Bytes left on its disk.",
            disk.free(),
        ),
        (
            "tallystick_evidence",
            "Contradictions that validators signed and this node keeps.",
            evidence(api),
        ),
    ];
    let mut text = String::new();
    for (name, help, value) in gauges {
        text += &format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
    }
    peers(api, &mut text);
    text + &stages::text() + &consensus::metrics()
}

fn evidence(api: &Api) -> u64 {
    // A store that cannot be read stops the node by itself; a metric must not.
    api.ledger.store().evidence_count().map_or(0, count)
}

fn peers(api: &Api, text: &mut String) {
    let states = api.peers.states();
    if states.is_empty() {
        return;
    }
    text.push_str("# HELP tallystick_peer_up 1 if the peer's API answers.\n");
    text.push_str("# TYPE tallystick_peer_up gauge\n");
    for peer in &states {
        let up = u64::from(peer.height.is_some());
        writeln!(text, "tallystick_peer_up{{peer={:?}}} {up}", peer.url).ok();
    }
    text.push_str("# HELP tallystick_peer_height Height of the peer's head.\n");
    text.push_str("# TYPE tallystick_peer_height gauge\n");
    for peer in &states {
        if let Some(height) = peer.height {
            writeln!(
                text,
                "tallystick_peer_height{{peer={:?}}} {height}",
                peer.url
            )
            .ok();
        }
    }
}

fn count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
