//! Pins every format by the hash of one deterministic encoding (`conformance.toml`).
//!
//! A difference means that bundles, headers or keys made before no longer parse or hash the same:
//! then change the specification, the vectors, this file and the changelog in one commit.

mod support;

use std::{collections::BTreeMap, fs, path::PathBuf};

use credentials_schemas::invoice::{Kind, RedReason};
use light_client::{
    cbor::{Wire, to_bytes},
    compact::Compact,
    conflict::Conflict,
    handoff::CatchUp,
    hash::{Digest, Hasher},
    id::{Height, IssuerId, Round, TimeMs},
    key::PublicKey,
    record::{
        Answer, Booking, BookingPeriod, Claim, ClaimKeyUse, Confirmation, ConfirmationState,
        ConsentUse, InvoiceRecord, KeyStatement, Obstacle, Pledge, Side, Standing, claim_place,
        confirmation_key, issuer_key, record_seller,
    },
    short_code::ShortCode,
    state::StateProof,
    suite::Suite,
    vote::{self, Ballot},
};
use support::{
    Ledger, Signer, Validators,
    deposits::{self, FILE, SALT},
    documents::{Agency, Anchored, IDENTITY, INVOICE},
};

struct Formats(BTreeMap<&'static str, String>);

impl Formats {
    fn bytes(&mut self, name: &'static str, bytes: &[u8]) {
        let mut hasher = Hasher::new(Suite::Sm);
        hasher.update(bytes);
        self.0.insert(name, hasher.finish().to_hex());
    }

    fn value(&mut self, name: &'static str, value: &impl Wire) {
        self.bytes(name, &to_bytes(value));
    }
}

fn formats() -> Formats {
    let mut formats = Formats(BTreeMap::new());
    let mut ledger = Ledger::new(Suite::Sm, 4);
    let police = Agency::register(&mut ledger, "haizhou-police", 500, &[IDENTITY]);
    let tax = Agency::register(&mut ledger, "haizhou-tax", 501, &[INVOICE]);
    ledger.block();
    let text = police.credential(&ledger, IDENTITY, 1);
    let identity = Anchored::credentials(&mut ledger, &police, &[text], IDENTITY).remove(0);
    let invoice = Anchored::invoice(&mut ledger, &tax, &Signer::new(Suite::Sm, 600), "200");
    ledger.block_ending_epoch(Validators::new(Suite::Sm, 1, 4));
    identity.set_status(&mut ledger, Standing::Suspended);
    let head = ledger.block();

    formats.value("public-key", &police.signer.public());
    formats.value("validator-set", &ledger.validators.set);
    formats.value("genesis", &ledger.genesis);
    formats.bytes("ledger-id", ledger.id.0.as_bytes());
    formats.value("header", &head.header);
    formats.bytes("header-hash", head.header.hash().as_bytes());
    formats.value("certified-header", &head);
    formats.value("handoff", &ledger.handoffs[0]);
    let ballot = Ballot {
        ledger: ledger.id,
        height: Height(3),
        round: Round(1),
    };
    let signer = police.signer.public().id(Suite::Sm);
    let hash = head.header.hash();
    formats.bytes("precommit", &vote::precommit(&ballot, Some(&hash), &signer));
    formats.bytes("precommit-nil", &vote::precommit(&ballot, None, &signer));
    formats.bytes("prevote", &vote::prevote(&ballot, Some(&hash), &signer));
    formats.bytes(
        "proposal",
        &vote::proposal(&ballot, &hash, Some(Round(0)), &signer),
    );
    formats.bytes(
        "validator-proof",
        &vote::validator_proof(&ledger.id, b"preimage"),
    );
    formats.value("log-leaf", &ledger.log[0]);
    formats.value("roots", &ledger.roots());
    formats.bytes("state-root", ledger.roots().hash(Suite::Sm).as_bytes());
    let key = issuer_key(Suite::Sm, &ledger.id, &police.id);
    formats.bytes("state-key", key.hash.as_bytes());
    let proof: StateProof<light_client::record::IssuerEntry> = ledger.prove(key);
    formats.value("issuer-proof", &proof);
    formats.value("bundle-identity", &identity.bundle(&ledger));
    formats.value("bundle-invoice", &invoice.bundle(&ledger));
    formats.bytes(
        "bundle-id",
        invoice.bundle(&ledger).id(Suite::Sm).as_bytes(),
    );
    let compact = Compact::from_bundle(&invoice.bundle(&ledger)).expect("an invoice");
    formats.value("compact", &compact);
    let code = ShortCode::from_compact(&compact).to_text("https://fapiao.haizhou.example");
    formats.bytes("short-code", code.expect("it fits").as_bytes());
    let mut fork = ledger.clone();
    fork.headers.pop();
    fork.log.pop();
    let set = ledger.validators.set.clone();
    let conflict = Conflict::new(set, head.clone(), fork.block());
    assert!(conflict.check().is_ok());
    formats.value("conflict", &conflict);
    entries(&mut formats, &ledger, &Signer::new(Suite::Sm, 700));
    let mut trust = ledger.trust();
    trust
        .advance(&ledger.id, &ledger.handoffs, &head)
        .expect("it follows");
    formats.bytes("trust-store", &trust.to_bytes());
    let genesis = &ledger.genesis.validators;
    let catch_up = CatchUp::new(ledger.id, genesis, &ledger.handoffs);
    formats.value("catch-up", &catch_up.expect("they follow"));
    deposits::deposit(&mut ledger, &police.id, &SALT, FILE);
    ledger.block();
    formats.value("deposit", &deposits::proof(&ledger, &SALT, FILE));
    formats
}

/// What the ledger keeps of an invoice, and what its buyer and a funder sign.
fn entries(formats: &mut Formats, ledger: &Ledger, signer: &Signer) {
    let (key, name) = (signer.public(), Digest::from_bytes([5; 32]));
    formats.value(
        "record-entry",
        &InvoiceRecord {
            ledger: ledger.id,
            agency: IssuerId::parse("haizhou-tax").expect("a name"),
            seller: record_seller(Suite::Sm, &name, &Digest::from_bytes([6; 32])),
            kind: Kind::Blue,
            gross_fen: 1000,
            remaining_fen: 300,
            red_fen: 200,
            claim_key: Some(key.clone()),
            sequence: 7,
            pledge: Some(Pledge {
                funder: key.clone(),
            }),
            booking: Booking::BookedDeductible,
            period: BookingPeriod::new(202_609).ok(),
        },
    );
    formats.value(
        "claim-entry",
        &Claim {
            ledger: ledger.id,
            claimant: key.clone(),
            amount_fen: 500,
            released_fen: 1,
            height: Height(3),
            time_ms: TimeMs(4),
        },
    );
    formats.value(
        "confirmation-entry",
        &Confirmation {
            ledger: ledger.id,
            side: Side::Buyer,
            amount_fen: 500,
            red_fen: 1,
            reason: RedReason::Allowance,
            recorded: ConfirmationState::Blocked(Obstacle::RefundApplied),
            entered_ms: TimeMs(4),
            deadline_ms: TimeMs(5),
        },
    );
    let (place, number) = (
        claim_place(Suite::Sm, &ledger.id, &name, 7),
        confirmation_key(Suite::Sm, &ledger.id, &name, &name),
    );
    formats.bytes("claim-place", place.hash.as_bytes());
    formats.bytes("confirmation-key", number.hash.as_bytes());
    let statement = KeyStatement {
        ledger: &ledger.id,
        record: &name,
        sequence: 7,
    };
    for (format, what) in key_uses(&key, &name) {
        formats.bytes(format, &statement.claim_key_bytes(&what));
    }
    let consent = statement.consent_bytes(ConsentUse::Confirmation, 500);
    formats.bytes("consent", &consent);
}

fn key_uses<'a>(sender: &'a PublicKey, number: &'a Digest) -> [(&'static str, ClaimKeyUse<'a>); 6] {
    [
        (
            "key-use-claim",
            ClaimKeyUse::Claim {
                amount_fen: 500,
                claimant: sender,
            },
        ),
        ("key-use-pledge", ClaimKeyUse::Pledge { funder: sender }),
        (
            "key-use-book",
            ClaimKeyUse::Book {
                booking: Booking::Withdrawn,
                period: BookingPeriod::new(202_609).expect("a month"),
                sender,
            },
        ),
        (
            "key-use-red-enter",
            ClaimKeyUse::EnterRed {
                amount_fen: 500,
                reason: RedReason::Return,
                sender,
            },
        ),
        (
            "key-use-red-answer",
            ClaimKeyUse::AnswerRed {
                confirmation: number,
                answer: Answer::Confirm,
                sender,
            },
        ),
        (
            "key-use-red-withdraw",
            ClaimKeyUse::WithdrawRed {
                confirmation: number,
                sender,
            },
        ),
    ]
}

#[test]
fn every_format_is_as_committed() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("conformance.toml");
    let mut text = String::from(
        "# SM3 over one deterministic encoding of each format; see tests/conformance.rs.\n",
    );
    for (name, hash) in formats().0 {
        text.push_str(&format!("{name} = \"{hash}\"\n"));
    }
    if std::env::var_os("TALLYSTICK_REGENERATE").is_some() {
        fs::write(&file, &text).expect("written");
    }
    assert_eq!(fs::read_to_string(&file).expect("committed"), text);
}
