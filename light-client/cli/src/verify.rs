//! `tallystick verify`.

use std::{collections::HashMap, io::Write};

use light_client::{
    bundle::Bundle,
    hash::Digest,
    id::{LedgerId, TimeMs},
    policy::Policy,
    trust::TrustStore,
    verdict::{Headline, Verdict},
    verify,
};

use crate::{
    args::{Failure, Format, VerifyOptions},
    csv, input, json, report,
    words::Lang,
};

/// One file and what was decided.
pub(crate) struct Answer<'a> {
    pub(crate) file: &'a str,
    pub(crate) verdict: &'a Verdict,
    /// The first file with the same document.
    pub(crate) duplicate_of: Option<&'a str>,
}

/// Verifies files one after the other; in memory are one bundle and a digest per file.
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
    let mut seen = HashMap::<(LedgerId, Digest), String>::new();
    let mut worst = 0;
    if options.format == Format::Csv {
        csv::write_header(out)?;
    }
    for path in &files {
        let bytes = input::read(path, lang)?;
        let verdict = verify(&bytes, &trust, &policy, now);
        remember_header(&mut trust, &bytes, &verdict);
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

/// Documents handed in together often rest on one header: once its signatures have been
/// verified, byte-equal copies need no second verification.
///
/// Hand-offs are not learned: with them the answer for one file would depend on the files
/// before it.
fn remember_header(trust: &mut TrustStore, bytes: &[u8], verdict: &Verdict) {
    let Some(head) = &verdict.evidence.ledger else {
        return;
    };
    let newest = trust
        .ledger(&head.ledger)
        .and_then(|ledger| ledger.newest_header());
    if newest.is_some_and(|newest| newest.header().core.height.0 >= head.height) {
        return;
    }
    if let Ok(bundle) = Bundle::parse(bytes) {
        // Refused when the header is of an epoch that the store does not know: nothing is lost.
        let _unlearned = trust.advance(&head.ledger, &[], &bundle.proofs.head);
    }
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
