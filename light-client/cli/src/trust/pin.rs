//! `tallystick trust pin` and `checkpoint`: where trust begins.

use std::{io::Write, path::Path};

use light_client::{
    cbor::{self, Wire},
    genesis::Genesis,
    hash::Digest,
    id::LedgerId,
    trust::{Checkpoint, Profile, TrustStore, TrustedLedger},
};

use super::{grouped, write_ledger};
use crate::{
    args::{Failure, PinOptions},
    input,
    lock::Lock,
    moment, output,
    words::{Lang, Text},
};

/// More than a genesis or a checkpoint of a hundred agencies has.
const MAX_BYTES: usize = 1 << 20;

/// Trusts a ledger, if its fingerprint is the one that was told.
pub(crate) fn pin(options: &PinOptions, lang: Lang, out: &mut impl Write) -> Result<u8, Failure> {
    let genesis: Genesis = read(&options.genesis, lang)?;
    let checkpoint: Option<Checkpoint> = match &options.checkpoint {
        Some(path) => Some(read(path, lang)?),
        None => None,
    };
    let found = checkpoint
        .as_ref()
        .map_or(genesis.ledger_id().0, Checkpoint::fingerprint);
    compare(&options.fingerprint, &found, lang)?;
    let path = &options.trust;
    let _lock = Lock::take(path).map_err(|error| input::unreadable(path, &error, lang))?;
    let known = path.exists().then(|| input::read_trust(path, lang));
    let known = known.transpose()?;
    let mut store = known.clone().unwrap_or_else(|| {
        TrustStore::new(if options.demo {
            Profile::Demo
        } else {
            Profile::Production
        })
    });
    let id = add(&mut store, genesis, checkpoint, lang)?;
    match known {
        None => output::write_new(path, &store.to_bytes(), lang)?,
        Some(known) if known == store => {}
        Some(_) => output::replace(path, &store.to_bytes())?,
    }
    if let Some(ledger) = store.ledger(&id) {
        write_ledger(ledger, lang, out)?;
    }
    Ok(0)
}

/// Writes where the newest epoch begins that is known of a ledger.
pub(crate) fn checkpoint(
    trust: &Path,
    ledger: Option<&str>,
    file: &Path,
    lang: Lang,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let store = input::read_trust(trust, lang)?;
    let ledger = one(&store, ledger, lang)?;
    let followed = ledger.handoffs().last().map(Checkpoint::from);
    let newest = followed.or_else(|| ledger.checkpoint().cloned());
    let newest = newest.ok_or_else(|| {
        let text = Text::new(
            "据此信任文件，该账本的首届尚未结束，没有检查点",
            "as far as this trust store knows, the ledger's first epoch has not ended: there is no \
             checkpoint",
        );
        Failure::Usage(text.of(lang).to_owned())
    })?;
    output::write_new(file, &newest.to_bytes(), lang)?;
    let fingerprint = grouped(&newest.fingerprint().to_hex());
    let (epoch, core) = (newest.next_set().epoch(), &newest.last().core);
    let time = moment::rfc3339(core.time_ms.0);
    match lang {
        Lang::Zh => writeln!(
            out,
            "第 {epoch} 届，始于第 {} 块之后（{time}）",
            core.height
        )?,
        Lang::En => writeln!(out, "epoch {epoch}, after block {} ({time})", core.height)?,
    }
    let label = Text::new("指纹", "Fingerprint");
    writeln!(
        out,
        "{}",
        crate::words::labelled(label.of(lang), &fingerprint, lang)
    )?;
    Ok(0)
}

fn add(
    store: &mut TrustStore,
    genesis: Genesis,
    checkpoint: Option<Checkpoint>,
    lang: Lang,
) -> Result<LedgerId, Failure> {
    let pinned = match checkpoint {
        None => store.pin(genesis),
        Some(checkpoint) => store.pin_checkpoint(genesis, checkpoint),
    };
    pinned.map_err(|error| {
        Failure::Usage(match lang {
            Lang::Zh => format!("不予信任，信任文件未变：{error}"),
            Lang::En => format!("not trusted, the trust store stays as it is: {error}"),
        })
    })
}

fn read<T: Wire>(path: &Path, lang: Lang) -> Result<T, Failure> {
    let bytes = input::read_up_to(path, MAX_BYTES, lang)?;
    cbor::parse(&bytes, MAX_BYTES).map_err(|error| {
        let path = path.display();
        Failure::Usage(match lang {
            Lang::Zh => format!("不能用：{path}：{error}"),
            Lang::En => format!("cannot use {path}: {error}"),
        })
    })
}

/// Compares what a person was told with what a file has.
fn compare(told: &str, found: &Digest, lang: Lang) -> Result<(), Failure> {
    let told: String = told.split_whitespace().collect();
    let found = found.to_hex();
    if told.eq_ignore_ascii_case(&found) {
        return Ok(());
    }
    let found = grouped(&found);
    Err(Failure::Usage(match lang {
        Lang::Zh => format!("指纹不符，不予信任。文件的指纹是 {found}"),
        Lang::En => format!("another fingerprint: not trusted. That of the file is {found}"),
    }))
}

/// The ledger that is meant.
fn one<'a>(
    store: &'a TrustStore,
    beginning: Option<&str>,
    lang: Lang,
) -> Result<&'a TrustedLedger, Failure> {
    let beginning: String = beginning.unwrap_or_default().split_whitespace().collect();
    let beginning = beginning.to_ascii_lowercase();
    let is_meant = |ledger: &&TrustedLedger| ledger.id().0.to_hex().starts_with(&beginning);
    let mut meant = store.ledgers().filter(is_meant);
    match (meant.next(), meant.next()) {
        (Some(ledger), None) => Ok(ledger),
        (None, _) => {
            let text = Text::new(
                "信任文件里没有这个账本",
                "no such ledger in the trust store",
            );
            Err(Failure::Usage(text.of(lang).to_owned()))
        }
        (Some(_), Some(_)) => {
            let text = Text::new(
                "信任文件里有几个账本：请用 --ledger 指明",
                "several ledgers in the trust store: say which with --ledger",
            );
            Err(Failure::Usage(text.of(lang).to_owned()))
        }
    }
}
