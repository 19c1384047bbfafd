//! What an operator watches, in Prometheus' text form.

use crate::consensus;
use crate::ledger::Ledger;
use crate::stages;

/// The text form that the engine's own metrics come in.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The ledger's numbers, and then the engine's, which end with `# EOF`.
pub(crate) fn text(ledger: &Ledger) -> String {
    let app = ledger.app();
    let head = app.head();
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
            "tallystick_pending",
            "Transactions that wait.",
            count(app.pending()),
        ),
        (
            "tallystick_validators",
            "Validators of this epoch.",
            count(app.validator_set().validators().len()),
        ),
    ];
    drop(app);
    let mut text = String::new();
    for (name, help, value) in gauges {
        text += &format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
    }
    text + &stages::text() + &consensus::metrics()
}

fn count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
