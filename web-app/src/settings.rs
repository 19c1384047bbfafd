//! What the user chose for reading: language, theme, text size.

use gloo_storage::{LocalStorage, Storage as _};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use crate::browser::{document, window};
use crate::i18n::Lang;

const STORAGE_KEY: &str = "tally.settings";

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Theme {
    /// As the device asks.
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The theme that the toggle moves on to.
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Size of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TextSize {
    /// As designed.
    Normal,
    /// 125 %.
    Large,
}

impl TextSize {
    /// The size that the toggle offers.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Normal => Self::Large,
            Self::Large => Self::Normal,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Large => "large",
        }
    }
}

/// The settings of this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// Language of the interface.
    pub(crate) lang: Lang,
    /// Light or dark.
    pub(crate) theme: Theme,
    /// Size of the text.
    pub(crate) size: TextSize,
}

impl Settings {
    /// The remembered settings; `?lang=` goes before what is remembered, that before the browser's.
    fn load() -> Self {
        let browser = window().navigator().language().unwrap_or_default();
        let remembered = LocalStorage::get(STORAGE_KEY).unwrap_or(Self {
            lang: Lang::of_tag(&browser),
            theme: Theme::Auto,
            size: TextSize::Normal,
        });
        let query = window().location().search().unwrap_or_default();
        let asked = asked_lang(&query).unwrap_or(remembered.lang);
        Self {
            lang: asked,
            ..remembered
        }
    }

    fn apply(self) {
        if let Some(root) = document().document_element() {
            for (name, value) in [
                ("lang", self.lang.tag()),
                ("data-theme", self.theme.name()),
                ("data-size", self.size.name()),
            ] {
                // Fails only for a malformed attribute name.
                root.set_attribute(name, value).ok();
            }
        }
        // A full or forbidden storage costs the memory of the choice, not the choice.
        LocalStorage::set(STORAGE_KEY, self).ok();
    }
}

/// The settings and the way to change them.
#[derive(Clone, PartialEq)]
pub(crate) struct SettingsHandle {
    /// The settings in force.
    pub(crate) value: Settings,
    /// Takes new settings.
    pub(crate) change: Callback<Settings>,
}

/// The settings in force.
#[hook]
pub(crate) fn use_settings() -> SettingsHandle {
    use_context::<SettingsHandle>().expect("SettingsProvider is the outermost component")
}

/// Properties of a component that only has children.
#[derive(Properties, PartialEq)]
pub(crate) struct ProviderProps {
    /// What is inside.
    pub(crate) children: Html,
}

/// Gives the settings to everything inside it.
#[component]
pub(crate) fn SettingsProvider(props: &ProviderProps) -> Html {
    let value = use_state_eq(Settings::load);
    use_effect_with(*value, |settings| settings.apply());
    let change = {
        let value = value.clone();
        Callback::from(move |settings| value.set(settings))
    };
    let context = SettingsHandle {
        value: *value,
        change,
    };
    html! { <ContextProvider<SettingsHandle> {context}>{ props.children.clone() }</ContextProvider<SettingsHandle>> }
}

fn asked_lang(query: &str) -> Option<Lang> {
    let parameters = query.trim_start_matches('?').split('&');
    let value = parameters
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| *name == "lang")?
        .1;
    (!value.is_empty()).then(|| Lang::of_tag(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_may_ask_for_a_language() {
        assert_eq!(asked_lang("?a=b&lang=en"), Some(Lang::En));
        assert_eq!(asked_lang("?lang=zh-CN"), Some(Lang::Zh));
        assert_eq!(asked_lang("?lang="), None);
        assert_eq!(asked_lang("?language=en"), None);
        assert_eq!(asked_lang(""), None);
    }
}
