//! What characters a text may hold, and how small value types travel as text.

use unicode_normalization::{IsNormalized, is_nfc_quick};

/// Tells whether a text may stand in a signed document (TI-03): normalised, and nothing in it
/// that a reader would not see.
///
/// Normalised means that the quick check alone says so. A text that needs the full algorithm
/// (a combining mark that could join its base) is refused: it spares the verifier the
/// decomposition tables, and no invoice in a script of China needs one.
///
/// # Standard
/// Unicode Standard Annex #15 §9 (`NFC_Quick_Check`).
pub(crate) fn is_clean(text: &str) -> bool {
    // Most strings are short ASCII: no table is needed for them.
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
        || (!has_hidden(text) && is_nfc_quick(text.chars()) == IsNormalized::Yes)
}

/// Tells whether a text has a character that a reader would not see.
pub(crate) fn has_hidden(text: &str) -> bool {
    text.chars().any(is_hidden)
}

/// Tells whether a character is a control, has no width, steers the direction of text or renders
/// as nothing: two texts that differ by it would look the same. Ideographic variation selectors
/// (U+E0100 on) are not among them: they change the glyph, and names need them.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e00ff}'
                | '\u{e01f0}'..='\u{e0fff}'
        )
        || u32::from(c) & 0xfffe == 0xfffe
        || ('\u{fdd0}'..='\u{fdef}').contains(&c)
}

/// Serialises a type by its `Display` and reads it by its `FromStr`.
macro_rules! serde_as_text {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use serde_as_text;

#[cfg(test)]
mod tests {
    use super::is_clean;

    #[test]
    fn ordinary_texts_are_clean() {
        for text in [
            "",
            "A b~",
            "*信息技术服务*软件维护",
            "Müller",
            "ئۇيغۇر",
            "བོད་ཡིག",
            "𠮷野家",
            "葛\u{e0100}",
        ] {
            assert!(is_clean(text), "{text}");
        }
    }

    #[test]
    fn hidden_characters_and_other_forms_are_not() {
        for text in [
            "\u{0}",
            "a\u{7f}",
            "\u{85}",
            "\u{feff}a",
            "a\u{200b}b",
            "a\u{200d}b",
            "\u{202e}gpj",
            "\u{2066}a",
            "a\u{ad}b",
            "a\u{2028}b",
            "\u{3164}",
            "a\u{fe0f}",
            "\u{ffff}",
            "Mu\u{308}ller",
            "\u{212b}",
            "\u{2126}",
            "\u{e0041}",
        ] {
            assert!(!is_clean(text), "{text:?}");
        }
    }
}
