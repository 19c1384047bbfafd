//! Other implementations of SM2, to test and measure the light client's beside.
//!
//! Nothing of this is in any product: it is the witness stand. [`judge`] asks each implementation
//! for its opinion of a case, [`case`] makes cases, constructed ones by name, and [`contest`] lets
//! all of them verify the same signatures for the benchmark.

pub mod case;
pub mod contest;
pub mod dice;
pub mod fuzz;
pub mod judge;
#[cfg(not(target_arch = "wasm32"))]
pub mod openssl;
pub mod soak;
#[cfg(feature = "bindings")]
pub mod wasm;
