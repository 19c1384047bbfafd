//! Catching up: a node that hears of a higher head asks for the blocks it lacks, one by one.

use arc_malachitebft_core_consensus::Input;
use arc_malachitebft_core_types::{
    ExtendedCommitCertificate, ExtendedCommitSignature, Round, ValueResponse,
};
use bytes::Bytes;
use ledger_core::{Arrival, Origin, block::Proposal};
use ledger_engine::{Address, Height, TallyContext};
use light_client::{
    cbor::to_bytes, certificate::Certificate, header::Header, id, validator_set::ValidatorSet,
};

use super::{Action, Fact, Shell, peer, peer_number};
use crate::{message::Message, violation::Violation};

/// After how long a request is repeated.
const PATIENCE_MS: u64 = 400;

/// A peer's answer as the engine takes it.
pub(super) fn response(
    from: usize,
    bytes: Bytes,
    certificate: ExtendedCommitCertificate<TallyContext>,
) -> Input<TallyContext> {
    Input::SyncValueResponse(ValueResponse::new(peer(from), bytes, certificate))
}

impl Shell {
    /// Asks one of those who say that they have it for the next block, each in turn: some never
    /// answer, and some have lied before.
    pub(super) fn status(&mut self, from: usize, head: id::Height) {
        let next = id::Height(self.app.head().height.0 + 1);
        let waiting = self
            .requested
            .is_some_and(|(height, since)| height == next && self.now.0 < since.0 + PATIENCE_MS);
        self.peers.insert(from, head);
        let candidates: Vec<usize> = self
            .peers
            .iter()
            .filter(|(peer, head)| **head >= next && !self.liars.contains(peer))
            .map(|(peer, _)| *peer)
            .collect();
        if candidates.is_empty() || waiting {
            return;
        }
        self.asked += 1;
        let peer = candidates[self.asked % candidates.len()];
        self.requested = Some((next, self.now));
        self.act(Action::Send(peer, Message::SyncRequest(next)));
    }

    /// A peer's block was not what it should be.
    pub(super) fn distrust(&mut self, peer: usize, height: id::Height, why: String) {
        self.liars.insert(peer);
        self.requested = None;
        self.fact(Fact::SyncRejected(peer, height, why));
    }

    /// Answers with a final block, if there is one.
    pub(super) fn sync_request(
        &mut self,
        from: usize,
        height: id::Height,
    ) -> Result<(), Violation> {
        let view = self.app.view();
        let fault = |fault: ledger_core::Fault| Violation::fault(&fault);
        let (header, body) = (
            view.header(height).map_err(fault)?,
            view.body(height).map_err(fault)?,
        );
        let (Some(header), Some(body)) = (header, body) else {
            return Ok(());
        };
        let set = view
            .validator_set(header.header.core.epoch)
            .map_err(fault)?;
        let set = set.ok_or(Violation::NoQuorum(height.0))?;
        let certificate = self.extended(&header.certificate, &header.header, &set);
        let proposal = Proposal {
            header: header.header,
            body,
        };
        let bytes = Bytes::from(to_bytes(&proposal));
        let response = Message::SyncResponse(bytes, certificate);
        self.act(Action::Send(from, response));
        // Whoever is behind will ask for the next one when it hears of it.
        let status = Message::Status(self.app.head().height);
        self.act(Action::Send(from, status));
        Ok(())
    }

    /// Judges a block whose certificate the engine has found good.
    pub(super) fn synced(&mut self, value: &ValueResponse<TallyContext>, proposer: Address) {
        if self.is_dead() {
            return;
        }
        let certified = value.certificate.value_id;
        let proposal = Proposal::parse(&value.value_bytes)
            .ok()
            .filter(|proposal| proposal.header.hash() == certified);
        let Some(proposal) = proposal else {
            let height = id::Height(value.certificate.height.0);
            let why = "not the block that is certified".to_owned();
            return self.distrust(peer_number(&value.peer), height, why);
        };
        let origin = Origin {
            round: id::Round(value.certificate.round.as_u32().unwrap_or(u32::MAX)),
            proposer: proposer.0,
            arrival: Arrival::Synced,
        };
        if let Err(violation) = self.body(proposal, origin) {
            self.violate(violation);
        }
    }

    fn extended(
        &self,
        certificate: &Certificate,
        header: &Header,
        set: &ValidatorSet,
    ) -> ExtendedCommitCertificate<TallyContext> {
        let suite = self.app.suite();
        let signatures = certificate.signatures.iter().filter_map(|commit| {
            let validator = set.validators().get(usize::from(commit.signer))?;
            let address = Address(validator.key.id(suite));
            let signature = commit.signature;
            Some(ExtendedCommitSignature::new(address, signature, None))
        });
        ExtendedCommitCertificate {
            height: Height(header.core.height.0),
            round: Round::new(certificate.round.0),
            value_id: header.hash(),
            commit_signatures: signatures.collect(),
        }
    }
}
