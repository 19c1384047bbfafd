//! A file as a tree of CBOR items, whatever they mean.

use light_client::cbor::Writer;
use minicbor::{Decoder, data::Type};

/// Nesting beyond this is no file of ours.
const MAX_DEPTH: usize = 32;

/// One item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// An unsigned integer.
    Uint(u64),
    /// A byte string.
    Bytes(Vec<u8>),
    /// A text.
    Text(String),
    /// A boolean.
    Bool(bool),
    /// Null.
    Null,
    /// An array.
    Array(Vec<Self>),
}

/// Where an item lies: the index in each array on the way.
pub(crate) type Path = Vec<usize>;

impl Item {
    /// Reads a file; none for what has other items.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut decoder = Decoder::new(bytes);
        let item = read(&mut decoder, MAX_DEPTH)?;
        (decoder.position() == bytes.len()).then_some(item)
    }

    /// The one encoding.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        self.write(&mut writer);
        writer.finish()
    }

    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Uint(number) => writer.uint(*number),
            Self::Bytes(bytes) => writer.bytes(bytes),
            Self::Text(text) => writer.text(text),
            Self::Bool(value) => writer.bool(*value),
            Self::Null => writer.null(),
            Self::Array(items) => {
                writer.array(items.len());
                for item in items {
                    item.write(writer);
                }
                writer
            }
        };
    }

    /// The paths of all items, this one's first.
    pub(crate) fn paths(&self) -> Vec<Path> {
        let mut found = vec![Path::new()];
        if let Self::Array(items) = self {
            for (index, item) in items.iter().enumerate() {
                for mut rest in item.paths() {
                    rest.insert(0, index);
                    found.push(rest);
                }
            }
        }
        found
    }

    /// The item at a path.
    pub(crate) fn at(&self, path: &[usize]) -> Option<&Self> {
        match (path, self) {
            ([], item) => Some(item),
            ([index, rest @ ..], Self::Array(items)) => items.get(*index)?.at(rest),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub(crate) fn at_mut(&mut self, path: &[usize]) -> Option<&mut Self> {
        match (path, self) {
            ([], item) => Some(item),
            ([index, rest @ ..], Self::Array(items)) => items.get_mut(*index)?.at_mut(rest),
            _ => None,
        }
    }
}

fn read(decoder: &mut Decoder<'_>, depth: usize) -> Option<Item> {
    let depth = depth.checked_sub(1)?;
    match decoder.datatype().ok()? {
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => decoder.u64().ok().map(Item::Uint),
        Type::Bytes => decoder
            .bytes()
            .ok()
            .map(|bytes| Item::Bytes(bytes.to_vec())),
        Type::String => decoder.str().ok().map(|text| Item::Text(text.to_owned())),
        Type::Bool => decoder.bool().ok().map(Item::Bool),
        Type::Null => decoder.null().ok().map(|()| Item::Null),
        Type::Array => {
            let len = decoder.array().ok()??;
            let items = (0..len).map(|_| read(decoder, depth));
            items.collect::<Option<Vec<_>>>().map(Item::Array)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_again() {
        let bytes = [
            0x85, 0x18, 0x64, 0x42, 1, 2, 0x61, 0x61, 0xf6, 0x82, 0xf5, 0x80,
        ];
        let item = Item::parse(&bytes).expect("a tree");
        assert_eq!(item.to_bytes(), bytes);
        assert_eq!(item.paths().len(), 8);
        assert_eq!(item.at(&[4, 0]), Some(&Item::Bool(true)));
        assert_eq!(item.at(&[4, 0, 0]), None);
        assert_eq!(Item::parse(&[0x81]), None);
        assert_eq!(Item::parse(&[0x00, 0x00]), None, "something follows");
    }
}
