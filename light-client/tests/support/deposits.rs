//! Deposited files on the test ledger, and their proofs.

use light_client::{
    deposit::{Deposit, DepositProofs},
    hash::Digest,
    id::IssuerId,
    record::{EvidenceEntry, IssuerEntry, evidence_digest, evidence_key, issuer_key},
    state::StateProof,
};

use super::Ledger;

pub const FILE: &[u8] = "买卖合同（二〇二六年第 17 号）\n".as_bytes();
pub const SALT: [u8; 32] = [5; 32];

/// Deposits a file under its salt, in the block that comes next.
pub fn deposit(ledger: &mut Ledger, agency: &IssuerId, salt: &[u8; 32], file: &[u8]) {
    let entry = EvidenceEntry {
        ledger: ledger.id,
        agency: agency.clone(),
        recorded: ledger.next_height(),
        recorded_ms: ledger.next_time(),
    };
    let digest = evidence_digest(ledger.suite, salt, file);
    ledger.put(evidence_key(ledger.suite, &ledger.id, &digest), &entry);
}

/// What a node answers for a digest, under the newest header.
pub fn proofs(ledger: &Ledger, digest: &Digest) -> DepositProofs {
    let suite = ledger.suite;
    let entry = ledger.prove::<EvidenceEntry>(evidence_key(suite, &ledger.id, digest));
    let agency = match &entry {
        StateProof::Present(entry, _) => {
            let key = issuer_key(suite, &ledger.id, &entry.agency);
            Some(ledger.prove::<IssuerEntry>(key))
        }
        StateProof::Absent(_) => None,
    };
    DepositProofs {
        ledger: ledger.id,
        head: ledger.headers.last().expect("a block").clone(),
        handoffs: ledger.handoffs.clone(),
        succession: None,
        roots: ledger.roots(),
        entry,
        agency,
    }
}

/// The proof file for a file under a salt.
pub fn proof(ledger: &Ledger, salt: &[u8; 32], file: &[u8]) -> Deposit {
    let digest = evidence_digest(ledger.suite, salt, file);
    Deposit {
        salt: *salt,
        proofs: proofs(ledger, &digest),
    }
}
