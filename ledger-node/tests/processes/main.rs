//! Real nodes as real processes on this machine, and what happens when they are killed.

mod backups;
#[cfg(feature = "byzantine")]
mod byzantine;
mod conservation;
mod crashes;
mod damage;
mod description;
mod dialogues;
mod epochs;
mod four_validators;
mod full_disk;
mod governing;
mod health;
mod hostile;
mod joining;
#[expect(dead_code, reason = "the ledger core's own tests use all of it")]
#[path = "../../core/tests/ledger/kit.rs"]
mod kit;
mod net;
mod one_validator;
mod operations;
mod operator;
mod partitions;
mod pauses;
mod repairs;
#[expect(dead_code, reason = "the ledger core's own tests use all of it")]
#[path = "../../core/tests/ledger/scene.rs"]
mod scene;
mod sealing;
mod set_changes;
mod twins;
mod upgrades;
