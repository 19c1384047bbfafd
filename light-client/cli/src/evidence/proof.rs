//! `tallystick evidence join` and `check`; what `report` decides by.

use std::io::Write;

use light_client::{
    deposit::{self, Deposit, DepositProofs},
    id::TimeMs,
    policy::Policy,
    record::MAX_EVIDENCE_BYTES,
    trust::TrustStore,
    verdict::{DepositHeadline, DepositVerdict},
    verify_deposit,
};
use serde::Serialize;

use super::{
    answer,
    options::{AnswerFormat, JoinOptions, ProofOptions},
};
use crate::{
    args::Failure,
    input, json, output,
    words::{Lang, Text},
};

/// Makes the one file that is kept beside the original. Decides nothing.
pub(super) fn join(options: &JoinOptions, lang: Lang, out: &mut impl Write) -> Result<u8, Failure> {
    let bytes = input::read_up_to(&options.answer, deposit::MAX_BYTES, lang)?;
    let proofs = DepositProofs::parse(&bytes).map_err(|error| {
        let path = options.answer.display();
        Failure::Usage(match lang {
            Lang::Zh => format!("{path} 不是节点对存证摘要的答复：{error}"),
            Lang::En => format!("{path} is no node's answer about a digest: {error}"),
        })
    })?;
    let salt = options.salt.read(lang)?;
    let bytes = Deposit { salt, proofs }.to_bytes();
    output::write_new(&options.out, &bytes, lang)?;
    let text = Text::new(
        "已写好，还没有核对：请用 tallystick evidence check。",
        "Written; nothing has been checked: tallystick evidence check does that.",
    );
    writeln!(out, "{}", text.of(lang))?;
    Ok(0)
}

pub(super) fn check(
    options: &ProofOptions,
    format: AnswerFormat,
    lang: Lang,
    clock: TimeMs,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let judged = Judged::read(options, lang, clock)?;
    match format {
        AnswerFormat::Text => answer::write(&options.file, &judged.verdict, lang, out)?,
        AnswerFormat::Json => json::write(&judged.row(options), out)?,
    }
    Ok(judged.exit_code())
}

/// A file with its proof, and what was decided.
pub(super) struct Judged {
    pub(super) file: Vec<u8>,
    pub(super) proof: Vec<u8>,
    pub(super) trust: TrustStore,
    pub(super) now: TimeMs,
    pub(super) verdict: DepositVerdict,
}

#[derive(Serialize)]
struct Row<'a> {
    file: String,
    verdict: &'a DepositVerdict,
}

impl Judged {
    /// Reads what is named and decides.
    pub(super) fn read(options: &ProofOptions, lang: Lang, clock: TimeMs) -> Result<Self, Failure> {
        let trust = input::read_trust(&options.trust, lang)?;
        let proof = input::read_up_to(&options.proof, deposit::MAX_BYTES, lang)?;
        let file = input::read_up_to(&options.file, MAX_EVIDENCE_BYTES, lang)?;
        let now = options.now.unwrap_or(clock);
        let mut policy = Policy::default();
        policy.max_age_ms = options.max_age.unwrap_or(policy.max_age_ms);
        let verdict = verify_deposit(&file, &proof, &trust, &policy, now);
        Ok(Self {
            file,
            proof,
            trust,
            now,
            verdict,
        })
    }

    /// As of `verify`: 0 deposited, 1 decided against, 2 not decided.
    pub(super) const fn exit_code(&self) -> u8 {
        match self.verdict.headline {
            DepositHeadline::Deposited => 0,
            DepositHeadline::NotDeposited | DepositHeadline::Invalid(_) => 1,
            DepositHeadline::Undetermined(_) => 2,
        }
    }

    fn row(&self, options: &ProofOptions) -> Row<'_> {
        Row {
            file: options.file.display().to_string(),
            verdict: &self.verdict,
        }
    }
}
