//! From the file to the header, hash by hash, as bytes that any program can hash again.

use light_client::{
    cbor::to_bytes,
    hash::{Digest, Hasher, Tag, preimage},
    record::{evidence_key, evidence_key_preimage},
    state::Namespace,
    suite::Suite,
};

use super::{
    case::Case,
    page::{Page, Said, Value},
};
use crate::words::Text;

/// One hash: what goes in, what must come out.
struct Calculation {
    name: Text,
    input: Vec<u8>,
    output: Digest,
}

/// The bytes that go into the deposited digest before those of the file.
pub(super) fn before_the_file(case: &Case<'_>) -> Vec<u8> {
    let mut bytes = preimage(Tag::EVIDENCE, &[&case.deposit.salt]);
    // At most a GiB, so it fits.
    let length = u32::try_from(case.file.len()).unwrap_or(u32::MAX);
    bytes.extend(length.to_be_bytes());
    bytes
}

/// Writes all of them.
pub(super) fn write(page: &mut Page, case: &Case<'_>) {
    page.paragraph("", &introduction(case));
    let rows = calculations(case)
        .into_iter()
        .flat_map(|calculation| calculation.rows());
    page.facts(rows.collect::<Vec<_>>());
    page.heading(3, Text::new("状态树中的路径", "The path in the state tree"));
    page.paragraph("", &path_introduction());
    page.table(&PATH_HEADINGS, path(case));
}

impl Calculation {
    fn rows(self) -> [(Text, Value); 2] {
        let input = Value::Hex("in", hex::encode(self.input));
        let output = Value::Hex("out", self.output.to_hex());
        [(self.name, input), (RESULT, output)]
    }
}

const RESULT: Text = Text::new("→ 结果", "→ result");
const PATH_HEADINGS: [Text; 3] = [
    Text::new("次序", "Order"),
    Text::new("兄弟节点", "Sibling"),
    Text::new("结果", "Result"),
];

fn introduction(case: &Case<'_>) -> Said {
    let hash = case.hash_name();
    Said::new(
        format!(
            "每一行“输入”都是十六进制字节；对它计算 {hash}，应与紧随其后的“结果”逐字相同。每个结果都原样出现在后面某一步的输入里，\
             所以改动其中任何一处，链条都会断开。"
        ),
        format!(
            "Each input is bytes in hexadecimal; {hash} of them must be the result below it. Each result appears unchanged \
             in the input of a later step, so a change anywhere breaks the chain."
        ),
    )
}

fn path_introduction() -> Said {
    Said::new(
        "从第 3 步的叶子开始，逐层向上：结果 = 哈希（“JMT::IntrnalNode”‖ 左 ‖ 右），“JMT::IntrnalNode”为 16 个 ASCII 字节。\
         最后一个结果是第 4 步输入中的第六个根（存证）。没有行，则叶子本身就是根。",
        "From the leaf of step 3 upwards: result = hash(\"JMT::IntrnalNode\" ‖ left ‖ right), where \"JMT::IntrnalNode\" is 16 \
         bytes of ASCII. The last result is the sixth root (evidence) in the input of step 4. No line: the leaf is the root.",
    )
}

/// All hashes but those of the path, each from the case's own parts.
fn calculations(case: &Case<'_>) -> Vec<Calculation> {
    let (suite, proofs) = (case.suite(), &case.deposit.proofs);
    let key = evidence_key(suite, &proofs.ledger, &case.digest).hash;
    let key_bytes = evidence_key_preimage(&proofs.ledger, &case.digest);
    let entry = to_bytes(case.entry);
    let value = digest(suite, &entry);
    let (leaf, _) = leaf(case);
    let header = &proofs.head.header;
    let state = preimage(Tag::STATE, &[&proofs.roots.preimage()]);
    let rest = preimage(Tag::HEADER_REST, &[&to_bytes(&header.rest)]);
    let rest_hash = header.rest.hash(suite);
    let whole = preimage(
        Tag::HEADER,
        &[&to_bytes(&header.core), rest_hash.as_bytes()],
    );
    let steps = [
        (KEY, preimage(Tag::STATE_KEY, &[&key_bytes]), key),
        (ENTRY, entry, value),
        (LEAF, leaf.clone(), digest(suite, &leaf)),
        (STATE, state, header.rest.state_root),
        (REST, rest, rest_hash),
        (HEADER, whole, header.hash()),
    ];
    steps
        .map(|(name, input, output)| Calculation {
            name,
            input,
            output,
        })
        .into()
}

const KEY: Text = Text::new("1 存证摘要的位置", "1 place of the digest");
const ENTRY: Text = Text::new(
    "2 登记内容：账本、机构、高度、时间",
    "2 entry: ledger, agency, height, time",
);
const LEAF: Text = Text::new("3 叶子：位置与内容", "3 leaf: place and entry");
const STATE: Text = Text::new("4 八棵状态树的根", "4 roots of the eight state trees");
const REST: Text = Text::new("5 区块头后半", "5 second part of the header");
const HEADER: Text = Text::new(
    "6 区块头：前半与后半",
    "6 header: first part, then the second's hash",
);

/// The bytes of the leaf, and its place.
fn leaf(case: &Case<'_>) -> (Vec<u8>, Digest) {
    let (suite, proofs) = (case.suite(), &case.deposit.proofs);
    let key = evidence_key(suite, &proofs.ledger, &case.digest).hash;
    let value = digest(suite, &to_bytes(case.entry));
    let parts = [&b"JMT::LeafNode"[..], key.as_bytes(), value.as_bytes()];
    (parts.concat(), key)
}

/// The path as rows; its last result is the root of the namespace.
fn path(case: &Case<'_>) -> Vec<Vec<Value>> {
    let (bytes, key) = leaf(case);
    let mut node = digest(case.suite(), &bytes);
    let mut rows = Vec::new();
    for step in case.presence.0.steps(&key) {
        node = step.up(case.suite(), &node);
        let order = if step.sibling_first {
            Text::new("兄弟在左", "sibling left")
        } else {
            Text::new("兄弟在右", "sibling right")
        };
        rows.push(vec![
            Value::Said(order.into()),
            Value::Hex("sibling", step.sibling.to_hex()),
            Value::Hex("node", node.to_hex()),
        ]);
    }
    debug_assert_eq!(node, *case.deposit.proofs.roots.of(Namespace::Evidence));
    rows
}

/// The bare hash of some bytes.
pub(super) fn digest(suite: Suite, bytes: &[u8]) -> Digest {
    let mut hasher = Hasher::new(suite);
    hasher.update(bytes);
    hasher.finish()
}
