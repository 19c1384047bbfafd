//! Votes for one thing to some and for another to others, at once or to the same.

use arc_malachitebft_core_consensus::SignedConsensusMsg;

use super::{Adversary, Audience, Hand};
use crate::message::Message;
use ledger_engine::Vote;

pub(super) struct Equivocator;

impl Adversary for Equivocator {
    fn send(&mut self, hand: &mut Hand<'_>, to: Audience, message: Message) {
        let Message::Consensus(SignedConsensusMsg::Vote(vote)) = &message else {
            return hand.send(to, &message);
        };
        let Some(other) = contradiction(hand, &vote.message) else {
            return hand.send(to, &message);
        };
        hand.misdeed();
        let (first, shows_both) = (hand.half(), hand.random.chance(600));
        for peer in hand.peers {
            let (truth, lie) = (message.clone(), other.clone());
            let (now, later) = if first.contains(peer) {
                (truth, lie)
            } else {
                (lie, truth)
            };
            hand.send_late(*peer, now, 0);
            if shows_both {
                let delay_us = hand.random.below(30_000);
                hand.send_late(*peer, later, delay_us);
            }
        }
    }
}

/// A vote in the same place for another value: for nil, or for a block where its node votes nil.
fn contradiction(hand: &Hand<'_>, vote: &Vote) -> Option<Message> {
    if vote.header().is_some() {
        return Some(hand.vote_for(vote, None));
    }
    let height = light_client::id::Height(vote.height.0);
    let known = hand.node.app().undecided(height).ok()?;
    let (_, block) = known.first()?;
    Some(hand.vote_for(vote, Some(block.header.hash())))
}
