//! How a page is looked at: language, theme, screen.

use std::fmt;

/// The language a page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

/// What the browser says its user prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

/// The screen that the page has for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// 1280 × 900.
    Desktop,
    /// 390 × 844 with touch, three device pixels to one of CSS.
    Phone,
}

/// One way of looking at the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The language of the page.
    pub language: Language,
    /// The preferred theme.
    pub theme: Theme,
    /// The size of the screen.
    pub screen: Screen,
}

impl Look {
    /// Chinese, light, on a desktop.
    pub const CHINESE: Self = Self {
        language: Language::Chinese,
        theme: Theme::Light,
        screen: Screen::Desktop,
    };
    /// English, light, on a desktop.
    pub const ENGLISH: Self = Self {
        language: Language::English,
        theme: Theme::Light,
        screen: Screen::Desktop,
    };

    /// The same language in the dark.
    pub const fn dark(self) -> Self {
        Self {
            theme: Theme::Dark,
            ..self
        }
    }

    /// The same language on a phone.
    pub const fn on_phone(self) -> Self {
        Self {
            screen: Screen::Phone,
            ..self
        }
    }
}

impl Language {
    /// The value of `?lang=`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }
}

impl Theme {
    /// The value of the media feature `prefers-color-scheme`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl fmt::Display for Look {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let screen = match self.screen {
            Screen::Desktop => "desktop",
            Screen::Phone => "phone",
        };
        write!(
            formatter,
            "{}-{}-{screen}",
            self.language.code(),
            self.theme.code()
        )
    }
}
