//! Money.

use core::fmt;
use core::str::FromStr;

use super::{is_integer, strip_sign};

/// An amount of money in fen (1/100 yuan), of at most 16 integer digits of yuan.
///
/// *Shape*: `^-?(0|[1-9]\d{0,15})\.\d{2}$`, not `-0.00` (TI-05). *Units*: fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fen(i64);

/// A text that is not the canonical form of an amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an amount with two decimals and at most 16 integer digits")]
pub struct BadFen;

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// 9999999999999999.99: the largest amount; its negative is the smallest.
    pub const MAX: Self = Self(999_999_999_999_999_999);

    /// Wraps a number of fen; `None` beyond [`Fen::MAX`] in either direction.
    #[must_use]
    pub const fn new(fen: i64) -> Option<Self> {
        if fen >= -Self::MAX.0 && fen <= Self::MAX.0 {
            Some(Self(fen))
        } else {
            None
        }
    }

    /// Returns the number of fen.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Adds; `None` out of range.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        // Two amounts in range never overflow 64 bits.
        Self::new(self.0 + other.0)
    }

    /// Subtracts; `None` out of range.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        Self::new(self.0 - other.0)
    }

    /// Adds all amounts; `None` as soon as a partial sum is out of range.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Returns the amount without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// Returns the amount times `thousandths`/1000, rounded half away from zero; `None` out of
    /// range.
    #[must_use]
    pub fn per_mille(self, thousandths: u16) -> Option<Self> {
        let product = i128::from(self.0) * i128::from(thousandths);
        let rounded = (product.abs() + 500) / 1000 * product.signum();
        Self::new(i64::try_from(rounded).ok()?)
    }
}

impl FromStr for Fen {
    type Err = BadFen;

    fn from_str(text: &str) -> Result<Self, BadFen> {
        let (negative, unsigned) = strip_sign(text);
        let (yuan, cents) = unsigned.split_once('.').ok_or(BadFen)?;
        let two_digits = cents.len() == 2 && cents.bytes().all(|byte| byte.is_ascii_digit());
        if !two_digits || !is_integer(yuan, 16) {
            return Err(BadFen);
        }
        let yuan: i64 = yuan.parse().map_err(|_| BadFen)?;
        let cents: i64 = cents.parse().map_err(|_| BadFen)?;
        match yuan * 100 + cents {
            0 if negative => Err(BadFen),
            fen => Ok(Self(if negative { -fen } else { fen })),
        }
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

crate::text::serde_as_text!(Fen);
