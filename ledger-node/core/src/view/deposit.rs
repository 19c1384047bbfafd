//! The answer about one deposited digest, complete for a client that knows only the genesis.

use light_client::{
    cbor::Wire,
    deposit::DepositProofs,
    handoff::Handoff,
    hash::Digest,
    id::{Epoch, Height},
    record::{EvidenceEntry, evidence_key, issuer_key},
    state::{StateKey, StateProof},
};

use super::View;
use crate::{answer::QueryError, fault::Fault, store::Store};

impl<S: Store> View<S> {
    /// What the ledger says of a digest under its newest header: since when it is here and by
    /// whom, or that it is not.
    ///
    /// # Errors
    /// [`QueryError::NotFound`] before the first block.
    pub fn deposit(&self, digest: &Digest) -> Result<DepositProofs, QueryError> {
        let head = self.final_header(None)?;
        let core = &head.header.core;
        let (suite, ledger, height) = (core.suite, core.ledger, core.height);
        let key = evidence_key(suite, &ledger, digest);
        let answer = self.state_proof(&key, Some(height))?;
        let entry: StateProof<EvidenceEntry> = answer.typed().map_err(Fault::from)?;
        let agency = match &entry {
            StateProof::Present(entry, _) => {
                let key = issuer_key(suite, &ledger, &entry.agency);
                Some(self.typed_proof(&key, height)?)
            }
            StateProof::Absent(_) => None,
        };
        Ok(DepositProofs {
            ledger,
            handoffs: self.handoffs_before(core.epoch)?,
            succession: None,
            roots: answer.roots,
            entry,
            agency,
            head,
        })
    }

    fn typed_proof<T: Wire>(
        &self,
        key: &StateKey,
        height: Height,
    ) -> Result<StateProof<T>, QueryError> {
        let answer = self.state_proof(key, Some(height))?;
        Ok(answer.typed().map_err(Fault::from)?)
    }

    /// All hand-offs that lead to `epoch`, and none beyond: under an epoch's last header the
    /// hand-off that ends it is there already, and would make the header one of the past.
    fn handoffs_before(&self, epoch: Epoch) -> Result<Vec<Handoff>, Fault> {
        let mut handoffs: Vec<Handoff> = Vec::new();
        loop {
            let ended = handoffs.last().map(|last| last.last.header.core.epoch);
            let next = ended.map_or(Epoch(0), |ended| Epoch(ended.0 + 1));
            let mut more = self.handoffs(next)?;
            more.retain(|handoff| handoff.last.header.core.epoch < epoch);
            if more.is_empty() {
                return Ok(handoffs);
            }
            handoffs.append(&mut more);
        }
    }
}
