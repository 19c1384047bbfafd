//! What a verifier asks of an answer before it is plainly valid.

/// How old things may be. The defaults are those of an office that checks once a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Policy {
    /// The oldest header that a "still in force" may rest on, in milliseconds.
    pub max_age_ms: u64,
    /// The longest a client may have heard nothing of a ledger before it must pin anew, in
    /// milliseconds: validators of old epochs have destroyed their keys, or should have.
    pub max_pin_age_ms: u64,
}

/// How far ahead of the verifier's clock a header may be, in milliseconds.
pub const MAX_CLOCK_SKEW_MS: u64 = 5 * 60 * 1000;

const HOUR_MS: u64 = 60 * 60 * 1000;

impl Default for Policy {
    fn default() -> Self {
        Self {
            max_age_ms: 24 * HOUR_MS,
            max_pin_age_ms: 400 * 24 * HOUR_MS,
        }
    }
}
