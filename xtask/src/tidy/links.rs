//! Links between the documents of the repository: each leads to a file and heading that is there.

use std::path::{Component, Path, PathBuf};

use super::{Finding, Source};
use crate::workspace::Workspace;

/// Reports every relative link of every Markdown file that leads nowhere.
pub(super) fn check(workspace: &Workspace, sources: &[Source], findings: &mut Vec<Finding>) {
    for source in sources.iter().filter(|source| source.is("md")) {
        for link in links(&source.text) {
            if let Some(why) = broken(workspace, sources, source, link) {
                let path = source.path.display();
                findings.push(Finding::Error(format!("{path}: link to {link}: {why}")));
            }
        }
    }
}

/// Targets of `[text](target)` outside code blocks.
fn links(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code {
            let targets = line
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split(')').next());
            found.extend(targets.map(|target| target.split(' ').next().unwrap_or(target)));
        }
    }
    found
}

fn broken(
    workspace: &Workspace,
    sources: &[Source],
    source: &Source,
    link: &str,
) -> Option<&'static str> {
    if link.contains("://") || link.starts_with("mailto:") || link.is_empty() {
        return None;
    }
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let target = match file {
        "" => source.path.clone(),
        _ => resolve(source.path.parent().unwrap_or(Path::new("")), file),
    };
    if !workspace.path(&target.to_string_lossy()).exists() {
        return Some("there is no such file");
    }
    let document = sources
        .iter()
        .find(|source| source.path == target && source.is("md"))?;
    let known = heading.is_empty() || headings(&document.text).any(|slug| slug == heading);
    (!known).then_some("there is no such heading")
}

/// `folder/link` with its `..` worked out.
fn resolve(folder: &Path, link: &str) -> PathBuf {
    let mut path = folder.to_path_buf();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::Normal(name) => path.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    path
}

/// The anchors that a forge makes of the headings: lower case, words joined by hyphens.
fn headings(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title
                .chars()
                .filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_links_outside_code_only() {
        let text = "see [a](x.md#part) and [b](y.md \"title\")\n```\n[c](z.md)\n```\n";
        assert_eq!(links(text), ["x.md#part", "y.md"]);
    }

    #[test]
    fn resolves_parents_and_slugs() {
        assert_eq!(
            resolve(Path::new("docs/spec"), "../adr/1.md"),
            Path::new("docs/adr/1.md")
        );
        let slugs: Vec<String> = headings("# One, two\n## `three` 四\n").collect();
        assert_eq!(slugs, ["one-two", "three-四"]);
    }
}
