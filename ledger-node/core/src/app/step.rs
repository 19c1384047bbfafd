//! The App as one function, from an input to what follows: for simulation, and for replaying what
//! a node was told.

use light_client::{
    certificate::Certificate,
    hash::Digest,
    id::{Height, Round, TimeMs},
    key::KeyId,
};

use super::{App, CommitError, Committed, HeaderRefusal, Origin, ProposeError};
use crate::{block::Proposal, fault::Fault, refusal::Refusal, store::Store, transaction::TxId};

/// What a node is told.
#[derive(Debug, Clone)]
pub enum Input {
    /// See [`App::check`].
    Check {
        /// The proposal.
        proposal: Box<Proposal>,
        /// How it came.
        origin: Origin,
    },
    /// See [`App::commit`].
    Commit {
        /// The decided header's hash.
        header_hash: Digest,
        /// Its certificate.
        certificate: Certificate,
    },
    /// See [`App::propose`].
    Propose {
        /// The height.
        height: Height,
        /// The attempt.
        round: Round,
        /// This node's key.
        proposer: KeyId,
    },
    /// See [`App::submit`].
    Submit {
        /// Signed transactions.
        transactions: Vec<Vec<u8>>,
    },
}

/// What follows.
#[derive(Debug)]
pub enum Output {
    /// The verdict on a proposal.
    Checked(Result<Digest, HeaderRefusal>),
    /// The block is final, or not.
    Committed(Result<Box<Committed>, CommitError>),
    /// The proposal to send.
    Proposed(Result<Box<Proposal>, ProposeError>),
    /// Transactions newly accepted, to be passed on to other validators.
    Relay(Vec<Vec<u8>>),
    /// One answer per transaction.
    Submitted(Vec<Result<TxId, Refusal>>),
}

impl<S: Store> App<S> {
    /// Applies one input. The same inputs at the same times give the same outputs.
    ///
    /// # Errors
    /// [`Fault`]: the node must stop.
    pub fn step(&mut self, now: TimeMs, input: Input) -> Result<Vec<Output>, Fault> {
        Ok(match input {
            Input::Check { proposal, origin } => {
                vec![Output::Checked(self.check(now, &proposal, &origin)?)]
            }
            Input::Commit {
                header_hash,
                certificate,
            } => match self.commit(&header_hash, &certificate) {
                Err(CommitError::Fault(fault)) => return Err(fault),
                committed => vec![Output::Committed(committed.map(Box::new))],
            },
            Input::Propose {
                height,
                round,
                proposer,
            } => match self.propose(now, height, round, proposer) {
                Err(ProposeError::Fault(fault)) => return Err(fault),
                proposed => vec![Output::Proposed(proposed.map(Box::new))],
            },
            Input::Submit { transactions } => self.submit_and_relay(transactions)?,
        })
    }

    fn submit_and_relay(&mut self, transactions: Vec<Vec<u8>>) -> Result<Vec<Output>, Fault> {
        let before = self.pending();
        let answers = self.submit(&transactions)?;
        let mut outputs = Vec::new();
        if self.pending() > before {
            let accepted = transactions.into_iter().zip(&answers);
            let accepted = accepted.filter(|(_, answer)| answer.is_ok());
            let relayed = accepted.map(|(bytes, _)| bytes).collect();
            outputs.push(Output::Relay(relayed));
        }
        outputs.push(Output::Submitted(answers));
        Ok(outputs)
    }
}
