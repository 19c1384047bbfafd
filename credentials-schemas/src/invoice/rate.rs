//! The dated table of VAT rates.

use crate::calendar::Date;

/// A VAT rate of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VatRate {
    text: &'static str,
    per_mille: u16,
    from: Date,
    until: Option<Date>,
}

impl VatRate {
    /// Finds a rate by its canonical text (`0.13`), whatever its dates.
    #[must_use]
    pub fn find(text: &str) -> Option<&'static Self> {
        RATES.iter().find(|rate| rate.text == text)
    }

    /// Returns the whole table.
    #[must_use]
    pub fn all() -> &'static [Self] {
        RATES
    }

    /// Returns the canonical text.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// Returns the rate in thousandths.
    #[must_use]
    pub const fn per_mille(&self) -> u16 {
        self.per_mille
    }

    /// Tells whether the rate may stand on an invoice of this day.
    #[must_use]
    pub fn is_in_force_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

const fn day(year: u16, month: u8, day: u8) -> Date {
    Date::new(year, month, day).expect("a date of this table is real")
}

const fn rate(text: &'static str, per_mille: u16, from: Date) -> VatRate {
    VatRate {
        text,
        per_mille,
        from,
        until: None,
    }
}

/// 13, 9, 6, 0 % and the simplified 3 % are the rates of the VAT law; they held before it too.
/// 5 %, 1.5 % and 1 % are transitional: the end of the first two is not settled, the third ends
/// with the relief for small taxpayers. A new rate or a new end is a new row here, never a
/// changed one: old invoices stay as valid as they were.
static RATES: &[VatRate] = &[
    rate("0.13", 130, day(2019, 4, 1)),
    rate("0.09", 90, day(2019, 4, 1)),
    rate("0.06", 60, day(2012, 1, 1)),
    rate("0.05", 50, day(2016, 5, 1)),
    rate("0.03", 30, day(2014, 7, 1)),
    rate("0.015", 15, day(2016, 5, 1)),
    VatRate {
        text: "0.01",
        per_mille: 10,
        from: day(2020, 3, 1),
        until: Some(day(2027, 12, 31)),
    },
    rate("0", 0, day(2009, 1, 1)),
];

#[cfg(test)]
mod tests {
    use super::VatRate;

    fn in_force(text: &str, day: &str) -> bool {
        let day = day.parse().expect(day);
        VatRate::find(text).is_some_and(|rate| rate.is_in_force_on(day))
    }

    #[test]
    fn rates_have_dates() {
        assert!(in_force("0.13", "2026-01-01"));
        assert!(in_force("0.01", "2027-12-31"));
        assert!(!in_force("0.01", "2028-01-01"));
        assert!(!in_force("0.01", "2020-02-29"));
    }

    #[test]
    fn texts_say_what_the_numbers_are() {
        for rate in VatRate::all() {
            let thousand: crate::decimal::Fen = "1000.00".parse().expect("amount");
            let part: crate::decimal::Decimal = rate.text().parse().expect("canonical");
            let product = part.times("1000".parse().expect("canonical"));
            assert_eq!(
                thousand.per_mille(rate.per_mille()),
                product,
                "{}",
                rate.text()
            );
        }
        for text in ["0.130", "13%", "0.16", ".13", "0.0", ""] {
            assert_eq!(VatRate::find(text), None, "{text}");
        }
    }
}
