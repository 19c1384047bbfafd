//! Words about conflicts, in Chinese and in English. They accuse nobody of what is not proven.

use light_client::{
    conflict::{ConflictError, Contradiction, SearchError},
    verdict::{ConflictHeadline, ConflictReason, FaultEvidence},
};

use crate::words::{self, Lang, Text};

/// In front of why there is none.
pub(super) const NONE: Text =
    Text::new("没有写出冲突证明。", "No proof of a conflict was written.");

/// What was decided.
pub(super) const fn headline(headline: &ConflictHeadline) -> Text {
    match headline {
        ConflictHeadline::Equivocation => EQUIVOCATION,
        ConflictHeadline::Fork => FORK,
        ConflictHeadline::Invalid(_) => Text::new("证明不成立。", "The proof does not hold."),
        ConflictHeadline::Undetermined(_) => Text::new("无法确定。", "Undetermined."),
    }
}

/// What the keys of the file did, whoever has them.
pub(super) const fn fault(fault: &FaultEvidence) -> Text {
    match fault {
        FaultEvidence::Equivocation { .. } => EQUIVOCATION,
        FaultEvidence::Fork { .. } => FORK,
    }
}

const EQUIVOCATION: Text = Text::new(
    "已证实双重签名：有密钥在同一高度、同一轮次签了两个不同的区块。",
    "Double signing is proven: keys signed two different blocks of one height and one round.",
);

const FORK: Text = Text::new(
    "已证实分叉：两个经法定多数签名的区块不可能属于同一段历史，出错的验证机构多于可容忍的数目。是哪些机构，这份文件没有证明。",
    "A fork is proven: two certified blocks cannot be of one history, so more validators were faulty \
     than the ledger tolerates. Which of them, this file does not prove.",
);

/// How the two blocks exclude each other.
pub(super) const fn contradiction(contradiction: Contradiction) -> Text {
    match contradiction {
        Contradiction::SameHeight => Text::new(
            "同一高度有两个区块，轮次不同",
            "two blocks of one height, of different rounds",
        ),
        Contradiction::PastEnd => Text::new(
            "前一个区块已结束这一届，后一个仍属于这一届",
            "the first block ends the epoch, the second is of that epoch all the same",
        ),
        Contradiction::OtherPrevious => Text::new(
            "后一个区块高一个高度，接的却是另一个区块",
            "the second block is the next one, and follows another block than the first",
        ),
    }
}

/// Above the list of those who signed both.
pub(super) const fn signatories(fault: &FaultEvidence) -> Text {
    match fault {
        FaultEvidence::Equivocation { .. } => Text::new("双重签名的密钥", "Keys that signed twice"),
        FaultEvidence::Fork { .. } => Text::new(
            "两个都签了，请其说明（不是指控）",
            "Signed both, to be asked why (not accused)",
        ),
    }
}

/// What must not be read into it, and what to do next.
pub(super) const fn note(fault: &FaultEvidence) -> Text {
    match fault {
        FaultEvidence::Equivocation { .. } => Text::new(
            "文件证明这些密钥签了什么，不证明是谁、在何时使用了它们。",
            "The file proves what these keys signed, not who used them, nor when.",
        ),
        FaultEvidence::Fork {
            contradiction: Contradiction::SameHeight,
            ..
        } => Text::new(
            "诚实的验证机构也可能按规则改过锁定的值，先后签了两个。请逐一索要解除其锁定的那次多数预投票。",
            "An honest validator may have signed both, having moved its lock by the rules. Ask each for \
             the polka that released its lock.",
        ),
        FaultEvidence::Fork {
            contradiction: Contradiction::PastEnd | Contradiction::OtherPrevious,
            ..
        } => Text::new(
            "诚实的验证机构也可能签了前一个区块，后来跟随法定多数定下的另一个。请逐一索要它在那个高度定下的区块及其签名，\
             由此可以再做一份同一高度的证明。",
            "An honest validator may have signed the first and then followed another block that a quorum \
             decided. Ask each for the block that it has at that height, with its certificate: of that and \
             the first, a proof for one height can be made.",
        ),
    }
}

/// The sentence for a reason: the table of `docs/cli.md`.
pub(super) const fn reason(reason: ConflictReason) -> Text {
    match reason {
        ConflictReason::Chain(reason) => words::reason(reason),
        ConflictReason::DifferentSets => Text::new(
            "两个区块互相矛盾，但由不同的验证机构名单签名：责任在更早的换届，请取得两边的换届证明再比较。",
            "The blocks contradict each other, but are by different validator sets: the fault lies with an \
             earlier hand-over. Compare the hand-overs of both sides.",
        ),
        ConflictReason::Malformed => Text::new(
            "这不是冲突证明，或者不完整、被改动过。",
            "This is no proof of a conflict, or it is incomplete or was changed.",
        ),
        ConflictReason::NoTrustStore => Text::new(
            "没有信任文件，不知道这些是谁的密钥：密钥和名称谁都可以编造。",
            "Without a trust store nobody knows whose keys these are: anybody can make up keys and names.",
        ),
        ConflictReason::OneHistory => Text::new(
            "两个区块可以属于同一段历史，证明不了什么。",
            "The two blocks may belong to one history: they prove nothing.",
        ),
        ConflictReason::OtherSet => Text::new(
            "这不是信任文件中这一届的验证机构：没有证明它们做过什么。",
            "These are not the validators that the trust store has for that epoch: nothing is proved of those.",
        ),
        ConflictReason::SameHeader => {
            Text::new("两个区块是同一个。", "The two blocks are one and the same.")
        }
    }
}

/// Why two files make no conflict.
pub(super) fn search(error: &SearchError, lang: Lang) -> String {
    match (error, lang) {
        (SearchError::NoHeaders, Lang::Zh) => "有一个文件里没有经签名的区块。".to_owned(),
        (SearchError::NoHeaders, Lang::En) => "One of the files has no certified block.".to_owned(),
        (SearchError::SetUnknown { epoch }, Lang::Zh) => {
            format!("文件里没有第 {epoch} 届验证机构的名单：请用 --trust 指定信任文件。")
        }
        (SearchError::SetUnknown { epoch }, Lang::En) => format!(
            "The files do not have the validators of epoch {epoch}: name a trust store with --trust."
        ),
        (SearchError::Certificate(error), _) => {
            let error = ConflictError::Certificate(*error);
            reason(error.into()).of(lang).to_owned()
        }
        (SearchError::Unproven(unproven), _) => {
            let error = ConflictError::Unproven(*unproven);
            reason(error.into()).of(lang).to_owned()
        }
    }
}

/// The code of why two files make no conflict.
pub(super) fn search_code(error: &SearchError) -> &'static str {
    let error = match error {
        SearchError::NoHeaders => return "no_headers",
        SearchError::SetUnknown { .. } => return "set_unknown",
        SearchError::Certificate(error) => ConflictError::Certificate(*error),
        SearchError::Unproven(unproven) => ConflictError::Unproven(*unproven),
    };
    ConflictReason::from(error).code()
}

#[cfg(test)]
mod tests {
    use light_client::verdict::Reason;

    use super::*;

    #[test]
    fn sentences_are_those_of_the_documentation() {
        let table = include_str!("../../../../../docs/cli.md");
        for known in [
            ConflictReason::DifferentSets,
            ConflictReason::Malformed,
            ConflictReason::NoTrustStore,
            ConflictReason::OneHistory,
            ConflictReason::OtherSet,
            ConflictReason::SameHeader,
        ] {
            let (zh, en) = (reason(known).of(Lang::Zh), reason(known).of(Lang::En));
            let kind = ConflictHeadline::from(known).kind();
            let row = format!("| `{}` | {kind} | {zh} | {en} |", known.code());
            assert!(table.contains(&row), "{row}");
        }
    }

    /// Sentences about documents name the issuer or a time; a conflict has neither.
    #[test]
    fn shared_reasons_have_no_gaps() {
        for shared in [
            Reason::CertificateSignature,
            Reason::EpochUnknown,
            Reason::LedgerMismatch,
            Reason::LedgerUnknown,
        ] {
            let sentence = reason(ConflictReason::Chain(shared)).of(Lang::En);
            assert!(!sentence.contains('{'));
        }
    }
}
