//! Rules about one source file: its size, its name, words that must not stay in it.

use std::path::Path;

use super::{Finding, Source};

const LINES_MAX: usize = 600;
const LINES_REVIEW: usize = 400;
const LIB_LINES_MAX: usize = 120;
const MAIN_LINES_MAX: usize = 60;

/// A module of this name says nothing about what is in it.
const EMPTY_NAMES: [&str; 8] = [
    "common", "commons", "helper", "helpers", "misc", "shared", "util", "utils",
];

/// Split in two so that this file does not break its own rule.
const BANNED: [(&str, &str, &str); 4] = [
    ("todo", "!(", "unfinished code"),
    ("unimplemented", "!(", "unfinished code"),
    ("#[ig", "nore", "a test that never runs"),
    ("dbg", "!(", "left-over debugging"),
];

/// Folders that exist on one developer's machine only.
const MACHINE_FOLDERS: [&str; 3] = ["work", "root", "tmp"];

/// Applies every rule about a single file.
pub(super) fn check(source: &Source, findings: &mut Vec<Finding>) {
    machine_paths(source, findings);
    if !source.is("rs") {
        return;
    }
    names(&source.path, findings);
    size(source, findings);
    banned_words(source, findings);
}

fn names(path: &Path, findings: &mut Vec<Finding>) {
    for part in path.iter() {
        let name = part.to_string_lossy();
        let stem = name.strip_suffix(".rs").unwrap_or(&name);
        if EMPTY_NAMES.contains(&stem) {
            findings.push(Finding::Error(format!(
                "{}: `{stem}` names no concept; name the module by what is in it",
                path.display()
            )));
        }
        // Beside integration tests, `mod.rs` is what keeps a module from being a test of its own.
        if name == "mod.rs" && !is_test(path) {
            let file = path.display();
            findings.push(Finding::Error(format!(
                "{file}: write foo.rs + foo/, never mod.rs"
            )));
        }
    }
}

fn size(source: &Source, findings: &mut Vec<Finding>) {
    if is_test(&source.path) {
        return;
    }
    let lines = program_lines(&source.text);
    let path = source.path.display();
    let limit = match source.path.file_name().and_then(|name| name.to_str()) {
        Some("lib.rs") => LIB_LINES_MAX,
        Some("main.rs") => MAIN_LINES_MAX,
        Some(_) | None => LINES_MAX,
    };
    if lines > limit {
        findings.push(Finding::Error(format!(
            "{path}: {lines} lines, the limit is {limit}"
        )));
    } else if lines > LINES_REVIEW {
        findings.push(Finding::Warning(format!(
            "{path}: {lines} lines; above {LINES_REVIEW}, look for the second concept in it"
        )));
    }
}

/// Lines before the test module at the bottom of the file.
fn program_lines(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let is_test_module = |index: &usize| {
        lines
            .get(*index)
            .is_some_and(|line| *line == "#[cfg(test)]")
            && lines
                .get(index + 1)
                .is_some_and(|line| line.starts_with("mod tests {"))
    };
    (0..lines.len()).find(is_test_module).unwrap_or(lines.len())
}

fn is_test(path: &Path) -> bool {
    path.iter()
        .any(|part| part == "tests" || part == "tests.rs" || part == "fuzz")
}

fn banned_words(source: &Source, findings: &mut Vec<Finding>) {
    for (number, line) in source.text.lines().enumerate() {
        for (head, tail, why) in BANNED {
            if line.contains(&format!("{head}{tail}")) {
                let path = source.path.display();
                findings.push(Finding::Error(format!(
                    "{path}:{}: {why}: {head}{tail}",
                    number + 1
                )));
            }
        }
    }
}

/// A path of the machine something was written on works nowhere else.
fn machine_paths(source: &Source, findings: &mut Vec<Finding>) {
    for (number, line) in source.text.lines().enumerate() {
        if let Some(folder) = MACHINE_FOLDERS
            .iter()
            .find(|folder| names_folder(line, folder))
        {
            let path = source.path.display();
            findings.push(Finding::Error(format!(
                "{path}:{}: the folder /{folder} is a path of one machine",
                number + 1
            )));
        }
    }
}

/// Whether an absolute path below `folder` stands in the line. `a/work/b` and URLs do not count.
fn names_folder(line: &str, folder: &str) -> bool {
    let needle = format!("/{folder}/");
    line.match_indices(&needle).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|before| !(before.is_alphanumeric() || "._-/}*)~:".contains(before)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        let mut findings = Vec::new();
        check(
            &Source {
                path: path.into(),
                text: text.to_owned(),
            },
            &mut findings,
        );
        let texts = findings.into_iter().map(|finding| match finding {
            Finding::Error(text) => format!("error {text}"),
            Finding::Warning(text) => format!("warning {text}"),
        });
        texts.collect()
    }

    #[test]
    fn a_tidy_file_has_no_findings() {
        let text = "fn main() {}\n// see https://example.com/work/page and target/work/x\n";
        assert_eq!(findings("a/src/header.rs", text), Vec::<String>::new());
    }

    #[test]
    fn finds_each_broken_rule() {
        let unfinished = format!("fn f() {{ todo{}\"later\") }}", "!(");
        let path = format!("let folder = \"/{}/main\";", "work");
        assert_eq!(findings("src/utils.rs", "").len(), 1);
        assert_eq!(findings("src/utils/proof.rs", "").len(), 1);
        assert_eq!(findings("src/proof/mod.rs", "").len(), 1);
        assert_eq!(findings("src/proof.rs", &unfinished).len(), 1);
        assert_eq!(findings("docs/how.md", &path).len(), 1);
        assert_eq!(
            findings("src/main.rs", &"\n".repeat(MAIN_LINES_MAX + 1)).len(),
            1
        );
    }

    #[test]
    fn counts_the_program_and_not_its_tests() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "\n".repeat(LINES_MAX));
        assert!(findings("src/a.rs", &format!("fn f() {{}}\n{tests}")).is_empty());
        assert!(findings("src/a.rs", &"\n".repeat(LINES_REVIEW + 1))[0].starts_with("warning"));
        assert!(findings("src/a.rs", &"\n".repeat(LINES_MAX + 1))[0].starts_with("error"));
        assert!(findings("tests/a.rs", &"\n".repeat(LINES_MAX + 1)).is_empty());
    }
}
