//! Everything people read, in Chinese and in English: `i18n/zh.toml`, `i18n/en.toml` and [`Lang`].

use serde::{Deserialize, Serialize};

include!(concat!(env!("OUT_DIR"), "/keys.rs"));

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lang {
    /// Simplified Chinese.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The language that a BCP 47 tag asks for; everything but Chinese gets English.
    pub fn of_tag(tag: &str) -> Self {
        let primary = tag.split('-').next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") {
            Self::Zh
        } else {
            Self::En
        }
    }

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language that the toggle offers.
    pub const fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }

    /// The text of `key`.
    pub const fn text(self, key: Key) -> &'static str {
        let (zh, en) = key.texts();
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// The text of `key` with each `{name}` replaced by its value.
    pub fn fill(self, key: Key, arguments: &[(&str, &str)]) -> String {
        fill(self.text(key), arguments)
    }
}

/// Replaces each `{name}` in one pass, so that a value that holds braces stays as it is.
fn fill(template: &str, arguments: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        let value = arguments
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value);
        filled.push_str(value.unwrap_or_default());
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_chinese_tags_get_chinese() {
        assert_eq!(Lang::of_tag("zh-Hans-CN"), Lang::Zh);
        assert_eq!(Lang::of_tag("ZH"), Lang::Zh);
        assert_eq!(Lang::of_tag("en-GB"), Lang::En);
        assert_eq!(Lang::of_tag("zho-x"), Lang::En);
        assert_eq!(Lang::of_tag(""), Lang::En);
    }

    #[test]
    fn a_value_is_not_searched_for_further_arguments() {
        assert_eq!(
            fill("{a} by {b}.", &[("a", "{b}"), ("b", "me")]),
            "{b} by me."
        );
    }
}
