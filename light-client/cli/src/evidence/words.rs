//! Words about deposits, in Chinese and in English.

use light_client::verdict::{DepositEvidence, DepositHeadline, DepositReason};

use crate::words::{self, Lang, Text, clean};

pub(super) const fn headline(headline: &DepositHeadline) -> Text {
    match headline {
        DepositHeadline::Deposited => Text::new(
            "已存证：文件登记以后没有改动。",
            "Deposited: the file has not changed since.",
        ),
        DepositHeadline::NotDeposited => Text::new(
            "未存证：这份文件用这个盐值没有登记过。",
            "Not deposited: this file, with this salt, is not on the ledger.",
        ),
        DepositHeadline::Invalid(_) => Text::new("证明不成立。", "The proof does not hold."),
        DepositHeadline::Undetermined(_) => Text::new("无法确定。", "Undetermined."),
    }
}

/// The sentence for a reason: the table of `docs/cli.md`.
pub(super) const fn reason(reason: DepositReason) -> Text {
    match reason {
        DepositReason::AbsenceStale => Text::new(
            "答复太旧：此后可能已经登记。请向节点重新查询。",
            "The answer is too old: the file may have been deposited since. Ask a node again.",
        ),
        DepositReason::AgencyProofInvalid => Text::new(
            "登记机构的证明不成立。",
            "The proof about the agency does not hold.",
        ),
        DepositReason::Chain(reason) => words::reason(reason),
        DepositReason::EntryMismatch => Text::new(
            "登记内容与区块矛盾。",
            "The entry contradicts the block that it is proved under.",
        ),
        DepositReason::FileMismatch => Text::new(
            "这不是这份文件的证明：文件或盐值改动过，或者拿错了证明。",
            "This is no proof of this file: the file or the salt was changed, or belongs to another proof.",
        ),
        DepositReason::FileTooLong => Text::new(
            "文件超过 1 GiB，没有核对。",
            "The file is longer than 1 GiB and was not looked at.",
        ),
        DepositReason::Malformed => Text::new(
            "这不是存证证明，或者不完整、被改动过。",
            "This is no proof of a deposit, or it is incomplete or was changed.",
        ),
        DepositReason::UnexpectedPart => Text::new(
            "证明里有不该有的部分。",
            "The proof has a part that it has no use for.",
        ),
    }
}

/// The agency by its registered name, if that is proved, and its id.
pub(super) fn agency(found: &DepositEvidence, lang: Lang) -> String {
    let id = clean(found.agency.as_str());
    match (&found.name, lang) {
        (Some(name), Lang::Zh) => format!("{}（{id}）", clean(&name.zh)),
        (Some(name), Lang::En) => format!("{} ({id})", clean(&name.en)),
        (None, _) => id,
    }
}

#[cfg(test)]
mod tests {
    use light_client::verdict::Reason;

    use super::*;

    #[test]
    fn sentences_are_those_of_the_documentation() {
        let table = include_str!("../../../../docs/cli.md");
        for known in [
            DepositReason::AbsenceStale,
            DepositReason::AgencyProofInvalid,
            DepositReason::EntryMismatch,
            DepositReason::FileMismatch,
            DepositReason::FileTooLong,
            DepositReason::Malformed,
            DepositReason::UnexpectedPart,
        ] {
            let (zh, en) = (reason(known).of(Lang::Zh), reason(known).of(Lang::En));
            let kind = DepositHeadline::from(known).kind();
            let row = format!("| `{}` | {kind} | {zh} | {en} |", known.code());
            assert!(table.contains(&row), "{row}");
        }
    }

    /// Sentences about documents name the issuer or a time; a deposit has neither.
    #[test]
    fn shared_reasons_have_no_gaps() {
        for shared in [
            Reason::LedgerUnknown,
            Reason::SupersededEpoch,
            Reason::FutureHeader,
        ] {
            assert!(
                !reason(DepositReason::Chain(shared))
                    .of(Lang::En)
                    .contains('{')
            );
        }
    }
}
