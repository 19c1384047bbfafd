//! The fixed words of the page.

use std::collections::BTreeMap;

use wasm_bindgen::prelude::wasm_bindgen;
use wording::{Key, Lang};

/// Each fixed text by the name that `data-text` in `page/page.html` and `words` in the scripts use.
const LABELS: [(&str, Key); 37] = [
    ("title", Key::SingleTitle),
    ("intro", Key::SingleIntro),
    ("skip", Key::SkipLink),
    ("name", Key::AppName),
    ("theme", Key::Theme),
    ("theme_auto", Key::ThemeAuto),
    ("theme_light", Key::ThemeLight),
    ("theme_dark", Key::ThemeDark),
    ("drop", Key::SingleDrop),
    ("choose", Key::ChooseFiles),
    ("restart", Key::SingleRestart),
    ("checking", Key::Checking),
    ("done", Key::SingleDone),
    ("results", Key::SingleResults),
    ("trust", Key::SingleTrust),
    ("trust_none", Key::SingleTrustNone),
    ("trust_height", Key::SingleTrustHeight),
    ("trust_new", Key::SingleTrustNew),
    ("trust_demo", Key::SingleTrustDemo),
    ("trust_not_kept", Key::SingleTrustNotKept),
    ("trust_save", Key::SingleTrustSave),
    ("trust_refused", Key::SingleTrustRefused),
    ("picture_unreadable", Key::SinglePictureUnreadable),
    ("picture_without_code", Key::SinglePictureWithoutCode),
    ("empty", Key::FileEmpty),
    ("too_large", Key::FileTooLarge),
    ("too_many", Key::TooManyFiles),
    ("unreadable", Key::FileUnreadable),
    ("failed", Key::CheckFailed),
    ("fields", Key::FieldsTitle),
    ("fields_other", Key::FieldsOther),
    ("show", Key::Show),
    ("hide", Key::Hide),
    ("portal", Key::PortalProvider),
    ("provider", Key::SingleProvider),
    ("compare", Key::SingleCompare),
    ("technical", Key::Technical),
];

/// Headings of the table of checks.
const TABLE: [(&str, Key); 4] = [
    ("technical_check", Key::TechnicalCheck),
    ("technical_outcome", Key::TechnicalOutcome),
    ("technical_reason", Key::TechnicalReason),
    ("technical_json", Key::TechnicalJson),
];

/// The fixed words of the page as JSON, by name; `other_language` is the name of the language that
/// the page offers instead.
#[wasm_bindgen]
pub fn labels(language: &str) -> String {
    let lang = Lang::of_tag(language);
    let texts = LABELS.iter().chain(&TABLE);
    let mut labels: BTreeMap<&str, &str> =
        texts.map(|(name, key)| (*name, lang.text(*key))).collect();
    labels.insert("other_language", lang.other().text(Key::LanguageName));
    labels.insert("other_tag", lang.other().tag());
    serde_json::to_string(&labels).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = include_str!("../page/page.html");
    const SCRIPTS: [&str; 4] = [
        include_str!("../page/dom.js"),
        include_str!("../page/picture.js"),
        include_str!("../page/verdict.js"),
        include_str!("../page/page.js"),
    ];

    /// The names that a source asks for: what follows `opening`, as far as it is a name.
    fn asked<'a>(source: &'a str, opening: &str) -> Vec<&'a str> {
        let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
        let names = source.split(opening).skip(1);
        names
            .filter_map(|rest| rest.split(|c| !is_name(c)).next())
            .filter(|name| !name.is_empty())
            .collect()
    }

    #[test]
    fn every_text_that_the_page_asks_for_is_there_and_no_other() {
        let json = labels("zh");
        let given: BTreeMap<&str, &str> = serde_json::from_str(&json).expect("the page's words");
        let scripts = SCRIPTS.iter().flat_map(|script| asked(script, "words."));
        let mut wanted = asked(PAGE, "data-text=\"");
        wanted.extend(scripts);
        for name in &wanted {
            assert!(given.contains_key(name), "{name} has no words");
        }
        for name in given.keys() {
            // Why a file is refused is looked up by its name.
            let quoted = format!("\"{name}\"");
            let is_looked_up = SCRIPTS.iter().any(|script| script.contains(&quoted));
            assert!(is_looked_up || wanted.contains(name), "{name} is not used");
        }
    }
}
