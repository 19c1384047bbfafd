//! Integers modulo the order n, and their digits.
//!
//! Verification only ever adds and subtracts them; there is no multiplication here.

use super::{
    generator::ORDER,
    words::{Words, add, is_below, subtract, words_of},
};

/// An integer below n.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scalar(Words);

impl Scalar {
    pub(super) const ZERO: Self = Self([0; 4]);

    /// Reads 32 bytes, big-endian; none if they are n or more.
    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let words = words_of(bytes);
        is_below(&words, &ORDER).then_some(Self(words))
    }

    /// 32 bytes, big-endian, modulo n. Once is enough: 2²⁵⁶ < 2n.
    pub(super) fn reduce(bytes: &[u8; 32]) -> Self {
        let words = words_of(bytes);
        match subtract(&words, &ORDER) {
            (_, true) => Self(words),
            (reduced, false) => Self(reduced),
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        let (sum, carry) = add(&self.0, &other.0);
        match (carry, subtract(&sum, &ORDER)) {
            (false, (_, true)) => Self(sum),
            (_, (reduced, _)) => Self(reduced),
        }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        match subtract(&self.0, &other.0) {
            (difference, false) => Self(difference),
            (difference, true) => Self(add(&difference, &ORDER).0),
        }
    }

    pub(super) fn words(&self) -> &Words {
        &self.0
    }

    /// self + n, if that is below 2²⁵⁶: the other x-coordinate that is `self` modulo n.
    pub(super) fn plus_order(&self) -> Option<Words> {
        match add(&self.0, &ORDER) {
            (sum, false) => Some(sum),
            (_, true) => None,
        }
    }

    /// The `count` bits from `start` up; 0 beyond the top.
    fn bits(&self, start: usize, count: usize) -> u64 {
        let (word, shift) = (start / 64, start % 64);
        let at = |index: usize| self.0.get(index).copied().unwrap_or(0);
        let both = u128::from(at(word)) | u128::from(at(word + 1)) << 64;
        let mask = (1_u128 << count) - 1;
        ((both >> shift) & mask) as u64
    }

    /// The non-adjacent form of a window of `WIDTH` bits: digits d_i, each 0 or odd and below
    /// 2^(WIDTH − 1) in size, with Σ d_i·2^i = self.
    pub(super) fn sparse_digits<const WIDTH: usize>(&self) -> [i8; SPARSE] {
        let mut digits = [0; SPARSE];
        let (mut position, mut carry) = (0, 0);
        while position < SPARSE {
            if self.bits(position, 1) == carry {
                position += 1;
                continue;
            }
            let window = self.bits(position, WIDTH) + carry;
            carry = window >> (WIDTH - 1);
            digits[position] = centred(window, carry, WIDTH) as i8;
            position += WIDTH;
        }
        digits
    }

    /// Digits of `width` bits, each from 1 − 2^(width−1) to 2^(width−1), with
    /// Σ d_i·2^(width·i) = self; `width` from 4 to 12.
    pub(super) fn dense_digits(&self, width: usize) -> [i16; DENSE] {
        let mut digits = [0; DENSE];
        let mut carry = 0;
        for (index, digit) in digits.iter_mut().take(windows(width)).enumerate() {
            let window = self.bits(width * index, width) + carry;
            carry = u64::from(window > 1 << (width - 1));
            *digit = centred(window, carry, width) as i16;
        }
        digits
    }
}

/// window − carry·2^width: at most 2^(width − 1) in size, so it fits the digit's type.
const fn centred(window: u64, carry: u64, width: usize) -> i64 {
    window as i64 - (carry << width) as i64
}

/// Places of a sparse form: 256 bits and a carry.
pub(super) const SPARSE: usize = 257;
/// The most digits a dense form has, those of width 4.
pub(super) const DENSE: usize = windows(4);

/// How many digits of `width` bits hold 256 bits and a carry.
pub(super) const fn windows(width: usize) -> usize {
    256 / width + 1
}

#[cfg(test)]
mod tests;
