//! The canonical writer.

use super::{DEPTH_CEILING, Json, JsonError, JsonErrorKind};

/// Writes a value in canonical form.
///
/// *Shape*: no white space; members sorted by the UTF-16 code units of their names; strings
/// escaped only where they must be.
///
/// # Errors
/// `NumberNotAllowed` for any number (our documents write numbers as strings, so the number
/// printer of ECMAScript is not needed), `DuplicateName` and `TooDeep` for values that
/// [`parse`](super::parse) would not have yielded.
///
/// # Standard
/// RFC 8785 §3.2.
pub fn to_jcs(value: &Json) -> Result<Vec<u8>, JsonError> {
    let mut out = Vec::new();
    write(value, Numbers::Refused, DEPTH_CEILING, &mut out)?;
    Ok(out)
}

/// A value as people are shown it: its canonical form, each number in its own text.
///
/// Not for hashing: a number has many texts.
///
/// # Errors
/// As [`to_jcs`], without the first.
pub fn to_shown(value: &Json) -> Result<Vec<u8>, JsonError> {
    let mut out = Vec::new();
    write(value, Numbers::OwnText, DEPTH_CEILING, &mut out)?;
    Ok(out)
}

#[derive(Clone, Copy)]
enum Numbers {
    Refused,
    OwnText,
}

fn write(
    value: &Json,
    numbers: Numbers,
    depth_left: usize,
    out: &mut Vec<u8>,
) -> Result<(), JsonError> {
    match value {
        Json::Null => out.extend(b"null"),
        Json::Bool(true) => out.extend(b"true"),
        Json::Bool(false) => out.extend(b"false"),
        Json::Number(text) => match numbers {
            Numbers::Refused => return Err(JsonErrorKind::NumberNotAllowed.at(0)),
            Numbers::OwnText => out.extend(text.as_bytes()),
        },
        Json::String(text) => write_string(text, out),
        Json::Array(items) => {
            let depth_left = deeper(depth_left)?;
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, numbers, depth_left, out)?;
            }
            out.push(b']');
        }
        Json::Object(members) => write_object(members, numbers, deeper(depth_left)?, out)?,
    }
    Ok(())
}

fn deeper(depth_left: usize) -> Result<usize, JsonError> {
    depth_left
        .checked_sub(1)
        .ok_or(JsonErrorKind::TooDeep.at(0))
}

fn write_object(
    members: &[(String, Json)],
    numbers: Numbers,
    depth_left: usize,
    out: &mut Vec<u8>,
) -> Result<(), JsonError> {
    let mut sorted: Vec<&(String, Json)> = members.iter().collect();
    //= https://www.rfc-editor.org/rfc/rfc8785#section-3.2.3
    //# Property name strings to be sorted are formatted as arrays of UTF-16 code units.
    sorted.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
    if sorted.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err(JsonErrorKind::DuplicateName.at(0));
    }
    out.push(b'{');
    for (index, (name, value)) in sorted.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_string(name, out);
        out.push(b':');
        write(value, numbers, depth_left, out)?;
    }
    out.push(b'}');
    Ok(())
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend(b"\\\""),
            b'\\' => out.extend(b"\\\\"),
            0x08 => out.extend(b"\\b"),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            0x0c => out.extend(b"\\f"),
            b'\r' => out.extend(b"\\r"),
            0..0x20 => {
                out.extend(b"\\u00");
                out.push(HEX[usize::from(byte >> 4)]);
                out.push(HEX[usize::from(byte & 15)]);
            }
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}
