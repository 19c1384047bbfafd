//! Inner nodes of Merkle trees: the hash of a tag and two digests, over and over.
//!
//! ```text
//! len8(tag) ‖ tag ‖ 00000020 ‖ left ‖ 00000020 ‖ right ‖ 80 ‖ 00 … ‖ bit length       two blocks
//! ```
//! The message always has the same length, so the padding is part of a template. Natively, SM3 of
//! four such messages runs in the four lanes of a vector; the browser gets one scalar path.

use alloc::vec::Vec;

use super::{Digest, Tag, hash};
use crate::suite::Suite;

/// The hash of an inner node.
pub(crate) fn pair(suite: Suite, tag: Tag, left: &Digest, right: &Digest) -> Digest {
    hash(suite, tag, &[left.as_bytes(), right.as_bytes()])
}

/// The hashes of many inner nodes: of (d0, d1), (d2, d3), …; a last digest without a partner is
/// left alone.
pub(crate) fn pairs(suite: Suite, tag: Tag, digests: &[Digest]) -> Vec<Digest> {
    let mut nodes = Vec::with_capacity(digests.len() / 2);
    let pairs = digests.as_chunks::<2>().0;
    let rest = match suite {
        #[cfg(not(target_arch = "wasm32"))]
        Suite::Sm => lanes::sm3(tag, pairs, &mut nodes),
        #[cfg(target_arch = "wasm32")]
        Suite::Sm => pairs,
        Suite::Intl => pairs,
    };
    nodes.extend(
        rest.iter()
            .map(|[left, right]| pair(suite, tag, left, right)),
    );
    nodes
}

#[cfg(not(target_arch = "wasm32"))]
mod lanes {
    //! GB/T 32905-2016 §5.3, four messages at a time.

    use alloc::vec::Vec;

    use wide::u32x4;

    use super::{Digest, Tag};

    const LANES: usize = 4;
    /// Two blocks.
    const BYTES: usize = 128;
    /// The initial value, §4.1.
    const IV: [u32; 8] = [
        0x7380_166f,
        0x4914_b2b9,
        0x1724_42d7,
        0xda8a_0600,
        0xa96f_30bc,
        0x1631_38aa,
        0xe38d_ee4d,
        0xb0fb_0e4e,
    ];
    /// T_j ⋘ j, §4.2.
    const T: [u32; 64] = {
        let mut constants = [0; 64];
        let mut round = 0;
        while round < 64 {
            let constant: u32 = if round < 16 { 0x79cc_4519 } else { 0x7a87_9d8a };
            #[expect(clippy::as_conversions, reason = "below 64")]
            let turn = (round % 32) as u32;
            constants[round] = constant.rotate_left(turn);
            round += 1;
        }
        constants
    };

    /// Hashes whole fours of pairs; returns the pairs that are left.
    pub(super) fn sm3<'a>(
        tag: Tag,
        pairs: &'a [[Digest; 2]],
        nodes: &mut Vec<Digest>,
    ) -> &'a [[Digest; 2]] {
        let Some(template) = Template::new(tag) else {
            return pairs;
        };
        let (fours, rest) = pairs.as_chunks::<LANES>();
        for four in fours {
            nodes.extend(template.hash(four));
        }
        rest
    }

    /// The message of a tag, padded, with room for two digests.
    struct Template {
        bytes: [u8; BYTES],
        left: usize,
        right: usize,
    }

    impl Template {
        /// None if a tag is so long that the message takes a third block.
        fn new(tag: Tag) -> Option<Self> {
            let name = tag.0.as_bytes();
            let left = 1 + name.len() + 4;
            let right = left + 32 + 4;
            let end = right + 32;
            let mut bytes = [0; BYTES];
            bytes[0] = u8::try_from(name.len()).ok()?;
            bytes.get_mut(1..1 + name.len())?.copy_from_slice(name);
            *bytes.get_mut(left - 1)? = 32;
            *bytes.get_mut(right - 1)? = 32;
            // The end mark and eight bytes of length must fit behind the message.
            if end + 9 > BYTES {
                return None;
            }
            bytes[end] = 0x80;
            let bits = u64::try_from(8 * end).ok()?;
            bytes[BYTES - 8..].copy_from_slice(&bits.to_be_bytes());
            Some(Self { bytes, left, right })
        }

        fn hash(&self, pairs: &[[Digest; 2]; LANES]) -> [Digest; LANES] {
            let messages = pairs.map(|[left, right]| {
                let mut bytes = self.bytes;
                bytes[self.left..self.left + 32].copy_from_slice(left.as_bytes());
                bytes[self.right..self.right + 32].copy_from_slice(right.as_bytes());
                bytes
            });
            let mut state = IV.map(u32x4::splat);
            for block in 0..2 {
                compress(&mut state, &words(&messages, 64 * block));
            }
            let state = state.map(u32x4::to_array);
            core::array::from_fn(|lane| {
                let mut digest = [0; 32];
                for (bytes, word) in digest.chunks_exact_mut(4).zip(&state) {
                    bytes.copy_from_slice(&word[lane].to_be_bytes());
                }
                Digest(digest)
            })
        }
    }

    /// The sixteen words from `start` on, of all messages side by side.
    fn words(messages: &[[u8; BYTES]; LANES], start: usize) -> [u32x4; 16] {
        core::array::from_fn(|index| {
            let at = start + 4 * index;
            u32x4::new(core::array::from_fn(|lane| {
                let bytes = &messages[lane][at..at + 4];
                bytes
                    .iter()
                    .fold(0, |word, byte| word << 8 | u32::from(*byte))
            }))
        })
    }

    #[inline(always)]
    fn turn<const BITS: u32>(value: u32x4) -> u32x4 {
        (value << BITS) | (value >> (32 - BITS))
    }

    /// The compression function.
    fn compress(state: &mut [u32x4; 8], block: &[u32x4; 16]) {
        let w = expand(block);
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
        for (round, constant) in T.into_iter().enumerate() {
            let a12 = turn::<12>(a);
            let ss1 = turn::<7>(a12 + e + u32x4::splat(constant));
            let (ff, gg) = if round < 16 {
                (a ^ b ^ c, e ^ f ^ g)
            } else {
                ((a & b) | ((a | b) & c), ((f ^ g) & e) ^ g)
            };
            let tt1 = ff + d + (ss1 ^ a12) + (w[round] ^ w[round + 4]);
            let tt2 = gg + h + ss1 + w[round];
            (d, c, b, a) = (c, turn::<9>(b), a, tt1);
            (h, g, f, e) = (g, turn::<19>(f), e, tt2 ^ turn::<9>(tt2) ^ turn::<17>(tt2));
        }
        for (state, new) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *state ^= new;
        }
    }

    /// The message expansion: W_0 … W_67.
    fn expand(block: &[u32x4; 16]) -> [u32x4; 68] {
        let mut w = [u32x4::splat(0); 68];
        w[..16].copy_from_slice(block);
        for j in 16..68 {
            let x = w[j - 16] ^ w[j - 9] ^ turn::<15>(w[j - 3]);
            w[j] = x ^ turn::<15>(x) ^ turn::<23>(x) ^ turn::<7>(w[j - 13]) ^ w[j - 6];
        }
        w
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digests of runs of zeros and ones, and of anything.
    fn digests(count: u32) -> Vec<Digest> {
        let digest = |index: u32| match index % 5 {
            0 => Digest::from_bytes([0; 32]),
            1 => Digest::from_bytes([0xff; 32]),
            _ => hash(Suite::Intl, Tag::KEY, &[&index.to_be_bytes()]),
        };
        (0..count).map(digest).collect()
    }

    #[test]
    fn many_nodes_are_what_each_is_alone() {
        let tags = [
            Tag::BATCH_NODE,
            Tag::BODY_NODE,
            Tag::FIELD_NODE,
            Tag::HISTORY_NODE,
            Tag::LOG_NODE,
            // The shortest and the longest there are.
            Tag::KEY,
            Tag::BATCH_INVOICE_LEAF,
        ];
        for suite in [Suite::Sm, Suite::Intl] {
            for tag in tags {
                for count in (0..20).chain([100, 257]) {
                    let digests = digests(count);
                    let alone = digests.as_chunks::<2>().0.iter();
                    let alone: Vec<Digest> = alone
                        .map(|[left, right]| hash(suite, tag, &[left.as_bytes(), right.as_bytes()]))
                        .collect();
                    assert_eq!(pairs(suite, tag, &digests), alone, "{tag:?} {count}");
                }
            }
        }
    }
}
