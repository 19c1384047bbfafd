//! Operations on invoices, several at a time, given to any honest node that is up.

use ledger_core::{
    App,
    transaction::{SignedTransaction, TxId},
};
use light_client::certificate::CertifiedHeader;

use super::World;
use crate::{invoices::Next, report::Counted, store::SimStore, violation::Violation};

/// How many operations are submitted at once.
const AT_ONCE: usize = 8;

impl World {
    pub(super) fn trade(&mut self) -> Result<(), Violation> {
        let seat = self.victim();
        for _ in 0..AT_ONCE {
            let (Some(invoices), Some(node)) = (&mut self.invoices, &mut self.seats[seat].node)
            else {
                break;
            };
            let head = node.app().head().height;
            match invoices.next(self.submission.client(), head) {
                None => break,
                Some(Next::Wait(ms)) => self.jumped_ms += ms,
                Some(Next::Submit(transaction)) => {
                    let id = transaction.id(self.scenario.suite);
                    // No answer if the node dies over it; it may become final all the same.
                    if let Some(answer) = node.submit(transaction.to_bytes())? {
                        invoices.answered(head, id, &answer)?;
                        let refused = answer.is_err().then_some(Counted::OperationRefused);
                        refused.into_iter().for_each(|kind| self.tally.note(kind));
                    }
                }
            }
        }
        self.collect(seat, None)
    }

    /// An honest node has made a block final: what is in it, and what the node keeps after it.
    pub(super) fn audit(
        &mut self,
        app: &App<SimStore>,
        certified: &CertifiedHeader,
    ) -> Result<(), Violation> {
        let Some(invoices) = &mut self.invoices else {
            return Ok(());
        };
        let core = &certified.header.core;
        let body = app.view().body(core.height);
        let body = body.map_err(|fault| Violation::fault(&fault))?;
        let transactions = body.iter().flat_map(|body| body.transactions());
        let ids: Result<Vec<TxId>, _> = transactions
            .map(|bytes| SignedTransaction::parse(bytes).map(|made| made.id(core.suite)))
            .collect();
        let ids = ids.map_err(|error| Violation::fault(&error))?;
        let finals = invoices.committed(core.height, core.time_ms, &ids)?;
        self.tally.add(Counted::OperationFinal, finals);
        invoices.compare(app, Some(&ids))
    }
}
