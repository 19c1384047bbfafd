//! Proofs of log and state: real ones in wrong places, and ones that never were.

use light_client::{
    bundle::{Bundle, Origin},
    hash::Digest,
    id::{LeafIndex, LedgerId, TreeSize},
    merkle::Tree,
    record::{IssuerEntry, Standing, StatusEntry, document_leaf, issuer_key, status_key},
    state::{Absence, Namespace, Siblings, StateKey, StateProof, StateRoots},
};

use crate::{
    scenario::{Scenario, Scene, changed},
    support::{
        Ledger,
        documents::{Agency, Anchored, IDENTITY},
    },
};

const LOG: &str = "verdict.md O1";
const STATE: &str = "ledger.md State trees";
const STANDING: &str = "verdict.md 3.7";

pub(crate) fn scenarios(scene: &Scene) -> Vec<Scenario> {
    let grove = Grove::new(scene);
    let mut all = grove.paths();
    all.extend(grove.standings());
    all.extend(withheld(scene));
    all.extend(other_trees(scene));
    all.extend(other_ledgers(scene));
    all
}

/// The ledger with a batch of five credentials, one of them revoked and one suspended.
struct Grove {
    ledger: Ledger,
    documents: Vec<Anchored>,
}

impl Grove {
    fn new(scene: &Scene) -> Self {
        let mut ledger = scene.ledger.clone();
        let texts: Vec<String> = (10..15)
            .map(|number| scene.police.credential(&ledger, IDENTITY, number))
            .collect();
        let documents = Anchored::credentials(&mut ledger, &scene.police, &texts, IDENTITY);
        documents[1].set_status(&mut ledger, Standing::Revoked);
        documents[2].set_status(&mut ledger, Standing::Suspended);
        ledger.block();
        Self { ledger, documents }
    }

    fn leaf(&self, place: usize) -> Digest {
        document_leaf(self.ledger.suite, &self.documents[place].digest)
    }

    /// Log and batch: the bundle of a document with a change of its origin.
    fn origin(
        &self,
        name: &'static str,
        place: usize,
        expect: &'static str,
        change: impl FnOnce(&mut Origin),
    ) -> Scenario {
        let bytes = changed(&self.documents[place].bundle(&self.ledger), |bundle| {
            change(bundle.proofs.origin.as_mut().expect("anchored"));
        });
        Scenario::new(&self.ledger, name, LOG, expect, bytes)
    }

    fn paths(&self) -> Vec<Scenario> {
        let altered = "document_altered";
        let node = |left: &Digest, right: &Digest| Tree::Batch.node(self.ledger.suite, left, right);
        let last = self.leaf(4);
        let mut paths = vec![
            self.origin("batch-of-five", 3, "valid", |_| {}),
            self.origin("batch-of-five-first", 0, "valid", |_| {}),
            self.origin("batch-of-five-last", 4, "valid", |_| {}),
            self.origin("t31-a-level-left-out", 0, altered, |origin| {
                origin.batch_path.path.remove(0);
            }),
            self.origin("t32-odd-leaf-doubled", 4, altered, |origin| {
                let doubled = [last, node(&last, &last)];
                drop(origin.batch_path.path.splice(0..0, doubled));
            }),
            self.origin("t35-a-sibling-more", 0, "origin_mismatch", |origin| {
                origin.log_path.path.push(Digest::from_bytes([1; 32]));
            }),
            self.origin("t40-shorter-path", 0, altered, |origin| {
                origin.batch_path.path.pop();
            }),
            self.origin("t42-place-beyond-the-batch", 0, altered, |origin| {
                origin.batch_path.index = LeafIndex(7);
            }),
            self.origin("t42-place-beyond-the-log", 0, "origin_mismatch", |origin| {
                origin.log_path.index = LeafIndex(3);
            }),
            self.origin("t43-all-leaves-instead-of-a-path", 0, altered, |origin| {
                origin.batch_path.path = (1..5).map(|place| self.leaf(place)).collect();
            }),
        ];
        paths.push(self.empty_log());
        paths
    }

    /// Validators sign that the log is empty; nothing is in it then.
    fn empty_log(&self) -> Scenario {
        let bytes = changed(&self.documents[0].bundle(&self.ledger), |bundle| {
            let mut header = bundle.proofs.head.header.clone();
            header.core.log_size = TreeSize(0);
            bundle.proofs.head = self.ledger.validators.certify(header);
        });
        Scenario::new(&self.ledger, "t34-empty-log", LOG, "origin_mismatch", bytes)
    }

    fn key(&self, place: usize) -> StateKey {
        let document = &self.documents[place];
        let ledger = &self.ledger;
        status_key(ledger.suite, &ledger.id, &document.issuer, &document.digest)
    }

    /// The revoked document's bundle with another proof of its standing.
    fn standing(&self, name: &'static str, proof: StateProof<StatusEntry>) -> Scenario {
        let bytes = changed(&self.documents[1].bundle(&self.ledger), |bundle| {
            bundle.proofs.status = Some(proof);
        });
        Scenario::new(&self.ledger, name, STATE, "status_proof_invalid", bytes)
    }

    /// What a revocation could be hidden behind.
    fn standings(&self) -> Vec<Scenario> {
        let tree = self.ledger.tree(Namespace::Status);
        let none = || Siblings::new(Vec::new()).expect("none");
        let mut elsewhere = self.key(1);
        elsewhere.namespace = Namespace::Invoice;
        vec![
            self.standing(
                "t33-an-inner-node-as-a-leaf",
                StateProof::Absent(Absence {
                    siblings: none(),
                    neighbour: Some(tree.below_root()),
                }),
            ),
            self.standing(
                "t37-its-own-leaf-as-a-neighbour",
                StateProof::Absent(tree.absence(&self.key(1).hash)),
            ),
            self.standing("t37-absence-of-another", self.ledger.prove(self.key(0))),
            self.standing(
                "t38-an-empty-place-where-it-is",
                StateProof::Absent(Absence {
                    siblings: tree.presence(&self.key(1).hash).0,
                    neighbour: None,
                }),
            ),
            self.standing(
                "t39-a-neighbour-elsewhere",
                StateProof::Absent(tree.absence(&self.key(2).hash)),
            ),
            self.standing("t44-absence-in-another-tree", self.ledger.prove(elsewhere)),
            self.standing("t37-presence-of-another", self.ledger.prove(self.key(2))),
        ]
    }
}

/// The first revoked document is the only leaf of its tree.
fn withheld(scene: &Scene) -> Vec<Scenario> {
    let revoked = scene.revoked.bundle(&scene.ledger);
    let ask = |name, clause, expect, change: &dyn Fn(&mut Bundle)| {
        let bytes = changed(&revoked, |bundle| change(bundle));
        scene.ask(name, clause, expect, bytes)
    };
    let mut earlier = scene.ledger.clone();
    earlier.state.remove(&Namespace::Status);
    let old = scene.revoked.proofs(&earlier).status;
    vec![
        ask(
            "t37-absence-of-before",
            STANDING,
            "status_proof_invalid",
            &|bundle| {
                bundle.proofs.status.clone_from(&old);
            },
        ),
        ask(
            "t37-status-withheld",
            STANDING,
            "status_unchecked",
            &|bundle| {
                bundle.proofs.status = None;
            },
        ),
        ask(
            "t39-the-tree-of-one-leaf",
            STATE,
            "status_proof_invalid",
            &|bundle| {
                bundle.proofs.status = Some(StateProof::Absent(Absence {
                    siblings: Siblings::new(Vec::new()).expect("none"),
                    neighbour: None,
                }));
            },
        ),
    ]
}

fn other_trees(scene: &Scene) -> Vec<Scenario> {
    let ledger = &scene.ledger;
    let nobody = light_client::id::IssuerId::parse("nobody").expect("a name");
    let absent = ledger.prove(issuer_key(scene.suite, &ledger.id, &nobody));
    vec![
        scene.ask(
            "t37-absence-for-an-issuer",
            "verdict.md C6",
            "registry_proof_invalid",
            scene.changed(|bundle| bundle.proofs.registry = Some(absent)),
        ),
        scene.ask(
            "t44-roots-of-nothing",
            "verdict.md L5",
            "state_root_mismatch",
            scene.changed(|bundle| bundle.proofs.roots = StateRoots::empty()),
        ),
    ]
}

/// The same issuer on another ledger.
fn other_ledgers(scene: &Scene) -> Vec<Scenario> {
    let mut other = Ledger::named(scene.suite, 4, "another ledger");
    let police = Agency::register(&mut other, "haizhou-police", 500, &[IDENTITY]);
    let key = issuer_key(scene.suite, &other.id, &police.id);
    let proof: StateProof<IssuerEntry> = other.prove(key);
    let mut ledger = scene.ledger.clone();
    scene.police.amend(&mut ledger, |entry| {
        entry.ledger = LedgerId(Digest::from_bytes([1; 32]));
    });
    ledger.block();
    let entry = scene.identity.bytes(&ledger);
    let clause = "verdict.md C6";
    vec![
        scene.ask(
            "t45-proof-of-another-ledger",
            clause,
            "registry_proof_invalid",
            scene.changed(|bundle| bundle.proofs.registry = Some(proof)),
        ),
        Scenario::new(
            &ledger,
            "t45-entry-of-another-ledger",
            clause,
            "ledger_mismatch",
            entry,
        ),
    ]
}
