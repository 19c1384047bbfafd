//! Canonical CBOR: the one layer through which untrusted bytes of our own formats enter.
//!
//! Every hashed or transmitted structure is a fixed-order *array* in deterministic encoding.
//! [`parse`] caps the length, decodes, refuses trailing bytes, encodes the result again and
//! compares: whatever a tolerant tokenizer lets through (non-minimal integers, indefinite
//! lengths) is refused there, for all formats at once.
//!
//! # Standard
//! RFC 8949 §4.2.1 (core deterministic encoding requirements).

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use minicbor::{Decoder, data::Type};

/// A structure with exactly one byte representation.
pub trait Wire: Sized {
    /// Appends the one encoding of `self`.
    fn encode(&self, writer: &mut Writer);

    /// Reads one value; canonicity is checked by [`parse`], not here.
    ///
    /// # Errors
    /// Any [`DecodeError`] but [`DecodeError::NotCanonical`] and [`DecodeError::TrailingBytes`].
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;
}

/// Why bytes are not a value of the format that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// A field holds a value outside its range or alphabet.
    #[error("field {0} is out of range")]
    FieldOutOfRange(&'static str),
    /// An array has another number of elements than the format says.
    #[error("array of another length than the format's")]
    LengthMismatch,
    /// Not CBOR, cut short, or of another type than the format's.
    #[error("malformed encoding")]
    Malformed,
    /// Decodes, but is not the one encoding of its value.
    #[error("encoding is not canonical")]
    NotCanonical,
    /// The input, or a list in it, is longer than this format allows.
    #[error("longer than the limit of {max}")]
    TooLong {
        /// The limit, in bytes or elements.
        max: usize,
    },
    /// Bytes follow the value.
    #[error("trailing bytes")]
    TrailingBytes,
    /// The structure begins with another purpose text or format version.
    #[error("another format or version")]
    WrongFormat,
}

/// Parses the whole of `bytes` as one canonical `T`.
///
/// # Errors
/// [`DecodeError::TooLong`] before anything is read; otherwise the first thing that is wrong.
pub fn parse<T: Wire>(bytes: &[u8], max_bytes: usize) -> Result<T, DecodeError> {
    if bytes.len() > max_bytes {
        return Err(DecodeError::TooLong { max: max_bytes });
    }
    let mut reader = Reader {
        decoder: Decoder::new(bytes),
    };
    let value = T::decode(&mut reader)?;
    if reader.decoder.position() != bytes.len() {
        return Err(DecodeError::TrailingBytes);
    }
    if to_bytes(&value) != bytes {
        return Err(DecodeError::NotCanonical);
    }
    Ok(value)
}

/// The purpose text at the beginning of a file, if it has one: tells which format to read, and
/// promises nothing of the rest.
pub fn purpose_of(bytes: &[u8]) -> Option<&str> {
    let mut decoder = Decoder::new(bytes);
    decoder.array().ok()?;
    decoder.str().ok()
}

/// The one encoding of `value`.
pub fn to_bytes<T: Wire>(value: &T) -> Vec<u8> {
    let mut writer = Writer::default();
    value.encode(&mut writer);
    writer.finish()
}

/// Appends canonical CBOR items to a buffer.
#[derive(Debug, Default)]
pub struct Writer {
    buffer: Vec<u8>,
}

impl Writer {
    /// The bytes written so far.
    pub fn finish(self) -> Vec<u8> {
        self.buffer
    }

    /// Opens an array of `len` elements; the caller writes exactly that many.
    pub fn array(&mut self, len: usize) -> &mut Self {
        self.head(4, u64::try_from(len).unwrap_or(u64::MAX))
    }

    /// Writes a boolean.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.buffer.push(if value { 0xf5 } else { 0xf4 });
        self
    }

    /// Writes a byte string.
    pub fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.head(2, u64::try_from(value.len()).unwrap_or(u64::MAX));
        self.buffer.extend_from_slice(value);
        self
    }

    /// Writes a list: an array of the items' own encodings.
    pub fn list<T: Wire>(&mut self, items: &[T]) -> &mut Self {
        self.array(items.len());
        for item in items {
            item.encode(self);
        }
        self
    }

    /// Writes null.
    pub fn null(&mut self) -> &mut Self {
        self.buffer.push(0xf6);
        self
    }

    /// Writes the value, or null for none.
    pub fn option<T: Wire>(&mut self, value: Option<&T>) -> &mut Self {
        match value {
            Some(value) => {
                value.encode(self);
                self
            }
            None => self.null(),
        }
    }

    /// Writes a text string.
    pub fn text(&mut self, value: &str) -> &mut Self {
        self.head(3, u64::try_from(value.len()).unwrap_or(u64::MAX));
        self.buffer.extend_from_slice(value.as_bytes());
        self
    }

    /// Writes an unsigned integer in its shortest form.
    pub fn uint(&mut self, value: impl Into<u64>) -> &mut Self {
        self.head(0, value.into())
    }

    /// Writes a signed integer in its shortest form.
    pub fn int(&mut self, value: i64) -> &mut Self {
        match u64::try_from(value) {
            Ok(positive) => self.head(0, positive),
            // CBOR stores a negative n as -1 - n, which is the bitwise complement.
            Err(_) => self.head(1, (!value).unsigned_abs()),
        }
    }

    /// Writes a value of one of our formats.
    pub fn value<T: Wire>(&mut self, value: &T) -> &mut Self {
        value.encode(self);
        self
    }

    fn head(&mut self, major: u8, argument: u64) -> &mut Self {
        let major = major << 5;
        let bytes = argument.to_be_bytes();
        let (info, skip) = match argument {
            0..=23 => (bytes[7], 8),
            24..=0xff => (24, 7),
            0x100..=0xffff => (25, 6),
            0x1_0000..=0xffff_ffff => (26, 4),
            _ => (27, 0),
        };
        self.buffer.push(major | info);
        self.buffer.extend(bytes.iter().skip(skip));
        self
    }
}

/// Reads CBOR items; made by [`parse`] only, so that every format passes its checks.
#[derive(Debug)]
pub struct Reader<'a> {
    decoder: Decoder<'a>,
}

impl<'a> Reader<'a> {
    /// Reads the head of an array that must have `len` elements.
    pub fn array(&mut self, len: u64) -> Result<(), DecodeError> {
        match self.decoder.array().map_err(|_| DecodeError::Malformed)? {
            Some(found) if found == len => Ok(()),
            Some(_) => Err(DecodeError::LengthMismatch),
            None => Err(DecodeError::NotCanonical),
        }
    }

    /// Reads the head of an array of up to `max` elements, and its length.
    pub fn array_up_to(&mut self, max: usize) -> Result<usize, DecodeError> {
        let found = self.decoder.array().map_err(|_| DecodeError::Malformed)?;
        let found = found.ok_or(DecodeError::NotCanonical)?;
        usize::try_from(found)
            .ok()
            .filter(|found| *found <= max)
            .ok_or(DecodeError::TooLong { max })
    }

    /// Reads a boolean.
    pub fn bool(&mut self) -> Result<bool, DecodeError> {
        self.decoder.bool().map_err(|_| DecodeError::Malformed)
    }

    /// Reads a byte string of up to `max` bytes.
    pub fn bytes(&mut self, max: usize) -> Result<&'a [u8], DecodeError> {
        let bytes = self.decoder.bytes().map_err(|_| DecodeError::Malformed)?;
        if bytes.len() > max {
            Err(DecodeError::TooLong { max })
        } else {
            Ok(bytes)
        }
    }

    /// Reads a byte string of exactly `N` bytes.
    pub fn byte_array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        self.bytes(N)?
            .try_into()
            .map_err(|_| DecodeError::LengthMismatch)
    }

    /// Reads a list of up to `max` values.
    pub fn list<T: Wire>(&mut self, max: usize) -> Result<Vec<T>, DecodeError> {
        let len = self.array_up_to(max)?;
        // Grown as elements arrive: a claimed length alone allocates nothing.
        let mut items = Vec::new();
        for _ in 0..len {
            items.push(T::decode(self)?);
        }
        Ok(items)
    }

    /// Reads a value, or none where there is a null.
    pub fn option<T: Wire>(&mut self) -> Result<Option<T>, DecodeError> {
        if self
            .decoder
            .datatype()
            .map_err(|_| DecodeError::Malformed)?
            == Type::Null
        {
            self.decoder.null().map_err(|_| DecodeError::Malformed)?;
            return Ok(None);
        }
        T::decode(self).map(Some)
    }

    /// Reads a text of up to `max` bytes.
    pub fn text(&mut self, max: usize) -> Result<String, DecodeError> {
        let text = self.decoder.str().map_err(|_| DecodeError::Malformed)?;
        if text.len() > max {
            Err(DecodeError::TooLong { max })
        } else {
            Ok(text.to_owned())
        }
    }

    /// Whether a text comes next; says nothing of what else it may be.
    pub fn next_is_text(&self) -> Result<bool, DecodeError> {
        let next = self.decoder.datatype();
        Ok(next.map_err(|_| DecodeError::Malformed)? == Type::String)
    }

    /// Reads an unsigned integer.
    pub fn uint(&mut self) -> Result<u64, DecodeError> {
        self.decoder.u64().map_err(|_| DecodeError::Malformed)
    }

    /// Reads an unsigned integer that fits `T`.
    pub fn small<T: TryFrom<u64>>(&mut self, field: &'static str) -> Result<T, DecodeError> {
        T::try_from(self.uint()?).map_err(|_| DecodeError::FieldOutOfRange(field))
    }

    /// Reads a signed integer.
    pub fn int(&mut self) -> Result<i64, DecodeError> {
        self.decoder.i64().map_err(|_| DecodeError::Malformed)
    }

    /// Reads a text that must be `expected`: a structure's purpose.
    pub fn purpose(&mut self, expected: &str) -> Result<(), DecodeError> {
        if self.text(64)? == expected {
            Ok(())
        } else {
            Err(DecodeError::WrongFormat)
        }
    }

    /// Reads a format version that must be `expected`.
    pub fn version(&mut self, expected: u64) -> Result<(), DecodeError> {
        if self.uint()? == expected {
            Ok(())
        } else {
            Err(DecodeError::WrongFormat)
        }
    }

    /// Reads a value of one of our formats.
    pub fn value<T: Wire>(&mut self) -> Result<T, DecodeError> {
        T::decode(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Pair(u64, Vec<u8>);

    impl Wire for Pair {
        fn encode(&self, writer: &mut Writer) {
            writer.array(2).uint(self.0).bytes(&self.1);
        }
        fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
            reader.array(2)?;
            Ok(Self(reader.uint()?, reader.bytes(8)?.to_vec()))
        }
    }

    #[test]
    fn round_trip() {
        for number in [
            0,
            23,
            24,
            255,
            256,
            65_535,
            65_536,
            u64::from(u32::MAX),
            u64::MAX,
        ] {
            let pair = Pair(number, alloc::vec![1, 2]);
            assert_eq!(parse::<Pair>(&to_bytes(&pair), 64), Ok(pair));
        }
    }

    #[test]
    fn t41_non_canonical_encodings_are_refused() {
        let cases: [(&[u8], DecodeError); 7] = [
            (&[0x82, 0x18, 0x01, 0x40], DecodeError::NotCanonical), // 1 in two bytes
            (&[0x82, 0x01, 0x58, 0x00], DecodeError::NotCanonical), // length 0 in two bytes
            (&[0x9f, 0x01, 0x40, 0xff], DecodeError::NotCanonical), // indefinite array
            (&[0x82, 0x01, 0x40, 0x00], DecodeError::TrailingBytes),
            (&[0x83, 0x01, 0x40, 0x40], DecodeError::LengthMismatch),
            (
                &[0x82, 0x01, 0x49, 0, 0, 0, 0, 0, 0, 0, 0, 0],
                DecodeError::TooLong { max: 8 },
            ),
            (
                &[
                    0x82, 0x01, 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                ],
                DecodeError::Malformed,
            ),
        ];
        for (bytes, expected) in cases {
            assert_eq!(parse::<Pair>(bytes, 64), Err(expected), "{bytes:02x?}");
        }
        assert_eq!(
            parse::<Pair>(&[0; 65], 64),
            Err(DecodeError::TooLong { max: 64 })
        );
    }
}
