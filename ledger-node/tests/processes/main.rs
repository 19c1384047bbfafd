//! Real nodes as real processes on this machine, and what happens when they are killed.

mod backups;
mod crashes;
mod description;
mod epochs;
mod four_validators;
mod health;
mod joining;
mod net;
mod one_validator;
mod operations;
mod operator;
mod partitions;
mod repairs;
mod sealing;
