//! The one place where the app reads the time, and how times are shown.

use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::i18n::{Key, Lang};

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Unix time in milliseconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float to u64 cast saturates"
)]
pub fn now_ms() -> u64 {
    Date::now() as u64
}

/// `time_ms` as date and minute in the words of `lang` and the zone of this device.
#[expect(
    clippy::cast_precision_loss,
    reason = "dates of the next 285,000 years are exact"
)]
pub fn date_time(lang: Lang, time_ms: u64) -> String {
    // A month in letters cannot be taken for a day, as in 11/12.
    let (locale, month) = match lang {
        Lang::Zh => ("zh-CN", "2-digit"),
        Lang::En => ("en-GB", "short"),
    };
    let options = Object::new();
    for (name, value) in [
        ("year", "numeric"),
        ("month", month),
        ("day", "2-digit"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("hourCycle", "h23"),
    ] {
        // Setting a property of a fresh plain object cannot fail.
        Reflect::set(&options, &name.into(), &value.into()).ok();
    }
    let date = Date::new(&JsValue::from_f64(time_ms as f64));
    date.to_locale_string(locale, &options).into()
}

/// `time_ms` of today as hour and minute, of another day with its date.
pub fn short_time(lang: Lang, time_ms: u64) -> String {
    let shown = date_time(lang, time_ms);
    let today = date_time(lang, now_ms());
    let day = |text: &str| text.rsplit_once([' ', ',']).map(|(day, _)| day.to_owned());
    match (day(&shown) == day(&today), shown.rsplit_once(' ')) {
        (true, Some((_, time))) => time.to_owned(),
        _ => shown,
    }
}

/// How long ago, in words.
pub fn age(lang: Lang, age_ms: u64) -> String {
    let (key, count) = match age_ms {
        0..MINUTE_MS => (Key::AgeNow, 0),
        MINUTE_MS..HOUR_MS => (Key::AgeMinutes, age_ms / MINUTE_MS),
        HOUR_MS..DAY_MS => (Key::AgeHours, age_ms / HOUR_MS),
        _ => (Key::AgeDays, age_ms / DAY_MS),
    };
    lang.fill(key, &[("n", &count.to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_changes_its_unit_at_the_boundary() {
        assert_eq!(age(Lang::En, MINUTE_MS - 1), "just now");
        assert_eq!(age(Lang::En, MINUTE_MS), "1 min ago");
        assert_eq!(age(Lang::En, HOUR_MS - 1), "59 min ago");
        assert_eq!(age(Lang::Zh, HOUR_MS), "1 小时前");
        assert_eq!(age(Lang::Zh, 49 * HOUR_MS), "2 天前");
    }
}
