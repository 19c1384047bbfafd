//! Bytes as decimal digits, in groups: one byte string, one text.

use alloc::{format, string::String, vec::Vec};

/// How many digits a group of so many bytes takes: 7 bytes waste 0.5 of 56.5 bits.
const DIGITS: [usize; 8] = [0, 3, 5, 8, 10, 13, 15, 17];

/// Writes each 7 bytes, big-endian, as 17 digits, and what is left as fewer.
pub(super) fn write(bytes: &[u8]) -> String {
    let groups = bytes.chunks(7).map(|group| {
        let number = group
            .iter()
            .fold(0, |n: u64, byte| n << 8 | u64::from(*byte));
        format!("{number:0width$}", width = DIGITS[group.len()])
    });
    groups.collect()
}

/// Reads what [`write`] writes, and nothing else.
pub(super) fn read(digits: &str) -> Option<Vec<u8>> {
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let mut bytes = Vec::new();
    for group in digits.as_bytes().chunks(17) {
        let length = DIGITS.iter().position(|digits| *digits == group.len())?;
        let number: u64 = core::str::from_utf8(group).ok()?.parse().ok()?;
        let number = number.to_be_bytes();
        let (above, group) = number.split_at(8 - length);
        if above.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend(group);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_string_has_one_text() {
        for length in 1..=30 {
            for byte in [0, 1, 255] {
                let bytes = alloc::vec![byte; length];
                assert_eq!(read(&write(&bytes)), Some(bytes));
            }
        }
        assert_eq!(write(&[255; 7]), "72057594037927935");
        // 2^56, a byte above 255, a length that no group has, no digit, nothing.
        for text in ["72057594037927936", "256", "1234", "12x", "+12", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
