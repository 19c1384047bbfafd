//! Certificates between the engine's form and the ledger's.

use anyhow::{Context as _, Result};
use arc_malachitebft_app_channel::app::types::core::{
    CommitCertificate, ExtendedCommitCertificate, ExtendedCommitSignature, Round, ThresholdParams,
    ValidatorSet as _,
};
use arc_malachitebft_signing::VerifierExt as _;
use ledger_engine::{Height, TallyContext, ValidatorSet};
use light_client::certificate::Certificate;
use light_client::header::Header;
use light_client::id;
use light_client::suite::Suite;
use light_client::validator_set;

use super::signing::NodeVerifier;

/// The ledger's certificate of a decision: exactly a quorum, ascending by signer.
pub(super) fn certificate(
    decision: &CommitCertificate<TallyContext>,
    set: &validator_set::ValidatorSet,
    suite: Suite,
) -> Result<Certificate> {
    let round = decision
        .round
        .as_u32()
        .map(id::Round)
        .context("a decision has a round")?;
    let commits = decision.commit_signatures.iter();
    let votes: Vec<_> = commits
        .map(|commit| (commit.address.0, commit.signature))
        .collect();
    ledger_core::certificate(set, suite, round, &votes).context("a decision without a quorum")
}

/// The engine's certificate, for a peer that catches up.
pub(super) fn extended_certificate(
    header: &Header,
    certificate: &Certificate,
    set: &ValidatorSet,
) -> Result<ExtendedCommitCertificate<TallyContext>> {
    let mut signatures = Vec::with_capacity(certificate.signatures.len());
    for commit in &certificate.signatures {
        let validator = set
            .get_by_index(usize::from(commit.signer))
            .context("a certificate by a stranger")?;
        signatures.push(ExtendedCommitSignature::new(
            validator.address,
            commit.signature,
            None,
        ));
    }
    signatures.sort_by_key(|commit| commit.address);
    Ok(ExtendedCommitCertificate {
        height: Height(header.core.height.0),
        round: Round::new(certificate.round.0),
        value_id: header.hash(),
        commit_signatures: signatures,
    })
}

/// What the engine itself says of a certificate.
///
/// Verifiers use [`Certificate::check`], which is ours; this is its oracle in tests, so that the
/// two never drift apart.
pub async fn engine_accepts(
    header: &Header,
    certificate: &Certificate,
    set: &validator_set::ValidatorSet,
) -> bool {
    let core = &header.core;
    let set = ValidatorSet::new(set, core.suite);
    let Ok(certificate) = extended_certificate(header, certificate, &set) else {
        return false;
    };
    NodeVerifier::new(core.ledger, core.suite)
        .verify_commit_certificate(
            &TallyContext,
            &certificate.trim_vote_extensions(),
            &set,
            ThresholdParams::default(),
        )
        .await
        .is_ok()
}
