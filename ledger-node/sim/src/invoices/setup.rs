//! The invoices that the moves are about: issued, and one of them red.

use std::collections::BTreeSet;

use credentials_schemas::invoice::RedReason;
use ledger_core::transaction::{
    InvoiceIssue, Op, RecordLine, RedLetter, SignedTransaction, TxId, UsedLine,
};
use ledger_reference::{Reference, SELLER};
use light_client::{hash::Digest, id::Height, key::Signature, record::record_name, suite::Suite};

use super::{Book, operation};
use crate::client::{Client, FIRST_NUMBER, issuer, number};

/// The numbers of one book.
const NUMBERS_PER_BOOK: u64 = 10;
/// Until when what is signed here may become final.
const EXPIRY: Height = Height(900);

/// The transactions that make the invoices.
pub(super) struct Setup {
    books: Vec<Reference>,
    /// What is not final yet.
    waits: BTreeSet<TxId>,
}

/// A digest that nothing else has.
pub(super) fn digest(sequence: u64, salt: u8) -> Digest {
    let mut bytes = [salt; 32];
    bytes[..8].copy_from_slice(&sequence.to_be_bytes());
    Digest::from_bytes(bytes)
}

fn sequence(book: usize, invoice: usize) -> u64 {
    let (book, invoice) = (u64::try_from(book), u64::try_from(invoice));
    FIRST_NUMBER + NUMBERS_PER_BOOK * book.expect("a few") + invoice.expect("a few")
}

fn name(suite: Suite, book: usize, invoice: usize) -> Digest {
    record_name(suite, &digest(sequence(book, invoice), 2))
}

/// The records' names, by book and invoice.
pub(super) fn names(suite: Suite, books: &[Reference]) -> Vec<Vec<Digest>> {
    let names = |(at, book): (usize, &Reference)| {
        let invoices = 0..book.invoices.len();
        invoices.map(|invoice| name(suite, at, invoice)).collect()
    };
    books.iter().enumerate().map(names).collect()
}

impl Setup {
    pub(super) const fn new(books: Vec<Reference>) -> Self {
        let waits = BTreeSet::new();
        Self { books, waits }
    }

    /// The references before the first move.
    pub(super) fn books(&self) -> Vec<Book> {
        let book = |reference: &Reference| Book {
            confirmations: vec![Vec::new(); reference.invoices.len()],
            reference: reference.clone(),
        };
        self.books.iter().map(book).collect()
    }

    /// Whether everything is final once these are.
    pub(super) fn is_final(&mut self, transactions: &[TxId]) -> bool {
        let waited = !self.waits.is_empty();
        for id in transactions {
            self.waits.remove(id);
        }
        waited && self.waits.is_empty()
    }

    /// For each book the issue of all that is blue, and then the red letter.
    pub(super) fn transactions(
        &mut self,
        client: &mut Client,
        names: &[Vec<Digest>],
        lease: TxId,
    ) -> Vec<SignedTransaction> {
        let seller = operation::pair(client.suite(), SELLER);
        let mut transactions = Vec::new();
        for (at, book) in self.books.iter().enumerate() {
            let issue = Op::Issue(issue(client, at, book));
            let issue = client.signed(&seller, Some(lease), issue);
            let red = Op::RedLetter(red(client, at, book, &names[at]));
            let red = client.signed(&seller, Some(issue.id(client.suite())), red);
            transactions.extend([issue, red]);
        }
        let suite = client.suite();
        self.waits = transactions.iter().map(|made| made.id(suite)).collect();
        transactions
    }
}

/// Blue invoices: those of the book, and, in the place after its last, one for its red letter.
fn issue(client: &Client, at: usize, book: &Reference) -> InvoiceIssue {
    let suite = client.suite();
    let blue = book.invoices.iter().enumerate();
    let blue = blue.map(|(index, invoice)| match invoice.is_red {
        true => (book.invoices.len(), invoice),
        false => (index, invoice),
    });
    let (mut used, mut records) = (Vec::new(), Vec::new());
    for (index, invoice) in blue {
        let sequence = sequence(at, index);
        used.push(UsedLine {
            number: number(sequence),
            commitment: digest(sequence, 1),
        });
        let key = operation::pair(suite, operation::BUYER);
        records.push(RecordLine {
            name: name(suite, at, index),
            gross_fen: invoice.gross,
            claim_key: invoice.has_key.then(|| key.public().clone()),
        });
    }
    used.sort_by_key(|line| line.number);
    records.sort_by_key(|record| record.name);
    let mut issue = InvoiceIssue {
        agency: issuer(),
        lease_first: number(FIRST_NUMBER),
        used,
        records,
        expiry: EXPIRY,
        signature: Signature([0; 64]),
    };
    let seller = operation::pair(suite, SELLER);
    let statement = issue.statement(suite, client.ledger(), seller.id());
    issue.signature = seller.sign(&statement.to_bytes());
    issue
}

/// The same amount in full of an invoice that is in no list.
fn red(client: &Client, at: usize, book: &Reference, names: &[Digest]) -> RedLetter {
    let suite = client.suite();
    let index = book.invoices.iter().position(|invoice| invoice.is_red);
    let index = index.expect("one is red");
    let sequence = sequence(at, index);
    let mut red = RedLetter {
        agency: issuer(),
        lease_first: number(FIRST_NUMBER),
        line: UsedLine {
            number: number(sequence),
            commitment: digest(sequence, 3),
        },
        record: names[index],
        blue: name(suite, at, book.invoices.len()),
        amount_fen: book.invoices[index].gross,
        reason: RedReason::ALL[0],
        confirmation: None,
        expiry: EXPIRY,
        signature: Signature([0; 64]),
        consent: None,
    };
    let seller = operation::pair(suite, SELLER);
    let statement = red.statement(suite, client.ledger(), seller.id());
    red.signature = seller.sign(&statement.to_bytes());
    red
}
