//! Proposes blocks that no honest node can have made, well signed.

use arc_malachitebft_core_consensus::SignedConsensusMsg;
use ledger_core::{
    Arrival,
    block::{self, BlockBody},
};
use ledger_engine::{HeaderValue, Proposal};
use light_client::{
    hash::Digest,
    id::{Epoch, TimeMs},
};

use super::{Adversary, Audience, Hand};
use crate::{message::Message, random::Random};

#[derive(Default)]
pub(super) struct Forger {
    /// Height and round of the last forgery, and the forgery.
    forged: Option<(u64, u32, HeaderValue)>,
}

impl Adversary for Forger {
    fn send(&mut self, hand: &mut Hand<'_>, to: Audience, message: Message) {
        match &message {
            Message::Body(block, origin) if origin.arrival == Arrival::New => {
                hand.misdeed();
                let forgery = forge((**block).clone(), hand.random);
                let (height, value) = (forgery.header.core.height.0, forgery.header.clone());
                self.forged = Some((height, origin.round.0, HeaderValue::new(value)));
                hand.send(to, &Message::Body(Box::new(forgery), *origin));
            }
            Message::Consensus(SignedConsensusMsg::Proposal(signed)) => {
                let real = &signed.message;
                match &self.forged {
                    Some((height, round, value))
                        if real.pol_round.is_nil()
                            && (real.height.0, real.round.as_u32()) == (*height, Some(*round)) =>
                    {
                        let value = value.clone();
                        let forged = hand.sign_proposal(Proposal {
                            value,
                            ..real.clone()
                        });
                        let forged = SignedConsensusMsg::Proposal(forged);
                        hand.send(to, &Message::Consensus(forged));
                    }
                    Some(_) | None => hand.send(to, &message),
                }
            }
            Message::Body(..)
            | Message::Consensus(_)
            | Message::Liveness(_)
            | Message::Relay(_)
            | Message::Status(_)
            | Message::SyncRequest(_)
            | Message::SyncResponse(..) => hand.send(to, &message),
        }
    }
}

/// A block with one thing wrong.
fn forge(mut block: block::Proposal, random: &mut Random) -> block::Proposal {
    let (header, lie) = (&mut block.header, Digest::from_bytes([0xee; 32]));
    match random.below(9) {
        0 => header.rest.state_root = lie,
        1 => header.rest.previous = lie,
        2 => header.rest.history_root = lie,
        3 => header.core.log_root = lie,
        4 => header.core.set_hash = lie,
        5 => header.core.epoch = Epoch(header.core.epoch.0 + 1),
        6 => header.core.time_ms = TimeMs(header.core.time_ms.0 + 3_600_000),
        7 => header.rest.next_set_hash = Some(lie),
        _ => {
            // Bytes that are no transaction, under a root that fits.
            let mut transactions = block.body.transactions().to_vec();
            transactions.push(b"no transaction".to_vec());
            if let Ok(body) = BlockBody::new(transactions) {
                header.rest.body_root = body.root(header.core.suite);
                block.body = body;
            }
        }
    }
    block
}
