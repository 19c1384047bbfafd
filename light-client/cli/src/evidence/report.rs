//! `tallystick evidence report`: what is shown to a court, with the original.

use std::{io::Write, path::Path};

use light_client::{
    deposit::Deposit, id::TimeMs, key::did_key, suite::Suite, verdict::ValidatorEvidence,
};

use super::{
    answer,
    case::Case,
    hashes,
    options::ReportOptions,
    page::{Page, Said, Value},
    proof::Judged,
    signatures, words,
};
use crate::{
    args::Failure,
    moment, output,
    trust::grouped,
    words::{Lang, Languages, Text, clean},
};

/// Writes the report if the file was deposited; otherwise says why not, and writes none.
pub(super) fn run(
    options: &ReportOptions,
    languages: Languages,
    lang: Lang,
    clock: TimeMs,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let judged = Judged::read(&options.proof, lang, clock)?;
    let original = &options.proof.file;
    answer::write(original, &judged.verdict, lang, out)?;
    let deposit = Deposit::parse(&judged.proof).ok();
    let case = deposit
        .as_ref()
        .and_then(|deposit| Case::of(&judged, deposit, file_name(original)));
    if let Some(case) = case {
        output::write_new(&options.out, html(&case, languages).as_bytes(), lang)?;
    } else {
        let text = Text::new("没有写报告。", "No report was written.");
        writeln!(out, "{}", text.of(lang))?;
    }
    Ok(judged.exit_code())
}

/// The name alone: where it lies on somebody's machine is nobody's business.
fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    clean(&name.to_string_lossy())
}

fn html(case: &Case<'_>, languages: Languages) -> String {
    let mut page = Page::new(
        languages,
        Text::new("电子数据存证核验报告", "Report on deposited evidence"),
    );
    finding(&mut page, case);
    original(&mut page, case);
    record(&mut page, case);
    ledger(&mut page, case);
    limits(&mut page);
    page.blanks(&[
        Text::new("核验人", "Checked by"),
        Text::new("日期", "Date"),
        Text::new("签章", "Signature and seal"),
    ]);
    with_tools(&mut page, case);
    without_tools(&mut page, case);
    page.finish()
}

fn finding(page: &mut Page, case: &Case<'_>) {
    if case.ledger.demo {
        let text = Text::new(
            "演示账本：本报告没有任何法律效力。",
            "A demonstration ledger: this report has no legal effect.",
        );
        page.paragraph("demo", &text.into());
    }
    let (name, height) = (&case.name, case.found.recorded_height);
    let ledger = clean(&case.ledger.name);
    let time = moment::rfc3339(case.found.recorded_ms);
    let by = |lang| words::agency(case.found, lang);
    let said = Said::new(
        format!(
            "经核验：文件“{name}”的摘要由 {} 登记于账本“{ledger}”第 {height} 区块，区块时间 {time}（北京时间）。\
             该文件在此时间之前已经存在，此后内容没有任何改动。",
            by(Lang::Zh)
        ),
        format!(
            "Established: the digest of the file “{name}” was deposited by {} on the ledger “{ledger}” in block {height}, at {time} \
             (UTC+8). The file existed before that time, and its content has not changed since.",
            by(Lang::En)
        ),
    );
    page.paragraph("finding", &said);
}

fn original(page: &mut Page, case: &Case<'_>) {
    page.heading(2, Text::new("一、原件", "1. The original"));
    let size = case.file.len();
    let plain = |suite| hashes::digest(suite, case.file).to_hex();
    let salt = hex::encode(case.deposit.salt);
    page.facts([
        (Text::new("文件名", "Name"), Value::Plain(case.name.clone())),
        (
            Text::new("大小", "Size"),
            Value::Said(Said::new(format!("{size} 字节"), format!("{size} bytes"))),
        ),
        (
            Text::new("文件的 SM3", "SM3 of the file"),
            Value::Hex("sm3", plain(Suite::Sm)),
        ),
        (
            Text::new("文件的 SHA-256", "SHA-256 of the file"),
            Value::Hex("sha256", plain(Suite::Intl)),
        ),
        (Text::new("盐值", "Salt"), Value::Hex("salt", salt)),
        (
            Text::new("存证摘要", "Deposited digest"),
            Value::Hex("digest", case.digest.to_hex()),
        ),
    ]);
    let text = Text::new(
        "账本上只有存证摘要，它由盐值和文件一起算出。文件名不在其内。盐值与原件一样必须保存，并且不应公开。",
        "Only the deposited digest is on the ledger; it is made of salt and file together, not of the file's name. The salt must be kept \
         like the original, and should not be published.",
    );
    page.paragraph("", &text.into());
}

fn record(page: &mut Page, case: &Case<'_>) {
    page.heading(2, Text::new("二、登记", "2. The deposit"));
    let found = case.found;
    let agency = Said::new(
        words::agency(found, Lang::Zh),
        words::agency(found, Lang::En),
    );
    let (height, time_ms) = (found.recorded_height, found.recorded_ms);
    page.facts([
        (Text::new("登记机构", "Agency"), Value::Said(agency)),
        (
            Text::new("时间（北京时间）", "Time (UTC+8)"),
            Value::Plain(moment::rfc3339(time_ms)),
        ),
        (
            Text::new("时间（UTC）", "Time (UTC)"),
            Value::Plain(format!("{} ({time_ms} ms)", moment::rfc3339_utc(time_ms))),
        ),
        (
            Text::new("登记区块", "Block"),
            Value::Plain(height.to_string()),
        ),
    ]);
}

fn ledger(page: &mut Page, case: &Case<'_>) {
    page.heading(2, Text::new("三、账本与签名", "3. Ledger and signatures"));
    let ledger = case.ledger;
    let purpose = if ledger.demo {
        Text::new("仅供演示", "for demonstration only")
    } else {
        Text::new("正式", "production")
    };
    let algorithms = match case.suite() {
        Suite::Sm => "SM2 / SM3 (GB/T 32918, GB/T 32905)",
        Suite::Intl => "Ed25519, P-256 / SHA-256",
    };
    page.facts([
        (
            Text::new("账本", "Ledger"),
            Value::Plain(clean(&ledger.name)),
        ),
        (
            Text::new("账本指纹", "Fingerprint"),
            Value::Hex("ledger", grouped(&ledger.ledger.0.to_hex())),
        ),
        (Text::new("用途", "Purpose"), Value::Said(purpose.into())),
        (
            Text::new("算法", "Algorithms"),
            Value::Plain(algorithms.to_owned()),
        ),
        (
            Text::new("证明所依区块", "Proved under block"),
            Value::Said(head(case)),
        ),
        (
            Text::new("区块头哈希", "Header hash"),
            Value::Hex("header", ledger.header_hash.to_hex()),
        ),
        (Text::new("签名", "Signatures"), Value::Said(quorum(case))),
        (
            Text::new("核验时间", "Checked at"),
            Value::Plain(moment::rfc3339(case.now.0)),
        ),
        (
            Text::new("核验软件", "Checked with"),
            Value::Plain(format!("tallystick {}", env!("CARGO_PKG_VERSION"))),
        ),
    ]);
    let headings = [
        Text::new("验证机构", "Validator"),
        Text::new("公钥", "Key"),
        Text::new("签名", "Signed"),
    ];
    page.table(&headings, case.validators.iter().map(validator));
}

fn head(case: &Case<'_>) -> Said {
    let (height, epoch) = (case.ledger.height, case.ledger.epoch);
    let time = moment::rfc3339(case.ledger.time_ms);
    Said::new(
        format!("第 {height} 区块，第 {epoch} 届，{time}"),
        format!("block {height}, epoch {epoch}, {time}"),
    )
}

fn quorum(case: &Case<'_>) -> Said {
    let (signers, all) = (case.ledger.signers, case.ledger.validators);
    Said::new(
        format!("{all} 个验证机构中 {signers} 个已签名，达到法定多数，区块不可更改"),
        format!("{signers} of {all} validators: the quorum that makes a block final"),
    )
}

fn validator(validator: &ValidatorEvidence) -> Vec<Value> {
    let signed = if validator.signed {
        Text::new("已签名", "yes")
    } else {
        Text::new("未列入", "not listed")
    };
    vec![
        Value::Plain(validator.agency.to_string()),
        Value::Hex("did", did_key::format(&validator.key)),
        Value::Said(signed.into()),
    ]
}

fn limits(page: &mut Page) {
    page.heading(
        2,
        Text::new("四、说明", "4. What this does and does not show"),
    );
    page.steps([
        Said::from(Text::new(
            "时间是登记区块的时间，由验证机构共同认定；文件可能早于这个时间形成。",
            "The time is that of the block, agreed on by the validators. The file may be older.",
        )),
        Said::from(Text::new(
            "本报告不说明文件由谁制作、内容是否真实、登记时由谁持有。",
            "It does not show who made the file, whether what it says is true, or who had it then.",
        )),
        Said::from(Text::new(
            "报告本身不是证据，任何人都能编造一份相似的纸面。证据是原件和证明文件（.deposit）；请按下文自行核验。",
            "The report itself is no evidence: anybody can make a paper that looks like it. The evidence is the original with the proof \
             file (.deposit). Check them yourself, as below.",
        )),
    ]);
}

fn with_tools(page: &mut Page, case: &Case<'_>) {
    page.paragraph("annex", &Said::new("", ""));
    page.heading(
        2,
        Text::new(
            "五、怎样自行核验：用本软件",
            "5. Check it yourself: with our tool",
        ),
    );
    page.steps([
        Said::from(Text::new(
            "取得原件、证明文件（.deposit）和信任文件（.trust）。信任文件应取自您信任的来源，不要取自出示证据的一方。",
            "Take the original, the proof (.deposit) and a trust store (.trust); the latter from a source that you trust, not from whoever \
             shows the evidence.",
        )),
        Said::from(Text::new(
            "核对账本指纹与账本机构公布的一致，再核验文件。无需联网。",
            "Compare the fingerprint with the one that the ledger's agencies publish, then check the file. No network is needed.",
        )),
    ]);
    page.commands(&format!(
        "tallystick trust show --trust FILE.trust\n\
         tallystick evidence check {} --proof FILE.deposit --trust FILE.trust",
        quoted(&case.name)
    ));
}

fn without_tools(page: &mut Page, case: &Case<'_>) {
    page.heading(
        2,
        Text::new(
            "六、怎样自行核验：不用本软件",
            "6. Check it yourself: without our tool",
        ),
    );
    let (hash, option) = (case.hash_name(), case.openssl_hash());
    let said = Said::new(
        format!(
            "任何能计算 {hash} 的程序都可以。先算存证摘要：在文件前面加上以下字节（标识、盐值和文件长度）。"
        ),
        format!(
            "Any program that computes {hash} will do. The deposited digest first: put these bytes (purpose, salt, length of the file) before the file."
        ),
    );
    page.paragraph("", &said);
    let before = hex::encode(hashes::before_the_file(case));
    page.commands(&format!(
        "(printf '%s' {before} | xxd -r -p; cat {}) | openssl dgst {option}",
        quoted(&case.name)
    ));
    page.facts([(
        Text::new("→ 存证摘要", "→ deposited digest"),
        Value::Hex("digest", case.digest.to_hex()),
    )]);
    let text = Text::new(
        "再从存证摘要逐步算到区块头。每一步：",
        "Then from the digest to the header. For each step:",
    );
    page.paragraph("", &text.into());
    page.commands(&format!(
        "printf '%s' INPUT | xxd -r -p | openssl dgst {option}"
    ));
    page.heading(3, Text::new("哈希", "Hashes"));
    hashes::write(page, case);
    page.heading(3, Text::new("签名", "Signatures"));
    signatures::write(page, case);
}

/// A file's name as a shell takes it.
fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', r"'\''"))
}
