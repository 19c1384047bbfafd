//! What a Tallystick document is: types, rules, JSON Schemas, type metadata.

pub mod calendar;
mod decimal;
pub mod identity;
pub mod invoice;
pub mod json;
mod members;
mod region;
mod text;

pub use members::ShapeProblem;
