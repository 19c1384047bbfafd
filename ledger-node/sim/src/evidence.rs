//! Proof that a validator signed two things in one place, as an auditor would check it: by its
//! public key and the ledger's own sign bytes, not by the word of whoever found it.

use arc_malachitebft_core_consensus::MisbehaviorEvidence;
use arc_malachitebft_core_types::{SignedProposal, SignedVote};
use ledger_engine::{Address, Intent, TallyContext};
use light_client::key::{KeyId, PublicKey};

use crate::{report::Counted, signing::SimVerifier};

/// Who did what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offence {
    pub(crate) culprit: KeyId,
    pub(crate) what: Counted,
}

/// Checks every pair that a node has found; the error says which does not prove anything.
pub(crate) fn examine(
    found: &MisbehaviorEvidence<TallyContext>,
    verifier: &SimVerifier,
    key_of: impl Fn(&KeyId) -> Option<PublicKey>,
) -> Result<Vec<Offence>, String> {
    let mut offences = Vec::new();
    for (culprit, (first, second)) in found.votes.iter().flat_map(with_culprit) {
        let key = key_of(&culprit.0).ok_or("evidence against a stranger")?;
        if !contradict_votes(first, second) || !by(&[first, second], culprit) {
            return Err(format!(
                "two votes that do not contradict: {first:?}, {second:?}"
            ));
        }
        for vote in [first, second] {
            let intent = Intent::vote(verifier.ledger(), &vote.message);
            let intent = intent.ok_or("a vote of no round")?;
            key.verify(&intent.message, &vote.signature)
                .map_err(|error| format!("a vote in evidence: {error}"))?;
        }
        offences.push(Offence {
            culprit: culprit.0,
            what: Counted::DoubleVoteProven,
        });
    }
    for (culprit, (first, second)) in found.proposals.iter().flat_map(with_culprit) {
        let key = key_of(&culprit.0).ok_or("evidence against a stranger")?;
        if !contradict_proposals(first, second, culprit) {
            return Err(format!(
                "two proposals that do not contradict: {first:?}, {second:?}"
            ));
        }
        for proposal in [first, second] {
            let intent = Intent::proposal(verifier.ledger(), &proposal.message);
            let intent = intent.ok_or("a proposal of no round")?;
            key.verify(&intent.message, &proposal.signature)
                .map_err(|error| format!("a proposal in evidence: {error}"))?;
        }
        offences.push(Offence {
            culprit: culprit.0,
            what: Counted::DoubleProposalProven,
        });
    }
    Ok(offences)
}

fn with_culprit<'a, P>(
    (culprit, pairs): (&'a Address, &'a Vec<P>),
) -> impl Iterator<Item = (&'a Address, &'a P)> {
    pairs.iter().map(move |pair| (culprit, pair))
}

fn by(votes: &[&SignedVote<TallyContext>], culprit: &Address) -> bool {
    votes.iter().all(|vote| vote.message.address == *culprit)
}

/// The same kind, height and round, and another value.
fn contradict_votes(first: &SignedVote<TallyContext>, second: &SignedVote<TallyContext>) -> bool {
    let place = |vote: &SignedVote<TallyContext>| {
        (vote.message.kind, vote.message.height, vote.message.round)
    };
    place(first) == place(second) && first.message.value != second.message.value
}

/// The same height and round, and another block or another justification.
fn contradict_proposals(
    first: &SignedProposal<TallyContext>,
    second: &SignedProposal<TallyContext>,
    culprit: &Address,
) -> bool {
    let place = |it: &SignedProposal<TallyContext>| (it.message.height, it.message.round);
    let by_culprit = [first, second]
        .iter()
        .all(|proposal| proposal.message.address == *culprit);
    by_culprit && place(first) == place(second) && first.message != second.message
}

#[cfg(test)]
mod tests {
    use arc_malachitebft_core_types::{NilOrVal, Round, VoteType};
    use ledger_engine::{Height, Vote};
    use light_client::{hash::Digest, id::LedgerId, suite::Suite};

    use super::*;
    use crate::signing::Pair;

    fn vote(pair: &Pair, verifier: &SimVerifier, value: u8) -> SignedVote<TallyContext> {
        let vote = Vote {
            kind: VoteType::Prevote,
            height: Height(1),
            round: Round::new(0),
            value: NilOrVal::Val(Digest::from_bytes([value; 32])),
            address: Address(pair.id()),
        };
        pair.sign_vote(verifier, vote)
    }

    fn found(
        first: SignedVote<TallyContext>,
        second: SignedVote<TallyContext>,
    ) -> MisbehaviorEvidence<TallyContext> {
        let mut evidence = MisbehaviorEvidence {
            proposals: Default::default(),
            votes: Default::default(),
        };
        evidence.votes.add(first, second);
        evidence
    }

    #[test]
    fn only_two_contradicting_votes_by_the_culprit_s_own_key_prove_anything() {
        let ledger = LedgerId(Digest::from_bytes([9; 32]));
        let verifier = SimVerifier::new(ledger, Suite::Intl);
        let (culprit, other) = (Pair::new(Suite::Intl, 1), Pair::new(Suite::Intl, 2));
        let key_of = |_: &KeyId| Some(culprit.public().clone());
        let vote = |value| vote(&culprit, &verifier, value);

        let proof = examine(&found(vote(1), vote(2)), &verifier, key_of);
        let offence = Offence {
            culprit: culprit.id(),
            what: Counted::DoubleVoteProven,
        };
        assert_eq!(proof, Ok(vec![offence]));

        assert!(examine(&found(vote(1), vote(1)), &verifier, key_of).is_err());
        let mut forged = vote(2);
        let intent = Intent::vote(ledger, &forged.message).expect("of a round");
        forged.signature = other.sign(&intent.message);
        assert!(examine(&found(vote(1), forged), &verifier, key_of).is_err());
        assert!(examine(&found(vote(1), vote(2)), &verifier, |_| None).is_err());
    }
}
