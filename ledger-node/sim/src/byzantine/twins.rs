//! One identity, run twice, with two disks and two clocks: each half of the network hears mostly
//! one of them (Twins, Bano et al. 2020).

use super::{Adversary, Audience, Hand};
use crate::message::Message;

#[derive(Default)]
pub(super) struct Twins {
    /// Who hears this one for the moment.
    circle: Vec<usize>,
}

impl Adversary for Twins {
    fn send(&mut self, hand: &mut Hand<'_>, to: Audience, message: Message) {
        let is_signed = matches!(message, Message::Consensus(_) | Message::Body(..));
        if to != Audience::All || !is_signed {
            return hand.send(to, &message);
        }
        hand.misdeed();
        for peer in hand.peers {
            if self.circle.contains(peer) {
                hand.send_late(*peer, message.clone(), 0);
            }
        }
    }

    fn meddle(&mut self, hand: &mut Hand<'_>) {
        self.circle = if hand.random.chance(400) {
            hand.peers.to_vec()
        } else {
            hand.half()
        };
    }
}
