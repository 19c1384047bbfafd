//! 256-bit integers as four words.

/// A 256-bit integer, the lowest word first.
pub(super) type Words = [u64; 4];

#[inline(always)]
pub(super) const fn add_carry(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(carry as u64);
    (sum, first | second)
}

#[inline(always)]
pub(super) const fn sub_borrow(a: u64, b: u64, borrow: bool) -> (u64, bool) {
    let (difference, first) = a.overflowing_sub(b);
    let (difference, second) = difference.overflowing_sub(borrow as u64);
    (difference, first | second)
}

/// a + b modulo 2²⁵⁶, and whether it carries.
#[inline(always)]
pub(super) const fn add(a: &Words, b: &Words) -> (Words, bool) {
    let (s0, carry) = add_carry(a[0], b[0], false);
    let (s1, carry) = add_carry(a[1], b[1], carry);
    let (s2, carry) = add_carry(a[2], b[2], carry);
    let (s3, carry) = add_carry(a[3], b[3], carry);
    ([s0, s1, s2, s3], carry)
}

/// a − b modulo 2²⁵⁶, and whether it borrows, which is whether a < b.
#[inline(always)]
pub(super) const fn subtract(a: &Words, b: &Words) -> (Words, bool) {
    let (d0, borrow) = sub_borrow(a[0], b[0], false);
    let (d1, borrow) = sub_borrow(a[1], b[1], borrow);
    let (d2, borrow) = sub_borrow(a[2], b[2], borrow);
    let (d3, borrow) = sub_borrow(a[3], b[3], borrow);
    ([d0, d1, d2, d3], borrow)
}

/// Whether a < b.
pub(super) const fn is_below(a: &Words, b: &Words) -> bool {
    subtract(a, b).1
}

/// Reads 32 bytes, big-endian.
pub(super) fn words_of(bytes: &[u8; 32]) -> Words {
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().rev().zip(bytes.chunks_exact(8)) {
        *word = bytes
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte));
    }
    words
}

/// 32 bytes, big-endian.
pub(super) fn bytes_of(words: &Words) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.chunks_exact_mut(8).zip(words.iter().rev()) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}
