//! The one place where this program reads the time.

use std::time::{SystemTime, UNIX_EPOCH};

use light_client::id::TimeMs;

/// Milliseconds since 1970-01-01T00:00:00Z.
pub(crate) fn now_ms() -> TimeMs {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    TimeMs(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
