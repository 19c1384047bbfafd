//! What a fuzzer runs: any bytes, and no two implementations may differ.

use light_client::key::sm2::{GeneratorTable, KeyTable, VerifyingKey, verify_digests};

use crate::case::Case;
use crate::dice::Dice;
use crate::judge;

/// A compressed key, e, and r ‖ s.
pub const INPUT_BYTES: usize = 33 + 32 + 64;

/// Reads `input` as key, e and signature and asks everyone; nothing for another length.
///
/// # Panics
/// When two answers differ: that is its purpose.
pub fn verify_sm2(generator: &GeneratorTable, input: &[u8]) -> Option<bool> {
    let case = case(input)?;
    let stock = judge::stock(&case);
    assert_eq!(judge::ours(&case), stock, "any key: {case:?}");
    let decoded = VerifyingKey::decode(&case.key);
    let on_curve = sm2::PublicKey::from_sec1_bytes(&case.key).is_ok();
    assert_eq!(decoded.is_ok(), on_curve, "key: {case:?}");
    if let Ok(key) = decoded {
        let table = KeyTable::new(&key);
        let known = table.verify_digest(generator, &case.digest, &case.signature);
        assert_eq!(known.is_ok(), stock, "known key: {case:?}");
        let same = (&table, case.digest, case.signature);
        let other = (&table, [1; 32], [1; 64]);
        let together = verify_digests(generator, &[same, other, same]);
        assert!(together.len() == 3 && together[1].is_err(), "{case:?}");
        assert_eq!(
            [&together[0], &together[2]],
            [&known, &known],
            "together: {case:?}"
        );
    }
    Some(stock)
}

/// The input that stands for a case.
pub fn input(case: &Case) -> Vec<u8> {
    [&case.key[..], &case.digest, &case.signature].concat()
}

/// A neighbour of `input`: bits, bytes, limbs and whole fields changed.
pub fn mutate(input: &mut [u8], other: &[u8], dice: &mut Dice) {
    if input.len() != INPUT_BYTES || other.len() != INPUT_BYTES {
        return;
    }
    for _ in 0..=dice.below(3) {
        let at = dice.below(INPUT_BYTES);
        match dice.below(6) {
            0 | 1 => input[at] ^= 1 << dice.below(8),
            2 => input[at] = [0, 1, 0x7f, 0x80, 0xfe, 0xff][dice.below(6)],
            3 => input[at] = input[at].wrapping_add([1, 0xff][dice.below(2)]),
            4 => {
                let end = (at + 8).min(INPUT_BYTES);
                input[at..end].fill([0, 0xff][dice.below(2)]);
            }
            _ => {
                let (start, end) = [(0, 33), (33, 65), (65, 97), (97, 129)][dice.below(4)];
                input[start..end].copy_from_slice(&other[start..end]);
            }
        }
    }
}

fn case(input: &[u8]) -> Option<Case> {
    let (key, rest) = input.split_first_chunk()?;
    let (digest, signature) = rest.split_first_chunk()?;
    Some(Case {
        name: "fuzz",
        expected: None,
        key: *key,
        message: None,
        digest: *digest,
        signature: signature.try_into().ok()?,
    })
}
