//! The 20-digit number of a fully digitalised e-invoice.

use core::fmt;
use core::str::FromStr;

use crate::region::Region;

/// An invoice number (发票号码).
///
/// *Shape*: `YY RR C SSSSSSSSSSSSSSS`: year, tax region, channel, sequence (not 0). It has no
/// check digit (TI-08).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InvoiceNumber([u8; 20]);

/// Why a text is not an invoice number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadNumber {
    /// Not 20 ASCII digits.
    #[error("not 20 digits")]
    Form,
    /// The third and fourth digit name no tax region.
    #[error("unknown tax region")]
    Region,
    /// The last fifteen digits are all zero.
    #[error("sequence is zero")]
    Sequence,
}

impl InvoiceNumber {
    /// Composes a number; the year is taken modulo 100.
    ///
    /// # Errors
    /// `Form` if the channel has more than one digit or the sequence more than fifteen; `Region`,
    /// `Sequence` as when parsing.
    pub fn new(year: u16, region: &str, channel: u8, sequence: u64) -> Result<Self, BadNumber> {
        format!("{:02}{region}{channel}{sequence:015}", year % 100).parse()
    }

    /// Returns the digits in ASCII.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// Returns the digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns the year of issue.
    #[must_use]
    pub fn year(&self) -> u16 {
        let [tens, ones, ..] = self.0.map(|digit| u16::from(digit - b'0'));
        2000 + tens * 10 + ones
    }

    /// Returns the two digits of the tax region.
    #[must_use]
    pub fn region_code(&self) -> &str {
        &self.as_str()[2..4]
    }

    /// Returns the tax region; `None` never occurs for a parsed number.
    #[must_use]
    pub fn region(&self) -> Option<&'static Region> {
        Region::find(self.region_code())
    }

    /// Returns the channel of issue.
    #[must_use]
    pub fn channel(&self) -> u8 {
        self.0[4] - b'0'
    }

    /// Returns the sequence within year, region and channel.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.0[5..]
            .iter()
            .fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'))
    }
}

impl TryFrom<&[u8]> for InvoiceNumber {
    type Error = BadNumber;

    fn try_from(bytes: &[u8]) -> Result<Self, BadNumber> {
        let digits: [u8; 20] = bytes.try_into().map_err(|_| BadNumber::Form)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(BadNumber::Form);
        }
        let number = Self(digits);
        if number.region().is_none() {
            return Err(BadNumber::Region);
        }
        if number.sequence() == 0 {
            return Err(BadNumber::Sequence);
        }
        Ok(number)
    }
}

impl FromStr for InvoiceNumber {
    type Err = BadNumber;

    fn from_str(text: &str) -> Result<Self, BadNumber> {
        text.as_bytes().try_into()
    }
}

impl fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for InvoiceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InvoiceNumber({self})")
    }
}

crate::text::serde_as_text!(InvoiceNumber);

#[cfg(test)]
mod tests {
    use super::{BadNumber, InvoiceNumber};

    #[test]
    fn parts_are_read() {
        let number: InvoiceNumber = "24312000000136634917".parse().expect("valid");
        assert_eq!(number.year(), 2024);
        assert_eq!(number.region().map(|region| region.name_zh), Some("上海"));
        assert_eq!(number.channel(), 2);
        assert_eq!(number.sequence(), 136_634_917);
        assert_eq!(InvoiceNumber::new(2024, "31", 2, 136_634_917), Ok(number));
    }

    #[test]
    fn other_texts_are_refused() {
        for (text, reason) in [
            ("2544200000001234123", BadNumber::Form),
            ("254420000000123412345", BadNumber::Form),
            ("2544200000001234123A", BadNumber::Form),
            ("２5442000000012341", BadNumber::Form),
            ("25002000000012341234", BadNumber::Region),
            ("25442000000000000000", BadNumber::Sequence),
        ] {
            assert_eq!(text.parse::<InvoiceNumber>(), Err(reason), "{text}");
        }
        assert_eq!(InvoiceNumber::new(2026, "99", 10, 1), Err(BadNumber::Form));
        assert_eq!(
            InvoiceNumber::new(2026, "99", 1, u64::MAX),
            Err(BadNumber::Form)
        );
    }
}
