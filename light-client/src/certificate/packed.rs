//! Signatures of a set's validators in few bytes, for the forms that must be short.
//!
//! ```text
//! signers    = a bit for each place in the set: place i is bit i mod 8, the lowest first, of byte i div 8
//! signatures = 64 bytes for each bit that is set, ascending
//! ```
//! How many bytes of `signers` there are is each form's own rule.

use alloc::vec::Vec;

use super::CommitSignature;
use crate::key::Signature;

/// The signers, in as few bytes as hold them.
pub(crate) fn signers(commits: &[CommitSignature]) -> Vec<u8> {
    let mut bits = Vec::new();
    for commit in commits {
        let byte = usize::from(commit.signer / 8);
        bits.resize(bits.len().max(byte + 1), 0);
        bits[byte] |= 1 << (commit.signer % 8);
    }
    bits
}

/// Their signatures.
pub(crate) fn signatures(commits: &[CommitSignature]) -> Vec<u8> {
    commits.iter().flat_map(|one| one.signature.0).collect()
}

/// Both together; none if there are not as many signatures as signers.
pub(crate) fn commits(signers: &[u8], signatures: &[u8]) -> Option<Vec<CommitSignature>> {
    let places = (0_u8..=u8::MAX).take(signers.len() * 8);
    let signers = places.filter(|place| signers[usize::from(place / 8)] >> (place % 8) & 1 == 1);
    let signers: Vec<u8> = signers.collect();
    let (signatures, rest) = signatures.as_chunks::<64>();
    if signers.len() != signatures.len() || !rest.is_empty() {
        return None;
    }
    let commits = signers.into_iter().zip(signatures);
    let commits = commits.map(|(signer, signature)| CommitSignature {
        signer,
        signature: Signature(*signature),
    });
    Some(commits.collect())
}
