//! Votes and proposes in rounds and heights that nobody will ever reach, up to the last number
//! there is: a counter that overflows, or a node that follows alone, would stop the ledger.

use arc_malachitebft_core_consensus::SignedConsensusMsg;
use arc_malachitebft_core_types::{Round, SignedProposal, SignedVote};
use ledger_engine::{Height, Proposal, TallyContext, Vote};

use super::{Adversary, Audience, Hand};
use crate::message::Message;

pub(super) struct FarAhead;

/// The last rounds there are; what is signed for a round that does not exist; and one that others
/// might follow to.
const ROUNDS: [Round; 4] = [
    Round::Some(u32::MAX),
    Round::Some(u32::MAX - 1),
    Round::Nil,
    Round::Some(1_000_000),
];

impl Adversary for FarAhead {
    fn send(&mut self, hand: &mut Hand<'_>, to: Audience, message: Message) {
        hand.send(to, &message);
        let Message::Consensus(message) = &message else {
            return;
        };
        hand.misdeed();
        for round in ROUNDS {
            let far = elsewhere(hand, message, |height| height, round);
            hand.send(Audience::All, &far);
        }
        for height in [Height(u64::MAX), Height(u64::MAX - 1)] {
            let far = elsewhere(hand, message, |_| height, ROUNDS[0]);
            hand.send(Audience::All, &far);
        }
    }
}

/// The same for another height and round. One of no round carries the signature of the last round:
/// nobody can sign the former, and on the wire the two are the same number.
fn elsewhere(
    hand: &Hand<'_>,
    message: &SignedConsensusMsg<TallyContext>,
    height: impl Fn(Height) -> Height,
    round: Round,
) -> Message {
    let signed = Round::Some(round.as_u32().unwrap_or(u32::MAX));
    Message::Consensus(match message {
        SignedConsensusMsg::Vote(vote) => {
            let vote = Vote {
                height: height(vote.height),
                round: signed,
                ..vote.message.clone()
            };
            let signature = hand.sign_vote(vote.clone()).signature;
            SignedConsensusMsg::Vote(SignedVote::new(Vote { round, ..vote }, signature))
        }
        SignedConsensusMsg::Proposal(proposal) => {
            let proposal = Proposal {
                height: height(proposal.height),
                round: signed,
                ..proposal.message.clone()
            };
            let signature = hand.sign_proposal(proposal.clone()).signature;
            let proposal = Proposal { round, ..proposal };
            SignedConsensusMsg::Proposal(SignedProposal::new(proposal, signature))
        }
    })
}
