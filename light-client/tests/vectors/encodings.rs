//! Bytes that are no bundle, or not in the one form: nothing in them is looked at.

use light_client::{
    cbor::{Writer, to_bytes},
    hash::Digest,
    merkle::Inclusion,
    record::status_key,
    state::{Namespace, StateProof},
};

use crate::scenario::{Scenario, Scene};

const RULES: &str = "README.md Encoding rules";
const LIMITS: &str = "README.md Limits";

pub(crate) fn scenarios(scene: &Scene) -> Vec<Scenario> {
    let ask = |name, clause, bytes| scene.ask(name, clause, "malformed", bytes);
    let good = scene.changed(|_| {});
    let (head, rest) = good.split_at(1);
    assert_eq!(head, [0x83], "a bundle is an array of three");
    let mut all = vec![
        ask("trailing-byte", RULES, [&good[..], &[0]].concat()),
        ask("t41-truncated", RULES, good[..good.len() - 1].to_vec()),
        ask("t41-longer-head", RULES, [&[0x98, 3], rest].concat()),
        ask(
            "t41-indefinite-length",
            RULES,
            [&[0x9f], rest, &[0xff]].concat(),
        ),
        ask(
            "t41-huge-length",
            RULES,
            [&[0x83, 0x7b][..], &[0xff; 8]].concat(),
        ),
        ask("t41-deep-nesting", RULES, vec![0x81; 1000]),
        ask("empty-file", RULES, Vec::new()),
        ask("t40-path-of-65", LIMITS, path_of_65(scene)),
    ];
    all.extend(state_proofs(scene, &good));
    all.extend(sets(scene, &good));
    all
}

/// Replaces one part of a file, which must be there once.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut places = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(from));
    let (Some(at), None) = (places.next(), places.next()) else {
        unreachable!("there is one such part");
    };
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

fn path_of_65(scene: &Scene) -> Vec<u8> {
    scene.changed(|bundle| {
        let origin = bundle.proofs.origin.as_mut().expect("anchored");
        origin.log_path = Inclusion {
            index: origin.log_path.index,
            path: vec![Digest::from_bytes([1; 32]); 65],
        };
    })
}

/// Forms of a state proof that its own decoder refuses.
fn state_proofs(scene: &Scene, good: &[u8]) -> Vec<Scenario> {
    let Some(StateProof::Present(_, registered)) = scene.bundle().proofs.registry else {
        unreachable!("the issuer is registered");
    };
    // [depth, bitmap, [digest, …]], none of them above 23.
    let siblings = to_bytes(&registered);
    let mut unlisted = siblings.clone();
    assert_eq!(
        (unlisted[0], unlisted[2], unlisted[4] >> 5),
        (0x83, 0x41, 4)
    );
    unlisted[4] += 1;
    unlisted.extend(to_bytes(&Digest::from_bytes([1; 32])));
    let mut deeper = Writer::default();
    deeper.array(3).uint(257u16).bytes(&[0; 33]).array(0);
    let ask = |name, from: &[u8], to: &[u8]| {
        let bytes = replaced(good, from, to);
        scene.ask(name, "ledger.md State trees", "malformed", bytes)
    };
    let (key, value) = neighbour(scene);
    let (key, value) = (key.as_bytes(), value.as_bytes());
    let apart = [&[0x58, 0x20], &key[..], &[0x58, 0x20], &value[..]].concat();
    let (first, last) = key.split_at(31);
    let moved = [&[0x58, 0x1f], first, &[0x58, 0x21], last, &value[..]].concat();
    vec![
        ask("t35-a-digest-that-no-level-has", &siblings, &unlisted),
        ask("t36-a-byte-of-the-key-in-the-value", &apart, &moved),
        ask("t40-deeper-than-256", &siblings, &deeper.finish()),
    ]
}

/// The leaf beside which the credential is absent from the status tree: the revoked one.
fn neighbour(scene: &Scene) -> (Digest, Digest) {
    let (ledger, revoked) = (&scene.ledger, &scene.revoked);
    let key = status_key(scene.suite, &ledger.id, &revoked.issuer, &revoked.digest);
    let leaf = ledger.tree(Namespace::Status).absence(&key.hash);
    leaf.neighbour.expect("it is there")
}

/// Hand-offs to sets that are none.
fn sets(scene: &Scene, good: &[u8]) -> Vec<Scenario> {
    let set = &scene.bundle().proofs.handoffs[0].next_set;
    let [first, second] = [0, 1].map(|place| &set.validators()[place]);
    let mut empty = Writer::default();
    empty.array(3).uint(1u8).value(&set.epoch()).array(0);
    let ask = |name, from: Vec<u8>, to: Vec<u8>| {
        let bytes = replaced(good, &from, &to);
        scene.ask(name, "ledger.cddl validator-set", "malformed", bytes)
    };
    vec![
        ask("t11-set-of-none", to_bytes(set), empty.finish()),
        ask("t11-key-twice", to_bytes(&second.key), to_bytes(&first.key)),
        ask(
            "t11-agency-twice",
            to_bytes(&second.agency),
            to_bytes(&first.agency),
        ),
    ]
}
