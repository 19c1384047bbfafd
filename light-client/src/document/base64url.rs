//! base64url with one text per byte string.
//!
//! # Standard
//! RFC 4648 §5 without padding (§3.2), with the strictness of §3.5: unused bits are zero.

use alloc::{string::String, vec::Vec};

use base64ct::{Base64UrlUnpadded, Encoding as _};

/// Decodes; none for padding, foreign characters, impossible lengths and stray bits.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let bytes = Base64UrlUnpadded::decode_vec(text).ok()?;
    // The library refuses stray bits itself today; a document's identity should not hang on it.
    (encode(&bytes) == text).then_some(bytes)
}

/// Decodes exactly `N` bytes.
pub(super) fn decode_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

/// Encodes.
pub(super) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t41_one_text_per_byte_string() {
        assert_eq!(decode("_-8"), Some([0xff, 0xef].to_vec()));
        for text in ["_-8=", "_-9", "/+8", "_", "_-8\n", "_ -8", "_-8é"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
        assert_eq!(decode_array::<1>("_-8"), None);
    }
}
