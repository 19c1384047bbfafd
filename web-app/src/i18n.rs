//! The language of the interface; the words themselves are the crate [`wording`]'s.

pub(crate) use wording::{Key, Lang};
use yew::prelude::*;

/// The language in force.
#[hook]
pub(crate) fn use_lang() -> Lang {
    crate::settings::use_settings().value.lang
}
