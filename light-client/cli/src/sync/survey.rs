//! What portals say, checked: each alone, then against each other and against what is known.

use light_client::{
    certificate::CertifiedHeader,
    handoff::Handoff,
    id::{Height, LedgerId, TimeMs},
    policy::MAX_CLOCK_SKEW_MS,
    trust::{TrustError, TrustStore, TrustedLedger},
};

use super::portal::Portal;
use crate::words::{Lang, Text};

/// What is known, and the time.
pub(super) struct Survey<'a> {
    pub(super) trust: &'a TrustStore,
    pub(super) now: TimeMs,
}

/// A portal and what came of asking it.
pub(super) struct Finding {
    pub(super) portal: Portal,
    /// Who operates it, as it says; empty if it did not say.
    pub(super) operator: String,
    pub(super) answer: Result<Answer, Fault>,
}

impl Finding {
    /// The ledger of its answer, if that holds.
    pub(super) fn ledger(&self) -> Option<LedgerId> {
        self.answer.as_ref().ok().map(|answer| answer.ledger.id())
    }
}

/// What a portal says: not yet checked.
struct Fetched {
    ledger: TrustedLedger,
    head: CertifiedHeader,
    handoffs: Vec<Handoff>,
}

/// A verified answer, and the ledger as it is known with it.
pub(super) struct Answer {
    pub(super) head: CertifiedHeader,
    handoffs: Vec<Handoff>,
    ledger: TrustedLedger,
}

/// Why a portal is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Its head is ahead of the clock.
    Future,
    /// What it says is not in our formats.
    NotOurs,
    /// What it says does not hold.
    Refused(TrustError),
    /// It answered with another HTTP status than 200.
    Status(u16),
    /// Its ledger is not in the trust store.
    UnknownLedger,
    /// It does not answer.
    Unreachable,
}

impl Fault {
    /// Why, for people.
    pub(crate) fn words(self, lang: Lang) -> String {
        let text = match self {
            Self::Future => Text::new("它的时间超前", "its time is ahead of the clock"),
            Self::NotOurs => Text::new("答复不是约定的格式", "its answer is not in our formats"),
            Self::Refused(error) => {
                return match lang {
                    Lang::Zh => format!("答复不成立：{error}"),
                    Lang::En => format!("its answer does not hold: {error}"),
                };
            }
            Self::Status(status) => return format!("HTTP {status}"),
            Self::UnknownLedger => Text::new(
                "它的账本不在信任文件里",
                "its ledger is not in the trust store",
            ),
            Self::Unreachable => Text::new("没有答复", "it does not answer"),
        };
        text.of(lang).to_owned()
    }
}

/// Headers that are certified and exclude each other, each with where it came from; with the last
/// headers of the epochs that led there, which may be what the contradiction comes to.
pub(super) struct Conflict {
    pub(super) heads: Vec<Found>,
}

/// A header and where it came from.
type Found = (String, CertifiedHeader);

/// Where our own header came from.
const OURS: &str = "-";

impl Survey<'_> {
    /// Asks a portal, and checks what it says by what is known alone.
    pub(super) fn ask(&self, portal: Portal) -> Result<Finding, Conflict> {
        let status = portal.status();
        let fetched = status.as_ref().map_err(|fault| *fault);
        let answer = match fetched.and_then(|_| self.fetch(&portal)) {
            Ok(fetched) => self.check(&portal, fetched)?,
            Err(fault) => Err(fault),
        };
        Ok(Finding {
            portal,
            operator: status.map(|status| status.operator).unwrap_or_default(),
            answer,
        })
    }

    fn fetch(&self, portal: &Portal) -> Result<Fetched, Fault> {
        let head = portal.newest()?;
        let core = &head.header.core;
        let known = self
            .trust
            .ledger(&core.ledger)
            .ok_or(Fault::UnknownLedger)?;
        if core.time_ms.0 > self.now.0.saturating_add(MAX_CLOCK_SKEW_MS) {
            return Err(Fault::Future);
        }
        let handoffs = portal.handoffs(known.newest_set().epoch(), core.epoch)?;
        Ok(Fetched {
            ledger: known.clone(),
            head,
            handoffs,
        })
    }

    fn check(&self, portal: &Portal, fetched: Fetched) -> Result<Result<Answer, Fault>, Conflict> {
        let Fetched {
            mut ledger,
            head,
            handoffs,
        } = fetched;
        match ledger.follow(&handoffs) {
            Ok(()) => {}
            // Only epochs that are new were asked for, so this one is certified by the set that is
            // known: it ends its epoch otherwise than our newest header says.
            Err(TrustError::HandoffConflict { epoch }) => {
                let lasts = handoffs.into_iter().map(|handoff| handoff.last);
                let mut ends = lasts.filter(|last| last.header.core.epoch.0 == epoch);
                let theirs = ends.next().unwrap_or(head);
                let ours = self.ours(&ledger.id());
                let theirs = (portal.url().to_owned(), theirs);
                return Err(Conflict {
                    heads: ours.into_iter().chain([theirs]).collect(),
                });
            }
            Err(error) => return Ok(Err(Fault::Refused(error))),
        }
        Ok(check(&ledger, &head).map(|()| Answer {
            head,
            handoffs,
            ledger,
        }))
    }

    /// Compares what the portals have at the heights that they should all have: of each ledger the
    /// lowest of their heads, and the newest that is known already. A portal whose header does not hold
    /// there is not used.
    pub(super) fn compare(&self, findings: &mut [Finding]) -> Option<Conflict> {
        let ledgers: Vec<LedgerId> = self.trust.ledgers().map(TrustedLedger::id).collect();
        for id in ledgers {
            for height in self.heights(&id, findings) {
                let mut heads: Vec<Found> = self
                    .ours(&id)
                    .filter(|(_, ours)| ours.header.core.height == height)
                    .into_iter()
                    .collect();
                for finding in findings.iter_mut() {
                    let theirs = theirs(finding, &id, height);
                    heads.extend(theirs.map(|theirs| (finding.portal.url().to_owned(), theirs)));
                }
                if let Some(conflict) = contradiction(heads) {
                    return Some(conflict.with_ends(&id, findings));
                }
            }
        }
        None
    }

    fn heights(&self, id: &LedgerId, findings: &[Finding]) -> Vec<Height> {
        let answers = findings
            .iter()
            .filter_map(|finding| finding.answer.as_ref().ok());
        let heads = answers.filter(|answer| answer.ledger.id() == *id);
        let lowest = heads.map(|answer| answer.head.header.core.height).min();
        let newest = self.trust.ledger(id).and_then(TrustedLedger::newest_header);
        let newest = newest.map(|newest| newest.header().core.height);
        lowest.into_iter().chain(newest).collect()
    }

    /// Learns from all answers, the oldest first.
    pub(super) fn learn(&self, findings: &[Finding]) -> Result<TrustStore, Conflict> {
        let mut usable: Vec<(&Finding, &Answer)> = findings
            .iter()
            .filter_map(|finding| Some((finding, finding.answer.as_ref().ok()?)))
            .collect();
        usable.sort_by_key(|(_, answer)| answer.head.header.core.height);
        let mut trust = self.trust.clone();
        for (finding, answer) in usable {
            let id = answer.ledger.id();
            let known = trust.ledger(&id).and_then(TrustedLedger::newest_certified);
            let height = answer.head.header.core.height;
            if known.is_some_and(|known| known.header.core.height >= height) {
                continue;
            }
            let known = known.map(|known| (OURS.to_owned(), known.clone()));
            // It holds by itself: what stands against it can only be another one's truth.
            if trust.advance(&id, &answer.handoffs, &answer.head).is_err() {
                let theirs = (finding.portal.url().to_owned(), answer.head.clone());
                let conflict = Conflict {
                    heads: known.into_iter().chain([theirs]).collect(),
                };
                return Err(conflict.with_ends(&id, findings));
            }
        }
        Ok(trust)
    }

    fn ours(&self, id: &LedgerId) -> Option<Found> {
        let ours = self.trust.ledger(id)?.newest_certified()?;
        Some((OURS.to_owned(), ours.clone()))
    }
}

impl Conflict {
    fn with_ends(mut self, id: &LedgerId, findings: &[Finding]) -> Self {
        for finding in findings {
            if let Some(answer) = finding
                .answer
                .as_ref()
                .ok()
                .filter(|a| a.ledger.id() == *id)
            {
                let ends = answer.handoffs.iter().map(|handoff| handoff.last.clone());
                self.heads
                    .extend(ends.map(|end| (finding.portal.url().to_owned(), end)));
            }
        }
        self
    }
}

/// The first of these headers of one height, and the first that differs from it.
fn contradiction(heads: Vec<Found>) -> Option<Conflict> {
    let mut heads = heads.into_iter();
    let first = heads.next()?;
    let other = heads.find(|(_, head)| head.header != first.1.header)?;
    Some(Conflict {
        heads: vec![first, other],
    })
}

/// A portal's header at a height, if it has one; one that does not hold makes the portal unusable.
fn theirs(finding: &mut Finding, id: &LedgerId, height: Height) -> Option<CertifiedHeader> {
    let answer = finding.answer.as_ref().ok()?;
    if answer.ledger.id() != *id || answer.head.header.core.height < height {
        return None;
    }
    if answer.head.header.core.height == height {
        return Some(answer.head.clone());
    }
    let checked = finding.portal.header(height).and_then(|header| {
        check(&answer.ledger, &header)?;
        Ok(header)
    });
    match checked {
        Ok(header) => Some(header),
        // It may have pruned it.
        Err(Fault::Status(_) | Fault::Unreachable) => None,
        Err(fault) => {
            finding.answer = Err(fault);
            None
        }
    }
}

/// Whether a header is certified by the set of its epoch, and within that.
fn check(ledger: &TrustedLedger, head: &CertifiedHeader) -> Result<(), Fault> {
    let core = &head.header.core;
    let outside = Fault::Refused(TrustError::OutsideEpoch {
        epoch: core.epoch.0,
    });
    let set = ledger.set_of(core.epoch).ok_or(outside)?;
    head.check(set)
        .map_err(|error| Fault::Refused(TrustError::Certificate(error)))?;
    if core.ledger == ledger.id() && ledger.spans(core.epoch, core.height) {
        Ok(())
    } else {
        Err(outside)
    }
}
