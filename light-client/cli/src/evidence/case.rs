//! A deposit that has been established, with all that a report tells of it.

use std::collections::BTreeSet;

use light_client::{
    cbor::to_bytes,
    certificate::CommitSignature,
    deposit::Deposit,
    genesis::Genesis,
    hash::Digest,
    id::{Epoch, TimeMs},
    key::KeyKind,
    record::EvidenceEntry,
    state::{Presence, StateProof},
    suite::Suite,
    validator_set::{Validator, ValidatorSet},
    verdict::{DepositEvidence, DepositHeadline, LedgerEvidence, ValidatorEvidence},
    vote::{Ballot, precommit},
};

use super::proof::Judged;

/// What there is to report. Exists for a verdict of *deposited* only.
pub(super) struct Case<'a> {
    pub(super) name: String,
    pub(super) file: &'a [u8],
    pub(super) now: TimeMs,
    pub(super) deposit: &'a Deposit,
    pub(super) digest: Digest,
    pub(super) entry: &'a EvidenceEntry,
    pub(super) presence: &'a Presence,
    pub(super) found: &'a DepositEvidence,
    pub(super) ledger: &'a LedgerEvidence,
    pub(super) genesis: &'a Genesis,
    pub(super) validators: &'a [ValidatorEvidence],
}

impl<'a> Case<'a> {
    /// None unless the file was found deposited by this very proof.
    pub(super) fn of(judged: &'a Judged, deposit: &'a Deposit, name: String) -> Option<Self> {
        let verdict = &judged.verdict;
        if verdict.headline != DepositHeadline::Deposited {
            return None;
        }
        let StateProof::Present(entry, presence) = &deposit.proofs.entry else {
            return None;
        };
        Some(Self {
            name,
            file: &judged.file,
            now: judged.now,
            deposit,
            digest: verdict.digest?,
            entry,
            presence,
            found: verdict.deposit.as_ref()?,
            ledger: verdict.ledger.as_ref()?,
            genesis: judged.trust.ledger(&deposit.proofs.ledger)?.genesis(),
            validators: &verdict.validators,
        })
    }

    pub(super) const fn suite(&self) -> Suite {
        self.genesis.suite
    }

    /// The name of the ledger's hash.
    pub(super) const fn hash_name(&self) -> &'static str {
        match self.suite() {
            Suite::Sm => "SM3",
            Suite::Intl => "SHA-256",
        }
    }

    /// The option by which OpenSSL knows it.
    pub(super) const fn openssl_hash(&self) -> &'static str {
        match self.suite() {
            Suite::Sm => "-sm3",
            Suite::Intl => "-sha256",
        }
    }

    /// Each signature of the certificate with its validator.
    pub(super) fn signatures(
        &self,
    ) -> impl Iterator<Item = (&'a ValidatorEvidence, &'a CommitSignature)> {
        let (validators, proofs) = (self.validators, &self.deposit.proofs);
        let signatures = proofs.head.certificate.signatures.iter();
        signatures.filter_map(|commit| {
            let validator = validators.get(usize::from(commit.signer))?;
            Some((validator, commit))
        })
    }

    /// The kinds of the keys that signed.
    pub(super) fn key_kinds(&self) -> BTreeSet<KeyKind> {
        let signers = self.signatures();
        signers.map(|(validator, _)| validator.key.kind()).collect()
    }

    /// What a validator signed.
    pub(super) fn precommit(&self, validator: &ValidatorEvidence) -> Vec<u8> {
        let head = &self.deposit.proofs.head;
        let ballot = Ballot {
            ledger: head.header.core.ledger,
            height: head.header.core.height,
            round: head.certificate.round,
        };
        precommit(&ballot, Some(&head.header.hash()), &validator.key_id)
    }

    /// The validator set of the header, as its hash is made of.
    pub(super) fn set_bytes(&self) -> Option<Vec<u8>> {
        let validators = self.validators.iter().map(|validator| Validator {
            agency: validator.agency.clone(),
            key: validator.key.clone(),
        });
        let set = ValidatorSet::new(Epoch(self.ledger.epoch), validators.collect());
        set.ok().map(|set| to_bytes(&set))
    }
}
