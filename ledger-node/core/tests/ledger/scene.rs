//! Invoices on a ledger, with everyone who has to do with them.

use credentials_schemas::invoice::RedReason;
use ledger_core::{
    Refusal,
    transaction::{
        BookingChange, ClaimRelease, ClaimRequest, Consent, KeyUse, LeaseGrant, Op, Party,
        PledgeEnd, PledgeRequest, RedAnswer, RedBlock, RedEntry, RedLetter, RedWithdrawal,
        SignedTransaction, UsedLine,
    },
};
use light_client::{
    cbor::Wire,
    hash::Digest,
    id::Height,
    key::{PublicKey, Signature},
    record::{
        Answer, Booking, BookingPeriod, Claim, ClaimKeyUse, Confirmation, ConsentUse,
        InvoiceRecord, KeyStatement, Obstacle, claim_place, confirmation_key, record_key,
        record_name, seller_digest,
    },
    state::StateKey,
    suite::Suite,
};

use crate::kit::{DEGREE, INVOICE, Kit, agency, number};

/// The tax bureau's key.
pub(crate) const TAX: u8 = 40;
/// The seller's key, with a lease on the numbers 1 to 1000.
pub(crate) const SELLER: u8 = 41;
/// Another key of the bureau, without the right to invoices.
pub(crate) const TAX_DEGREES: u8 = 42;
/// Another seller's key, with a lease on the numbers 2001 to 3000.
pub(crate) const RIVAL: u8 = 43;
/// Another key of the first seller, with a lease on the numbers 4001 to 5000.
pub(crate) const BRANCH: u8 = 44;
/// The buyer's claim key.
pub(crate) const BUYER: u8 = 50;
/// Payers, and whoever sends for the buyer.
pub(crate) const ANN: u8 = 60;
pub(crate) const BOB: u8 = 61;
/// Funders.
pub(crate) const BANK: u8 = 62;
pub(crate) const FACTOR: u8 = 63;
/// The numbers from which red letters are taken.
const RED_NUMBERS: u64 = 200;

/// See the module.
pub(crate) struct Scene {
    pub(crate) kit: Kit,
    reds: u64,
}

fn digest(number: u64, salt: u8) -> Digest {
    let mut bytes = [salt; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Digest::from_bytes(bytes)
}

impl Scene {
    pub(crate) fn new(suite: Suite) -> Self {
        Self::on(Kit::new(suite))
    }

    pub(crate) fn on(mut kit: Kit) -> Self {
        let suite = kit.suite();
        kit.register("tax", &[(TAX, INVOICE, None), (TAX_DEGREES, DEGREE, None)]);
        let rival = seller_digest(suite, "91990106MA0DEM0046", "海州恒轴轴承有限公司");
        let leases = [(SELLER, 1), (RIVAL, 2001), (BRANCH, 4001)].map(|(seller, first)| {
            let lease = LeaseGrant {
                quota_fen: u64::MAX,
                to: Height(900),
                ..kit.lease(seller, "tax", first, 1000)
            };
            let seller = if seller == RIVAL { rival } else { lease.seller };
            kit.sign(TAX, Op::Lease(LeaseGrant { seller, ..lease }))
        });
        kit.block(&leases);
        Self { kit, reds: 0 }
    }

    /// Issues an invoice and answers with its record's name.
    pub(crate) fn blue(&mut self, sequence: u64, gross_fen: u64) -> Digest {
        self.issue(sequence, gross_fen, Some(BUYER))
    }

    pub(crate) fn issue(&mut self, sequence: u64, gross_fen: u64, key: Option<u8>) -> Digest {
        let lines = [(sequence, gross_fen)];
        let mut issue = self.kit.issue(SELLER, "tax", 1, &lines);
        issue.records[0].claim_key = key.map(|seed| self.key(seed));
        let name = issue.records[0].name;
        let transaction = self.kit.sign(SELLER, Op::Issue(issue));
        self.kit.block(&[transaction]);
        name
    }

    pub(crate) fn key(&self, seed: u8) -> PublicKey {
        self.kit.pair(seed).public()
    }

    pub(crate) fn done(&mut self, seed: u8, op: Op) -> SignedTransaction {
        let transaction = self.kit.sign(seed, op);
        self.kit.block(core::slice::from_ref(&transaction));
        transaction
    }

    pub(crate) fn refused(&mut self, seed: u8, op: Op, refusal: Refusal) {
        let transaction = self.kit.sign(seed, op);
        self.kit.assert_refused(&transaction, refusal);
    }

    fn entry<T: Wire + Clone>(&self, key: &StateKey) -> Option<T> {
        let view = self.kit.app.view();
        let answer = view.state_proof(key, None).expect("an answer");
        let proof = answer.typed::<T>().expect("an entry of this type");
        let checked = proof.check(self.kit.suite(), &answer.roots, key);
        checked.expect("a proof that holds").cloned()
    }

    pub(crate) fn record(&self, name: &Digest) -> InvoiceRecord {
        let key = record_key(self.kit.suite(), &self.kit.ledger(), name);
        self.entry(&key).expect("a record")
    }

    /// Red, claimed, remaining.
    pub(crate) fn split(&self, name: &Digest) -> (u64, u64, u64) {
        let record = self.record(name);
        (record.red_fen, record.claimed_fen(), record.remaining_fen)
    }

    pub(crate) fn claim_entry(&self, name: &Digest, sequence: u64) -> Option<Claim> {
        let (suite, ledger) = (self.kit.suite(), self.kit.ledger());
        self.entry(&claim_place(suite, &ledger, name, sequence))
    }

    pub(crate) fn confirmation(&self, name: &Digest, number: &Digest) -> Confirmation {
        let (suite, ledger) = (self.kit.suite(), self.kit.ledger());
        let key = confirmation_key(suite, &ledger, name, number);
        self.entry(&key).expect("a confirmation")
    }

    /// The code of the state that counts now.
    pub(crate) fn state(&self, name: &Digest, number: &Digest) -> u8 {
        let kept = self.confirmation(name, number);
        kept.state_at(self.kit.app.head().time_ms).code()
    }

    /// A use of `seed`'s key for one sequence.
    pub(crate) fn key_use(
        &self,
        seed: u8,
        record: &Digest,
        sequence: u64,
        what: &ClaimKeyUse<'_>,
    ) -> KeyUse {
        let ledger = &self.kit.ledger();
        let statement = KeyStatement {
            ledger,
            record,
            sequence,
        };
        KeyUse {
            key: self.key(seed),
            sequence,
            signature: self.kit.pair(seed).sign(&statement.claim_key_bytes(what)),
        }
    }

    /// The buyer's, for the record's present sequence.
    pub(crate) fn buyer(&self, record: &Digest, what: &ClaimKeyUse<'_>) -> KeyUse {
        self.key_use(BUYER, record, self.record(record).sequence, what)
    }

    pub(crate) fn consent(
        &self,
        funder: u8,
        record: &Digest,
        sequence: u64,
        (what, amount_fen): (ConsentUse, u64),
    ) -> Consent {
        let ledger = &self.kit.ledger();
        let statement = KeyStatement {
            ledger,
            record,
            sequence,
        };
        let bytes = statement.consent_bytes(what, amount_fen);
        Consent {
            funder: self.key(funder),
            sequence,
            signature: self.kit.pair(funder).sign(&bytes),
        }
    }

    pub(crate) fn claim(&self, payer: u8, record: &Digest, amount_fen: u64) -> ClaimRequest {
        let what = ClaimKeyUse::Claim {
            amount_fen,
            claimant: &self.key(payer),
        };
        ClaimRequest {
            record: *record,
            amount_fen,
            by: self.buyer(record, &what),
            consent: None,
        }
    }

    pub(crate) fn release(&self, record: &Digest, sequence: u64, amount_fen: u64) -> Op {
        Op::Release(ClaimRelease {
            record: *record,
            sequence,
            amount_fen,
        })
    }

    pub(crate) fn pledge(&self, funder: u8, record: &Digest) -> Op {
        let what = ClaimKeyUse::Pledge {
            funder: &self.key(funder),
        };
        Op::Pledge(PledgeRequest {
            record: *record,
            by: self.buyer(record, &what),
        })
    }

    pub(crate) fn unpledge(&self, record: &Digest) -> Op {
        Op::Unpledge(PledgeEnd { record: *record })
    }

    /// Sent by Ann.
    pub(crate) fn book(&self, record: &Digest, booking: Booking) -> Op {
        self.book_as(ANN, record, booking)
    }

    pub(crate) fn book_as(&self, sender: u8, record: &Digest, booking: Booking) -> Op {
        let period = BookingPeriod::new(202_609).expect("a month");
        let what = ClaimKeyUse::Book {
            booking,
            period,
            sender: &self.key(sender),
        };
        Op::Book(BookingChange {
            record: *record,
            booking,
            period,
            by: self.buyer(record, &what),
        })
    }

    /// A red letter under a number and a record that were never used.
    pub(crate) fn red(&mut self, blue: &Digest, amount_fen: u64, reason: RedReason) -> RedLetter {
        self.reds += 1;
        let sequence = RED_NUMBERS + self.reds;
        let red = RedLetter {
            agency: agency("tax"),
            lease_first: number(1),
            line: UsedLine {
                number: number(sequence),
                commitment: digest(sequence, 3),
            },
            record: record_name(self.kit.suite(), &digest(sequence, 4)),
            blue: *blue,
            amount_fen,
            reason,
            confirmation: None,
            expiry: Height(self.kit.app.head().height.0 + 50),
            signature: Signature([0; 64]),
            consent: None,
        };
        self.resign(SELLER, red)
    }

    pub(crate) fn resign(&self, seller: u8, mut red: RedLetter) -> RedLetter {
        let pair = self.kit.pair(seller);
        let (suite, ledger) = (self.kit.suite(), self.kit.ledger());
        let statement = red.statement(suite, &ledger, pair.public().id(suite));
        red.signature = pair.sign(&statement.to_bytes());
        red
    }

    pub(crate) fn seller_party() -> Party {
        let lease_first = number(1);
        Party::Seller { lease_first }
    }

    /// Sent by the seller.
    pub(crate) fn enter(&self, record: &Digest, amount_fen: u64, reason: RedReason) -> RedEntry {
        RedEntry {
            record: *record,
            party: Self::seller_party(),
            amount_fen,
            reason,
            consent: None,
        }
    }

    /// Sent by Ann.
    pub(crate) fn buyer_enters(&self, record: &Digest, amount: u64, reason: RedReason) -> RedEntry {
        let what = ClaimKeyUse::EnterRed {
            amount_fen: amount,
            reason,
            sender: &self.key(ANN),
        };
        let party = Party::Buyer(self.buyer(record, &what));
        RedEntry {
            party,
            ..self.enter(record, amount, reason)
        }
    }

    /// Sent by the seller.
    pub(crate) fn answer(&self, record: &Digest, confirmation: &Digest, yes: Answer) -> RedAnswer {
        RedAnswer {
            record: *record,
            confirmation: *confirmation,
            party: Self::seller_party(),
            answer: yes,
            amount_fen: self.confirmation(record, confirmation).amount_fen,
            consent: None,
        }
    }

    /// Sent by Ann.
    pub(crate) fn buyer_answers(
        &self,
        record: &Digest,
        confirmation: &Digest,
        yes: Answer,
    ) -> RedAnswer {
        let what = ClaimKeyUse::AnswerRed {
            confirmation,
            answer: yes,
            sender: &self.key(ANN),
        };
        let party = Party::Buyer(self.buyer(record, &what));
        RedAnswer {
            party,
            ..self.answer(record, confirmation, yes)
        }
    }

    /// Sent by the seller.
    pub(crate) fn withdraw(&self, record: &Digest, confirmation: &Digest) -> Op {
        Op::WithdrawRed(RedWithdrawal {
            record: *record,
            confirmation: *confirmation,
            party: Self::seller_party(),
        })
    }

    /// Sent by Ann.
    pub(crate) fn buyer_withdraws(&self, record: &Digest, confirmation: &Digest) -> Op {
        let what = ClaimKeyUse::WithdrawRed {
            confirmation,
            sender: &self.key(ANN),
        };
        Op::WithdrawRed(RedWithdrawal {
            record: *record,
            confirmation: *confirmation,
            party: Party::Buyer(self.buyer(record, &what)),
        })
    }

    pub(crate) fn block_red(record: &Digest, confirmation: &Digest, obstacle: Obstacle) -> Op {
        Op::BlockRed(RedBlock {
            record: *record,
            confirmation: *confirmation,
            obstacle,
        })
    }

    /// Has the seller enter a confirmation and the buyer agree; answers with its number.
    pub(crate) fn agreed(&mut self, record: &Digest, amount: u64, reason: RedReason) -> Digest {
        let entry = self.enter(record, amount, reason);
        let number = self.entered(SELLER, entry);
        let yes = self.buyer_answers(record, &number, Answer::Confirm);
        self.done(ANN, Op::AnswerRed(yes));
        number
    }

    /// Enters a confirmation; answers with its number.
    pub(crate) fn entered(&mut self, seed: u8, entry: RedEntry) -> Digest {
        let transaction = self.done(seed, Op::EnterRed(entry));
        transaction.id(self.kit.suite()).0
    }
}
