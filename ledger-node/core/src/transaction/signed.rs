//! What members, validators and DIDs' keys sign apart from transactions.

use light_client::{
    cbor::Writer,
    id::{IssuerId, LedgerId},
    key::PublicKey,
    record::LegalBasis,
    validator_set::ValidatorSet,
};

use super::{Action, IdempotencyKey};

/// What a member signs to consent to a decision.
///
/// Shape: `["tally/approval/1", ledger, action, legal basis, idempotency key]`.
pub fn approval_bytes(
    ledger: &LedgerId,
    action: &Action,
    basis: &LegalBasis,
    key: &IdempotencyKey,
) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.array(5).text("tally/approval/1").value(ledger);
    writer.value(action).value(basis).value(key);
    writer.finish()
}

/// What a member's new governance key signs, so that nobody enters a key that is not theirs.
///
/// Shape: `["tally/member/1", ledger, agency, key]`.
pub fn member_possession_bytes(ledger: &LedgerId, agency: &IssuerId, key: &PublicKey) -> Vec<u8> {
    possession("tally/member/1", ledger, agency, key)
}

/// What a new key of an agency's DID signs.
///
/// Shape: `["tally/did-key/1", ledger, agency, key]`.
pub fn did_possession_bytes(ledger: &LedgerId, agency: &IssuerId, key: &PublicKey) -> Vec<u8> {
    possession("tally/did-key/1", ledger, agency, key)
}

fn possession(purpose: &str, ledger: &LedgerId, agency: &IssuerId, key: &PublicKey) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.array(4).text(purpose).value(ledger);
    writer.value(agency).value(key);
    writer.finish()
}

/// What each key of a new validator set signs, so that nobody enters a key that is not theirs.
///
/// Shape: `["tally/possession/1", ledger, set]`.
pub fn possession_bytes(ledger: &LedgerId, next: &ValidatorSet) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.array(3).text("tally/possession/1").value(ledger);
    writer.value(next);
    writer.finish()
}
