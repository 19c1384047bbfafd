//! Credentials: who issued them with what right, and whether they still stand.

use light_client::{
    bundle::{Bundle, Document},
    cbor::to_bytes,
    document::CredentialIssuer,
    id::{Height, TimeMs},
    key::Signature,
    record::{BatchStatement, Right, Standing, issuer_key, status_key},
    state::StateProof,
};

use crate::{
    scenario::{DAY_MS, Scenario, Scene},
    support::{
        GENESIS_MS, Ledger, Signer,
        documents::{self, Agency, Anchored, IDENTITY, INVOICE, Period, credential_within},
    },
};

pub(crate) fn scenarios(scene: &Scene) -> Vec<Scenario> {
    let mut all = standings(scene);
    all.extend(periods(scene));
    all.extend(rights(scene));
    all.extend(issuers(scene));
    all.extend(bare(scene));
    all.extend(contents(scene));
    all.extend(signatures(scene));
    all.extend(keys(scene));
    all
}

/// The credential's bundle one block after a change of the ledger.
fn after(scene: &Scene, change: impl FnOnce(&mut Ledger)) -> (Ledger, Vec<u8>) {
    let mut ledger = scene.ledger.clone();
    change(&mut ledger);
    ledger.block();
    let bytes = scene.identity.bytes(&ledger);
    (ledger, bytes)
}

fn standings(scene: &Scene) -> Vec<Scenario> {
    let clause = "verdict.md 3.7";
    let from = |name, expect, standing, later_ms| {
        let (ledger, bytes) = after(scene, |ledger| {
            let effective = TimeMs(ledger.next_time().0 + later_ms);
            scene.identity.set_status_from(ledger, standing, effective);
        });
        Scenario::new(&ledger, name, clause, expect, bytes)
    };
    let day = DAY_MS;
    vec![
        scene.ask("identity", "verdict.md 3.5", "valid", scene.changed(|_| {})),
        scene.ask(
            "revoked",
            clause,
            "revoked",
            scene.revoked.bytes(&scene.ledger),
        ),
        from("suspended", "suspended", Standing::Suspended, 0),
        from("reinstated", "valid", Standing::Reinstated, 0),
        from("revoked-from-tomorrow", "valid", Standing::Revoked, day),
        from("revoked-since", "revoked", Standing::Revoked, day).later(day),
        from(
            "reinstated-from-tomorrow",
            "suspended",
            Standing::Reinstated,
            day,
        ),
    ]
}

/// A credential that is anchored in the block that comes next.
fn anchored(
    scene: &Scene,
    text: String,
    agency: &Agency,
    document_type: &str,
) -> (Ledger, Anchored) {
    let mut ledger = scene.ledger.clone();
    let mut documents = Anchored::credentials(&mut ledger, agency, &[text], document_type);
    ledger.block();
    (ledger, documents.remove(0))
}

fn periods(scene: &Scene) -> Vec<Scenario> {
    let second = i64::try_from(GENESIS_MS / 1000).expect("small");
    let within = |name, expect, from, until| {
        let (police, issuer) = (&scene.police, scene.police.issuer(&scene.ledger));
        let period = Period { from, until };
        let text = credential_within(period, &police.signer, &issuer, IDENTITY, 20);
        let (ledger, document) = anchored(scene, text, police, IDENTITY);
        let bytes = document.bytes(&ledger);
        Scenario::new(&ledger, name, "verdict.md C1", expect, bytes)
    };
    // The block is 4 seconds after the genesis.
    vec![
        within("expired", "expired", None, second + 4),
        within("last-second", "valid", None, second + 5),
        within(
            "not-yet-valid",
            "not_yet_valid",
            Some(second + 5),
            second + 60,
        ),
        within("first-second", "valid", Some(second + 4), second + 60),
    ]
}

/// The right is judged at the height of anchoring, which was 2.
fn rights(scene: &Scene) -> Vec<Scenario> {
    let right = |name, expect, from, to: Option<u64>| {
        let (ledger, bytes) = after(scene, |ledger| {
            scene.police.amend(ledger, |entry| {
                (entry.rights[0].from, entry.rights[0].to) = (Height(from), to.map(Height));
            });
        });
        Scenario::new(&ledger, name, "verdict.md C7", expect, bytes)
    };
    let unentitled = scene.school.credential(&scene.ledger, IDENTITY, 7);
    let unentitled = Anchored::unanchored(&scene.ledger, &scene.school, &unentitled);
    let not_authorised = "issuer_not_authorised";
    vec![
        scene.ask(
            "not-entitled",
            "verdict.md C7",
            not_authorised,
            unentitled.bytes(&scene.ledger),
        ),
        right("t48-right-had-ended", not_authorised, 1, Some(2)),
        right("t48-right-had-not-begun", not_authorised, 3, None),
        right("t48-right-ended-since", "valid", 1, Some(3)),
        agency_gone(
            scene,
            "t49-issued-after-the-agency-was-gone",
            not_authorised,
            2,
        ),
        agency_gone(scene, "t49-issued-before-the-agency-was-gone", "valid", 3),
    ]
}

/// An agency that is wound up: its keys are rotated once, and then all of its rights end.
fn agency_gone(scene: &Scene, name: &'static str, expect: &'static str, height: u64) -> Scenario {
    let (ledger, bytes) = after(scene, |ledger| {
        scene.police.amend(ledger, |entry| {
            let mut second: Right = entry.rights[0].clone();
            second.key = Signer::new(scene.suite, 510).public();
            entry.rights.push(second);
            for right in &mut entry.rights {
                right.to = Some(Height(height));
            }
        });
    });
    Scenario::new(&ledger, name, "verdict.md C7", expect, bytes)
}

fn issuers(scene: &Scene) -> Vec<Scenario> {
    let ledger = &scene.ledger;
    let mut elsewhere = Ledger::new(scene.suite, 1);
    let stranger = Agency::register(&mut elsewhere, "stranger", 512, &[IDENTITY]);
    let unknown = stranger.credential(ledger, IDENTITY, 9);
    let unknown = Anchored::unanchored(ledger, &stranger, &unknown).bytes(ledger);
    let ask = |name, clause, expect, bytes| scene.ask(name, clause, expect, bytes);
    vec![
        ask("issuer-unknown", "verdict.md C6", "issuer_unknown", unknown),
        ask(
            "registry-withheld",
            "verdict.md C6",
            "registry_unchecked",
            scene.changed(|bundle| bundle.proofs.registry = None),
        ),
        ask(
            "t47-another-name",
            "verdict.md C6",
            "registry_proof_invalid",
            {
                scene.changed(|bundle| {
                    let Some(StateProof::Present(entry, _)) = &mut bundle.proofs.registry else {
                        unreachable!("the issuer is registered");
                    };
                    entry.name.zh = "海州市公安局".to_owned();
                })
            },
        ),
        anchored_by_another(scene),
        {
            let text = scene.police.credential(ledger, IDENTITY, 21);
            let (ledger, document) = anchored(scene, text, &scene.police, INVOICE);
            let bytes = document.bytes(&ledger);
            Scenario::new(
                &ledger,
                "t44-of-another-type",
                "verdict.md O1",
                "type_mismatch",
                bytes,
            )
        },
    ]
}

/// The police's credential in a batch of the school's.
fn anchored_by_another(scene: &Scene) -> Scenario {
    let (police, suite) = (&scene.police, scene.suite);
    let text = police.credential(&scene.ledger, IDENTITY, 22);
    let (ledger, document) = anchored(scene, text, &scene.school, IDENTITY);
    let mut bundle = document.bundle(&ledger);
    let (registry, status) = (
        issuer_key(suite, &ledger.id, &police.id),
        status_key(suite, &ledger.id, &police.id, &document.digest),
    );
    bundle.proofs.registry = Some(ledger.prove(registry));
    bundle.proofs.status = Some(ledger.prove(status));
    let (name, clause) = ("anchored-by-another", "verdict.md C5");
    Scenario::new(&ledger, name, clause, "issuer_mismatch", to_bytes(&bundle))
}

/// Credentials of no ledger.
fn bare(scene: &Scene) -> Vec<Scenario> {
    let key = Signer::new(scene.suite, 9);
    let issuer = CredentialIssuer::DidKey(key.public());
    let by = |signer: &Signer| documents::credential(signer, &issuer, IDENTITY, 9).into_bytes();
    let forged = by(&Signer::new(scene.suite, 10));
    let police = scene.police.credential(&scene.ledger, IDENTITY, 8);
    vec![
        scene.ask("bare-did-key", "verdict.md B5", "bare_did_key", by(&key)),
        scene.ask(
            "bare-did-key-forged",
            "verdict.md B4",
            "issuer_signature_invalid",
            forged,
        ),
        scene.ask(
            "bare-credential",
            "verdict.md B3",
            "not_anchored",
            police.into_bytes(),
        ),
    ]
}

fn credential(bundle: &mut Bundle) -> &mut String {
    match &mut bundle.document {
        Document::Credential(text) => text,
        Document::Invoice { .. } => unreachable!("a credential"),
    }
}

fn contents(scene: &Scene) -> Vec<Scenario> {
    let ledger = &scene.ledger;
    let unanchored = scene.police.credential(ledger, IDENTITY, 8);
    let unanchored = Anchored::unanchored(ledger, &scene.police, &unanchored).bytes(ledger);
    let ask = |name, clause, expect, change: &dyn Fn(&mut Bundle)| {
        scene.ask(name, clause, expect, scene.changed(|bundle| change(bundle)))
    };
    vec![
        ask("claim-withheld", "verdict.md 2.1", "valid", &|bundle| {
            let text = credential(bundle);
            let [jwt, name, _] = [0, 1, 2].map(|at| text.split('~').nth(at).expect("a part"));
            *text = format!("{jwt}~{name}~");
        }),
        ask(
            "disclosure-of-another",
            "document.md 2.3",
            "document_malformed",
            &|bundle| {
                let mut other = scene.revoked.bundle(ledger);
                let other = credential(&mut other)
                    .split('~')
                    .nth(2)
                    .expect("a part")
                    .to_owned();
                let text = credential(bundle);
                text.push_str(&other);
                text.push('~');
            },
        ),
        ask(
            "t46-other-document",
            "verdict.md O1",
            "document_altered",
            &|bundle| {
                bundle.document = scene.revoked.document.clone();
            },
        ),
        ask(
            "invoice-entries-of-a-credential",
            "verdict.md C3",
            "unexpected_part",
            &|bundle| {
                bundle.proofs.invoice = scene.invoice.proofs(ledger).invoice;
            },
        ),
        scene.ask("not-anchored", "verdict.md C4", "not_anchored", unanchored),
    ]
}

fn signatures(scene: &Scene) -> Vec<Scenario> {
    let police = &scene.police;
    let other = Signer::new(scene.suite, 511);
    let issuer = police.issuer(&scene.ledger);
    let text = documents::credential(&other, &issuer, IDENTITY, 23);
    let (ledger, document) = anchored(scene, text, police, IDENTITY);
    let (name, clause) = ("signed-by-another", "verdict.md C8");
    let bytes = document.bytes(&ledger);
    let invalid = "batch_signature_invalid";
    vec![
        Scenario::new(&ledger, name, clause, "issuer_signature_invalid", bytes),
        scene.ask("batch-signature-forged", "verdict.md O2", invalid, {
            scene.changed(|bundle| {
                let origin = bundle.proofs.origin.as_mut().expect("anchored");
                origin.signature.signature = Signature([1; 64]);
            })
        }),
        scene.ask("batch-signature-expired", "verdict.md O2", invalid, {
            scene.changed(|bundle| {
                let origin = bundle.proofs.origin.as_mut().expect("anchored");
                let leaf = origin.leaf.clone();
                let statement = BatchStatement {
                    ledger: leaf.ledger,
                    issuer: leaf.issuer,
                    key_id: leaf.key_id,
                    document_type: leaf.document_type,
                    count: leaf.count,
                    root: leaf.batch_root,
                    expiry: Height(leaf.height.0 - 1),
                };
                origin.signature.expiry = statement.expiry;
                origin.signature.signature = police.signer.sign(&statement.to_bytes());
            })
        }),
    ]
}

/// Documents name their own suite: a key of any kind may issue on a ledger of any suite.
fn keys(scene: &Scene) -> Vec<Scenario> {
    let of = |name, signer: Signer| {
        let mut ledger = scene.ledger.clone();
        let notary = Agency::with_signer(&mut ledger, "haizhou-notary", 503, signer, &[IDENTITY]);
        let text = notary.credential(&ledger, IDENTITY, 24);
        let texts = [text];
        let document = Anchored::credentials(&mut ledger, &notary, &texts, IDENTITY).remove(0);
        ledger.block();
        let bytes = document.bytes(&ledger);
        Scenario::new(&ledger, name, "document.md 2.", "valid", bytes)
    };
    vec![
        of(
            "key-of-the-other-suite",
            Signer::new(scene.other_suite(), 503),
        ),
        of("key-of-p-256", Signer::p256(503)),
    ]
}
