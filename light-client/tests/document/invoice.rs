//! Invoices: the commitment, computed a second time from its definition.

use credentials_schemas::{invoice::Invoice, json::Limits};
use light_client::{
    document::InvoiceDocument,
    hash::{Digest, Tag, hash},
    suite::Suite,
};

use crate::support::{SUITES, invoice_bytes};

const SEED: [u8; 32] = [9; 32];

fn document(lines: usize) -> InvoiceDocument {
    InvoiceDocument::parse(&invoice_bytes(lines), SEED, Limits::default()).unwrap()
}

/// RFC 9162 §2.1.1, as it is written there.
fn tree_hash(suite: Suite, leaves: &[Digest]) -> Digest {
    match leaves {
        [] => hash(suite, Tag::FIELD_EMPTY, &[]),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            let (left, right) = (tree_hash(suite, left), tree_hash(suite, right));
            hash(suite, Tag::FIELD_NODE, &[left.as_bytes(), right.as_bytes()])
        }
    }
}

fn salt(suite: Suite, path: &str) -> Vec<u8> {
    let digest = hash(suite, Tag::SALT, &[&SEED, path.as_bytes()]);
    digest.as_bytes()[..16].to_vec()
}

fn expected_root(suite: Suite, invoice: &Invoice) -> Digest {
    let mut leaves = Vec::new();
    for field in invoice.fields() {
        if !Invoice::is_printed(&field.path) {
            let salt = salt(suite, &field.path);
            let parts: [&[u8]; 3] = [&salt, field.path.as_bytes(), &field.value];
            leaves.push(hash(suite, Tag::FIELD_LEAF, &parts));
        }
    }
    tree_hash(suite, &leaves)
}

#[test]
fn the_root_is_that_of_rfc_9162() {
    for lines in [1, 2, 3, 7, 8] {
        let document = document(lines);
        for suite in SUITES {
            assert_eq!(
                document.field_tree(suite).root,
                expected_root(suite, document.invoice())
            );
        }
    }
}

#[test]
fn four_thousand_lines() {
    let document = document(4_000);
    let tree = document.field_tree(Suite::Sm);
    assert_eq!(document.invoice().lines().len(), 4_000);
    assert_eq!(tree.root, expected_root(Suite::Sm, document.invoice()));
    assert_eq!(tree.commitment(Suite::Sm), document.commitment(Suite::Sm));
}

/// A seller that gives two invoices one seed does not make them share one record.
#[test]
fn invoices_with_one_seed_and_two_numbers_have_two_records() {
    let bytes = String::from_utf8(invoice_bytes(1)).unwrap();
    let one = document(1);
    let number = one.number().to_string();
    let mut next = number.clone().into_bytes();
    *next.last_mut().unwrap() ^= 1;
    let other = bytes.replace(&number, std::str::from_utf8(&next).unwrap());
    let other = InvoiceDocument::parse(other.as_bytes(), SEED, Limits::default()).unwrap();
    for suite in SUITES {
        assert_ne!(one.record_name(suite), other.record_name(suite));
    }
}

#[test]
fn everything_depends_on_the_seed() {
    let one = document(1);
    let other = InvoiceDocument::parse(&invoice_bytes(1), [8; 32], Limits::default()).unwrap();
    for suite in SUITES {
        let (one_tree, other_tree) = (one.field_tree(suite), other.field_tree(suite));
        assert_ne!(one_tree.printed, other_tree.printed);
        assert_ne!(one_tree.root, other_tree.root);
        assert_ne!(one.secret(suite), other.secret(suite));
        assert_ne!(one.record_name(suite), one.secret(suite));
    }
    assert_ne!(one.commitment(Suite::Sm), one.commitment(Suite::Intl));
    assert!(
        !format!("{one:?}").contains("9, 9"),
        "the seed is in no log"
    );
}

#[test]
fn t41_only_canonical_bytes() {
    let bytes = invoice_bytes(1);
    let mut spaced = bytes.clone();
    spaced.push(b' ');
    let error = InvoiceDocument::parse(&spaced, SEED, Limits::default()).unwrap_err();
    assert_eq!(error.code(), "TI-04");
    let short = Limits {
        max_bytes: 10,
        ..Limits::default()
    };
    assert!(InvoiceDocument::parse(&bytes, SEED, short).is_err());
}

/// T46 and T51: any other figure, printed or not, is another invoice.
#[test]
fn t46_t51_other_figures_are_another_invoice() {
    let original = document(2).commitment(Suite::Sm);
    let text = String::from_utf8(invoice_bytes(2)).unwrap();
    for (from, to) in [
        ("青禾智能装备股份有限公司", "青禾智能装备股份有限公可"),
        ("深沟球轴承1", "深沟球轴承2"),
        ("26991000000000001025", "26991000000000001026"),
        ("T09:00:00", "T09:00:01"),
    ] {
        let changed = text.replace(from, to);
        assert_ne!(changed, text, "{from}");
        let changed = InvoiceDocument::parse(changed.as_bytes(), SEED, Limits::default());
        assert_ne!(changed.unwrap().commitment(Suite::Sm), original, "{from}");
    }
    for (from, to) in [
        ("17100.00", "17100.01"),
        ("\"85.5\"", "\"85.50\""),
        ("0.13", "0.14"),
    ] {
        let changed = text.replace(from, to);
        assert_ne!(changed, text, "{from}");
        assert!(InvoiceDocument::parse(changed.as_bytes(), SEED, Limits::default()).is_err());
    }
}
