//! The formats, pinned. A change here is a change of format: one commit with the specification,
//! the vectors and the changelog.

use ledger_core::transaction::{Action, Op};
use light_client::{
    cbor::to_bytes,
    hash::{Hasher, Tag, hash},
    id::Height,
    record::Standing,
    suite::Suite,
};

use crate::kit::{DEGREE, INVOICE, Kit};

/// A ledger in which every operation has happened once, without the rotation.
fn kit(suite: Suite) -> Kit {
    let mut kit = Kit::with_validators(suite, 4);
    kit.register("uni", &[(30, DEGREE, None)]);
    kit.register("tax", &[(40, INVOICE, Some(500))]);
    let amend = Action::Amend(kit.change("uni", &[(30, DEGREE, Some(400)), (31, DEGREE, None)]));
    let amend = kit.decide(1, amend, &[0, 1, 2]);
    let anchor = kit.sign(30, Op::Anchor(kit.anchor(30, "uni", DEGREE, 7)));
    let revoke = kit.sign(30, Op::SetStatus(kit.status("uni", 5, Standing::Revoked)));
    let lease = kit.sign(40, Op::Lease(kit.lease(41, "tax", 1, 100)));
    kit.block(&[amend, anchor, revoke, lease]);
    let issue = kit.sign(
        41,
        Op::Issue(kit.issue(41, "tax", 1, &[(17, 54_500), (18, 100)])),
    );
    kit.block(&[issue]);
    kit.next_block();
    kit
}

#[test]
fn headers_and_therefore_logs_states_and_bodies() {
    let pinned = [
        (
            Suite::Sm,
            "af4470084695360df9b0a8e75b9ecb34283c2a64550bbe2b2a7c9e25ecff86f9",
        ),
        (
            Suite::Intl,
            "a315908e0301f5ec7ebb2bf0a76e1e7d477ee2a107405f979a863f7dad0b1ea3",
        ),
    ];
    for (suite, expected) in pinned {
        let head = kit(suite).app.head().header_hash;
        assert_eq!(head.to_hex(), expected, "{suite:?}");
    }
}

#[test]
fn blocks_as_they_are_stored_and_sent() {
    let pinned = [
        (
            Suite::Sm,
            "d8d261afdd499181e3e8824a4345c80338861ac229831c57aea188a5790b36d0",
        ),
        (
            Suite::Intl,
            "f21c4c44e6efa75d30267e7295867d3007f858a9a6d996a2c71b39245ece1960",
        ),
    ];
    for (suite, expected) in pinned {
        let kit = kit(suite);
        let mut hasher = Hasher::new(Suite::Intl);
        for height in 1..=kit.app.head().height.0 {
            let header = kit.app.view().header(Height(height)).expect("a row");
            hasher.update(&to_bytes(&header.expect("final")));
            let body = kit.app.view().body(Height(height)).expect("a row");
            hasher.update(&to_bytes(&body.expect("final")));
        }
        assert_eq!(hasher.finish().to_hex(), expected, "{suite:?}");
    }
}

#[test]
fn the_ledger_id_and_the_tags() {
    let id = Kit::new(Suite::Sm).ledger();
    assert_eq!(
        id.0.to_hex(),
        "d9356e1aac612921f1b360e5b55f233382e8858a54ebe9c9c3cb3bfcb61a853e"
    );
    let tag = hash(Suite::Sm, Tag::TRANSACTION, &[b"body"]);
    assert_eq!(
        tag.to_hex(),
        "f20e5f15d224f320ee84b409d6ea9044fa20319b03f9c72e19da0d836874249e"
    );
}
