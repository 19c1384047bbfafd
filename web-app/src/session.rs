//! What the pages share: the verifier, the wallet's documents with their verdicts, the trust
//! anchors, and whether the portal answers.

use std::collections::BTreeMap;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use wording::clock::now_ms;
use wording::report::Report;
use yew::prelude::*;

use crate::browser::{Listener, origin, window};
use crate::settings::ProviderProps;
use crate::verification::{Verifier, VerifierError};
use crate::wallet::documents::{self, StoredDocument};
use crate::wallet::proofs;
use crate::wallet::trust::{self, Judgement, Pin};

/// Asks the portal this often whether it is there.
const PING_MS: u32 = 20_000;

/// Whether the portal answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connection {
    /// It does not.
    Offline,
    /// It does.
    Online,
    /// Not asked yet.
    Unknown,
}

/// The verdict on a document, or why there is none.
pub(crate) type Checked = Result<Rc<Report>, VerifierError>;

/// What the pages share.
#[derive(Clone, PartialEq)]
pub(crate) struct Shared {
    /// The wallet's documents, newest first.
    pub(crate) documents: Rc<Vec<StoredDocument>>,
    /// Verdicts by document id.
    pub(crate) checked: BTreeMap<String, Checked>,
    /// Whether the portal answers.
    pub(crate) connection: Connection,
    /// Signed time of the newest header that this device has checked.
    pub(crate) as_of_ms: Option<u64>,
    /// The trust anchors of this device; `None` until the portal was asked once.
    pub(crate) pins: Option<Rc<Vec<Pin>>>,
    /// Another ledger than those pinned, which the portal presents: not trusted.
    pub(crate) offered_pin: Option<Pin>,
    /// The browser refused to store the documents.
    pub(crate) storage_failed: bool,
}

/// What can happen to [`Shared`].
pub(crate) enum Event {
    /// A verdict was reached.
    Checked(String, Checked),
    /// The portal answered, or did not.
    Connection(Connection),
    /// The user trusts what the portal presents as well.
    AcceptOffered,
    /// The portal presents another ledger than those pinned.
    Conflict(Pin),
    /// The pin at this place has learned a header of this time.
    Learned(usize, Vec<u8>, u64),
    /// The pins are settled.
    Pins(Rc<Vec<Pin>>),
    /// A document was received or got other proofs, with its verdict if there is one already.
    Put(StoredDocument, Option<Checked>),
    /// A document was removed.
    Remove(String),
    /// A verdict on a file outside the wallet has seen a header of this time.
    Seen(u64),
}

impl Reducible for Shared {
    type Action = Event;

    fn reduce(self: Rc<Self>, event: Event) -> Rc<Self> {
        let mut next = (*self).clone();
        match event {
            Event::Checked(id, checked) => next.take_in(id, checked),
            Event::Connection(connection) => next.connection = connection,
            Event::AcceptOffered => {
                let held = self.pins.clone().unwrap_or_default();
                let pins: Vec<Pin> = held
                    .iter()
                    .cloned()
                    .chain(next.offered_pin.take())
                    .collect();
                trust::save(&pins);
                next.pins = Some(Rc::new(pins));
                next.checked.clear();
            }
            Event::Conflict(pin) => next.offered_pin = Some(pin),
            Event::Learned(place, file, time_ms) => {
                let mut pins = next.pins.as_deref().cloned().unwrap_or_default();
                if let Some(pin) = pins.get_mut(place)
                    && let Some(learned) = pin.learned(&file, time_ms)
                {
                    *pin = learned;
                    trust::save(&pins);
                    next.pins = Some(Rc::new(pins));
                }
            }
            Event::Pins(pins) => {
                next.pins = Some(pins);
                next.checked.clear();
            }
            Event::Put(document, checked) => {
                next.checked.remove(&document.id);
                if let Some(checked) = checked {
                    next.take_in(document.id.clone(), checked);
                }
                next.set_documents(documents::put(&self.documents, document));
            }
            Event::Remove(id) => {
                next.checked.remove(&id);
                next.set_documents(
                    self.documents
                        .iter()
                        .filter(|held| held.id != id)
                        .cloned()
                        .collect(),
                );
            }
            Event::Seen(as_of_ms) => next.as_of_ms = next.as_of_ms.max(Some(as_of_ms)),
        }
        next.into()
    }
}

impl Shared {
    fn load() -> Self {
        let pins = trust::load();
        Self {
            documents: Rc::new(documents::load()),
            checked: BTreeMap::new(),
            connection: Connection::Unknown,
            as_of_ms: None,
            pins: (!pins.is_empty()).then_some(pins),
            offered_pin: None,
            storage_failed: false,
        }
    }

    fn take_in(&mut self, id: String, checked: Checked) {
        let seen = checked
            .as_ref()
            .ok()
            .and_then(|report| report.freshness)
            .map(|freshness| freshness.as_of_ms);
        self.as_of_ms = self.as_of_ms.max(seen);
        self.checked.insert(id, checked);
    }

    fn set_documents(&mut self, list: Vec<StoredDocument>) {
        self.storage_failed = documents::save(&list).is_err();
        self.documents = Rc::new(list);
    }
}

/// The shared state and the verifier.
#[derive(Clone, PartialEq)]
pub(crate) struct Session {
    /// The light client in its worker.
    pub(crate) verifier: Verifier,
    /// The shared state.
    pub(crate) shared: UseReducerHandle<Shared>,
}

/// The shared state and the verifier.
#[hook]
pub(crate) fn use_session() -> Session {
    use_context::<Session>().expect("SessionProvider surrounds the pages")
}

impl Session {
    /// The digest by which a document is registered.
    pub(crate) async fn digest(&self, file: Vec<u8>) -> Result<String, VerifierError> {
        let pins = self.shared.pins.clone().unwrap_or_default();
        self.verifier.digest(file, &pins).await
    }

    /// The verdict on a file as of now, with the trust anchors of this device.
    pub(crate) async fn check(&self, file: Vec<u8>) -> Checked {
        let pins = self.shared.pins.clone().unwrap_or_default();
        let report = self
            .verifier
            .verify(file.clone(), &pins)
            .await
            .map(Rc::new)?;
        self.learn(file, &report, &pins).await;
        Ok(report)
    }

    /// Remembers what a checked bundle proves of its ledger, so that nothing older can take its
    /// place later.
    async fn learn(&self, file: Vec<u8>, report: &Report, pins: &[Pin]) {
        let Some((ledger, time_ms)) = report.learnable() else {
            return;
        };
        let news = pins
            .iter()
            .enumerate()
            .find(|(_, pin)| pin.can_learn(ledger, time_ms));
        if let Some((place, pin)) = news
            && let Ok(trust_file) = self.verifier.learn(file, pin).await
        {
            self.shared
                .dispatch(Event::Learned(place, trust_file, time_ms));
        }
    }
}

/// Gives the shared state to everything inside it, and keeps it current.
#[component]
pub(crate) fn SessionProvider(props: &ProviderProps) -> Html {
    let verifier = use_memo((), |()| Verifier::start());
    let shared = use_reducer(Shared::load);
    let session = Session {
        verifier: (*verifier).clone(),
        shared,
    };
    use_trust(session.clone());
    use_connection(session.shared.dispatcher());
    use_checks(session.clone());
    html! { <ContextProvider<Session> context={session}>{ props.children.clone() }</ContextProvider<Session>> }
}

/// Asks the portal for its trust store once and judges it against the pins.
#[hook]
fn use_trust(session: Session) {
    use_effect_with((), move |()| {
        spawn_local(async move {
            let pins = session.shared.pins.clone().unwrap_or_default();
            let offered = offered_pin(&session.verifier).await;
            let settled =
                match offered.map(|pin| (trust::judge(&pins, &pin.from, &pin.anchors), pin)) {
                    Some((Judgement::Conflict, pin)) => {
                        session.shared.dispatch(Event::Conflict(pin));
                        pins
                    }
                    Some((Judgement::New, pin)) => {
                        let all: Vec<Pin> = pins.iter().cloned().chain([pin]).collect();
                        trust::save(&all);
                        Rc::new(all)
                    }
                    Some((Judgement::Known, _)) | None => pins,
                };
            if session.shared.pins.as_ref() != Some(&settled) {
                session.shared.dispatch(Event::Pins(settled));
            }
        });
    });
}

async fn offered_pin(verifier: &Verifier) -> Option<Pin> {
    let file = proofs::trust_file().await.ok()?;
    let anchors = verifier.anchors(file.clone()).await.ok()?;
    Some(Pin::new(anchors, &file, origin(), now_ms()))
}

/// Learns whether the portal answers: at the start, every so often, and when the browser knows more.
#[hook]
fn use_connection(dispatcher: UseReducerDispatcher<Shared>) {
    use_effect_with((), move |()| {
        let ask = move || {
            let dispatcher = dispatcher.clone();
            spawn_local(async move {
                let answers = proofs::site_answers().await;
                let connection = if answers {
                    Connection::Online
                } else {
                    Connection::Offline
                };
                dispatcher.dispatch(Event::Connection(connection));
            });
        };
        ask();
        let listeners =
            ["online", "offline"].map(|event| Listener::new(&window(), event, ask.clone()));
        let interval = gloo_timers::callback::Interval::new(PING_MS, ask);
        move || drop((listeners, interval))
    });
}

/// Checks every document that has no verdict yet.
#[hook]
fn use_checks(session: Session) {
    let unchecked: Vec<StoredDocument> = {
        let shared = &session.shared;
        let missing = |held: &&StoredDocument| !shared.checked.contains_key(&held.id);
        shared.documents.iter().filter(missing).cloned().collect()
    };
    let ready = session.shared.pins.is_some();
    use_effect_with((unchecked, ready), move |(unchecked, ready)| {
        for document in unchecked.iter().filter(|_| *ready).cloned() {
            let session = session.clone();
            spawn_local(async move {
                let checked = session.check(document.content.to_vec()).await;
                session
                    .shared
                    .dispatch(Event::Checked(document.id, checked));
            });
        }
    });
}
