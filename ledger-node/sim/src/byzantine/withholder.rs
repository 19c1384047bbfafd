//! Keeps to itself what others wait for: votes, proposals, blocks, from all or from some.

use arc_malachitebft_core_consensus::SignedConsensusMsg;
use arc_malachitebft_core_types::VoteType;

use super::{Adversary, Audience, Hand};
use crate::message::Message;

/// What is kept back for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Blocks,
    Precommits,
    Prevotes,
    Proposals,
    Everything,
    Nothing,
}

impl Kept {
    const ALL: [Self; 6] = [
        Self::Blocks,
        Self::Precommits,
        Self::Prevotes,
        Self::Proposals,
        Self::Everything,
        Self::Nothing,
    ];

    fn includes(self, message: &Message) -> bool {
        if self == Self::Everything {
            return true;
        }
        self == match message {
            Message::Body(..) | Message::SyncResponse(..) => Self::Blocks,
            Message::Consensus(SignedConsensusMsg::Proposal(_)) => Self::Proposals,
            Message::Consensus(_) | Message::Liveness(_) => match message.vote() {
                Some(vote) if vote.kind == VoteType::Prevote => Self::Prevotes,
                Some(_) => Self::Precommits,
                None => Self::Everything,
            },
            Message::Relay(_) | Message::Status(_) | Message::SyncRequest(_) => Self::Everything,
        }
    }
}

pub(super) struct Withholder {
    kept: Kept,
    from: Vec<usize>,
}

impl Default for Withholder {
    fn default() -> Self {
        Self {
            kept: Kept::Nothing,
            from: Vec::new(),
        }
    }
}

impl Adversary for Withholder {
    fn send(&mut self, hand: &mut Hand<'_>, to: Audience, message: Message) {
        if !self.kept.includes(&message) {
            return hand.send(to, &message);
        }
        hand.misdeed();
        for peer in hand.peers {
            let is_meant = to == Audience::All || to == Audience::One(*peer);
            if is_meant && !self.from.contains(peer) {
                hand.send_late(*peer, message.clone(), 0);
            }
        }
    }

    fn meddle(&mut self, hand: &mut Hand<'_>) {
        self.kept = Kept::ALL[hand.random.index(Kept::ALL.len())];
        self.from = if hand.random.chance(500) {
            hand.half()
        } else {
            hand.peers.to_vec()
        };
    }
}
