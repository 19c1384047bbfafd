//! Times and ages, in and out.

use credentials_schemas::calendar::{ChinaTime, Date};
use light_client::id::TimeMs;

use crate::words::Lang;

const SECOND_MS: u64 = 1000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Reads `2026-09-01T10:11:12Z`, or with an offset; a fraction is cut to milliseconds.
///
/// # Standard
/// RFC 3339 §5.6.
pub(crate) fn parse_rfc3339(text: &str) -> Result<TimeMs, String> {
    read_rfc3339(text).ok_or_else(|| "not an RFC 3339 time like 2026-09-01T10:11:12+08:00".into())
}

fn read_rfc3339(text: &str) -> Option<TimeMs> {
    let (date, rest) = text.split_at_checked(10)?;
    let date: Date = date.parse().ok()?;
    let rest = rest.strip_prefix(['T', 't'])?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let seconds = read_clock(clock, ':')?;
    let (milliseconds, offset) = match rest.strip_prefix('.') {
        None => (0, rest),
        Some(rest) => {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (fraction, offset) = rest.split_at_checked(digits).filter(|_| digits > 0)?;
            let thousandths: String = fraction.chars().chain("00".chars()).take(3).collect();
            (thousandths.parse::<i64>().ok()?, offset)
        }
    };
    let offset = match offset {
        "Z" | "z" => 0,
        _ => {
            let (sign, clock) = offset.split_at_checked(1)?;
            let seconds = read_clock(&format!("{clock}:00"), ':')?;
            match sign {
                "+" => seconds,
                "-" => -seconds,
                _ => return None,
            }
        }
    };
    let seconds = date.days_since_epoch() * 86_400 + seconds - offset;
    u64::try_from(seconds * 1000 + milliseconds)
        .ok()
        .map(TimeMs)
}

/// Seconds of `hh:mm:ss`.
fn read_clock(text: &str, separator: char) -> Option<i64> {
    let mut seconds = 0;
    let mut parts = text.split(separator);
    for limit in [24, 60, 60] {
        let part = parts.next().filter(|part| part.len() == 2)?;
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        let number = part
            .parse::<i64>()
            .ok()
            .filter(|number| is_number && *number < limit)?;
        seconds = seconds * 60 + number;
    }
    parts.next().is_none().then_some(seconds)
}

/// Reads an age such as `15m`, in milliseconds.
pub(crate) fn parse_age(text: &str) -> Result<u64, String> {
    let units = [
        ('s', SECOND_MS),
        ('m', MINUTE_MS),
        ('h', HOUR_MS),
        ('d', DAY_MS),
    ];
    let age = units.iter().find_map(|(unit, unit_ms)| {
        let number = text.strip_suffix(*unit)?;
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        number
            .parse::<u64>()
            .ok()
            .filter(|_| is_number)?
            .checked_mul(*unit_ms)
    });
    age.ok_or_else(|| "not an age like 90s, 15m, 24h or 7d".into())
}

/// A time as RFC 3339 in China Standard Time, as the documents write theirs.
pub(crate) fn rfc3339(time_ms: u64) -> String {
    let seconds = i64::try_from(time_ms / SECOND_MS).ok();
    match seconds.and_then(ChinaTime::from_unix_seconds) {
        Some(time) => time.to_string(),
        None => format!("{time_ms} ms"),
    }
}

/// A time as RFC 3339 in UTC.
pub(crate) fn rfc3339_utc(time_ms: u64) -> String {
    let offset = 8 * HOUR_MS;
    match time_ms.checked_sub(offset).map(rfc3339) {
        // The clock of China, set eight hours back, shows UTC.
        Some(time) => time.replace("+08:00", "Z"),
        None => format!("{time_ms} ms"),
    }
}

/// An age in words, rounded down to its largest unit.
pub(crate) fn age(age_ms: u64, lang: Lang) -> String {
    let (number, zh, en) = match age_ms {
        0..MINUTE_MS => (age_ms / SECOND_MS, "秒", "s"),
        MINUTE_MS..HOUR_MS => (age_ms / MINUTE_MS, "分钟", "min"),
        HOUR_MS..DAY_MS => (age_ms / HOUR_MS, "小时", "h"),
        _ => (age_ms / DAY_MS, "天", "d"),
    };
    match lang {
        Lang::Zh => format!("{number} {zh}"),
        Lang::En => format!("{number} {en}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2026-09-21T14:13:20Z", Some(1_790_000_000_000)),
            ("2026-09-21T22:13:20+08:00", Some(1_790_000_000_000)),
            ("2026-09-21T08:43:20.1-05:30", Some(1_790_000_000_100)),
            ("2026-09-21t14:13:20.12349z", Some(1_790_000_000_123)),
            ("1969-12-31T23:59:59Z", None),
            ("2026-09-21T14:13:20", None),
            ("2026-09-21 14:13:20Z", None),
            ("2026-02-29T00:00:00Z", None),
            ("2026-09-21T24:00:00Z", None),
            ("2026-09-21T14:13:20.Z", None),
            ("2026-09-21T14:13:20+0800", None),
            ("2026-09-21T+1:13:20Z", None),
            ("今天", None),
        ] {
            assert_eq!(read_rfc3339(text).map(|time| time.0), expected, "{text}");
        }
        assert_eq!(rfc3339(1_790_000_000_000), "2026-09-21T22:13:20+08:00");
        assert_eq!(rfc3339_utc(1_790_000_000_000), "2026-09-21T14:13:20Z");
    }

    #[test]
    fn ages() {
        assert_eq!(parse_age("15m"), Ok(900_000));
        assert_eq!(parse_age("7d"), Ok(604_800_000));
        for text in [
            "",
            "m",
            "15",
            "-1h",
            "+1h",
            "1.5h",
            "99999999999999999999d",
            "1 h",
            "时",
        ] {
            assert!(parse_age(text).is_err(), "{text}");
        }
        assert_eq!(age(59_999, Lang::En), "59 s");
        assert_eq!(age(86_400_000, Lang::Zh), "1 天");
    }
}
