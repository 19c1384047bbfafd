//! The reader: recursive descent, bounded in bytes, depth and count.

use super::{DEPTH_CEILING, Json, JsonError, JsonErrorKind, Limits};

/// Parses one JSON text.
///
/// # Errors
/// [`JsonError`] with the byte at which the text stops being strict JSON: anything but one value
/// in UTF-8 with optional white space around it, a repeated member name, an unpaired surrogate,
/// or more bytes, depth or values than `limits` allow.
///
/// # Standard
/// RFC 8259, with the choices of RFC 8785 §3.1 (I-JSON: unique names, no lone surrogates).
pub fn parse(bytes: &[u8], limits: Limits) -> Result<Json, JsonError> {
    if bytes.len() > limits.max_bytes {
        return Err(JsonErrorKind::TooLong.at(limits.max_bytes));
    }
    let text = core::str::from_utf8(bytes)
        .map_err(|error| JsonErrorKind::NotUtf8.at(error.valid_up_to()))?;
    let mut reader = Reader {
        text,
        position: 0,
        depth_left: limits.max_depth.min(DEPTH_CEILING),
        nodes_left: limits.max_nodes,
    };
    reader.skip_space();
    let value = reader.value()?;
    reader.skip_space();
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.error(JsonErrorKind::TrailingBytes)),
    }
}

struct Reader<'a> {
    text: &'a str,
    position: usize,
    depth_left: usize,
    nodes_left: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<Json, JsonError> {
        let Some(left) = self.nodes_left.checked_sub(1) else {
            return Err(self.error(JsonErrorKind::TooManyNodes));
        };
        self.nodes_left = left;
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => Ok(Json::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            _ => Err(self.unexpected()),
        }
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Json, JsonError>,
    ) -> Result<Json, JsonError> {
        let Some(left) = self.depth_left.checked_sub(1) else {
            return Err(self.error(JsonErrorKind::TooDeep));
        };
        self.depth_left = left;
        self.position += 1;
        self.skip_space();
        let value = read(self)?;
        self.depth_left += 1;
        Ok(value)
    }

    fn array(&mut self) -> Result<Json, JsonError> {
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.skip_space();
            if self.take(b']') {
                return Ok(Json::Array(items));
            }
            self.expect(b',')?;
            self.skip_space();
        }
    }

    fn object(&mut self) -> Result<Json, JsonError> {
        let mut members = Vec::new();
        if self.take(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.unexpected());
            }
            let name = self.string()?;
            self.skip_space();
            self.expect(b':')?;
            self.skip_space();
            members.push((name, self.value()?));
            self.skip_space();
            if self.take(b'}') {
                break;
            }
            self.expect(b',')?;
            self.skip_space();
        }
        if has_duplicate(&members) {
            return Err(self.error(JsonErrorKind::DuplicateName));
        }
        Ok(Json::Object(members))
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.position += 1;
        let mut out = String::new();
        loop {
            let run = self
                .rest()
                .bytes()
                .position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
            let Some(run) = run else {
                self.position = self.text.len();
                return Err(self.error(JsonErrorKind::UnexpectedEnd));
            };
            out.push_str(&self.rest()[..run]);
            self.position += run;
            match self.peek() {
                Some(b'"') => {
                    self.position += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                _ => return Err(self.error(JsonErrorKind::BadString)),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        self.position += 1;
        let plain = match self.peek() {
            Some(b'u') => {
                self.position += 1;
                return self.unicode_escape();
            }
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(_) => return Err(self.error(JsonErrorKind::BadString)),
            None => return Err(self.error(JsonErrorKind::UnexpectedEnd)),
        };
        self.position += 1;
        Ok(plain)
    }

    /// Reads what follows `\u`, and the second half of a surrogate pair.
    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let start = self.position;
        let lone = JsonErrorKind::LoneSurrogate.at(start);
        let first = self.four_hex()?;
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        if first >= 0xdc00 || !self.rest().starts_with("\\u") {
            return Err(lone);
        }
        self.position += 2;
        let second = self.four_hex()?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(lone);
        }
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or(lone)
    }

    fn four_hex(&mut self) -> Result<u32, JsonError> {
        let mut value = 0;
        for _ in 0..4 {
            let Some(byte) = self.peek() else {
                return Err(self.error(JsonErrorKind::UnexpectedEnd));
            };
            let Some(digit) = char::from(byte).to_digit(16) else {
                return Err(self.error(JsonErrorKind::BadString));
            };
            value = value * 16 + digit;
            self.position += 1;
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<Json, JsonError> {
        let start = self.position;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        Ok(Json::Number(self.text[start..self.position].to_owned()))
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let run = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.position += run;
        if run == 0 {
            Err(self.unexpected())
        } else {
            Ok(())
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, JsonError> {
        if !self.rest().starts_with(word) {
            return Err(self.unexpected());
        }
        self.position += word.len();
        Ok(value)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.position += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), JsonError> {
        if self.take(byte) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.position += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    /// The unread text. Every step ends on a character boundary: only ASCII is stepped over byte
    /// by byte, and a run inside a string ends before an ASCII byte.
    fn rest(&self) -> &str {
        &self.text[self.position..]
    }

    fn unexpected(&self) -> JsonError {
        self.error(match self.peek() {
            Some(_) => JsonErrorKind::UnexpectedByte,
            None => JsonErrorKind::UnexpectedEnd,
        })
    }

    fn error(&self, kind: JsonErrorKind) -> JsonError {
        kind.at(self.position)
    }
}

/// Sorts the names, so that many members cost n log n and not n².
fn has_duplicate(members: &[(String, Json)]) -> bool {
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}
