//! From the engine's precommits to the light client's certificate.

use light_client::{
    certificate::{Certificate, CommitSignature},
    id::Round,
    key::{KeyId, Signature},
    suite::Suite,
    validator_set::ValidatorSet,
};

/// The certificate of the first quorum of `votes` in the set's order; none if there is no
/// quorum. The signatures are not verified here.
pub fn certificate(
    set: &ValidatorSet,
    suite: Suite,
    round: Round,
    votes: &[(KeyId, Signature)],
) -> Option<Certificate> {
    let signature_of = |id: KeyId| votes.iter().find(|(signer, _)| *signer == id);
    let signatures: Vec<CommitSignature> = set
        .validators()
        .iter()
        .zip(0u8..)
        .filter_map(|(validator, signer)| {
            let (_, signature) = signature_of(validator.key.id(suite))?;
            let signature = *signature;
            Some(CommitSignature { signer, signature })
        })
        .take(set.quorum())
        .collect();
    (signatures.len() == set.quorum()).then_some(Certificate { round, signatures })
}
