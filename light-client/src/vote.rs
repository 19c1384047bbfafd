//! The byte strings that validators sign. Each starts with its purpose and the ledger.
//!
//! ```text
//! prevote   = ["tally/prevote/1",   ledger, height, round, header hash | null, signer]
//! precommit = ["tally/precommit/1", ledger, height, round, header hash | null, signer]
//! proposal  = ["tally/proposal/1",  ledger, height, round, header hash, valid round | null, signer]
//! validator = ["tally/validator/1", ledger, engine's own preimage]
//! ```
//! The signer is the id of its key, so that a signature counts for one validator only.

use alloc::vec::Vec;

use crate::{
    cbor::Writer,
    hash::Digest,
    id::{Height, LedgerId, Round},
    key::KeyId,
};

/// Where in the agreement a vote belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ballot {
    /// The ledger.
    pub ledger: LedgerId,
    /// The block's number.
    pub height: Height,
    /// The attempt.
    pub round: Round,
}

/// What a prevote signs; no header hash is a vote for nil.
pub fn prevote(ballot: &Ballot, header: Option<&Digest>, signer: &KeyId) -> Vec<u8> {
    vote("tally/prevote/1", ballot, header, signer)
}

/// What a precommit signs; no header hash is a vote for nil.
pub fn precommit(ballot: &Ballot, header: Option<&Digest>, signer: &KeyId) -> Vec<u8> {
    vote("tally/precommit/1", ballot, header, signer)
}

/// What a proposal signs; `valid_round` is the round of the polka it rests on.
pub fn proposal(
    ballot: &Ballot,
    header: &Digest,
    valid_round: Option<Round>,
    signer: &KeyId,
) -> Vec<u8> {
    let mut writer = open("tally/proposal/1", ballot, 7);
    writer
        .value(header)
        .option(valid_round.as_ref())
        .value(signer);
    writer.finish()
}

/// What binds a validator's key to its network identity; `preimage` is the engine's own.
pub fn validator_proof(ledger: &LedgerId, preimage: &[u8]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer
        .array(3)
        .text("tally/validator/1")
        .value(ledger)
        .bytes(preimage);
    writer.finish()
}

fn vote(purpose: &str, ballot: &Ballot, header: Option<&Digest>, signer: &KeyId) -> Vec<u8> {
    let mut writer = open(purpose, ballot, 6);
    writer.option(header).value(signer);
    writer.finish()
}

fn open(purpose: &str, ballot: &Ballot, len: usize) -> Writer {
    let mut writer = Writer::default();
    writer.array(len).text(purpose).value(&ballot.ledger);
    writer.value(&ballot.height).value(&ballot.round);
    writer
}
