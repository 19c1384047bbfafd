//! Journeys of people through Tallystick, in a real browser against the real services.
//!
//! A journey opens a [`World`] (a ledger, the issuer service, the demo's documents), a [`Browser`]
//! with a [`Look`], does what a person does and asserts what a person sees. Elements are named by
//! their `data-testid`; everything seen is kept as a picture under `e2e/artifacts`.
//!
//! **Invariant:** nothing here is a mock. The one thing that is not a product of this repository
//! is the [`LyingPortal`]: a portal as a citizen may meet it, which alters what it passes on.

mod browser;
mod chromedriver;
mod look;
mod lying_portal;
pub mod mutants;
mod packaged;
mod target;
mod vectors;
mod world;

pub use crate::browser::Browser;
pub use crate::look::{Language, Look, Screen, Theme};
pub use crate::lying_portal::{Lie, LyingPortal};
pub use crate::packaged::{Asked, Case, PackagedVerifier};
pub use crate::target::target_folder;
pub use crate::vectors::{Vector, trust_stores, vector_folder, vectors};
pub use crate::world::World;
