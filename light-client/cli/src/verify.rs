//! `tallystick verify`.

use std::{
    collections::{BTreeSet, HashMap},
    io::Write,
    path::PathBuf,
};

use light_client::{
    bundle::{Bundle, Proofs},
    certificate::CertifiedHeader,
    hash::Digest,
    id::{LedgerId, TimeMs},
    key::KnownKeys,
    policy::{MAX_CLOCK_SKEW_MS, Policy},
    trust::{TrustStore, TrustedLedger},
    verdict::{Headline, Verdict},
    verify_with,
};

use crate::{
    args::{Failure, Format, VerifyOptions},
    csv, input, json, report,
    words::Lang,
};

/// Keys with tables: validators, agencies, and the sellers that turn up most; under 25 MB.
const KNOWN_KEYS: usize = 256;

/// One file and what was decided.
pub(crate) struct Answer<'a> {
    pub(crate) file: &'a str,
    pub(crate) verdict: &'a Verdict,
    /// The first file with the same document.
    pub(crate) duplicate_of: Option<&'a str>,
}

/// Verifies files one after the other; in memory are one bundle, and a digest per file.
pub(crate) fn run(
    options: &VerifyOptions,
    lang: Lang,
    clock: TimeMs,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let mut trust = input::read_trust(&options.trust, lang)?;
    let files = input::expand(&options.files, lang)?;
    let now = options.now.unwrap_or(clock);
    let mut policy = Policy::default();
    policy.max_age_ms = options.max_age.unwrap_or(policy.max_age_ms);
    let mut keys = KnownKeys::with_tables(KNOWN_KEYS);
    learn(&mut trust, &files, (&policy, now), &mut keys, lang)?;
    let mut seen = HashMap::<(LedgerId, Digest), String>::new();
    let mut worst = 0;
    if options.format == Format::Csv {
        csv::write_header(out)?;
    }
    for path in &files {
        let bytes = input::read(path, lang)?;
        let verdict = verify_with(&bytes, &trust, &policy, now, &mut keys);
        let file = path.display().to_string();
        let key = document_key(&verdict);
        let answer = Answer {
            file: &file,
            verdict: &verdict,
            duplicate_of: key.and_then(|key| seen.get(&key)).map(String::as_str),
        };
        match options.format {
            Format::Text => report::write(&answer, lang, out)?,
            Format::Json => json::write_row(&answer, out)?,
            Format::Csv => csv::write_row(&answer, out)?,
        }
        worst = worse(worst, &verdict.headline);
        if let Some(key) = key {
            seen.entry(key).or_insert(file);
        }
    }
    if options.format == Format::Text && files.len() > 1 {
        report::write_count(files.len(), lang, out)?;
    }
    Ok(worst)
}

/// Learns hand-offs and the newest header from all files before any is judged: signatures of the
/// chain are then verified once, not once per file, and the answer for one file does not depend
/// on where in the list it stands.
///
/// What the bundles cannot do is renew a pin that is too old, or lead into the future: a ledger
/// that this client has heard nothing of for too long stays as it is.
fn learn(
    trust: &mut TrustStore,
    files: &[PathBuf],
    (policy, now): (&Policy, TimeMs),
    keys: &mut KnownKeys,
    lang: Lang,
) -> Result<(), Failure> {
    let is_current = |ledger: &&TrustedLedger| {
        now.0.saturating_sub(ledger.learned_ms().0) <= policy.max_pin_age_ms
    };
    let current: BTreeSet<LedgerId> = trust
        .ledgers()
        .filter(is_current)
        .map(TrustedLedger::id)
        .collect();
    for path in files {
        let Ok(bundle) = Bundle::parse(&input::read(path, lang)?) else {
            continue;
        };
        let Proofs {
            ledger,
            head,
            handoffs,
            ..
        } = &bundle.proofs;
        let is_future = head.header.core.time_ms.0 > now.0.saturating_add(MAX_CLOCK_SKEW_MS);
        if current.contains(ledger) && !is_future && is_newer(trust, ledger, head) {
            // What does not hold is not learned, and is judged with its file.
            let _unlearned = trust.advance_with(ledger, handoffs, head, keys);
        }
    }
    Ok(())
}

fn is_newer(trust: &TrustStore, ledger: &LedgerId, head: &CertifiedHeader) -> bool {
    let newest = trust.ledger(ledger).and_then(TrustedLedger::newest_header);
    newest.is_none_or(|newest| newest.header().core.height < head.header.core.height)
}

fn document_key(verdict: &Verdict) -> Option<(LedgerId, Digest)> {
    let evidence = &verdict.evidence;
    let digest = evidence.document.as_ref()?.digest?;
    Some((evidence.ledger.as_ref()?.ledger, digest))
}

/// 1 for an invalid document outranks 2 for an undetermined one.
const fn worse(code: u8, headline: &Headline) -> u8 {
    match (code, headline) {
        (1, _) | (_, Headline::Invalid(_)) => 1,
        (2, _) | (_, Headline::Undetermined(_)) => 2,
        (code, Headline::Valid) => code,
    }
}
