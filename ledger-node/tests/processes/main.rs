//! Real nodes as real processes on this machine, and what happens when they are killed.

mod crashes;
mod description;
mod epochs;
mod four_validators;
mod net;
mod one_validator;
mod operations;
