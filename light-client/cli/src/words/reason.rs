//! A sentence for every reason: the table of `docs/verdicts.md`.
//!
//! `{issuer}` is the name in the certified registry, `{time}` the header's signed time.

use light_client::verdict::Reason;

use super::Text;

/// The sentence for `reason`.
pub(crate) const fn reason(reason: Reason) -> Text {
    match reason {
        Reason::Malformed => Text::new(
            "这不是凭证文件，或者文件不完整、被改动过。",
            "This is not a document file, or it is incomplete or was changed.",
        ),
        Reason::UnexpectedPart => Text::new(
            "文件里有这类凭证不该有的部分。",
            "The file has a part that this kind of document does not have.",
        ),
        Reason::LedgerMismatch => Text::new(
            "文件的各部分说的不是同一个账本。",
            "Parts of the file speak of different ledgers.",
        ),
        Reason::HandoffInvalid => Text::new(
            "账本换届的证明不成立。",
            "A hand-over between the ledger's validators does not hold.",
        ),
        Reason::HandoffConflict => Text::new(
            "账本换届的证明与本机核对过的不同。",
            "A hand-over differs from the one this device verified before.",
        ),
        Reason::CertificateEpoch => Text::new(
            "区块签名与区块不是同一届。",
            "The block's signatures are of another term than the block.",
        ),
        Reason::CertificateSet => Text::new(
            "区块指向另一组验证机构。",
            "The block names another set of validators.",
        ),
        Reason::CertificateQuorum => Text::new(
            "区块签名的数目不对。",
            "The block does not carry exactly the signatures it needs.",
        ),
        Reason::CertificateSigners => Text::new(
            "区块签名重复或次序不对。",
            "The block's signatures repeat or are out of order.",
        ),
        Reason::CertificateUnknownSigner => Text::new(
            "区块上有不属于验证机构的签名。",
            "The block carries a signature of no validator.",
        ),
        Reason::CertificateSignature => Text::new(
            "区块上的签名不成立。",
            "A signature of the block does not hold.",
        ),
        Reason::CertificateSuite => Text::new(
            "区块签名用的不是该账本的算法。",
            "The block is signed with another algorithm than the ledger's.",
        ),
        Reason::BeyondEpoch => Text::new(
            "区块超出了这一届的范围。",
            "The block lies beyond its validators' term.",
        ),
        Reason::HistoryMismatch => Text::new(
            "区块不在账本的历史中。",
            "The block is not part of the ledger's history.",
        ),
        Reason::ConflictingHeader => Text::new(
            "同一高度出现了两个区块，账本可能已分叉。",
            "Two blocks claim the same height: the ledger may have forked.",
        ),
        Reason::StateRootMismatch => Text::new(
            "登记数据与区块不一致。",
            "The registered data does not belong to the block.",
        ),
        Reason::DocumentAltered => Text::new(
            "这份文件与{issuer}签发的内容不一致，请不要采信。",
            "This is not what {issuer} signed. Do not rely on it.",
        ),
        Reason::DocumentMalformed => Text::new(
            "内容不符合这类文件的规则，请不要采信。",
            "The content breaks the rules of its kind. Do not rely on it.",
        ),
        Reason::OriginMismatch => Text::new(
            "登记证明与这份文件对不上。",
            "The proof of registration is not of this document.",
        ),
        Reason::IssuerMismatch => Text::new(
            "文件写的签发者与登记的不同。",
            "The document names another issuer than the one registered.",
        ),
        Reason::TypeMismatch => Text::new(
            "文件的种类与登记的不同。",
            "The document is of another kind than the one registered.",
        ),
        Reason::IssuerUnknown => Text::new(
            "签发者没有登记，不能签发这类文件。",
            "The issuer is not in the register and may not issue this kind of document.",
        ),
        Reason::IssuerNotAuthorised => Text::new(
            "{issuer}不能签发这类文件。",
            "{issuer} may not issue this kind of document.",
        ),
        Reason::RegistryProofInvalid => Text::new(
            "签发者登记的证明不成立。",
            "The proof about the issuer does not hold.",
        ),
        Reason::LeaseMismatch => Text::new(
            "发票号码不在销售方的号段内。",
            "The invoice number is not in the seller's range.",
        ),
        Reason::BatchSignatureInvalid => Text::new(
            "签发者对登记的签名不成立。",
            "The issuer's signature on the registration does not hold.",
        ),
        Reason::IssuerSignatureInvalid => Text::new(
            "签名不是{issuer}的，或内容在签名后被改动。",
            "{issuer} did not sign this, or it was changed after signing.",
        ),
        Reason::NumberReused => Text::new(
            "这个发票号码属于另一张发票。",
            "This invoice number belongs to another invoice.",
        ),
        Reason::AmountMismatch => Text::new(
            "金额与账本登记的不一致，请不要采信。",
            "The amounts differ from those on the ledger. Do not rely on it.",
        ),
        Reason::InvoiceProofInvalid => Text::new(
            "发票登记的证明不成立。",
            "The proof of the invoice's entries does not hold.",
        ),
        Reason::StatusProofInvalid => Text::new(
            "是否撤销的证明不成立。",
            "The proof of its standing does not hold.",
        ),
        Reason::Revoked => Text::new("{issuer}已撤销这份文件。", "Revoked by {issuer}."),
        Reason::Suspended => Text::new("{issuer}已暂停这份文件。", "Suspended by {issuer}."),
        Reason::RedLettered => Text::new(
            "这张发票已全额红冲。",
            "This invoice was taken back in full by a red-letter invoice.",
        ),
        Reason::Expired => Text::new("这份文件已过有效期。", "Its period of validity is over."),
        Reason::NotYetValid => Text::new(
            "这份文件的有效期还没有开始。",
            "Its period of validity has not begun.",
        ),
        Reason::BareDidKey => Text::new(
            "签发者只是一把密钥，没有账本为它作证：签名可以核对，是谁签的无从知道。",
            "The issuer is a bare key that no ledger vouches for: the signature can be checked, but not whose it is.",
        ),
        Reason::LedgerUnknown => Text::new(
            "本机没有这个账本的信任起点。这不表示文件有问题。",
            "This device has no trust anchor for that ledger. This does not mean the document is wrong.",
        ),
        Reason::PinTooOld => Text::new(
            "本机的信任起点太久没有更新。",
            "The trust anchor of this device has not been renewed for too long.",
        ),
        Reason::EpochUnknown => Text::new(
            "缺少账本换届的证明，无法确认区块由谁签名。",
            "A hand-over of the ledger is missing, so nobody knows who had to sign the block.",
        ),
        Reason::SupersededEpoch => Text::new(
            "区块由已卸任的验证机构签名，不能单独作数。",
            "The block is signed by validators whose term has ended; alone it does not count.",
        ),
        Reason::FutureHeader => Text::new(
            "数据的时间比本机时间还晚。",
            "The data is from the future by the clock of this device.",
        ),
        Reason::NotAnchored => Text::new(
            "账本中没有这份文件的登记证明。",
            "There is no proof that this document is on the ledger.",
        ),
        Reason::NotYetRegistered => Text::new(
            "这个发票号码还没有登记。",
            "This invoice number is not registered yet.",
        ),
        Reason::RegistryUnchecked => Text::new(
            "缺少签发者的登记证明，无法确认它的权限。",
            "A proof about the issuer is missing, so its right cannot be confirmed.",
        ),
        Reason::StatusUnchecked => Text::new(
            "签名和登记无误，但没有是否撤销的证明。",
            "Genuine and unchanged, but there is no proof of whether it was revoked.",
        ),
        Reason::StatusStale => Text::new(
            "签名和登记无误；是否被撤销只能确认到{time}。",
            "Genuine and unchanged. We can only confirm it was not revoked up to {time}.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documentation is what people cite: code and table must be the same, word for word.
    #[test]
    fn sentences_are_those_of_the_documentation() {
        let table = include_str!("../../../../docs/verdicts.md");
        for (rank, known) in Reason::ALL.iter().enumerate() {
            let text = reason(*known);
            let row = format!("| {} | `{}` | ", rank + 1, known.code());
            let sentences = format!(" | {} | {} |", text.zh, text.en);
            assert!(
                table
                    .lines()
                    .any(|line| line.starts_with(&row) && line.ends_with(&sentences)),
                "{row} {sentences}"
            );
        }
    }
}
