//! Documents as others see them: what is read, what is refused and why, and what other
//! implementations say to the same bytes.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its own input is wrong"
)]

mod did_key;
mod invoice;
mod mutations;
mod refusals;
mod round_trip;
mod ssi_did_key;
mod ssi_jws;
mod support;
mod vectors;
