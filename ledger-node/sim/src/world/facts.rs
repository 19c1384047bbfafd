//! What nodes do, told to the checker.

use light_client::{id::Height, key::KeyId};

use super::{Standing, World};
use crate::{
    evidence::examine,
    node::{Fact, Node},
    report::Counted,
    scenario::Upgrade,
    violation::Violation,
};

impl World {
    pub(super) fn learn(&mut self, seat: usize, node: &Node, fact: Fact) -> Result<(), Violation> {
        let is_honest = self.seats[seat].standing == Standing::Honest;
        let (name, rules) = (usize::from(self.seats[seat].key), self.seats[seat].rules);
        match fact {
            Fact::Committed(header) if is_honest => {
                let (height, hash) = (header.header.core.height, header.header.hash());
                let is_new = height > self.checker.height();
                self.log
                    .line(self.now_us, format_args!("{seat} commits {height} {hash}"));
                self.checker.committed(node.app(), &header)?;
                self.audit(node.app(), &header)?;
                if is_new && header.certificate.round.0 > 0 {
                    self.tally.note(Counted::LateRound);
                }
                Ok(())
            }
            Fact::Evidence(found) if is_honest => {
                let key_of = |id: &KeyId| self.checker.key(id);
                let offences = examine(&found, &self.verifier, key_of);
                for offence in offences.map_err(Violation::Evidence)? {
                    self.accuse(seat, offence.culprit, offence.what)?;
                }
                Ok(())
            }
            Fact::Proposed(proposal) => {
                self.can_execute(seat, proposal.message.height.0)?;
                self.checker.proposed(name, rules, &proposal.message)
            }
            Fact::Published(vote) => {
                if vote.message.header().is_some() {
                    self.can_execute(seat, vote.message.height.0)?;
                }
                self.checker.published(name, rules, &vote.message)
            }
            Fact::Refused => {
                self.tally.note(Counted::RefusedSignature);
                Ok(())
            }
            Fact::SyncRejected(peer, height, why) if is_honest => {
                if self.seats[peer].standing == Standing::Honest {
                    return Err(Violation::SyncRejected(height.0, why));
                }
                self.tally.note(Counted::SyncRefused);
                Ok(())
            }
            // Whatever those believe who misbehave.
            Fact::Committed(_) | Fact::Evidence(_) | Fact::SyncRejected(..) => Ok(()),
        }
    }

    /// Older software says nothing for a block from the height on at which it is too old.
    fn can_execute(&self, node: usize, height: u64) -> Result<(), Violation> {
        let height = Height(height);
        let (validators, upgrade) = (self.scenario.validators, self.scenario.upgrade);
        let is_in_force = upgrade.is_some_and(|upgrade| upgrade.is_possible(validators));
        if is_in_force && height >= Upgrade::ACTIVATION && self.is_outdated(node) {
            return Err(Violation::SpokeBlindly { node, height });
        }
        Ok(())
    }

    /// A node that died over a commit said nothing of it: what it has is seen when it starts.
    pub(super) fn learn_head(&mut self, seat: usize) -> Result<(), Violation> {
        let Some(node) = self.seats[seat].node.take() else {
            return Ok(());
        };
        let result = self.learn_head_of(seat, &node);
        self.seats[seat].node = Some(node);
        result
    }

    fn learn_head_of(&mut self, seat: usize, node: &Node) -> Result<(), Violation> {
        let is_honest = self.seats[seat].standing == Standing::Honest;
        let (app, height) = (node.app(), node.app().head().height);
        if !is_honest || node.death().is_some() || height.0 == 0 {
            return Ok(());
        }
        let header = app.view().header(height);
        let Some(header) = header.map_err(|fault| Violation::fault(&fault))? else {
            return Ok(());
        };
        self.checker.committed(app, &header)?;
        self.audit(app, &header)
    }

    /// Evidence that holds; it must be against one who misbehaves.
    fn accuse(&mut self, by: usize, culprit: KeyId, what: Counted) -> Result<(), Violation> {
        let suite = self.scenario.suite;
        let name = self.seats.iter().position(|seat| {
            let pairs = crate::client::validator_pairs(suite, seat.key);
            pairs.iter().any(|pair| pair.id() == culprit)
        });
        let may = |seat: usize| !self.seats[seat].rules.signs_once;
        match name.filter(|name| may(*name)) {
            Some(name) => {
                let what_name = what.name();
                self.log.line(
                    self.now_us,
                    format_args!("{by} proves against {name}: {what_name}"),
                );
                self.tally.note(what);
                Ok(())
            }
            None => Err(Violation::Evidence(format!("{what:?} against {name:?}"))),
        }
    }
}
