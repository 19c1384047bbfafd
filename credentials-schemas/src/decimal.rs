//! Exact decimal numbers: money in fen, and quantities and prices with up to 13 decimals.
//!
//! Nothing here is a float, and no product is rounded twice: [`Decimal::times`] rounds the exact
//! product once, half away from zero (四舍五入), so a red invoice mirrors its blue one.

mod fen;

pub use fen::{BadFen, Fen};

use core::fmt;
use core::str::FromStr;

/// 10¹³: the scale of a [`Decimal`].
const SCALE: u128 = 10_000_000_000_000;
const FRACTION_DIGITS: usize = 13;
const INTEGER_DIGITS: usize = 12;
const MAX_LEN: usize = 25;

/// A quantity or a unit price.
///
/// *Shape*: `^-?(0|[1-9]\d{0,11})(\.\d{1,13})?$`, no trailing zero after the point, not `-0`, at
/// most 25 characters (TI-06). One value has one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    negative: bool,
    /// The absolute value in units of 10⁻¹³; below 10²⁵.
    magnitude: u128,
}

/// A text that is not the canonical form of a [`Decimal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a canonical decimal of at most 12 integer digits, 13 decimals and 25 characters")]
pub struct BadDecimal;

impl Decimal {
    /// Tells whether the value is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.negative
    }

    /// Multiplies exactly and rounds the product once to fen, half away from zero; `None` when
    /// the result has more than 16 integer digits.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Fen> {
        let fen = product_in_fen(self.magnitude, other.magnitude);
        let fen = i64::try_from(fen).ok()?;
        Fen::new(if self.negative == other.negative {
            fen
        } else {
            -fen
        })
    }
}

/// Rounds `a × b × 10⁻²⁶` to two decimals, without a 256-bit integer.
///
/// With a = a₁·10¹³ + a₀ the product is a₁b₁·10²⁶ + (a₁b₀ + a₀b₁)·10¹³ + a₀b₀, and every partial
/// product is below 10²⁶: all of it fits 128 bits. (96-bit decimals, and f64 long before, lose
/// the tail of 25-digit factors.)
fn product_in_fen(a: u128, b: u128) -> u128 {
    const FEN: u128 = 1_000_000_000_000_000_000_000_000; // 10²⁴ units of 10⁻²⁶ make one fen.
    let (a_high, a_low) = (a / SCALE, a % SCALE);
    let (b_high, b_low) = (b / SCALE, b % SCALE);
    let middle = a_high * b_low + a_low * b_high;
    let middle_per_fen = FEN / SCALE;
    let rest = (middle % middle_per_fen) * SCALE + a_low * b_low;
    let whole = a_high * b_high * 100 + middle / middle_per_fen + rest / FEN;
    whole + u128::from(rest % FEN >= FEN / 2)
}

impl FromStr for Decimal {
    type Err = BadDecimal;

    fn from_str(text: &str) -> Result<Self, BadDecimal> {
        let (negative, unsigned) = strip_sign(text);
        let (integer, fraction) = match unsigned.split_once('.') {
            Some((_, fraction)) if fraction.is_empty() || fraction.ends_with('0') => {
                return Err(BadDecimal);
            }
            Some(parts) => parts,
            None => (unsigned, ""),
        };
        let fits = text.len() <= MAX_LEN && fraction.len() <= FRACTION_DIGITS;
        if !fits || !is_integer(integer, INTEGER_DIGITS) {
            return Err(BadDecimal);
        }
        let digits = integer.bytes().chain(fraction.bytes());
        let padding = core::iter::repeat_n(b'0', FRACTION_DIGITS - fraction.len());
        let magnitude = digits.chain(padding).try_fold(0_u128, |sum, digit| {
            digit
                .is_ascii_digit()
                .then(|| sum * 10 + u128::from(digit - b'0'))
        });
        match magnitude {
            Some(0) if negative => Err(BadDecimal),
            Some(magnitude) => Ok(Self {
                negative,
                magnitude,
            }),
            None => Err(BadDecimal),
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let (integer, fraction) = (self.magnitude / SCALE, self.magnitude % SCALE);
        if fraction == 0 {
            return write!(f, "{sign}{integer}");
        }
        let fraction = format!("{fraction:013}");
        write!(f, "{sign}{integer}.{}", fraction.trim_end_matches('0'))
    }
}

/// Splits a leading minus sign off.
fn strip_sign(text: &str) -> (bool, &str) {
    text.strip_prefix('-')
        .map_or((false, text), |rest| (true, rest))
}

/// Tells whether `text` is `0`, or 1 to `max` ASCII digits without a leading zero.
fn is_integer(text: &str, max: usize) -> bool {
    text == "0"
        || (!text.starts_with('0')
            && (1..=max).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
