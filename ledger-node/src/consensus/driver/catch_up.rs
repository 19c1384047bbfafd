//! Value sync: final blocks, for those who missed them.

use anyhow::{Context as _, Result};
use arc_malachitebft_app_channel::app::engine::host::SyncedValueOutcome;
use arc_malachitebft_app_channel::app::types::ProposedValue;
use arc_malachitebft_app_channel::app::types::core::Round;
use arc_malachitebft_app_channel::app::types::sync::RawDecidedValue;
use bytes::Bytes;
use ledger_core::block::Proposal;
use ledger_core::{Arrival, Origin};
use ledger_engine::{Address, HeaderValue, Height, TallyContext, ValidatorSet};
use light_client::cbor;
use light_client::id;

use super::super::quorum::extended_certificate;
use super::{Driver, proposed};

/// The most blocks handed to a peer, per request.
const MAX_BLOCKS_PER_REQUEST: u64 = 64;

impl Driver {
    /// Final blocks for a peer that catches up.
    pub(super) fn decided(&self, from: u64, to: u64) -> Result<Vec<RawDecidedValue<TallyContext>>> {
        let view = self.ledger.view();
        let last = to.min(from.saturating_add(MAX_BLOCKS_PER_REQUEST - 1));
        let mut values = Vec::new();
        for height in (from..=last).map(id::Height) {
            let (Some(certified), Some(body)) = (view.header(height)?, view.body(height)?) else {
                break;
            };
            let set = view.validator_set(certified.header.core.epoch)?;
            let set = set.context("a final block's set is kept")?;
            let set = ValidatorSet::new(&set, self.ledger.suite());
            let certificate =
                extended_certificate(&certified.header, &certified.certificate, &set)?;
            let block = Proposal {
                header: certified.header,
                body,
            };
            values.push(RawDecidedValue::new(
                cbor::to_bytes(&block).into(),
                certificate,
            ));
        }
        Ok(values)
    }

    /// A block whose certificate the engine has checked already.
    pub(super) fn synced(
        &self,
        height: Height,
        round: Round,
        proposer: Address,
        block: &Bytes,
    ) -> Result<SyncedValueOutcome<TallyContext>> {
        let Some(round) = round.as_u32().filter(|_| height == self.height) else {
            return Ok(SyncedValueOutcome::LocalTransientError);
        };
        // A peer can spoil a body, but not a header that a certificate names.
        let parsed = Proposal::parse(block).ok();
        let whole = parsed
            .filter(|block| block.body.root(self.ledger.suite()) == block.header.rest.body_root);
        let Some(proposal) = whole else {
            return Ok(SyncedValueOutcome::PeerFault);
        };
        let origin = Origin {
            round: id::Round(round),
            proposer: proposer.0,
            arrival: Arrival::Synced,
        };
        let validity = self.check(&proposal, &origin)?;
        let value = HeaderValue::new(proposal.header);
        let verdict = ProposedValue {
            validity,
            ..proposed(&origin, value)
        };
        Ok(SyncedValueOutcome::Verdict(verdict))
    }
}
