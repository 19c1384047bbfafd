//! Says again what was said long ago, in other rounds, heights and epochs, and answers with
//! certificates that are too short, or for another block.

use std::collections::VecDeque;

use arc_malachitebft_core_types::ExtendedCommitCertificate;
use bytes::Bytes;
use ledger_engine::TallyContext;
use light_client::{hash::Digest, id};

use super::{Adversary, Audience, Hand};
use crate::message::Message;

/// How much it remembers.
const MEMORY: usize = 400;

#[derive(Default)]
pub(super) struct Outdated {
    heard: VecDeque<Message>,
}

impl Adversary for Outdated {
    fn send(&mut self, hand: &mut Hand<'_>, to: Audience, message: Message) {
        match (&message, to) {
            (Message::SyncResponse(bytes, certificate), Audience::One(peer)) => {
                hand.misdeed();
                let (bytes, certificate) = spoil(hand, bytes.clone(), certificate.clone());
                hand.send_late(peer, Message::SyncResponse(bytes, certificate), 0);
            }
            (_, _) => {
                self.remember(&message);
                hand.send(to, &message);
            }
        }
    }

    fn hear(&mut self, _: &mut Hand<'_>, message: &Message) {
        self.remember(message);
    }

    fn meddle(&mut self, hand: &mut Hand<'_>) {
        for _ in 0..4 {
            if self.heard.is_empty() || hand.peers.is_empty() {
                return;
            }
            hand.misdeed();
            let old = self.heard[hand.random.index(self.heard.len())].clone();
            let peer = hand.peers[hand.random.index(hand.peers.len())];
            hand.send_late(peer, old, 0);
            hand.send_late(peer, Message::Status(id::Height(u64::MAX / 2)), 0);
        }
    }
}

impl Outdated {
    fn remember(&mut self, message: &Message) {
        let is_of_use = match message {
            // A block streamed by another is signed by that one, and known by its round.
            Message::Consensus(_) | Message::Liveness(_) | Message::SyncResponse(..) => true,
            Message::Body(..) | Message::Relay(_) | Message::Status(_) => true,
            Message::SyncRequest(_) => false,
        };
        if is_of_use {
            self.heard.push_back(message.clone());
        }
        if self.heard.len() > MEMORY {
            self.heard.pop_front();
        }
    }
}

/// A certificate that must not be believed.
fn spoil(
    hand: &mut Hand<'_>,
    bytes: Bytes,
    mut certificate: ExtendedCommitCertificate<TallyContext>,
) -> (Bytes, ExtendedCommitCertificate<TallyContext>) {
    match hand.random.below(4) {
        // One signature short of a quorum.
        0 => drop(certificate.commit_signatures.pop()),
        // The same signature twice.
        1 => {
            let first = certificate.commit_signatures.first().cloned();
            certificate.commit_signatures.pop();
            certificate.commit_signatures.extend(first);
        }
        // Another block, or one that is none.
        2 => certificate.value_id = Digest::from_bytes([0xdd; 32]),
        _ => return (Bytes::from_static(b"no block"), certificate),
    }
    (bytes, certificate)
}
