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
            "5f90cc8d552590eee42190440769323e3bcb4e30c426461fde6bb86350f8db2c",
        ),
        (
            Suite::Intl,
            "4d7d42e03291928b586e6190fbf6a93e81315f33f8379ca9781892f83906bd2e",
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
            "92424b1a08517c3951088d4601b94a6fa8511fddf3d10d19c9ac6ad3e4a6af81",
        ),
        (
            Suite::Intl,
            "a8ac615b43a7bd8134321fdeecdda973cf7b02ed6ecacd4bed86f2f2042293bc",
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
