//! Validators that misbehave: the real node, with somebody between it and the network, or its
//! disk. One file per behaviour.

mod amnesiac;
mod conflicting_proposer;
mod equivocator;
mod far_ahead;
mod forger;
mod outdated;
mod restored;
mod twins;
mod withholder;

use std::fmt;

use arc_malachitebft_core_consensus::SignedConsensusMsg;
use arc_malachitebft_core_types::{NilOrVal, SignedProposal, SignedVote};
use ledger_core::{App, block};
use ledger_engine::{Proposal, TallyContext, Vote};
use light_client::{
    hash::Digest,
    header::Header,
    id::{self, TimeMs},
};

use crate::{
    checker::Rules,
    message::Message,
    node::{Disk, Node},
    random::Random,
    signing::SimVerifier,
};

/// How a validator misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Behaviour {
    /// Loses the engine's log whenever it dies, and so forgets its locks; its mark remains.
    Amnesiac,
    /// Proposes two good blocks, each to some, and votes for both.
    ConflictingProposer,
    /// Votes for one thing to some and for another to others.
    Equivocator,
    /// Votes and proposes in rounds and heights that nobody will ever reach.
    FarAhead,
    /// Proposes blocks that break the rules of the ledger.
    Forger,
    /// Says again what was said long ago, and answers with bad certificates.
    Outdated,
    /// Is set back to a backup whenever it dies: block store, no log, no mark.
    Restored,
    /// Runs twice, with one key and two disks.
    Twins,
    /// Keeps to itself what others wait for.
    Withholder,
}

impl Behaviour {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Amnesiac,
        Self::ConflictingProposer,
        Self::Equivocator,
        Self::FarAhead,
        Self::Forger,
        Self::Outdated,
        Self::Restored,
        Self::Twins,
        Self::Withholder,
    ];

    /// Which rules it keeps all the same: the checker holds it to those.
    pub(crate) const fn rules(self) -> Rules {
        let (signs_once, keeps_lock) = match self {
            Self::Amnesiac => (true, false),
            Self::ConflictingProposer
            | Self::Equivocator
            | Self::FarAhead
            | Self::Restored
            | Self::Twins => (false, false),
            // Its votes are its node's; its proposals are in the place of its node's.
            Self::Forger | Self::Outdated | Self::Withholder => (true, true),
        };
        Rules {
            signs_once,
            keeps_lock,
        }
    }

    /// Whether it misbehaves by dying.
    pub(crate) const fn dies(self) -> bool {
        matches!(self, Self::Amnesiac | Self::Restored)
    }

    pub(crate) fn adversary(self) -> Box<dyn Adversary> {
        match self {
            Self::Amnesiac => Box::<amnesiac::Amnesiac>::default(),
            Self::ConflictingProposer => {
                Box::<conflicting_proposer::ConflictingProposer>::default()
            }
            Self::Equivocator => Box::new(equivocator::Equivocator),
            Self::FarAhead => Box::new(far_ahead::FarAhead),
            Self::Forger => Box::<forger::Forger>::default(),
            Self::Outdated => Box::<outdated::Outdated>::default(),
            Self::Restored => Box::<restored::Restored>::default(),
            Self::Twins => Box::<twins::Twins>::default(),
            Self::Withholder => Box::<withholder::Withholder>::default(),
        }
    }
}

impl fmt::Display for Behaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Amnesiac => "amnesiac",
            Self::ConflictingProposer => "conflicting proposer",
            Self::Equivocator => "equivocator",
            Self::FarAhead => "far ahead",
            Self::Forger => "forger",
            Self::Outdated => "outdated",
            Self::Restored => "restored from a backup",
            Self::Twins => "twins",
            Self::Withholder => "withholder",
        })
    }
}

/// For whom a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    All,
    One(usize),
}

/// Who stands between a node and the world. Without any method of its own it is honest.
pub(crate) trait Adversary {
    /// Sends what the node wants sent, or something else.
    fn send(&mut self, hand: &mut Hand<'_>, to: Audience, message: Message) {
        hand.send(to, &message);
    }

    /// Overhears what comes in.
    fn hear(&mut self, _hand: &mut Hand<'_>, _message: &Message) {}

    /// Does something of its own accord, now and then.
    fn meddle(&mut self, _hand: &mut Hand<'_>) {}

    /// What the node finds on its disk after it died.
    fn crash(&mut self, _hand: &mut Hand<'_>, left: Disk) -> Disk {
        left
    }
}

/// What an adversary has at its disposal: the node with its keys, chance, and the network.
pub(crate) struct Hand<'a> {
    pub(crate) random: &'a mut Random,
    pub(crate) node: &'a Node,
    pub(crate) verifier: &'a SimVerifier,
    /// Everyone else on the network.
    pub(crate) peers: &'a [usize],
    /// To whom, what, and how much later.
    pub(crate) outbox: Vec<(usize, Message, u64)>,
    pub(crate) misdeeds: u64,
}

impl Hand<'_> {
    pub(crate) fn send(&mut self, to: Audience, message: &Message) {
        match to {
            Audience::One(peer) => self.send_late(peer, message.clone(), 0),
            Audience::All => {
                for peer in self.peers {
                    self.send_late(*peer, message.clone(), 0);
                }
            }
        }
    }

    pub(crate) fn send_late(&mut self, to: usize, message: Message, delay_us: u64) {
        self.outbox.push((to, message, delay_us));
    }

    /// Some of the peers, each with an even chance.
    pub(crate) fn half(&mut self) -> Vec<usize> {
        let random = &mut *self.random;
        let peers = self.peers.iter().copied();
        peers.filter(|_| random.chance(500)).collect()
    }

    pub(crate) const fn misdeed(&mut self) {
        self.misdeeds += 1;
    }

    pub(crate) fn sign_vote(&self, vote: Vote) -> SignedVote<TallyContext> {
        self.node.pair().sign_vote(self.verifier, vote)
    }

    pub(crate) fn sign_proposal(&self, proposal: Proposal) -> SignedProposal<TallyContext> {
        self.node.pair().sign_proposal(self.verifier, proposal)
    }

    /// The same vote for another value.
    pub(crate) fn vote_for(&self, vote: &Vote, value: Option<Digest>) -> Message {
        let value = value.map_or(NilOrVal::Nil, NilOrVal::Val);
        let vote = self.sign_vote(Vote {
            value,
            ..vote.clone()
        });
        Message::Consensus(SignedConsensusMsg::Vote(vote))
    }

    /// Another good block for the height of `this`, a little later, made beside the node's books.
    pub(crate) fn another_block(&self, this: &Header, round: id::Round) -> Option<block::Proposal> {
        let (height, now) = (this.core.height, TimeMs(this.core.time_ms.0 + 3));
        let mut beside = App::open(self.node.app().store().survivor()).ok()?;
        // The place of another round, as its own is taken.
        let unused = id::Round(round.0 + 1_000_000);
        let proposer = self.node.pair().id();
        beside.propose(now, height, unused, proposer).ok()
    }
}
