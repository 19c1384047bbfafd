//! Proofs of log and state inside a bundle.

use light_client::{
    hash::Digest,
    id::{LeafIndex, TreeSize},
    record::{Standing, status_key},
    state::{Absence, Namespace, Siblings, StateProof, StateRoots},
    suite::Suite,
    verdict::Reason,
};

use super::{Scene, invalid, undetermined};

#[test]
fn t37_a_revocation_cannot_be_hidden_behind_another_proof() {
    let mut scene = Scene::new();
    let before = scene.bundle();
    scene.documents[1].set_status(&mut scene.ledger, Standing::Revoked);
    scene.ledger.block();
    let revoked = scene.bundle();
    assert_eq!(scene.decide(&revoked), invalid(Reason::Revoked));

    let mut old_absence = revoked.clone();
    old_absence.proofs.status = before.proofs.status;
    assert_eq!(
        scene.decide(&old_absence),
        invalid(Reason::StatusProofInvalid)
    );

    let mut anothers = revoked.clone();
    anothers.proofs.status = scene.documents[0].proofs(&scene.ledger).status;
    assert_eq!(scene.decide(&anothers), invalid(Reason::StatusProofInvalid));

    let mut withheld = revoked;
    withheld.proofs.status = None;
    assert_eq!(
        scene.decide(&withheld),
        undetermined(Reason::StatusUnchecked)
    );
}

#[test]
fn t42_a_path_to_another_place_or_size() {
    let scene = Scene::new();
    let outcome = scene.after(|bundle| {
        bundle
            .proofs
            .origin
            .as_mut()
            .expect("anchored")
            .batch_path
            .index = LeafIndex(7);
    });
    assert_eq!(outcome, invalid(Reason::DocumentAltered));
    let outcome = scene.after(|bundle| {
        bundle
            .proofs
            .origin
            .as_mut()
            .expect("anchored")
            .log_path
            .index = LeafIndex(1);
    });
    assert_eq!(outcome, invalid(Reason::OriginMismatch));
    let outcome = scene.resigned(|header| header.core.log_size = TreeSize(0));
    assert_eq!(outcome, invalid(Reason::OriginMismatch));
}

#[test]
fn t44_a_proof_of_another_namespace() {
    let scene = Scene::new();
    let outcome = scene.after(|bundle| {
        let key = status_key(
            Suite::Intl,
            &scene.ledger.id,
            &scene.agency.id,
            &scene.documents[1].digest,
        );
        // Absence proved in the empty invoice tree, offered as absence from the status tree.
        let mut elsewhere = key;
        elsewhere.namespace = Namespace::Invoice;
        bundle.proofs.status = Some(scene.ledger.prove(elsewhere));
        bundle.proofs.roots = StateRoots::empty();
    });
    assert_eq!(outcome, invalid(Reason::StateRootMismatch));
}

#[test]
fn t45_an_entry_of_another_ledger() {
    let scene = Scene::new();
    let outcome = scene.after(|bundle| {
        let Some(StateProof::Present(entry, _)) = &mut bundle.proofs.registry else {
            panic!("the issuer is registered")
        };
        entry.ledger.0 = Digest::from_bytes([1; 32]);
    });
    assert_eq!(outcome, invalid(Reason::RegistryProofInvalid));
}

/// T31: without its lowest level, or as long as another leaf's, a path leads nowhere.
#[test]
fn t31_an_inner_node_in_a_leafs_place() {
    let outcome = Scene::new().after(|bundle| {
        let origin = bundle.proofs.origin.as_mut().expect("anchored");
        origin.batch_path.path.remove(0);
    });
    assert_eq!(outcome, invalid(Reason::DocumentAltered));
}

/// T34: a header that says the log is empty has nothing in it, whatever the path.
#[test]
fn t34_an_empty_log_or_path_proves_no_origin() {
    let scene = Scene::new();
    let outcome = scene.resigned(|header| header.core.log_size = TreeSize(0));
    assert_eq!(outcome, invalid(Reason::OriginMismatch));
    let outcome = scene.after(|bundle| {
        bundle.proofs.registry = Some(StateProof::Absent(Absence {
            siblings: Siblings::new(Vec::new()).expect("none"),
            neighbour: None,
        }));
    });
    assert_eq!(outcome, invalid(Reason::RegistryProofInvalid));
}

/// T35: a sibling more than the tree has is refused, as is one fewer (T40).
#[test]
fn t35_t40_a_sibling_more_or_fewer() {
    let scene = Scene::new();
    let outcome = scene.after(|bundle| {
        let origin = bundle.proofs.origin.as_mut().expect("anchored");
        origin.log_path.path.push(Digest::from_bytes([1; 32]));
    });
    assert_eq!(outcome, invalid(Reason::OriginMismatch));
    let outcome = scene.after(|bundle| {
        let origin = bundle.proofs.origin.as_mut().expect("anchored");
        origin.batch_path.path.pop();
    });
    assert_eq!(outcome, invalid(Reason::DocumentAltered));
}

/// T38, T39: a revoked document is not absent because some place is empty, or some leaf elsewhere.
#[test]
fn t38_t39_an_empty_place_or_a_neighbour_elsewhere_hides_no_revocation() {
    let mut scene = Scene::new();
    scene.documents[1].set_status(&mut scene.ledger, Standing::Revoked);
    scene.ledger.block();
    let alone = scene.bundle();
    scene.documents[2].set_status(&mut scene.ledger, Standing::Revoked);
    scene.ledger.block();
    let of_two = scene.bundle();
    let key = |place: usize| {
        let document = &scene.documents[place];
        status_key(
            Suite::Intl,
            &scene.ledger.id,
            &document.issuer,
            &document.digest,
        )
    };
    let tree = scene.ledger.tree(Namespace::Status);
    let empty = |siblings| Absence {
        siblings,
        neighbour: None,
    };
    let none = || Siblings::new(Vec::new()).expect("none");
    for (bundle, absence) in [
        (&alone, empty(none())),
        (&of_two, empty(none())),
        (&of_two, empty(tree.presence(&key(1).hash).0)),
        (&of_two, tree.absence(&key(1).hash)),
        (&of_two, tree.absence(&key(2).hash)),
    ] {
        assert_eq!(scene.decide(bundle), invalid(Reason::Revoked));
        let mut hidden = bundle.clone();
        hidden.proofs.status = Some(StateProof::Absent(absence));
        assert_eq!(scene.decide(&hidden), invalid(Reason::StatusProofInvalid));
    }
}
