//! The byte layout of what validators say to each other and of the write-ahead log.
//!
//! Integers are big-endian, variable bytes carry a 32-bit length, a nil round is `u32::MAX`. This
//! layout is private to nodes of one release; nothing of it is ever signed or shown to a client.

use bytes::Bytes;
use thiserror::Error;

/// A wire message that is not well-formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub(crate) enum WireError {
    /// A count or a length above its limit.
    #[error("a length above its limit")]
    TooLong,
    /// Bytes after the end of the message.
    #[error("trailing bytes")]
    TrailingBytes,
    /// The message ends before its last field.
    #[error("unexpected end")]
    UnexpectedEnd,
    /// A key, header or peer id that its own parser refuses.
    #[error("unreadable {0}")]
    Unreadable(&'static str),
    /// A tag that names no variant.
    #[error("unknown tag")]
    UnknownTag,
}

/// A value with one layout on the wire.
pub(crate) trait Wire: Sized {
    /// Appends the value.
    fn write(&self, out: &mut Writer);

    /// Reads one value.
    fn read(input: &mut Reader) -> Result<Self, WireError>;
}

/// Encodes one message.
pub(crate) fn to_bytes<T: Wire>(message: &T) -> Bytes {
    let mut out = Writer::default();
    message.write(&mut out);
    out.finish()
}

/// Decodes one message that fills `bytes` exactly.
pub(crate) fn from_bytes<T: Wire>(bytes: Bytes) -> Result<T, WireError> {
    let mut input = Reader { bytes };
    let message = T::read(&mut input)?;
    if input.bytes.is_empty() {
        Ok(message)
    } else {
        Err(WireError::TrailingBytes)
    }
}

/// An output buffer.
#[derive(Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn finish(self) -> Bytes {
        Bytes::from(self.bytes)
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_be_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes.extend_from_slice(&value.to_be_bytes());
    }

    pub(crate) fn fixed(&mut self, value: &[u8]) {
        self.bytes.extend_from_slice(value);
    }

    pub(crate) fn variable(&mut self, value: &[u8]) {
        self.length(value.len());
        self.fixed(value);
    }

    pub(crate) fn list<T: Wire>(&mut self, items: &[T]) {
        self.length(items.len());
        for item in items {
            item.write(self);
        }
    }

    fn length(&mut self, length: usize) {
        self.u32(u32::try_from(length).expect("no message holds 4 GiB"));
    }
}

/// An input buffer.
pub(crate) struct Reader {
    bytes: Bytes,
}

impl Reader {
    pub(crate) fn u8(&mut self) -> Result<u8, WireError> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, WireError> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, WireError> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let taken = self.take(N)?;
        taken
            .as_ref()
            .try_into()
            .map_err(|_| WireError::UnexpectedEnd)
    }

    pub(crate) fn variable(&mut self, max: usize) -> Result<Bytes, WireError> {
        let length = self.length(max)?;
        self.take(length)
    }

    pub(crate) fn list<T: Wire>(&mut self, max: usize) -> Result<Vec<T>, WireError> {
        let length = self.length(max)?;
        // Not reserved up front: the length is only a claim until the items are there.
        let mut items = Vec::new();
        for _ in 0..length {
            items.push(T::read(self)?);
        }
        Ok(items)
    }

    fn length(&mut self, max: usize) -> Result<usize, WireError> {
        let length = usize::try_from(self.u32()?).map_err(|_| WireError::TooLong)?;
        if length > max {
            Err(WireError::TooLong)
        } else {
            Ok(length)
        }
    }

    fn take(&mut self, length: usize) -> Result<Bytes, WireError> {
        if length > self.bytes.len() {
            return Err(WireError::UnexpectedEnd);
        }
        Ok(self.bytes.split_to(length))
    }
}
