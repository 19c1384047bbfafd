//! Dates and the moments of invoices, without a clock.

use core::fmt;
use core::str::FromStr;

/// A day of the Gregorian calendar, from 0001 to 9999.
///
/// *Shape*: `2026-09-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text or a triple that names no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a real date or time")]
pub struct BadDate;

impl Date {
    /// Names a day; `None` if the month does not have it.
    #[must_use]
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let real = year >= 1
            && year <= 9999
            && month >= 1
            && month <= 12
            && day >= 1
            && day <= days_in(year, month);
        if real {
            Some(Self { year, month, day })
        } else {
            None
        }
    }

    /// Returns the year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Returns the month, from 1.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// Returns the day of the month, from 1.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Returns the age in full years of someone born on this day; 0 before it. Who was born on
    /// 29 February completes a common year on 1 March.
    #[must_use]
    pub fn age_on(self, today: Self) -> u16 {
        let had_birthday = (today.month, today.day) >= (self.month, self.day);
        today
            .year
            .saturating_sub(self.year)
            .saturating_sub(u16::from(!had_birthday))
    }

    /// Returns the days since 1970-01-01.
    #[must_use]
    pub fn days_since_epoch(self) -> i64 {
        // Years that start in March put the leap day last.
        let shift = u16::from(self.month <= 2);
        let year = i64::from(self.year - shift);
        let month = i64::from((self.month + 9) % 12);
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
    }
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl FromStr for Date {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Self, BadDate> {
        let [year, month, day] = fields(text, "0000-00-00").ok_or(BadDate)?;
        Self::new(year, u8_of(month)?, u8_of(day)?).ok_or(BadDate)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A second in China Standard Time, which has no summer time.
///
/// *Shape*: `2026-09-01T10:11:12+08:00`; no other offset, no fraction, no leap second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChinaTime {
    date: Date,
    second_of_day: u32,
}

impl ChinaTime {
    /// Converts a moment; `None` before the year 1970 or after 9999.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        let local = seconds.checked_add(8 * 3600).filter(|_| seconds >= 0)?;
        let second_of_day = u32::try_from(local % 86_400).ok()?;
        Some(Self {
            date: date_of_day(local / 86_400)?,
            second_of_day,
        })
    }

    /// Returns the local day.
    #[must_use]
    pub const fn date(self) -> Date {
        self.date
    }

    /// Returns the moment in seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.date.days_since_epoch() * 86_400 + i64::from(self.second_of_day) - 8 * 3600
    }
}

/// The inverse of [`Date::days_since_epoch`] for days from 1970 on.
fn date_of_day(days: i64) -> Option<Date> {
    // 400 years have 146,097 days; count from 0000-03-01.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    Date::new(
        u16::try_from(year).ok()?,
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
    )
}

impl FromStr for ChinaTime {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Self, BadDate> {
        let [year, month, day, hour, minute, second] =
            fields(text, "0000-00-00T00:00:00+08:00").ok_or(BadDate)?;
        let date = Date::new(year, u8_of(month)?, u8_of(day)?).ok_or(BadDate)?;
        if hour > 23 || minute > 59 || second > 59 {
            return Err(BadDate);
        }
        let second_of_day = u32::from(hour) * 3600 + u32::from(minute) * 60 + u32::from(second);
        Ok(Self {
            date,
            second_of_day,
        })
    }
}

impl fmt::Display for ChinaTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, rest) = (self.second_of_day / 3600, self.second_of_day % 3600);
        write!(
            f,
            "{}T{hour:02}:{:02}:{:02}+08:00",
            self.date,
            rest / 60,
            rest % 60
        )
    }
}

fn u8_of(field: u16) -> Result<u8, BadDate> {
    u8::try_from(field).map_err(|_| BadDate)
}

/// Reads runs of digits of at most four from a text with a fixed picture: each `0` stands for a
/// digit, `+08:00` and every other character for itself.
fn fields<const N: usize>(text: &str, picture: &str) -> Option<[u16; N]> {
    if text.len() != picture.len() {
        return None;
    }
    let (head, zone) = picture.split_once('+').unwrap_or((picture, ""));
    if !text.ends_with(zone) {
        return None;
    }
    let mut out = [0_u16; N];
    let mut index = 0;
    for (byte, pattern) in text.bytes().zip(head.bytes()) {
        if pattern != b'0' {
            index += 1;
            if byte != pattern {
                return None;
            }
        } else if byte.is_ascii_digit() {
            let field = out.get_mut(index)?;
            *field = *field * 10 + u16::from(byte - b'0');
        } else {
            return None;
        }
    }
    (text.as_bytes().get(head.len()) == picture.as_bytes().get(head.len())).then_some(out)
}

crate::text::serde_as_text!(Date);
crate::text::serde_as_text!(ChinaTime);

#[cfg(test)]
mod tests {
    use super::{ChinaTime, Date};

    #[test]
    fn only_real_days_parse() {
        for text in [
            "2024-02-29",
            "2000-02-29",
            "0001-01-01",
            "9999-12-31",
            "2026-09-01",
        ] {
            assert_eq!(text.parse::<Date>().expect(text).to_string(), text);
        }
        for text in [
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-04-31",
            "2026-01-00",
            "0000-01-01",
            "2026-9-01",
            "2026/09/01",
            "2026-09-01 ",
            "２026-09-1",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_beijing_time_in_whole_seconds_parses() {
        let text = "2026-09-01T10:11:12+08:00";
        let time: ChinaTime = text.parse().expect("valid");
        assert_eq!(time.to_string(), text);
        assert_eq!(time.unix_seconds(), 1_788_228_672);
        for text in [
            "2026-09-01T10:11:12Z",
            "2026-09-01T10:11:12+00:00",
            "2026-09-01T10:11:12-08:00",
            "2026-09-01T10:11:12.5+08:00",
            "2026-09-01 10:11:12+08:00",
            "2026-09-01T24:00:00+08:00",
            "2026-09-01T10:60:00+08:00",
            "2026-12-31T23:59:60+08:00",
            "2026-02-30T10:11:12+08:00",
        ] {
            assert!(text.parse::<ChinaTime>().is_err(), "{text}");
        }
    }

    #[test]
    fn moments_and_dates_agree_over_centuries() {
        for seconds in (0..8_000_000_000_i64).step_by(86_400 * 13 + 7_777) {
            let time = ChinaTime::from_unix_seconds(seconds).expect("in range");
            assert_eq!(time.unix_seconds(), seconds);
            assert_eq!(time.to_string().parse(), Ok(time));
        }
        assert_eq!(ChinaTime::from_unix_seconds(-1), None);
        assert_eq!(ChinaTime::from_unix_seconds(i64::MAX), None);
    }

    #[test]
    fn age_grows_on_the_birthday() {
        let age = |born: &str, on: &str| {
            born.parse::<Date>()
                .expect(born)
                .age_on(on.parse().expect(on))
        };
        assert_eq!(age("1992-05-16", "2010-05-15"), 17);
        assert_eq!(age("1992-05-16", "2010-05-16"), 18);
        assert_eq!(age("2008-02-29", "2026-02-28"), 17);
        assert_eq!(age("2008-02-29", "2026-03-01"), 18);
        assert_eq!(age("2030-01-01", "2026-01-01"), 0);
    }
}
