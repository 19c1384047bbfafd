//! The threat model: every attack is listed, and its tests are there.

use std::path::Path;

use super::{Finding, Source};

const THREAT_MODEL: &str = "docs/threat-model.md";
/// T01 to T68.
const ATTACKS: u8 = 68;
/// Those that an attack can belong to.
const OWNERS: [&str; 5] = ["light client", "ledger", "documents", "web app", "delivery"];
/// Those of them whose attacks must have a test of the attack's name.
const TESTED: [&str; 2] = ["light client", "ledger"];

/// A row of the table: `| T01 | attack | owner | tests |`.
struct Row<'a> {
    attack: &'a str,
    owner: &'a str,
    tests: &'a str,
}

impl<'a> Row<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let attack = cells.next().filter(|name| is_number(name))?;
        let (_, owner) = (cells.next()?, cells.next()?);
        let tests = cells.next()?.trim_end_matches([' ', '|']);
        Some(Self {
            attack,
            owner,
            tests,
        })
    }

    /// The tests it names, as `file::function` in backticks.
    fn named(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let quoted = self.tests.split('`').skip(1).step_by(2);
        quoted.filter_map(|text| text.rsplit_once("::"))
    }
}

fn is_number(name: &str) -> bool {
    let digits = name.strip_prefix('T');
    digits.is_some_and(|digits| digits.len() == 2 && digits.parse::<u8>().is_ok())
}

/// Reports attacks that are missing, and rows whose tests are not there.
pub(super) fn check(sources: &[Source], findings: &mut Vec<Finding>) {
    let model = sources
        .iter()
        .find(|source| source.path == Path::new(THREAT_MODEL));
    let Some(model) = model else {
        findings.push(Finding::Error(format!("{THREAT_MODEL} is not there")));
        return;
    };
    let rows: Vec<Row<'_>> = model.text.lines().filter_map(Row::read).collect();
    for number in 1..=ATTACKS {
        let attack = format!("T{number:02}");
        match rows.iter().filter(|row| row.attack == attack).count() {
            1 => {}
            0 => findings.push(error(&attack, "is missing")),
            _ => findings.push(error(&attack, "is there twice")),
        }
    }
    for row in &rows {
        check_row(row, sources, findings);
    }
}

fn error(attack: &str, what: &str) -> Finding {
    Finding::Error(format!("{THREAT_MODEL}: {attack} {what}"))
}

fn check_row(row: &Row<'_>, sources: &[Source], findings: &mut Vec<Finding>) {
    if !OWNERS.contains(&row.owner) {
        findings.push(error(
            row.attack,
            &format!("belongs to nobody: {}", row.owner),
        ));
    }
    for (file, function) in row.named() {
        if !exists(sources, file, function) {
            findings.push(error(
                row.attack,
                &format!("has no test {file}::{function}"),
            ));
        }
    }
    let own = row.attack.to_lowercase();
    let has_any = row.named().next().is_some();
    let has_own = row
        .named()
        .any(|(_, function)| function.split('_').any(|word| word == own));
    if TESTED.contains(&row.owner) && !has_own {
        findings.push(match row.tests.starts_with("to come: issue ") {
            true => Finding::Warning(format!("{THREAT_MODEL}: {} is {}", row.attack, row.tests)),
            false => error(row.attack, &format!("has no test of the name {own}_…")),
        });
    } else if !has_any && !excused(row.tests) {
        findings.push(error(row.attack, "has no test and does not say why"));
    }
}

fn excused(tests: &str) -> bool {
    ["no test: ", "to come: issue "]
        .iter()
        .any(|excuse| tests.starts_with(excuse))
}

fn exists(sources: &[Source], file: &str, function: &str) -> bool {
    let declared = format!("fn {function}(");
    sources
        .iter()
        .any(|source| source.path == Path::new(file) && source.text.contains(&declared))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: String) -> Source {
        Source {
            path: path.into(),
            text,
        }
    }

    /// Errors and warnings of a table whose attacks have their tests, but for T02.
    fn findings(second: &str) -> (usize, usize) {
        let rows = (1..=ATTACKS).map(|number| match number {
            2 => format!("{second}\n"),
            _ => format!("| T{number:02} | a | ledger | `a/tests.rs::t{number:02}_holds` |\n"),
        });
        let model = source(THREAT_MODEL, rows.collect());
        let tests = (1..=ATTACKS).map(|number| format!("fn t{number:02}_holds() {{}}\n"));
        let tests = source("a/tests.rs", tests.collect());
        let mut findings = Vec::new();
        check(&[model, tests], &mut findings);
        let errors = findings
            .iter()
            .filter(|one| matches!(one, Finding::Error(_)));
        let errors = errors.count();
        (errors, findings.len() - errors)
    }

    #[test]
    fn every_attack_has_its_test_or_says_why_not() {
        for (row, errors) in [
            (
                "| T02 | a | light client | `a/tests.rs::t02_holds`<br>But not there. |",
                0,
            ),
            ("| T02 | a | delivery | no test: nobody can |", 0),
            ("| T02 | a | delivery | `a/tests.rs::t03_holds` |", 0),
            ("| T02 | a | delivery | to come: issue 7 |", 0),
            ("", 1),
            ("| T02 | a | light client | `a/tests.rs::t02_fails` |", 1),
            ("| T02 | a | light client | `b/tests.rs::t02_holds` |", 1),
            ("| T02 | a | light client | `a/tests.rs::t03_holds` |", 1),
            ("| T02 | a | light client | no test: nobody can |", 1),
            ("| T02 | a | delivery | |", 1),
            ("| T02 | a | nobody | `a/tests.rs::t02_holds` |", 1),
            ("| T03 | a | ledger | `a/tests.rs::t03_holds` |", 2),
        ] {
            assert_eq!(findings(row), (errors, 0), "{row}");
        }
        let to_come = "| T02 | a | ledger | to come: issue 7 |";
        assert_eq!(findings(to_come), (0, 1));
    }
}
