//! `tallystick trust`: what is trusted.

mod pin;

pub(crate) use pin::{checkpoint, pin};

use std::{
    io::{self, Write},
    path::Path,
};

use light_client::{
    genesis::Purpose,
    key::did_key,
    suite::Suite,
    trust::{Profile, TrustedLedger},
};

use crate::{
    args::Failure,
    input, moment,
    words::{Lang, Text, clean},
};

/// Shows what a trust store holds, so that people can compare it with what they were told.
pub(crate) fn show(path: &Path, lang: Lang, out: &mut impl Write) -> Result<u8, Failure> {
    let store = input::read_trust(path, lang)?;
    let profile = match store.profile() {
        Profile::Production => Text::new(
            "正式：不接受演示账本",
            "production: accepts no demonstration ledger",
        ),
        Profile::Demo => Text::new(
            "演示：也接受演示账本",
            "demonstration: accepts demonstration ledgers too",
        ),
    };
    writeln!(out, "{}", profile.of(lang))?;
    for ledger in store.ledgers() {
        write_ledger(ledger, lang, out)?;
    }
    Ok(0)
}

fn write_ledger(ledger: &TrustedLedger, lang: Lang, out: &mut impl Write) -> io::Result<()> {
    let genesis = ledger.genesis();
    let mut line = |label: Text, text: &str| writeln!(out, "  {}: {text}", label.of(lang));
    let purpose = match genesis.purpose {
        Purpose::Production => Text::new("正式", "production"),
        Purpose::Demo => Text::new("仅供演示", "for demonstration only"),
    };
    line(Text::new("账本", "Ledger"), &clean(&genesis.name))?;
    line(
        Text::new("指纹", "Fingerprint"),
        &grouped(&ledger.id().0.to_hex()),
    )?;
    line(Text::new("用途", "Purpose"), purpose.of(lang))?;
    let suite = match genesis.suite {
        Suite::Sm => "SM2 / SM3",
        Suite::Intl => "Ed25519, P-256 / SHA-256",
    };
    line(Text::new("算法", "Algorithms"), suite)?;
    line(
        Text::new("创世时间", "Genesis"),
        &moment::rfc3339(genesis.time_ms.0),
    )?;
    if let Some(checkpoint) = ledger.checkpoint() {
        let fingerprint = grouped(&checkpoint.fingerprint().to_hex());
        line(
            Text::new("起始检查点", "Pinned at the checkpoint"),
            &fingerprint,
        )?;
    }
    line(
        Text::new("最近一次获知", "Last heard of"),
        &moment::rfc3339(ledger.learned_ms().0),
    )?;
    if let Some(newest) = ledger.newest_header() {
        let text = format!("{} {}", newest.header().core.height, newest.hash());
        line(
            Text::new("已核对的最新区块", "Newest verified block"),
            &text,
        )?;
    }
    let set = ledger.newest_set();
    let text = match lang {
        Lang::Zh => format!(
            "第 {} 届，{} 个，{} 个签名生效，容许 {} 个出错",
            set.epoch(),
            set.validators().len(),
            set.quorum(),
            set.tolerated_faults()
        ),
        Lang::En => format!(
            "epoch {}, {} of them, {} must sign, {} may fail",
            set.epoch(),
            set.validators().len(),
            set.quorum(),
            set.tolerated_faults()
        ),
    };
    line(Text::new("验证机构", "Validators"), &text)?;
    for validator in set.validators() {
        writeln!(
            out,
            "    {} {}",
            validator.agency,
            did_key::format(&validator.key)
        )?;
    }
    Ok(())
}

/// A fingerprint in groups of eight, which can be read out over the telephone.
pub(crate) fn grouped(hex: &str) -> String {
    let groups: Vec<&str> = (0..hex.len())
        .step_by(8)
        .filter_map(|at| hex.get(at..at + 8))
        .collect();
    groups.join(" ")
}
