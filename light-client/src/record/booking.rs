//! How the buyer has entered an invoice into its accounts (入账).

use core::fmt;

use crate::cbor::{DecodeError, Reader, Wire, Writer};

/// Whether and how an invoice is booked, by the codes of the tax authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Booking {
    /// 01 未入账.
    NotBooked,
    /// 02 企业所得税税前扣除.
    BookedDeductible,
    /// 03 企业所得税不扣除.
    BookedNonDeductible,
    /// 04 个税经营所得扣除.
    BookedPersonalDeductible,
    /// 05 不扣除.
    BookedPersonalNonDeductible,
    /// 06 撤销.
    Withdrawn,
}

impl Booking {
    /// All of them, ascending by code.
    pub const ALL: [Self; 6] = [
        Self::NotBooked,
        Self::BookedDeductible,
        Self::BookedNonDeductible,
        Self::BookedPersonalDeductible,
        Self::BookedPersonalNonDeductible,
        Self::Withdrawn,
    ];

    /// The code.
    pub const fn code(self) -> u8 {
        match self {
            Self::NotBooked => 1,
            Self::BookedDeductible => 2,
            Self::BookedNonDeductible => 3,
            Self::BookedPersonalDeductible => 4,
            Self::BookedPersonalNonDeductible => 5,
            Self::Withdrawn => 6,
        }
    }

    /// Whether the invoice is in the buyer's accounts.
    pub const fn is_booked(self) -> bool {
        match self {
            Self::NotBooked | Self::Withdrawn => false,
            Self::BookedDeductible
            | Self::BookedNonDeductible
            | Self::BookedPersonalDeductible
            | Self::BookedPersonalNonDeductible => true,
        }
    }
}

impl Wire for Booking {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(self.code());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let code = reader.uint()?;
        let mut all = Self::ALL.into_iter();
        all.find(|booking| u64::from(booking.code()) == code)
            .ok_or(DecodeError::FieldOutOfRange("booking"))
    }
}

/// The month in whose accounts an invoice is booked (入账属期): `202609`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(transparent)]
pub struct BookingPeriod(u32);

impl BookingPeriod {
    /// A month of a year from 2000 to 9999.
    ///
    /// # Errors
    /// [`DecodeError::FieldOutOfRange`] for any other number.
    pub const fn new(year_month: u32) -> Result<Self, DecodeError> {
        match (year_month, year_month % 100) {
            (200_000..=999_999, 1..=12) => Ok(Self(year_month)),
            _ => Err(DecodeError::FieldOutOfRange("period")),
        }
    }

    /// Year and month as one number.
    pub const fn year_month(self) -> u32 {
        self.0
    }
}

impl fmt::Display for BookingPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Wire for BookingPeriod {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::new(reader.small("period")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_month() {
        for good in [200_001, 202_609, 202_612, 999_912] {
            assert!(BookingPeriod::new(good).is_ok(), "{good}");
        }
        for bad in [0, 199_912, 202_600, 202_613, 1_000_001, u32::MAX] {
            assert!(BookingPeriod::new(bad).is_err(), "{bad}");
        }
    }
}
