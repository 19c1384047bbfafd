//! Between a node and the network: nobody, or the one who misbehaves.

use super::World;
use crate::{
    byzantine::{Adversary, Audience, Hand},
    message::Message,
    node::{Disk, Node},
    report::Counted,
    violation::Violation,
};

impl World {
    pub(super) fn broadcast(
        &mut self,
        seat: usize,
        node: &Node,
        message: Message,
    ) -> Result<(), Violation> {
        if self.seats[seat].adversary.is_none() {
            for to in 0..self.seats.len() {
                if to != seat {
                    self.transmit(seat, to, message.clone(), 0);
                }
            }
            return Ok(());
        }
        self.connive(seat, node, |adversary, hand| {
            adversary.send(hand, Audience::All, message);
        })
    }

    pub(super) fn send_one(
        &mut self,
        seat: usize,
        node: &Node,
        to: usize,
        message: Message,
    ) -> Result<(), Violation> {
        if self.seats[seat].adversary.is_none() {
            self.transmit(seat, to, message, 0);
            return Ok(());
        }
        self.connive(seat, node, |adversary, hand| {
            adversary.send(hand, Audience::One(to), message);
        })
    }

    /// Lets an adversary know what its node is about to receive.
    pub(super) fn overhear(&mut self, seat: usize, message: &Message) -> Result<(), Violation> {
        self.with_node(seat, |world, node| {
            world.connive(seat, node, |adversary, hand| adversary.hear(hand, message))
        })
    }

    pub(super) fn meddle(&mut self, seat: usize) -> Result<(), Violation> {
        self.with_node(seat, |world, node| {
            world.connive(seat, node, |adversary, hand| adversary.meddle(hand))
        })
    }

    /// What an adversary does to the disk of its node that died.
    pub(super) fn tamper(
        &mut self,
        seat: usize,
        node: &Node,
        left: Disk,
    ) -> Result<Disk, Violation> {
        let mut disk = Some(left);
        self.connive(seat, node, |adversary, hand| {
            disk = disk.take().map(|left| adversary.crash(hand, left));
        })?;
        disk.ok_or(Violation::NoAnswer)
    }

    fn with_node(
        &mut self,
        seat: usize,
        act: impl FnOnce(&mut Self, &Node) -> Result<(), Violation>,
    ) -> Result<(), Violation> {
        if self.seats[seat].adversary.is_none() {
            return Ok(());
        }
        let Some(node) = self.seats[seat].node.take() else {
            return Ok(());
        };
        let result = act(self, &node);
        self.seats[seat].node = Some(node);
        result
    }

    /// Lets the adversary of a seat act, if there is one, and does what it wants.
    fn connive(
        &mut self,
        seat: usize,
        node: &Node,
        act: impl FnOnce(&mut dyn Adversary, &mut Hand<'_>),
    ) -> Result<(), Violation> {
        let Some(mut adversary) = self.seats[seat].adversary.take() else {
            return Ok(());
        };
        let peers: Vec<usize> = (0..self.seats.len()).filter(|peer| *peer != seat).collect();
        let mut hand = Hand {
            random: &mut self.random,
            node,
            verifier: &self.verifier,
            peers: &peers,
            outbox: Vec::new(),
            misdeeds: 0,
        };
        act(&mut *adversary, &mut hand);
        let (outbox, misdeeds) = (hand.outbox, hand.misdeeds);
        self.seats[seat].adversary = Some(adversary);
        self.tally.add(Counted::Misdeed, misdeeds);
        for (to, message, later_us) in outbox {
            self.witness(seat, node, &message)?;
            self.transmit(seat, to, message, later_us);
        }
        Ok(())
    }

    /// What a misbehaving validator signs counts for polkas all the same.
    fn witness(&mut self, seat: usize, node: &Node, message: &Message) -> Result<(), Violation> {
        let own = message
            .vote()
            .filter(|vote| vote.address.0 == node.pair().id());
        let name = usize::from(self.seats[seat].key);
        own.map_or(Ok(()), |vote| {
            self.checker.published(name, self.seats[seat].rules, vote)
        })
    }
}
