//! Snapshots: an empty node becomes what the others are, and believes nothing on the way.

use ledger_core::{
    App, Arrival, Origin, fsck,
    snapshot::{self, Manifest, Restore, SnapshotError},
    store::{Batch, Column, MemoryStore, Store as _},
    transaction::{Action, Op, SetRotation, possession_bytes},
};
use light_client::{
    cbor::{Wire as _, to_bytes},
    hash::Digest,
    id::{Epoch, LedgerId, Round},
    record::Standing,
    suite::Suite,
    validator_set::{Validator, ValidatorSet},
};

use crate::kit::{DEGREE, INVOICE, Kit, agency};

/// Small, so that a small ledger has many chunks.
const CHUNK_BYTES: usize = 700;

/// A ledger with something in every tree that is in use, two epochs, and 20 blocks.
pub(crate) fn ledger(suite: Suite) -> Kit {
    let mut kit = Kit::with_validators(suite, 4);
    kit.register("tax", &[(40, INVOICE, None), (42, DEGREE, None)]);
    let lease = Op::Lease(kit.lease(41, "tax", 1, 100));
    let other = Op::Lease(kit.lease(43, "tax", 500, 7));
    let transactions = [kit.sign(40, lease), kit.sign(40, other)];
    kit.block(&transactions);
    rotate(&mut kit, 1, &[50, 51, 52, 53]);
    for step in 0..12u8 {
        let batch = kit.anchor(42, "tax", DEGREE, step);
        let status = kit.status("tax", step, Standing::Revoked);
        let sequence = u64::from(step) + 1;
        let issue = kit.issue(41, "tax", 1, &[(sequence, 100), (sequence + 50, 7)]);
        let operations = [Op::Anchor(batch), Op::SetStatus(status), Op::Issue(issue)];
        let seeds = [42, 42, 41];
        let operations = seeds.into_iter().zip(operations);
        let transactions: Vec<_> = operations.map(|(seed, op)| kit.sign(seed, op)).collect();
        kit.block(&transactions);
    }
    kit
}

pub(crate) fn rotate(kit: &mut Kit, epoch: u64, seeds: &[u8]) {
    let validators = seeds.iter().map(|seed| Validator {
        agency: agency(&format!("agency-{seed}")),
        key: kit.pair(*seed).public(),
    });
    let next = ValidatorSet::new(Epoch(epoch), validators.collect()).expect("a set");
    let bytes = possession_bytes(&kit.ledger(), &next);
    let rotation = SetRotation {
        possession: seeds
            .iter()
            .map(|seed| kit.pair(*seed).sign(&bytes))
            .collect(),
        next,
    };
    let transaction = kit.decide(1, Action::RotateSet(rotation), &[0, 1, 2]);
    kit.block(&[transaction]);
    let ready = kit.ready(seeds);
    kit.block(&ready);
    kit.validators = seeds.iter().map(|seed| kit.pair(*seed)).collect();
}

pub(crate) struct Snapshot {
    pub(crate) manifest: Manifest,
    pub(crate) chunks: Vec<Vec<u8>>,
}

pub(crate) fn snapshot(kit: &Kit) -> Snapshot {
    let mut chunks = Vec::new();
    let manifest = snapshot::make(kit.app.store(), CHUNK_BYTES, &mut |_, chunk| {
        chunks.push(chunk.to_vec());
        Ok(())
    });
    Snapshot {
        manifest: manifest.expect("a snapshot"),
        chunks,
    }
}

pub(crate) fn restore(
    snapshot: &Snapshot,
    trusted: &LedgerId,
) -> Result<MemoryStore, SnapshotError> {
    let store = MemoryStore::default();
    let mut restore = Restore::begin(&store, &snapshot.manifest, trusted)?;
    for chunk in &snapshot.chunks {
        restore.chunk(chunk)?;
    }
    restore.finish()?;
    Ok(store)
}

/// The manifest with other chunks, as one who lies about them would name them.
pub(crate) fn renamed(manifest: &Manifest, suite: Suite, chunks: &[Vec<u8>]) -> Manifest {
    let mut bytes = manifest.to_bytes();
    let names = manifest.chunks().iter().map(|name| *name.as_bytes());
    let names: Vec<[u8; 32]> = names.collect();
    let start = bytes.len() - names.len() * 34;
    let head = array_head(names.len());
    bytes.truncate(start - head.len());
    bytes.extend(array_head(chunks.len()));
    for chunk in chunks {
        let name: Digest = snapshot::chunk_name(suite, chunk);
        bytes.extend(to_bytes(&name));
    }
    Manifest::parse(&bytes).expect("a manifest of the same shape")
}

fn array_head(len: usize) -> Vec<u8> {
    struct Nulls(usize);
    impl light_client::cbor::Wire for Nulls {
        fn encode(&self, writer: &mut light_client::cbor::Writer) {
            writer.array(self.0);
        }
        fn decode(
            _: &mut light_client::cbor::Reader<'_>,
        ) -> Result<Self, light_client::cbor::DecodeError> {
            Err(light_client::cbor::DecodeError::Malformed)
        }
    }
    let mut writer = light_client::cbor::Writer::default();
    Nulls(len).encode(&mut writer);
    writer.finish()
}

fn rows(store: &MemoryStore, column: Column) -> Vec<(Vec<u8>, Vec<u8>)> {
    let rows = store.scan(column, &[], &[0xff; 64], usize::MAX);
    rows.expect("memory does not fail")
}

#[test]
fn a_restored_node_goes_on_like_the_others() {
    for suite in [Suite::Sm, Suite::Intl] {
        let mut kit = ledger(suite);
        let snapshot = snapshot(&kit);
        assert!(snapshot.chunks.len() > 20, "many chunks");
        let store = restore(&snapshot, &kit.ledger()).expect("a good snapshot");

        // What is not in the trees follows from them, row for row.
        let same = [
            Column::Leases,
            Column::Replays,
            Column::Leaves,
            Column::LogTree,
            Column::HistoryTree,
            Column::Handoffs,
        ];
        for column in same {
            assert!(!rows(&store, column).is_empty(), "{column:?}");
            assert_eq!(
                rows(&store, column),
                rows(kit.app.store(), column),
                "{column:?}"
            );
        }
        let names = |store| {
            rows(store, Column::Transactions)
                .into_iter()
                .map(|(id, _)| id)
        };
        let (restored, all) = (names(&store), names(kit.app.store()));
        assert!(restored.eq(all), "every transaction that counts is known");

        let mut restored = App::open(store).expect("a ledger");
        assert_eq!(restored.head(), kit.app.head());
        let key = light_client::record::issuer_key(suite, &kit.ledger(), &agency("tax"));
        let here = restored.view().state_proof(&key, None).expect("a proof");
        let there = kit.app.view().state_proof(&key, None).expect("a proof");
        assert_eq!(here, there);

        for step in 0..3 {
            // It votes for what the others propose, and so has the same state.
            let status = Op::SetStatus(kit.status("tax", 100 + step, Standing::Suspended));
            let transaction = kit.sign(42, status);
            kit.submit(&transaction).expect("accepted");
            let proposal = kit.propose(0);
            let origin = Origin {
                round: Round(0),
                proposer: kit.validators[0].public().id(suite),
                arrival: Arrival::New,
            };
            let verdict = restored.check(kit.now, &proposal, &origin);
            let hash = verdict.expect("memory does not fail").expect("good");
            let certificate = kit.certify(&proposal, 0);
            restored.commit(&hash, &certificate).expect("a block");
            kit.app.commit(&hash, &certificate).expect("a block");
            assert_eq!(restored.head(), kit.app.head());
        }
        assert_eq!(fsck::check(restored.store()).damage, []);
    }
}

#[test]
fn what_was_before_the_snapshot_is_said_to_be_pruned() {
    use ledger_core::QueryError;
    use light_client::id::Height;
    let kit = ledger(Suite::Intl);
    let store = restore(&snapshot(&kit), &kit.ledger()).expect("a good snapshot");
    let head = kit.app.head().height;
    let view = ledger_core::View::new(&store);
    let key = light_client::record::issuer_key(Suite::Intl, &kit.ledger(), &agency("tax"));
    let before = Height(head.0 - 1);
    assert!(matches!(
        view.state_proof(&key, Some(before)),
        Err(QueryError::Pruned { earliest }) if earliest == head
    ));
    assert!(matches!(
        view.final_header(Some(before)),
        Err(QueryError::Pruned { .. })
    ));
    view.history_proof(before, None).expect("a proof");
    assert_eq!(
        view.final_header(None)
            .expect("a header")
            .header
            .core
            .height,
        head
    );
}

#[test]
fn a_snapshot_of_an_epochs_last_block_is_good() {
    let mut kit = Kit::with_validators(Suite::Intl, 4);
    kit.next_block();
    rotate(&mut kit, 1, &[50, 51, 52, 53]);
    let store = restore(&snapshot(&kit), &kit.ledger()).expect("a good snapshot");
    let restored = App::open(store).expect("a ledger");
    assert_eq!(restored.head(), kit.app.head());
    assert_eq!(restored.validator_set(), kit.app.validator_set());
}

#[test]
fn t65_every_changed_byte_is_refused() {
    let kit = ledger(Suite::Intl);
    let good = snapshot(&kit);
    let manifest = good.manifest.to_bytes();
    for at in 0..manifest.len() {
        let mut changed = manifest.clone();
        changed[at] ^= 1 << (at % 8);
        let Ok(manifest) = Manifest::parse(&changed) else {
            continue;
        };
        let changed = Snapshot {
            manifest,
            chunks: good.chunks.clone(),
        };
        assert!(
            restore(&changed, &kit.ledger()).is_err(),
            "manifest byte {at}"
        );
    }
    for (index, chunk) in good.chunks.iter().enumerate() {
        for at in (0..chunk.len()).step_by(19) {
            let mut chunks = good.chunks.clone();
            chunks[index][at] ^= 1 << (at % 8);
            // As it would come from a broken disk, and from a liar who names what he sends.
            let lied = renamed(&good.manifest, Suite::Intl, &chunks);
            for manifest in [good.manifest.clone(), lied] {
                let chunks = chunks.clone();
                let refused = restore(&Snapshot { manifest, chunks }, &kit.ledger());
                assert!(
                    matches!(refused, Err(SnapshotError::Chunk { index: found }) if found == index),
                    "chunk {index}, byte {at}: {:?}",
                    refused.err()
                );
            }
        }
    }
}

#[test]
fn t65_chunks_left_out_doubled_or_exchanged_are_refused() {
    let kit = ledger(Suite::Sm);
    let good = snapshot(&kit);
    let attempt = |chunks: Vec<Vec<u8>>| {
        let manifest = renamed(&good.manifest, Suite::Sm, &chunks);
        restore(&Snapshot { manifest, chunks }, &kit.ledger())
    };
    assert!(
        attempt(good.chunks.clone()).is_ok(),
        "renaming alone is harmless"
    );
    for index in 0..good.chunks.len() {
        let mut short = good.chunks.clone();
        short.remove(index);
        assert!(attempt(short).is_err(), "without chunk {index}");
        let mut long = good.chunks.clone();
        long.insert(index, good.chunks[index].clone());
        assert!(attempt(long).is_err(), "chunk {index} twice");
        if index > 0 {
            let mut exchanged = good.chunks.clone();
            exchanged.swap(index, index - 1);
            assert!(attempt(exchanged).is_err(), "chunk {index} before its turn");
        }
    }
}

#[test]
fn t65_a_snapshot_of_a_minority_is_refused() {
    let kit = ledger(Suite::Sm);
    let good = snapshot(&kit);
    // Another ledger with its own validators claims to be this one.
    let other = Kit::with_validators(Suite::Sm, 4);
    let other_id = LedgerId(Digest::from_bytes([7; 32]));
    assert!(matches!(
        restore(&good, &other_id),
        Err(SnapshotError::OtherLedger { .. })
    ));
    drop(other);
    // A certificate by fewer than a quorum, and one by a quorum that is not of this epoch.
    let store = kit.app.store().clone();
    let height = kit.app.head().height.0.to_be_bytes();
    let mut header = kit.app.view().header(kit.app.head().height);
    let header = header.as_mut().expect("memory").as_mut().expect("a header");
    let mut minority = header.clone();
    minority.certificate.signatures.pop();
    let mut other = header.clone();
    other.certificate.round = Round(7);
    for (certified, what) in [(minority, "a minority"), (other, "another round")] {
        let mut batch = Batch::default();
        batch.put(Column::Headers, height, to_bytes(&certified));
        store.commit(batch).expect("memory");
        let mut chunks = Vec::new();
        let manifest = snapshot::make(&store, CHUNK_BYTES, &mut |_, chunk| {
            chunks.push(chunk.to_vec());
            Ok(())
        });
        let manifest = manifest.expect("a snapshot");
        let refused = restore(&Snapshot { manifest, chunks }, &kit.ledger());
        assert!(
            matches!(refused, Err(SnapshotError::Certificate(_))),
            "{what}"
        );
    }
}

#[test]
fn t65_a_set_whose_epoch_has_ended_cannot_make_a_snapshot() {
    let mut kit = ledger(Suite::Intl);
    let before = snapshot(&kit);
    rotate(&mut kit, 2, &[60, 61, 62, 63]);
    kit.next_block();
    let after = snapshot(&kit);
    // The header of before, with the hand-off that ended its set.
    let bytes = splice(&before.manifest, &after.manifest);
    let manifest = Manifest::parse(&bytes).expect("a manifest");
    let chunks = before.chunks;
    let refused = restore(&Snapshot { manifest, chunks }, &kit.ledger());
    assert!(matches!(refused, Err(SnapshotError::Superseded)));
}

/// The manifest `of`, with the hand-offs of `with`.
fn splice(of: &Manifest, with: &Manifest) -> Vec<u8> {
    let header = |manifest: &Manifest| {
        let (all, header) = (manifest.to_bytes(), to_bytes(manifest.header()));
        let mut places = all.windows(header.len()).enumerate();
        let found = places.rfind(|(_, window)| *window == header);
        (all.clone(), found.expect("the header is in there").0)
    };
    let ((of, of_header), (with, with_header)) = (header(of), header(with));
    [&with[..with_header], &of[of_header..]].concat()
}
