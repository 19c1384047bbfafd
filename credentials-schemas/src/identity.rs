//! Numbers that name people and firms, with their check digits.

use core::fmt;
use core::str::FromStr;

use crate::calendar::Date;
use crate::text::serde_as_text;

/// Why a text is not the number it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadIdentity {
    /// The check digit does not fit the rest.
    #[error("wrong check digit")]
    CheckDigit,
    /// The birth date inside is not a real day.
    #[error("no real birth date")]
    Date,
    /// The length or a character is wrong.
    #[error("wrong length or character")]
    Form,
}

/// A unified social credit code (统一社会信用代码): the number of a firm or a public body.
///
/// *Shape*: two characters of category, six digits of region, nine characters, one check
/// character, all of the alphabet `0-9A-Z` without `I O S V Z`.
///
/// # Standard
/// GB 32100-2015.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uscc([u8; 18]);

const USCC_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

impl Uscc {
    /// Returns the code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }

    /// Packs the code for print.
    ///
    /// *Shape*: its first 17 characters as digits of base 31, the first the highest, in 11 bytes,
    /// big-endian. The check character follows from them.
    #[must_use]
    pub fn to_packed(&self) -> [u8; 11] {
        let digits = self.0[..17].iter();
        let number = digits.fold(0_u128, |number, byte| {
            // What was parsed has letters of the alphabet only.
            let value = uscc_value(*byte).unwrap_or_default();
            number * 31 + u128::try_from(value).unwrap_or_default()
        });
        let mut packed = [0; 11];
        packed.copy_from_slice(&number.to_be_bytes()[5..]);
        packed
    }

    /// Unpacks a code; one code has one packed form.
    ///
    /// # Errors
    /// [`BadIdentity::Form`] for a number that is no code's.
    pub fn from_packed(packed: &[u8; 11]) -> Result<Self, BadIdentity> {
        let mut bytes = [0; 16];
        bytes[5..].copy_from_slice(packed);
        let mut number = u128::from_be_bytes(bytes);
        let mut code = [0; 18];
        for place in (0..17).rev() {
            let value = usize::try_from(number % 31).unwrap_or_default();
            code[place] = USCC_ALPHABET[value];
            number /= 31;
        }
        if number > 0 {
            return Err(BadIdentity::Form);
        }
        code[17] = check_character(&code)?;
        ascii(&code).parse()
    }
}

/// The character that brings the weighted sum to 0 mod 31.
fn check_character(code: &[u8; 18]) -> Result<u8, BadIdentity> {
    let sum = weighted_sum(code)?;
    Ok(USCC_ALPHABET[(31 - sum % 31) % 31])
}

/// Σ of the first 17 characters with the weights 3^i mod 31.
fn weighted_sum(code: &[u8; 18]) -> Result<usize, BadIdentity> {
    let (mut sum, mut weight) = (0, 1);
    for byte in &code[..17] {
        sum += uscc_value(*byte)? * weight;
        weight = weight * 3 % 31;
    }
    Ok(sum)
}

impl FromStr for Uscc {
    type Err = BadIdentity;

    fn from_str(text: &str) -> Result<Self, BadIdentity> {
        let code: [u8; 18] = text.as_bytes().try_into().map_err(|_| BadIdentity::Form)?;
        if !code[2..8].iter().all(u8::is_ascii_digit) {
            return Err(BadIdentity::Form);
        }
        // The check character brings the sum to 0 mod 31, which folds the 31 of the standard's
        // formula to 0.
        let check = uscc_value(code[17])?;
        if (weighted_sum(&code)? + check) % 31 == 0 {
            Ok(Self(code))
        } else {
            Err(BadIdentity::CheckDigit)
        }
    }
}

fn uscc_value(byte: u8) -> Result<usize, BadIdentity> {
    USCC_ALPHABET
        .iter()
        .position(|&letter| letter == byte)
        .ok_or(BadIdentity::Form)
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uscc({self})")
    }
}

/// A resident identity number (公民身份号码).
///
/// *Shape*: six digits of region, eight of birth date, three of sequence, one check character
/// (`0-9` or `X`). Whether the region existed in the year of birth is not checked.
///
/// # Security
/// It is personal data: `Debug` shows only its ends, so that it does not reach a log by accident.
///
/// # Standard
/// GB 11643-1999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResidentId {
    number: [u8; 18],
    birth_date: Date,
}

impl ResidentId {
    /// Returns the number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.number)
    }

    /// Returns the birth date that the number contains.
    #[must_use]
    pub fn birth_date(&self) -> Date {
        self.birth_date
    }
}

impl FromStr for ResidentId {
    type Err = BadIdentity;

    fn from_str(text: &str) -> Result<Self, BadIdentity> {
        let number: [u8; 18] = text.as_bytes().try_into().map_err(|_| BadIdentity::Form)?;
        let (digits, check) = (&number[..17], number[17]);
        if !digits.iter().all(u8::is_ascii_digit) || !(check.is_ascii_digit() || check == b'X') {
            return Err(BadIdentity::Form);
        }
        // The standard's weights are 2^(17-i) mod 11: read the number as binary-weighted digits.
        let sum = digits
            .iter()
            .fold(0_u32, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
        let expected = b"10X98765432".get(usize::try_from(sum).unwrap_or_default());
        if expected != Some(&check) {
            return Err(BadIdentity::CheckDigit);
        }
        let number_at = |from: usize, to: usize| ascii(&number[from..to]).parse::<u16>();
        let birth_date = match (number_at(6, 10), number_at(10, 12), number_at(12, 14)) {
            (Ok(year), Ok(month), Ok(day)) => match (u8::try_from(month), u8::try_from(day)) {
                (Ok(month), Ok(day)) => Date::new(year, month, day),
                _ => None,
            },
            _ => None,
        };
        Ok(Self {
            number,
            birth_date: birth_date.ok_or(BadIdentity::Date)?,
        })
    }
}

impl fmt::Display for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "ResidentId({}…{})",
            ascii(&self.number[..6]),
            ascii(&self.number[16..])
        )
    }
}

/// Tells whether a text is a taxpayer number of before 2015: six digits of region and nine
/// characters of an organisation code. It has no check digit of its own that is worth checking.
pub(crate) fn is_legacy_taxpayer_number(text: &str) -> bool {
    let (region, rest) = match text.as_bytes() {
        number @ [_, _, _, _, _, _, rest @ ..] if number.len() == 15 => (&number[..6], rest),
        _ => return false,
    };
    region.iter().all(u8::is_ascii_digit)
        && rest
            .iter()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

/// Shows bytes that `FromStr` has found to be ASCII.
fn ascii(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

serde_as_text!(Uscc);
serde_as_text!(ResidentId);

#[cfg(test)]
mod tests {
    use super::{BadIdentity, ResidentId, Uscc, is_legacy_taxpayer_number};

    #[test]
    fn codes_of_firms_have_a_check_character() {
        // The worked example of the standard, and the firms of the demo.
        for code in [
            "91350100M000100Y43",
            "91990105MA0DEM002H",
            "91990106MA0DEM0046",
            "91990100MA0DEM008U",
            "91990102MA0DEM0013",
            // 31 − 0 folds to '0'.
            "93310115MAJJL6B3H0",
        ] {
            let uscc: Uscc = code.parse().expect(code);
            assert_eq!(uscc.to_string(), code);
            assert_eq!(Uscc::from_packed(&uscc.to_packed()), Ok(uscc));
        }
        // 31^17 and more, and a letter where the region's digits stand.
        assert_eq!(Uscc::from_packed(&[255; 11]), Err(BadIdentity::Form));
        let mut lettered = [0; 11];
        lettered[1] = 255;
        assert_eq!(Uscc::from_packed(&lettered), Err(BadIdentity::Form));
        for (code, reason) in [
            ("91350100M000100Y42", BadIdentity::CheckDigit),
            ("91350100M000100y43", BadIdentity::Form),
            ("9135010OM000100Y43", BadIdentity::Form),
            ("91350100M000I00Y43", BadIdentity::Form),
            ("91350100M000100Y4", BadIdentity::Form),
            ("91350100M000100Y433", BadIdentity::Form),
            ("９1350100M000100Y", BadIdentity::Form),
        ] {
            assert_eq!(code.parse::<Uscc>(), Err(reason), "{code}");
        }
    }

    #[test]
    fn numbers_of_residents_have_a_check_digit_and_a_birth_date() {
        for number in [
            "11010519491231002X",
            "440524188001010014",
            "990103199205160011",
        ] {
            let id: ResidentId = number.parse().expect(number);
            assert_eq!(id.as_str(), number);
        }
        let id: ResidentId = "990103199205160011".parse().expect("valid");
        assert_eq!(id.birth_date().to_string(), "1992-05-16");
        for (number, reason) in [
            ("110105194912310021", BadIdentity::CheckDigit),
            ("11010519491231002x", BadIdentity::Form),
            ("1101051949123100X2", BadIdentity::Form),
            ("11010519490229002", BadIdentity::Form),
            // 29 February 1949 with a fitting check digit.
            ("110105194902290029", BadIdentity::Date),
        ] {
            assert_eq!(number.parse::<ResidentId>(), Err(reason), "{number}");
        }
    }

    #[test]
    fn a_resident_number_does_not_reach_a_log_whole() {
        let id: ResidentId = "990103199205160011".parse().expect("valid");
        assert_eq!(format!("{id:?}"), "ResidentId(990103…11)");
    }

    #[test]
    fn legacy_numbers_have_fifteen_characters() {
        assert!(is_legacy_taxpayer_number("310115607234567"));
        assert!(is_legacy_taxpayer_number("31011560723456X"));
        assert!(!is_legacy_taxpayer_number("31011560723456"));
        assert!(!is_legacy_taxpayer_number("3101X560723456X"));
        assert!(!is_legacy_taxpayer_number("31011560723456x"));
    }
}
