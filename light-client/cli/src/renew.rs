//! `tallystick renew`: what a bundle needs when its validators' epoch has ended.
//!
//! A portal proves the bundle's header by the pinned checkpoint, which is for good, or else by the
//! newest header, which is until its epoch ends. It is not believed: what does not hold is not
//! written.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use light_client::{
    bundle::Bundle,
    cbor::to_bytes,
    handoff::Handoff,
    id::{Epoch, LedgerId, TimeMs},
    key::KnownKeys,
    policy::Policy,
    trust::{TrustStore, TrustedLedger},
    verdict::Reason,
    verify_with,
};

use crate::{
    args::Failure,
    input::{self, Inputs},
    moment, output,
    progress::Progress,
    sync::{Fault, Portal, PortalUrl},
    words::{self, Lang, Text, clean},
};

/// The validators of some epochs: hand-offs are much the same from bundle to bundle.
const KNOWN_KEYS: usize = 256;

#[derive(Debug, clap::Args)]
pub(crate) struct RenewOptions {
    /// Bundles (.tally); of a folder, every .tally file in it and in the folders in it.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A portal or node: http://host:port. Nothing rests on who it is, so no TLS is spoken.
    #[arg(long, value_name = "URL")]
    from: PortalUrl,
    /// The trust store (.trust), which knows that the epochs have ended: `sync` teaches it.
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
    /// A folder for the renewed bundles, under their names; nothing is overwritten.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The time, RFC 3339; by default that of the clock.
    #[arg(long, value_name = "TIME", value_parser = moment::parse_rfc3339)]
    now: Option<TimeMs>,
}

/// What became of one bundle.
enum Outcome {
    Renewed(Vec<u8>),
    /// As far as is known it counts as it is.
    NotNeeded,
    NoBundle,
    Portal(Fault),
    Refused(Reason),
}

/// Renews all; returns 0 if none is left that should have been and was not.
pub(crate) fn run(
    options: &RenewOptions,
    lang: Lang,
    clock: TimeMs,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let mut renewing = Renewing {
        trust: input::read_trust(&options.trust, lang)?,
        portal: Portal::new(options.from.clone()),
        now: options.now.unwrap_or(clock),
        keys: KnownKeys::with_tables(KNOWN_KEYS),
        before: BTreeMap::new(),
    };
    let inputs = Inputs::list(&options.files, &mut io::empty(), lang)?;
    fs::create_dir_all(&options.out)
        .map_err(|error| input::unreadable(&options.out, &error, lang))?;
    let label = Text::new("续证", "renewed");
    let mut progress = Progress::begin(false, label, inputs.len(), lang);
    let mut failed = false;
    for place in 0..inputs.len() {
        let outcome = renewing.renew(&inputs.read(place, lang)?);
        let name = inputs.name(place);
        if let Outcome::Renewed(bytes) = &outcome {
            let file = Path::new(name).file_name().unwrap_or_default();
            output::write_new(&options.out.join(file), bytes, lang)?;
        }
        failed |= !matches!(outcome, Outcome::Renewed(_) | Outcome::NotNeeded);
        write_outcome(name, &outcome, lang, out)?;
        progress.advance(place + 1);
    }
    progress.end(inputs.len());
    Ok(if failed { 2 } else { 0 })
}

struct Renewing {
    trust: TrustStore,
    portal: Portal,
    now: TimeMs,
    keys: KnownKeys,
    /// The hand-offs before each ledger's checkpoint, once they were asked for.
    before: BTreeMap<LedgerId, Vec<Handoff>>,
}

impl Renewing {
    fn renew(&mut self, bytes: &[u8]) -> Outcome {
        let Ok(mut bundle) = Bundle::parse(bytes) else {
            return Outcome::NoBundle;
        };
        let proofs = &mut bundle.proofs;
        let core = &proofs.head.header.core;
        let Some(ledger) = self.trust.ledger(&proofs.ledger) else {
            return Outcome::Refused(Reason::LedgerUnknown);
        };
        let is_ahead = core.epoch > ledger.newest_set().epoch();
        if is_ahead || !ledger.has_superseded(core.epoch, &proofs.head.header.hash()) {
            return Outcome::NotNeeded;
        }
        let landmark = ledger.landmark().map(|landmark| landmark.core.height);
        let at = landmark.filter(|landmark| core.height < *landmark);
        let succession = self.portal.succession(core.height, at);
        let before = before_checkpoint(&self.portal, ledger, &mut self.before);
        match (succession, before) {
            (Ok(succession), Ok(before)) => {
                proofs.succession = Some(succession);
                // From the genesis on: whoever else verifies the bundle may start there.
                proofs.handoffs = [before, ledger.handoffs()].concat();
            }
            (Err(fault), _) | (_, Err(fault)) => return Outcome::Portal(fault),
        }
        let bytes = to_bytes(&bundle);
        let policy = Policy::default();
        let verdict = verify_with(&bytes, &self.trust, &policy, self.now, &mut self.keys);
        match verdict.headline.reason() {
            Some(reason) if verdict.evidence.ledger.is_none() => Outcome::Refused(reason),
            // Its header counts: what is wrong with the rest, if anything, was so before.
            Some(_) | None => Outcome::Renewed(bytes),
        }
    }
}

/// The hand-offs from the genesis to the checkpoint, asked for once.
fn before_checkpoint<'a>(
    portal: &Portal,
    ledger: &TrustedLedger,
    known: &'a mut BTreeMap<LedgerId, Vec<Handoff>>,
) -> Result<&'a [Handoff], Fault> {
    let before = match known.entry(ledger.id()) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(unknown) => unknown.insert(match ledger.checkpoint() {
            None => Vec::new(),
            Some(checkpoint) => portal.handoffs(Epoch(0), checkpoint.next_set().epoch())?,
        }),
    };
    Ok(before)
}

fn write_outcome(
    name: &str,
    outcome: &Outcome,
    lang: Lang,
    out: &mut impl Write,
) -> io::Result<()> {
    let said = match outcome {
        Outcome::Renewed(_) => Text::new("已续证", "renewed").of(lang).to_owned(),
        Outcome::NotNeeded => Text::new("不需要续证", "needs nothing").of(lang).to_owned(),
        Outcome::NoBundle => Text::new("不是证明文件", "no bundle").of(lang).to_owned(),
        Outcome::Portal(fault) => fault.words(lang),
        Outcome::Refused(reason) => {
            let decided = Text::new("未续证：", "not renewed:");
            words::finding(decided, Some((words::reason(*reason), reason.code())), lang)
        }
    };
    writeln!(out, "{}", words::labelled(&clean(name), &said, lang))
}
