//! A value that is shown only on request.

use yew::prelude::*;

use crate::i18n::{Key, use_lang};

/// Properties of [`Secret`].
#[derive(Properties, PartialEq)]
pub(crate) struct SecretProps {
    /// The value.
    pub(crate) value: AttrValue,
}

/// Shows the last four characters until the user asks for all.
#[component]
pub(crate) fn Secret(props: &SecretProps) -> Html {
    let lang = use_lang();
    let shown = use_state_eq(|| false);
    let onclick = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(!*shown))
    };
    let value = if *shown {
        props.value.to_string()
    } else {
        masked(&props.value)
    };
    let words = if *shown { Key::Hide } else { Key::Show };
    html! {
        <span class="secret">
            <span>{ value }</span>
            <button type="button" class="link-button" {onclick}>{ lang.text(words) }</button>
        </span>
    }
}

fn masked(value: &str) -> String {
    let count = value.chars().count();
    let tail: String = value.chars().skip(count.saturating_sub(4)).collect();
    if count <= 4 {
        "••••".to_owned()
    } else {
        format!("•••• {tail}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_four_characters_show() {
        assert_eq!(masked("990103199205160011"), "•••• 0011");
        assert_eq!(masked("0011"), "••••");
        assert_eq!(masked("海州市东岚路一号"), "•••• 岚路一号");
    }
}
