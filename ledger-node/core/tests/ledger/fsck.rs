//! T62: whatever bit of a store is flipped, whatever row is lost or misplaced, shows.

use credentials_schemas::invoice::RedReason;
use ledger_core::{
    App, Fault, QueryError, Refusal, View,
    fsck::{self, Damage, rebuild_indexes},
    store::{Batch, Column, MemoryStore, Store as _},
    transaction::Op,
};
use light_client::{id::Height, record::Standing, suite::Suite};

use crate::{
    kit::{Kit, number},
    scene::{SELLER, Scene},
    snapshots::{ledger, restore, snapshot},
};

/// A ledger with rows in every column: also one transaction and one proposal that wait.
fn full() -> Kit {
    let mut kit = ledger(Suite::Intl);
    let status = Op::SetStatus(kit.status("tax", 200, Standing::Suspended));
    let transaction = kit.sign(42, status);
    kit.submit(&transaction).expect("accepted");
    kit.propose(0);
    kit
}

fn damage(store: &MemoryStore) -> Vec<Damage> {
    fsck::check(store).damage
}

fn rows(store: &MemoryStore, column: Column) -> Vec<(Vec<u8>, Vec<u8>)> {
    let rows = store.scan(column, &[], &[0xff; 128], usize::MAX);
    rows.expect("memory does not fail")
}

/// The store with one row replaced.
fn with(
    store: &MemoryStore,
    column: Column,
    row: &[u8],
    new: Option<(&[u8], &[u8])>,
) -> MemoryStore {
    let store = store.clone();
    let mut batch = Batch::default();
    batch.delete(column, row);
    if let Some((row, value)) = new {
        batch.put(column, row, value);
    }
    store.commit(batch).expect("memory does not fail");
    store
}

#[test]
fn a_good_store_has_no_damage_also_after_a_restore_and_a_prune() {
    for suite in [Suite::Sm, Suite::Intl] {
        let mut kit = ledger(suite);
        assert_eq!(damage(kit.app.store()), []);
        let restored = restore(&snapshot(&kit), &kit.ledger()).expect("a snapshot");
        assert_eq!(damage(&restored), []);
        let report = fsck::check(&restored);
        assert_eq!(report.head.as_ref(), Some(kit.app.head()));
        assert!(report.rows > 100);
        // Replay keys run out, and what was written is replaced and deleted.
        for _ in 0..105 {
            kit.next_block();
        }
        assert_eq!(damage(kit.app.store()), []);
    }
    assert_eq!(damage(full().app.store()), []);
    let founded = Kit::new(Suite::Sm);
    assert_eq!(damage(founded.app.store()), []);
}

#[test]
fn heights_that_are_pruned_leave_nothing_behind() {
    let mut kit = Kit::new(Suite::Intl);
    kit.age(1010);
    assert_eq!(damage(kit.app.store()), []);
    assert!(kit.app.view().earliest_state().expect("a height").0 > 1);
}

#[test]
fn t62_every_flipped_bit_lost_row_and_misplaced_row_is_found() {
    let kit = full();
    let store = kit.app.store();
    // Why a transaction was refused is remembered for courtesy: nothing rests on it, and nothing
    // else says it, so that only what is no refusal at all can be told from one.
    for column in Column::ALL
        .into_iter()
        .filter(|column| *column != Column::Refused)
    {
        let rows = rows(store, column);
        assert!(!rows.is_empty(), "{column:?} has rows");
        let step = rows.len().div_ceil(8);
        for (row, value) in rows.iter().step_by(step) {
            let lost = with(store, column, row, None);
            let dropped = matches!(column, Column::Pending) || is_proposal(column, row);
            // A transaction or proposal that is not there any more was not there.
            assert!(
                dropped || !damage(&lost).is_empty(),
                "{column:?} {row:02x?} lost"
            );
            for at in [0, value.len() / 2, value.len().saturating_sub(1)] {
                let mut flipped = value.clone();
                match flipped.get_mut(at) {
                    Some(byte) => *byte ^= 1 << (at % 8),
                    None => flipped.push(0),
                }
                let flipped = with(store, column, row, Some((row, &flipped)));
                assert!(
                    !damage(&flipped).is_empty(),
                    "{column:?} {row:02x?} byte {at}"
                );
            }
            for at in [0, row.len() / 2, row.len() - 1] {
                let mut misplaced = row.clone();
                misplaced[at] ^= 1 << (at % 8);
                // Where transactions wait in line is nobody's business.
                if column == Column::Pending {
                    continue;
                }
                let moved = with(store, column, row, Some((&misplaced, value)));
                assert!(
                    !damage(&moved).is_empty(),
                    "{column:?} {row:02x?} key byte {at}"
                );
            }
        }
    }
}

/// Whether losing an undecided row is like never having had it: the engine fetches it again.
fn is_proposal(column: Column, row: &[u8]) -> bool {
    column == Column::Undecided && row.get(8) != Some(&0)
}

/// A store of a time when there was no table of the newest versions gets it when it is opened.
#[test]
fn a_store_without_newest_versions_is_given_them() {
    let kit = full();
    let good = kit.app.store();
    let mut batch = Batch::default();
    for (row, _) in rows(good, Column::Newest) {
        batch.delete(Column::Newest, row);
    }
    for (row, tag) in rows(good, Column::Stale) {
        if tag == [2] {
            batch.put(Column::Stale, row, [1]);
        }
    }
    let store = good.clone();
    store.commit(batch).expect("memory does not fail");
    let opened = App::open(store).expect("a ledger");
    for column in [Column::Newest, Column::Stale] {
        assert_eq!(rows(opened.store(), column), rows(good, column));
    }
    assert_eq!(damage(opened.store()), []);
}

#[test]
fn indexes_are_made_again_from_what_they_follow_from() {
    let kit = full();
    let good = kit.app.store();
    let store = good.clone();
    let mut batch = Batch::default();
    for column in [
        Column::Leases,
        Column::Newest,
        Column::Replays,
        Column::Transactions,
    ] {
        let (row, value) = rows(good, column).swap_remove(0);
        batch.delete(column, row);
        batch.put(column, vec![0xee; 40], value);
    }
    store.commit(batch).expect("memory does not fail");
    assert!(fsck::check(&store).is_in_indexes_only());
    rebuild_indexes(&store).expect("the state is whole");
    assert_eq!(damage(&store), []);
    for column in [
        Column::Leases,
        Column::Newest,
        Column::Replays,
        Column::Transactions,
    ] {
        assert_eq!(rows(&store, column), rows(good, column), "{column:?}");
    }
    // And they work: a number that was leased is still leased.
    let mut repaired = App::open(store).expect("a ledger");
    let mut lease = kit.lease(44, "tax", 100, 10);
    lease.first = number(95);
    let mut kit = kit;
    let transaction = kit.sign(40, Op::Lease(lease));
    let answers = repaired.submit(&[transaction.to_bytes()]).expect("memory");
    assert_eq!(answers, [Err(Refusal::NumbersLeased)]);
}

#[test]
fn damage_of_the_state_itself_is_not_repaired_in_place() {
    let kit = full();
    let store = kit.app.store();
    let (row, mut value) = rows(store, Column::Nodes).swap_remove(0);
    *value.last_mut().expect("bytes") ^= 1;
    let damaged = with(store, Column::Nodes, &row, Some((&row, &value)));
    let report = fsck::check(&damaged);
    assert!(!report.damage.is_empty() && !report.is_in_indexes_only());
    assert!(report.damage[0].to_string().starts_with("nodes "));
}

/// Every operation that writes a leaf is known to: else its place in the log would seem wrong, and
/// a repair would write the wrong one.
#[test]
fn a_ledger_with_red_letters_has_no_damage() {
    let mut scene = Scene::new(Suite::Intl);
    let blue = scene.issue(1, 100, None);
    let red = scene.red(&blue, 30, RedReason::Return);
    let red = scene.kit.sign(SELLER, Op::RedLetter(red));
    let issue = scene.kit.issue(SELLER, "tax", 1, &[(2, 5)]);
    let issue = scene.kit.sign(SELLER, Op::Issue(issue));
    scene.kit.block(&[red, issue]);
    assert_eq!(damage(scene.kit.app.store()), []);
    rebuild_indexes(scene.kit.app.store()).expect("a whole state");
    assert_eq!(damage(scene.kit.app.store()), []);
}

#[test]
fn a_header_in_another_s_place_is_not_served() {
    let kit = full();
    let headers = rows(kit.app.store(), Column::Headers);
    let (row, (_, other)) = (&headers[0].0, &headers[1]);
    let store = with(kit.app.store(), Column::Headers, row, Some((row, other)));
    let served = View::new(store).final_header(Some(Height(1)));
    assert!(matches!(
        served,
        Err(QueryError::Fault(Fault::Misplaced(_)))
    ));
}
