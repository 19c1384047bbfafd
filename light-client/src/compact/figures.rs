//! What is printed on the face of an invoice, packed, with what binds it to the commitment.
//!
//! ```text
//! figures = [face, seller id, seller name, buyer id | null, buyer name, net, tax, salt, root]
//! face    = 36 decimal digits, two in a byte: number, YYYYMMDDhhmmss, type
//! id      = 11 bytes: a unified social credit code, packed; any other number as text
//! name    = text, or bytes: UTF-16, big-endian, where that is shorter
//! ```

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use credentials_schemas::{
    identity::Uscc,
    invoice::{DocType, Fen, PartyId, Printed, PrintedParts},
};

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    document::{FieldTree, InvoiceDocument, printed_leaf},
    hash::Digest,
    suite::Suite,
};

/// 300 characters of at most four bytes, in either encoding.
const MAX_NAME_BYTES: usize = 1_200;
/// A number of a person or a firm, as text.
const MAX_ID_BYTES: usize = 18;

/// Printed figures, bound to one invoice.
///
/// # Security
/// The salt keeps the figures of *another* paper from being guessed from its commitment; whoever
/// has this paper's figures may have its salt. The other fields stay hidden behind `root`: each
/// has a salt of its own, made from a seed that is not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// The printed fields.
    pub printed: Printed,
    /// Their salt.
    pub salt: [u8; 16],
    /// Root over all other fields.
    pub root: Digest,
}

impl Figures {
    /// Those of an invoice on a ledger of `suite`.
    pub fn of(document: &InvoiceDocument, suite: Suite) -> Self {
        Self {
            printed: document.invoice().printed(),
            salt: document.printed_salt(suite),
            root: document.field_tree(suite).root,
        }
    }

    /// The commitment that these figures, this salt and this root make together.
    pub fn commitment(&self, suite: Suite) -> Digest {
        let tree = FieldTree {
            printed: printed_leaf(suite, &self.salt, &self.printed.fields()),
            root: self.root,
        };
        tree.commitment(suite)
    }
}

/// Number, time and type as 36 digits.
fn face(parts: &PrintedParts) -> Vec<u8> {
    let time = parts.issued_at.to_string();
    // The rest is the same in each: `+08:00`.
    let digits = time.bytes().take(19).filter(u8::is_ascii_digit);
    let mut face: Vec<u8> = parts.number.as_bytes().to_vec();
    face.extend(digits);
    face.extend(parts.doc_type.code().bytes());
    let pairs = face.as_chunks::<2>().0.iter();
    pairs
        .map(|[tens, ones]| ((tens & 15) << 4) | (ones & 15))
        .collect()
}

fn read_face(reader: &mut Reader<'_>) -> Result<[String; 3], DecodeError> {
    let digits = hex::encode(reader.byte_array::<18>()?);
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(DecodeError::FieldOutOfRange("face"));
    }
    let (number, rest) = digits.split_at(20);
    let (time, doc_type) = rest.split_at(14);
    let (date, time) = time.split_at(8);
    let time = format!(
        "{}-{}-{}T{}:{}:{}+08:00",
        &date[..4],
        &date[4..6],
        &date[6..],
        &time[..2],
        &time[2..4],
        &time[4..]
    );
    Ok([number.into(), time, doc_type.into()])
}

struct Name(String);

impl Wire for Name {
    fn encode(&self, writer: &mut Writer) {
        let utf16: Vec<u8> = self.0.encode_utf16().flat_map(u16::to_be_bytes).collect();
        if utf16.len() < self.0.len() {
            writer.bytes(&utf16);
        } else {
            writer.text(&self.0);
        }
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.next_is_text()? {
            return reader.text(MAX_NAME_BYTES).map(Self);
        }
        let (units, rest) = reader.bytes(MAX_NAME_BYTES)?.as_chunks::<2>();
        let units: Vec<u16> = units.iter().copied().map(u16::from_be_bytes).collect();
        match String::from_utf16(&units) {
            Ok(name) if rest.is_empty() => Ok(Self(name)),
            _ => Err(DecodeError::FieldOutOfRange("name")),
        }
    }
}

struct Id(PartyId);

impl Wire for Id {
    fn encode(&self, writer: &mut Writer) {
        match &self.0 {
            PartyId::Uscc(code) => writer.bytes(&code.to_packed()),
            PartyId::Legacy(number) => writer.text(number),
            PartyId::Resident(number) => writer.text(number.as_str()),
        };
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if !reader.next_is_text()? {
            return uscc(reader).map(PartyId::Uscc).map(Self);
        }
        // A code written as text has two forms and does not survive the comparison.
        let id = PartyId::of_print(&reader.text(MAX_ID_BYTES)?);
        id.map(Self).map_err(|_| DecodeError::FieldOutOfRange("id"))
    }
}

fn uscc(reader: &mut Reader<'_>) -> Result<Uscc, DecodeError> {
    Uscc::from_packed(&reader.byte_array()?).map_err(|_| DecodeError::FieldOutOfRange("id"))
}

fn fen(reader: &mut Reader<'_>) -> Result<Fen, DecodeError> {
    Fen::new(reader.int()?).ok_or(DecodeError::FieldOutOfRange("amount"))
}

impl Wire for Figures {
    fn encode(&self, writer: &mut Writer) {
        let parts = self.printed.parts();
        writer.array(9).bytes(&face(parts));
        writer.bytes(&parts.seller_id.to_packed());
        writer.value(&Name(parts.seller_name.clone()));
        writer.option(parts.buyer_id.clone().map(Id).as_ref());
        writer.value(&Name(parts.buyer_name.clone()));
        writer.int(parts.net.get()).int(parts.tax.get());
        writer.bytes(&self.salt).value(&self.root);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(9)?;
        let [number, time, doc_type] = read_face(reader)?;
        let out_of_range = DecodeError::FieldOutOfRange;
        let parts = PrintedParts {
            number: number.parse().map_err(|_| out_of_range("number"))?,
            issued_at: time.parse().map_err(|_| out_of_range("issuedAt"))?,
            doc_type: DocType::find(&doc_type).ok_or(out_of_range("docType"))?,
            seller_id: uscc(reader)?,
            seller_name: reader.value::<Name>()?.0,
            buyer_id: reader.option::<Id>()?.map(|id| id.0),
            buyer_name: reader.value::<Name>()?.0,
            net: fen(reader)?,
            tax: fen(reader)?,
        };
        Ok(Self {
            printed: Printed::new(parts).map_err(|_| out_of_range("figures"))?,
            salt: reader.byte_array()?,
            root: reader.value()?,
        })
    }
}
