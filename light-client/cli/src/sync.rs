//! `tallystick sync`: the trust store learns what portals have, and nothing that does not hold.
//!
//! ```text
//! each portal: status, newest head, hand-offs → verified by the light client on its own
//! all portals: heads of the same heights, and of ours → equal, or nothing is learned at all
//! ```
//! A portal that lies is found out or says nothing: no answer of it is believed.

mod portal;
mod survey;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use light_client::{
    cbor::to_bytes,
    certificate::CertifiedHeader,
    id::{LedgerId, TimeMs},
    trust::{TrustStore, TrustedLedger},
};

use crate::{
    args::Failure,
    input,
    lock::Lock,
    moment, output,
    words::{Lang, Text, clean},
};
use survey::{Conflict, Finding, Survey};

pub(crate) use portal::{Portal, PortalUrl};
pub(crate) use survey::Fault;

#[derive(Debug, clap::Args)]
pub(crate) struct SyncOptions {
    /// Portals or nodes: http://host:port. Nothing rests on who they are, so no TLS is spoken.
    #[arg(long, required = true, num_args = 1.., value_name = "URL")]
    from: Vec<PortalUrl>,
    /// The trust store (.trust); it only ever moves forward.
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
    /// How many agencies must have answered with what holds; several portals of one agency count
    /// as one.
    #[arg(long, value_name = "COUNT", default_value = "1")]
    agencies: NonZeroUsize,
    /// The time, RFC 3339; by default that of the clock.
    #[arg(long, value_name = "TIME", value_parser = moment::parse_rfc3339)]
    now: Option<TimeMs>,
}

/// Asks all portals, compares, and only then learns.
pub(crate) fn run(
    options: &SyncOptions,
    lang: Lang,
    clock: TimeMs,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let path = &options.trust;
    let _lock = Lock::take(path).map_err(|error| input::unreadable(path, &error, lang))?;
    let trust = input::read_trust(path, lang)?;
    let survey = Survey {
        trust: &trust,
        now: options.now.unwrap_or(clock),
    };
    let mut findings = Vec::new();
    for url in &options.from {
        let finding = match survey.ask(Portal::new(url.clone())) {
            Ok(finding) => finding,
            Err(conflict) => return refuse(&conflict, path, lang, out),
        };
        write_finding(&finding, lang, out)?;
        findings.push(finding);
    }
    if let Some(conflict) = survey.compare(&mut findings) {
        return refuse(&conflict, path, lang, out);
    }
    let learned = match survey.learn(&findings) {
        Ok(learned) => learned,
        Err(conflict) => return refuse(&conflict, path, lang, out),
    };
    let agencies = agencies(&findings);
    let least = agencies.values().map(BTreeSet::len).min().unwrap_or(0);
    if least < options.agencies.get() {
        let asked = options.agencies;
        match lang {
            Lang::Zh => writeln!(
                out,
                "可用的答复来自 {least} 个机构，要求 {asked} 个：信任文件未变。"
            )?,
            Lang::En => writeln!(
                out,
                "{least} agencies answered usably, {asked} were asked for: the trust store stays \
                 as it is."
            )?,
        }
        return Ok(2);
    }
    if learned != trust {
        output::replace(path, &learned.to_bytes())?;
    }
    for (id, agencies) in &agencies {
        write_learned((&trust, &learned), id, agencies.len(), lang, out)?;
    }
    Ok(0)
}

/// Of each ledger, the agencies whose answers hold, by what their portals say of themselves.
fn agencies(findings: &[Finding]) -> BTreeMap<LedgerId, BTreeSet<&str>> {
    let mut agencies = BTreeMap::<LedgerId, BTreeSet<&str>>::new();
    for finding in findings {
        if let Some(ledger) = finding.ledger() {
            let operators = agencies.entry(ledger).or_default();
            operators.insert(&finding.operator);
        }
    }
    agencies
}

fn write_finding(finding: &Finding, lang: Lang, out: &mut impl Write) -> io::Result<()> {
    let (url, operator) = (clean(finding.portal.url()), clean(&finding.operator));
    match &finding.answer {
        Ok(answer) => {
            let core = &answer.head.header.core;
            let (height, time) = (core.height, moment::rfc3339(core.time_ms.0));
            match lang {
                Lang::Zh => writeln!(out, "{url}（{operator}）：第 {height} 块，{time}，已核对"),
                Lang::En => writeln!(out, "{url} ({operator}): block {height}, {time}, verified"),
            }
        }
        Err(fault) => {
            let words = fault.words(lang);
            match lang {
                Lang::Zh => writeln!(out, "{url}：不采用，{words}"),
                Lang::En => writeln!(out, "{url}: not used, {words}"),
            }
        }
    }
}

/// Two certified truths: learns neither, and keeps both for whoever must be told.
fn refuse(
    conflict: &Conflict,
    trust: &Path,
    lang: Lang,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let text = Text::new(
        "两个都经法定多数签名的区块互相矛盾：账本已分叉，信任文件未变。请把下列文件交给审计机构：",
        "Two certified blocks contradict each other: the ledger has forked. The trust store stays as \
         it is. Take these files to an auditor:",
    );
    writeln!(out, "{}", text.of(lang))?;
    for (from, head) in &conflict.heads {
        let path = keep_head(head, trust, lang)?;
        let (path, from) = (clean(&path.display().to_string()), clean(from));
        writeln!(out, "  {path} ({from})")?;
    }
    Ok(1)
}

/// `tallystick.trust` → `tallystick.trust.123-0a1b2c3d.head`, the header as nodes hand it out.
fn keep_head(head: &CertifiedHeader, trust: &Path, lang: Lang) -> Result<PathBuf, Failure> {
    let hash = head.header.hash().to_hex();
    let (short, _) = hash.split_at(8);
    let mut name = trust.as_os_str().to_owned();
    name.push(format!(".{}-{short}.head", head.header.core.height));
    let path = PathBuf::from(name);
    // The same header of an earlier attempt is as good.
    if !path.exists() {
        output::write_new(&path, &to_bytes(head), lang)?;
    }
    Ok(path)
}

fn write_learned(
    (before, after): (&TrustStore, &TrustStore),
    ledger: &LedgerId,
    agencies: usize,
    lang: Lang,
    out: &mut impl Write,
) -> io::Result<()> {
    let height = |trust: &TrustStore| {
        let newest = trust.ledger(ledger).and_then(TrustedLedger::newest_header);
        newest.map_or(0, |newest| newest.header().core.height.0)
    };
    let name = after.ledger(ledger).map(|ledger| &ledger.genesis().name);
    let name = name.map(|name| clean(name)).unwrap_or_default();
    let (from, to) = (height(before), height(after));
    match lang {
        Lang::Zh => writeln!(
            out,
            "{name}：第 {from} 块 → 第 {to} 块，{agencies} 个机构一致"
        ),
        Lang::En => writeln!(
            out,
            "{name}: block {from} → {to}, {agencies} agencies agree"
        ),
    }
}
