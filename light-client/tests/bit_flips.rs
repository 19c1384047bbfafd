//! Flip any single bit of a bundle: the verdict is never valid, and nothing panics.

mod support;

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use light_client::{
    id::TimeMs, policy::Policy, record::Standing, suite::Suite, trust::TrustStore,
    verdict::Headline, verify,
};
use support::{
    Ledger, Signer, Validators,
    documents::{Agency, Anchored, IDENTITY, INVOICE},
};

struct Scene {
    trust: TrustStore,
    now: TimeMs,
    bundles: Vec<Vec<u8>>,
}

/// Bundles of every shape: both kinds of document, alone and among others, in force and
/// reinstated, before and after a change of validators.
fn scenes(suite: Suite, validators: u16, credentials: u16) -> Vec<Scene> {
    let mut ledger = Ledger::new(suite, validators);
    let police = Agency::register(&mut ledger, "haizhou-police", 500, &[IDENTITY]);
    let tax = Agency::register(&mut ledger, "haizhou-tax", 501, &[INVOICE]);
    ledger.block();
    let texts: Vec<String> = (0..credentials)
        .map(|number| police.credential(&ledger, IDENTITY, number))
        .collect();
    let mut documents = Anchored::credentials(&mut ledger, &police, &texts, IDENTITY);
    documents[0].set_status(&mut ledger, Standing::Reinstated);
    documents.push(Anchored::invoice(
        &mut ledger,
        &tax,
        &Signer::new(suite, 600),
        "200",
    ));
    ledger.block();
    let before = scene(&ledger, &documents);
    ledger.block_ending_epoch(Validators::new(suite, 1, validators));
    ledger.block();
    vec![before, scene(&ledger, &documents)]
}

/// The verifier has seen the header before, as one that checks many documents has: what is not
/// the header is then refused without checking the certificate each time.
fn scene(ledger: &Ledger, documents: &[Anchored]) -> Scene {
    let mut trust = ledger.trust();
    let head = ledger.headers.last().expect("a block");
    trust
        .advance(&ledger.id, &ledger.handoffs, head)
        .expect("it follows");
    let bundles = documents
        .iter()
        .map(|document| document.bytes(ledger))
        .collect();
    Scene {
        trust,
        now: ledger.now(),
        bundles,
    }
}

fn flip_all_bits(scene: &Scene, bundle: &[u8]) {
    let decide = |bytes: &[u8]| verify(bytes, &scene.trust, &Policy::default(), scene.now).headline;
    assert_eq!(decide(bundle), Headline::Valid);
    let mut bytes = bundle.to_vec();
    for bit in 0..bytes.len() * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        let headline = decide(&bytes);
        assert_ne!(
            headline,
            Headline::Valid,
            "bit {bit} of {}",
            bytes.len() * 8
        );
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}

#[test]
fn no_flipped_bit_is_accepted() {
    let mut scenes: Vec<Scene> = scenes(Suite::Intl, 4, 9);
    // SM2 costs ten times as much to verify: one bundle of each kind.
    scenes.extend(self::scenes(Suite::Sm, 1, 1).into_iter().take(1));
    let work: Vec<(&Scene, &[u8])> = scenes
        .iter()
        .flat_map(|scene| {
            scene
                .bundles
                .iter()
                .map(move |bundle| (scene, bundle.as_slice()))
        })
        .collect();
    assert!(work.len() >= 20, "{} bundles", work.len());
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((scene, bundle)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    flip_all_bits(scene, bundle);
                }
            });
        }
    });
}
