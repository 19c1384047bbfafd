//! Turns the two catalogues of `web-app/i18n` into `enum Key` and its texts.
//!
//! A key that one language lacks, a key written twice, or arguments (`{name}`) that differ between
//! the languages stop the build.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

type Catalogue = BTreeMap<String, String>;

fn main() -> Result<(), io::Error> {
    println!("cargo::rerun-if-changed=../i18n");
    println!("cargo::rerun-if-changed=build.rs");
    let zh = read("../i18n/zh.toml")?;
    let en = read("../i18n/en.toml")?;
    agree(&zh, &en)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("keys.rs"), generate(&zh, &en))
}

/// Reads a flat TOML file of `key = "text"` lines; anything else is refused.
fn read(path: &str) -> Result<Catalogue, io::Error> {
    let mut catalogue = Catalogue::new();
    for (index, line) in fs::read_to_string(path)?.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let number = index + 1;
        let refuse = |why: &str| io::Error::other(format!("{path}:{number}: {why}"));
        let (key, text) = line
            .split_once(" = ")
            .ok_or_else(|| refuse("expected key = \"text\""))?;
        let text = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .filter(|text| !text.is_empty() && !text.contains(['"', '\\']))
            .ok_or_else(|| refuse("expected one non-empty string without quotes and escapes"))?;
        if !key
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        {
            return Err(refuse("a key is written in snake_case"));
        }
        if catalogue.insert(key.to_owned(), text.to_owned()).is_some() {
            return Err(refuse("this key is already there"));
        }
    }
    Ok(catalogue)
}

fn agree(zh: &Catalogue, en: &Catalogue) -> Result<(), io::Error> {
    let keys: BTreeSet<&String> = zh.keys().chain(en.keys()).collect();
    for key in keys {
        let (Some(zh), Some(en)) = (zh.get(key), en.get(key)) else {
            return Err(io::Error::other(format!(
                "i18n: `{key}` is missing in one language"
            )));
        };
        if arguments(zh) != arguments(en) {
            return Err(io::Error::other(format!(
                "i18n: `{key}` takes different arguments"
            )));
        }
    }
    Ok(())
}

fn arguments(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

fn generate(zh: &Catalogue, en: &Catalogue) -> String {
    let mut keys = String::new();
    let mut arms = String::new();
    for (key, zh) in zh {
        let name = upper_camel(key);
        let en = &en[key];
        // Writing to a string cannot fail.
        let _ = writeln!(keys, "    {name},");
        let _ = writeln!(arms, "            Self::{name} => ({zh:?}, {en:?}),");
    }
    format!(
        "/// One sentence or label of the interface.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq)]\n\
         #[expect(missing_docs, reason = \"a variant is the key of the catalogue\")]\n\
         pub enum Key {{\n{keys}}}\n\n\
         impl Key {{\n    /// The text in Chinese and in English.\n    \
         const fn texts(self) -> (&'static str, &'static str) {{\n        match self {{\n{arms}        }}\n    }}\n}}\n"
    )
}

fn upper_camel(key: &str) -> String {
    key.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
                .collect::<String>()
        })
        .collect()
}
