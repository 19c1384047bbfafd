//! Real nodes as real processes on this machine, and what happens when they are killed.

mod crashes;
mod four_validators;
mod net;
mod one_validator;
