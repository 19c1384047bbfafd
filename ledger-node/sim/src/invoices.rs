//! Random operations on invoices, judged by a reference: what is final in every block, what is
//! refused, and what each honest node's state then says of every invoice.

mod operation;
mod setup;
mod state;

use std::collections::BTreeMap;

use ledger_core::{
    App, Refusal,
    transaction::{SignedTransaction, TxId},
};
use ledger_reference::{Dice, Move, Reference};
use light_client::{
    genesis::Genesis,
    hash::Digest,
    id::{Height, LedgerId, TimeMs},
    suite::Suite,
};

use crate::{client::Client, store::SimStore, violation::Violation};

use setup::Setup;

/// How many references there are, each with six invoices: more than can collide all the time.
const BOOKS: u64 = 4;
/// For how long a transaction waits, in blocks.
const PATIENCE: u64 = 200;

/// One reference's invoices on the ledger.
#[derive(Debug, Clone)]
struct Book {
    reference: Reference,
    /// The number of each confirmation, by invoice and index.
    confirmations: Vec<Vec<Digest>>,
}

/// A move that was submitted.
#[derive(Debug, Clone)]
struct Sent {
    book: usize,
    attempt: Move,
    /// The confirmation that it names.
    confirmation: Option<Digest>,
}

/// See the module.
pub(crate) struct Invoices {
    suite: Suite,
    ledger: LedgerId,
    dice: Dice,
    /// Moves still to be made.
    left: u64,
    /// The records' names, by book and invoice.
    names: Vec<Vec<Digest>>,
    sent: BTreeMap<TxId, Sent>,
    /// What was accepted, and on which head.
    acknowledged: Vec<(TxId, Height)>,
    /// What should be after each block, from the one on that ends the setup.
    heights: BTreeMap<Height, Vec<Book>>,
    setup: Setup,
    reds: u64,
}

/// What is to be done next.
pub(crate) enum Next {
    /// Submit this.
    Submit(Box<SignedTransaction>),
    /// Let so much time pass.
    Wait(u64),
}

impl Invoices {
    pub(crate) fn new(genesis: &Genesis, seed: u64, moves: u64) -> Self {
        let mut dice = Dice::new(seed);
        let books: Vec<Reference> = (0..BOOKS).map(|_| Reference::new(&mut dice)).collect();
        let names = setup::names(genesis.suite, &books);
        Self {
            suite: genesis.suite,
            ledger: genesis.ledger_id(),
            dice,
            left: moves,
            names,
            sent: BTreeMap::new(),
            acknowledged: Vec::new(),
            heights: BTreeMap::new(),
            setup: Setup::new(books),
            reds: 0,
        }
    }

    pub(crate) const fn is_done(&self) -> bool {
        self.left == 0
    }

    /// The transactions that come first.
    pub(crate) fn set_up(&mut self, client: &mut Client, lease: TxId) -> Vec<SignedTransaction> {
        self.setup.transactions(client, &self.names, lease)
    }

    /// The next move: for a node with this head, if it is one that can be judged.
    pub(crate) fn next(&mut self, client: &mut Client, head: Height) -> Option<Next> {
        if self.left == 0 || !self.heights.contains_key(&head) {
            return None;
        }
        self.left -= 1;
        let book = usize::try_from(self.dice.below(BOOKS)).expect("a few");
        let (newest, books) = self.heights.last_key_value()?;
        let (expiry, books) = (Height(newest.0 + PATIENCE), books[book].clone());
        let attempt = books.reference.choose(&mut self.dice);
        if let Move::Wait { ms } = attempt {
            return Some(Next::Wait(ms));
        }
        self.reds += 1;
        let desk = operation::Desk {
            suite: self.suite,
            ledger: &self.ledger,
            book: &books,
            names: &self.names[book],
            expiry,
            red: self.reds,
        };
        let (signer, op) = desk.operation(&attempt);
        let transaction = client.sign(&signer, expiry, op);
        let sent = Sent {
            book,
            confirmation: books.number(&attempt),
            attempt,
        };
        self.sent.insert(transaction.id(self.suite), sent);
        Some(Next::Submit(Box::new(transaction)))
    }

    /// A node with this head answered: as the reference would have.
    pub(crate) fn answered(
        &mut self,
        head: Height,
        id: TxId,
        answer: &Result<TxId, Refusal>,
    ) -> Result<(), Violation> {
        let found = answer.as_ref().map(|_| ()).map_err(Refusal::code);
        let expected = self.alone(head, &id).ok_or(Violation::NoAnswer)?;
        if found != expected {
            return Err(Violation::Books(format!(
                "{:?} at {head}: {found:?} instead of {expected:?}",
                self.sent[&id].attempt
            )));
        }
        self.acknowledged
            .extend(answer.is_ok().then_some((id, head)));
        Ok(())
    }

    /// What the reference says of a move on a head, a moment later.
    fn alone(&self, head: Height, id: &TxId) -> Option<Result<(), &'static str>> {
        let (books, sent) = (self.heights.get(&head)?, self.sent.get(id)?);
        let mut book = books[sent.book].clone();
        book.reference.now += 1;
        Some(book.apply(sent, id))
    }

    /// A block is final: the reference does what is in it, and refuses none of it. Answers how many
    /// moves are new in it.
    pub(crate) fn committed(
        &mut self,
        height: Height,
        time: TimeMs,
        transactions: &[TxId],
    ) -> Result<u64, Violation> {
        let before = self.heights.get(&Height(height.0.saturating_sub(1)));
        let mut books = match before {
            _ if self.heights.contains_key(&height) => return Ok(0),
            Some(books) => books.clone(),
            None if self.setup.is_final(transactions) => self.setup.books(),
            None => return Ok(0),
        };
        let mut finals = 0;
        for book in &mut books {
            book.reference.now = time.0;
        }
        for id in transactions {
            let Some(sent) = self.sent.get(id) else {
                continue;
            };
            finals += 1;
            if let Err(code) = books[sent.book].apply(sent, id) {
                let attempt = &sent.attempt;
                let what = format!("{attempt:?} is final at {height}, against {code}");
                return Err(Violation::Books(what));
            }
        }
        self.heights.insert(height, books);
        Ok(finals)
    }

    /// What a node keeps of every invoice, or of those that its newest block touched, is what the
    /// reference keeps.
    pub(crate) fn compare(
        &self,
        app: &App<SimStore>,
        touched: Option<&[TxId]>,
    ) -> Result<(), Violation> {
        let Some(books) = self.heights.get(&app.head().height) else {
            return Ok(());
        };
        let in_block = |book: usize, invoice: usize| {
            touched.is_none_or(|ids| {
                let mut sent = ids.iter().filter_map(|id| self.sent.get(id));
                sent.any(|sent| (sent.book, sent.attempt.invoice()) == (book, Some(invoice)))
            })
        };
        for (at, book) in books.iter().enumerate() {
            for (invoice, name) in self.names[at].iter().enumerate() {
                if in_block(at, invoice) {
                    state::compare(app, book, invoice, name)?;
                }
            }
        }
        Ok(())
    }

    /// What was acknowledged is final, or broke a rule at some time since: nothing was lost.
    pub(crate) fn finished(&self, app: &App<SimStore>) -> Result<bool, Violation> {
        for (id, since) in &self.acknowledged {
            let place = app.view().transaction(id);
            let is_final = place.map_err(|fault| Violation::fault(&fault))?.is_some();
            if !is_final && !self.was_refused(id, *since) {
                return Ok(false);
            }
        }
        Ok(app.pending() == 0)
    }

    /// Whether the reference refuses a move on any head from one on.
    fn was_refused(&self, id: &TxId, since: Height) -> bool {
        let mut heads = self.heights.range(since..);
        heads.any(|(head, _)| matches!(self.alone(*head, id), Some(Err(_))))
    }
}

impl Book {
    /// The number of the confirmation that a move names; one that is none where it names none yet.
    fn number(&self, attempt: &Move) -> Option<Digest> {
        let index = attempt.confirmation()?;
        let numbers = &self.confirmations[attempt.invoice()?];
        let known = numbers.get(index).copied();
        Some(known.unwrap_or(Digest::from_bytes([9; 32])))
    }

    /// Applies a move as it was signed: by the confirmation's number, not by its index.
    fn apply(&mut self, sent: &Sent, id: &TxId) -> Result<(), &'static str> {
        let invoice = sent.attempt.invoice().expect("about an invoice");
        let attempt = sent.confirmation.map_or_else(
            || sent.attempt.clone(),
            |number| {
                let numbers = &mut self.confirmations[invoice].iter();
                let index = numbers.position(|known| *known == number);
                sent.attempt
                    .clone()
                    .with_confirmation(index.unwrap_or(usize::MAX))
            },
        );
        self.reference.apply(&attempt)?;
        if let Move::Enter { .. } = attempt {
            self.confirmations[invoice].push(id.0);
        }
        Ok(())
    }
}
