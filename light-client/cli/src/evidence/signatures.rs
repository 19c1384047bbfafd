//! Who signed the header, with all it takes to check each signature by other means.

use light_client::{
    cbor::to_bytes,
    hash::{Tag, preimage},
};

use super::{
    case::Case,
    hashes, openssl,
    page::{Page, Said, Value},
};
use crate::words::Text;

/// Writes the chain from the fingerprint to the keys, and each key's signature.
pub(super) fn write(page: &mut Page, case: &Case<'_>) {
    page.paragraph("", &set_words(case));
    page.facts(keys(case));
    page.paragraph("", &signature_words());
    page.facts(case.signatures().flat_map(|(validator, commit)| {
        let message = case.precommit(validator);
        let signature = openssl::signature(validator.key.kind(), &commit.signature);
        [
            (
                Text::new("机构", "Agency"),
                Value::Plain(validator.agency.to_string()),
            ),
            hex(Text::new("消息", "Message"), "message", &message),
            hex(
                Text::new("公钥（DER）", "Key (DER)"),
                "key",
                &openssl::public_key(&validator.key),
            ),
            hex(Text::new("签名", "Signature"), "signature", &signature),
        ]
    }));
    for kind in case.key_kinds() {
        page.commands(&format!(
            "printf '%s' KEY | xxd -r -p > key.der; printf '%s' SIGNATURE | xxd -r -p > signature; \
             printf '%s' MESSAGE | xxd -r -p > message\n\
             openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -sigfile signature -rawin -in message{}",
            openssl::options(kind)
        ));
    }
}

fn hex(label: Text, class: &'static str, bytes: &[u8]) -> (Text, Value) {
    (label, Value::Hex(class, hex::encode(bytes)))
}

/// Genesis and validator set, each with its hash.
fn keys(case: &Case<'_>) -> Vec<(Text, Value)> {
    let genesis = preimage(Tag::GENESIS, &[&to_bytes(case.genesis)]);
    let mut rows = vec![
        hex(Text::new("7 创世记录", "7 genesis"), "in", &genesis),
        hex(
            Text::new("→ 账本指纹", "→ ledger's fingerprint"),
            "out",
            hashes::digest(case.suite(), &genesis).as_bytes(),
        ),
    ];
    if let Some(set) = case.set_bytes() {
        let set = preimage(Tag::SET, &[&set]);
        rows.push(hex(
            Text::new("8 验证机构名单", "8 validator set"),
            "in",
            &set,
        ));
        rows.push(hex(
            Text::new("→ 名单的哈希", "→ the set's hash"),
            "out",
            hashes::digest(case.suite(), &set).as_bytes(),
        ));
    }
    rows
}

fn set_words(case: &Case<'_>) -> Said {
    let (epoch, count) = (case.ledger.epoch, case.deposit.proofs.handoffs.len());
    if epoch == 0 {
        return Said::new(
            "创世记录含有第 0 届验证机构及其公钥，它的哈希就是账本指纹；名单的哈希写在第 6 步的区块头前半里。指纹应从别处核实，不要只看本报告。",
            "The genesis holds the validators of epoch 0 and their keys; its hash is the ledger's fingerprint. The set's hash is in the \
             first part of the header, in step 6. Compare the fingerprint with another source than this report.",
        );
    }
    Said::new(
        format!(
            "创世记录含有第 0 届验证机构及其公钥，它的哈希就是账本指纹（应从别处核实）。从第 0 届到第 {epoch} 届，每一届最后一个区块头写有下一届名单的哈希，\
             由当届多数签名；证明文件里有 {count} 份这样的换届证明。第 {epoch} 届名单的哈希写在第 6 步的区块头前半里。"
        ),
        format!(
            "The genesis holds the validators of epoch 0 and their keys; its hash is the ledger's fingerprint (compare it with another source). \
             From epoch 0 to {epoch}, the last header of each names the hash of the next set and is signed by a quorum of its own; the \
             proof file holds {count} such hand-offs. The hash of the set of epoch {epoch} is in the first part of the header, in step 6."
        ),
    )
}

fn signature_words() -> Said {
    Said::new(
        "每个签名者对下列“消息”签名，消息中含有账本、高度、轮次、第 6 步的区块头哈希和该公钥的编号。用 OpenSSL 3 核对：",
        "Each signer signed the message below, which holds the ledger, the height, the round, the header's hash of step 6 and the id of the key. \
         To be checked with OpenSSL 3:",
    )
}
