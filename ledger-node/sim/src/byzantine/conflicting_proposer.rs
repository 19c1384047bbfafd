//! Proposes two good blocks in one round, each to some of the others, and votes for both.

use arc_malachitebft_core_consensus::SignedConsensusMsg;
use arc_malachitebft_core_types::Value as _;
use ledger_core::{Arrival, Origin};
use ledger_engine::{HeaderValue, Proposal};
use light_client::header::Header;

use super::{Adversary, Audience, Hand};
use crate::message::Message;

#[derive(Default)]
pub(super) struct ConflictingProposer {
    plot: Option<Plot>,
}

/// Two blocks for one round.
struct Plot {
    height: u64,
    round: u32,
    other: HeaderValue,
    /// Who gets to see the other one first.
    deceived: Vec<usize>,
    /// Whether all get to see both.
    shows_both: bool,
}

impl Plot {
    fn concerns(&self, height: u64, round: Option<u32>) -> bool {
        (self.height, Some(self.round)) == (height, round)
    }

    /// Sends one thing to some and another to others.
    fn divide(&self, hand: &mut Hand<'_>, truth: &Message, lie: &Message) {
        for peer in hand.peers {
            let (now, later) = if self.deceived.contains(peer) {
                (lie, truth)
            } else {
                (truth, lie)
            };
            hand.send_late(*peer, now.clone(), 0);
            if self.shows_both {
                let delay_us = hand.random.below(40_000);
                hand.send_late(*peer, later.clone(), delay_us);
            }
        }
    }
}

impl Adversary for ConflictingProposer {
    fn send(&mut self, hand: &mut Hand<'_>, to: Audience, message: Message) {
        match &message {
            Message::Body(block, origin) if origin.arrival == Arrival::New => {
                self.plot(hand, &message, &block.header, origin);
            }
            Message::Consensus(SignedConsensusMsg::Proposal(signed)) => {
                let real = &signed.message;
                match self.plot_of(real.height.0, real.round.as_u32()) {
                    Some(plot) if real.pol_round.is_nil() => {
                        let lie = hand.sign_proposal(Proposal {
                            value: plot.other.clone(),
                            ..real.clone()
                        });
                        let lie = Message::Consensus(SignedConsensusMsg::Proposal(lie));
                        plot.divide(hand, &message, &lie);
                    }
                    Some(_) | None => hand.send(to, &message),
                }
            }
            Message::Consensus(SignedConsensusMsg::Vote(signed)) => {
                let real = &signed.message;
                match self.plot_of(real.height.0, real.round.as_u32()) {
                    Some(plot) => {
                        let lie = hand.vote_for(real, Some(plot.other.id()));
                        plot.divide(hand, &message, &lie);
                    }
                    None => hand.send(to, &message),
                }
            }
            Message::Body(..)
            | Message::Liveness(_)
            | Message::Relay(_)
            | Message::Status(_)
            | Message::SyncRequest(_)
            | Message::SyncResponse(..) => hand.send(to, &message),
        }
    }
}

impl ConflictingProposer {
    fn plot_of(&self, height: u64, round: Option<u32>) -> Option<&Plot> {
        self.plot
            .as_ref()
            .filter(|plot| plot.concerns(height, round))
    }

    /// Makes a second block beside the node's own, and sends both.
    fn plot(&mut self, hand: &mut Hand<'_>, real: &Message, header: &Header, origin: &Origin) {
        let Some(other) = hand.another_block(header, origin.round) else {
            return hand.send(Audience::All, real);
        };
        hand.misdeed();
        let plot = Plot {
            height: other.header.core.height.0,
            round: origin.round.0,
            other: HeaderValue::new(other.header.clone()),
            deceived: hand.half(),
            shows_both: hand.random.chance(600),
        };
        plot.divide(hand, real, &Message::Body(Box::new(other), *origin));
        self.plot = Some(plot);
    }
}
