//! Executing a ledger's blocks again: that a quorum certified a header does not make it right.
//!
//! Whoever holds the blocks can do this alone. A certified header that the rules do not produce
//! from its body proves that at least a quorum of its validators broke them (attack T14).

use light_client::{
    certificate::CertifiedHeader,
    genesis::Genesis,
    hash::Digest,
    id::{Height, IssuerId},
    key::KeyId,
};

use crate::{
    app::{App, Arrival, CommitError, HeaderRefusal, OpenError, Origin},
    block::{BlockBody, Proposal},
    fault::Fault,
    store::Store,
};

/// Why a block is not followed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// A quorum certified what the rules do not produce.
    #[error("height {height} is certified, but against the rules: {refusal}")]
    Lunatic {
        /// The height.
        height: Height,
        /// The rule.
        refusal: HeaderRefusal,
        /// Who certified it.
        signers: Vec<IssuerId>,
    },
    /// The scratch store cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The certificate does not hold, or the block is not the next one.
    #[error("height {height} is not certified by its set")]
    Uncertified {
        /// The height.
        height: Height,
    },
}

/// A ledger on its way from its beginning again.
pub struct Replay<S> {
    app: App<S>,
}

impl<S: Store> Replay<S> {
    /// Begins with the genesis, or where `store` is.
    ///
    /// # Errors
    /// [`ReplayError::Open`].
    pub fn begin(store: S, genesis: &Genesis) -> Result<Self, ReplayError> {
        let app = App::found(store, genesis)?;
        Ok(Self { app })
    }

    /// The height of the last block that was executed.
    pub const fn height(&self) -> Height {
        self.app.head().height
    }

    /// Executes the next block.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub fn block(
        &mut self,
        certified: &CertifiedHeader,
        body: BlockBody,
    ) -> Result<(), ReplayError> {
        let height = certified.header.core.height;
        let set = self.app.validator_set().clone();
        if height.0 != self.height().0 + 1 || certified.check(&set).is_err() {
            return Err(ReplayError::Uncertified { height });
        }
        let proposal = Proposal {
            header: certified.header.clone(),
            body,
        };
        // Who proposed it is not part of a final block, and does not count.
        let origin = Origin {
            round: certified.certificate.round,
            proposer: KeyId(Digest::from_bytes([0; 32])),
            arrival: Arrival::Synced,
        };
        let judged = self
            .app
            .check(self.app.head().time_ms, &proposal, &origin)?;
        let hash = judged.map_err(|refusal| {
            let signers = certified.certificate.signatures.iter();
            let agency = |signer: u8| set.validators().get(usize::from(signer));
            ReplayError::Lunatic {
                height,
                refusal,
                signers: signers
                    .filter_map(|commit| agency(commit.signer))
                    .map(|validator| validator.agency.clone())
                    .collect(),
            }
        })?;
        match self.app.commit(&hash, &certified.certificate) {
            Ok(_) => Ok(()),
            Err(CommitError::Fault(fault)) => Err(fault.into()),
            Err(CommitError::Certificate(_) | CommitError::UnknownProposal) => {
                Err(ReplayError::Uncertified { height })
            }
        }
    }
}
