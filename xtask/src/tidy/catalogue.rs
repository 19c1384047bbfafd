//! The words of the web app: both languages say everything, with the same blanks to fill in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Finding, Source};

const LANGUAGES: [&str; 2] = ["web-app/i18n/zh.toml", "web-app/i18n/en.toml"];

/// Reports sentences that one language lacks, and blanks that differ.
pub(super) fn check(sources: &[Source], findings: &mut Vec<Finding>) {
    let catalogue = |path: &str| {
        let source = sources.iter().find(|source| source.path == Path::new(path));
        source.map(|source| parse(&source.text))
    };
    let [Some(zh), Some(en)] = LANGUAGES.map(catalogue) else {
        let both = LANGUAGES.join(" and ");
        findings.push(Finding::Error(format!(
            "the words of the web app, {both}, are not there"
        )));
        return;
    };
    for (path, here, there) in [(LANGUAGES[0], &zh, &en), (LANGUAGES[1], &en, &zh)] {
        for key in there.keys().filter(|key| !here.contains_key(*key)) {
            findings.push(Finding::Error(format!("{path}: `{key}` is missing")));
        }
    }
    for (key, text) in &zh {
        if en
            .get(key)
            .is_some_and(|other| blanks(other) != blanks(text))
        {
            findings.push(Finding::Error(format!(
                "`{key}` has different {{blanks}} in zh and en"
            )));
        }
    }
}

/// Keys with their section, and texts. The catalogues use this much of TOML: `[section]` and
/// `key = "text"`, one per line.
fn parse(text: &str) -> BTreeMap<String, String> {
    let mut section = String::new();
    let mut entries = BTreeMap::new();
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
    {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = format!("{name}.");
        } else if let Some((key, value)) = line.split_once('=') {
            let key = key.trim().trim_matches('"');
            entries.insert(format!("{section}{key}"), value.trim().to_owned());
        }
    }
    entries
}

fn blanks(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(zh: &str, en: &str) -> usize {
        let mut findings = Vec::new();
        let source = |path: &str, text: &str| Source {
            path: path.into(),
            text: text.to_owned(),
        };
        check(
            &[source(LANGUAGES[0], zh), source(LANGUAGES[1], en)],
            &mut findings,
        );
        findings.len()
    }

    #[test]
    fn both_languages_say_the_same() {
        let zh = "[verdict]\nvalid = \"由{issuer}签发\"\n";
        assert_eq!(
            findings(zh, "[verdict]\nvalid = \"issued by {issuer}\"\n"),
            0
        );
        assert_eq!(findings(zh, "[verdict]\nvalid = \"issued by {name}\"\n"), 1);
        assert_eq!(
            findings(zh, "[wallet]\nvalid = \"issued by {issuer}\"\n"),
            2
        );
    }
}
