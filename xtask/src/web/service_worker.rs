//! The service worker: a template in which this build's files and their hash are filled in.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

const TEMPLATE: &str = "sw.template.js";
/// Replaced by a JSON array of the absolute URL paths of the build's files.
const PRECACHE_MARK: &str = "__PRECACHE__";
/// Replaced by a hash over those files, so that a new build never meets an old cache.
const VERSION_MARK: &str = "__VERSION__";

/// Turns the template inside `dist` into `sw.js`; returns how many files it precaches.
pub(super) fn write(dist: &Path) -> Result<usize> {
    let template_path = dist.join(TEMPLATE);
    let template = fs::read_to_string(&template_path).context("cannot read the service worker")?;
    for mark in [PRECACHE_MARK, VERSION_MARK] {
        if !template.contains(mark) {
            bail!("web-app/static/{TEMPLATE} does not contain {mark}");
        }
    }
    fs::remove_file(&template_path)?;
    let mut files = Vec::new();
    list(dist, Path::new(""), &mut files)?;
    files.sort();
    let paths: Vec<String> = files.iter().map(|name| url_path(name)).collect();
    let names = serde_json::to_string(&paths)?;
    let filled = template
        .replace(PRECACHE_MARK, &names)
        .replace(VERSION_MARK, &hash(dist, &files)?);
    fs::write(dist.join("sw.js"), filled)?;
    Ok(files.len())
}

/// Collects file names below `folder`, as a browser writes them: relative, with slashes.
fn list(dist: &Path, folder: &Path, files: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(dist.join(folder))? {
        let entry = entry?;
        let relative: PathBuf = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            list(dist, &relative, files)?;
        } else {
            let name = relative
                .to_str()
                .context("a static file's name is not UTF-8")?;
            files.push(name.replace('\\', "/"));
        }
    }
    Ok(())
}

/// Where a file is served. The page is known by its folder, as a person opens it.
fn url_path(name: &str) -> String {
    format!("/{}", name.strip_suffix("index.html").unwrap_or(name))
}

fn hash(dist: &Path, files: &[String]) -> Result<String> {
    let mut hasher = Sha256::new();
    for name in files {
        let content = fs::read(dist.join(name))?;
        hasher.update(name.as_bytes());
        hasher.update([0]);
        hasher.update(Sha256::digest(content));
    }
    Ok(hex::encode(&hasher.finalize()[..8]))
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test that cannot read its folder has failed"
    )]

    use super::*;

    fn dist_with(name: &str, content: &str) -> PathBuf {
        let dist = std::env::temp_dir().join(format!("xtask-sw-{}-{name}", std::process::id()));
        fs::create_dir_all(dist.join("icons")).unwrap();
        fs::write(dist.join("icons/a.svg"), "<svg/>").unwrap();
        fs::write(dist.join("index.html"), content).unwrap();
        fs::write(
            dist.join(TEMPLATE),
            "const v='__VERSION__', files=__PRECACHE__;",
        )
        .unwrap();
        dist
    }

    #[test]
    fn lists_every_file_and_changes_version_with_any_byte() {
        let (one, two) = (dist_with("one", "<p>1</p>"), dist_with("two", "<p>2</p>"));
        assert_eq!((write(&one).unwrap(), write(&two).unwrap()), (2, 2));
        let first = fs::read_to_string(one.join("sw.js")).unwrap();
        let second = fs::read_to_string(two.join("sw.js")).unwrap();
        assert!(first.contains(r#"["/icons/a.svg","/"]"#), "{first}");
        assert_ne!(first, second);
        fs::remove_dir_all(one).unwrap();
        fs::remove_dir_all(two).unwrap();
    }

    #[test]
    fn refuses_a_template_without_its_marks() {
        let dist = dist_with("unmarked", "");
        fs::write(dist.join(TEMPLATE), "const files=__PRECACHE__;").unwrap();
        assert!(write(&dist).unwrap_err().to_string().contains(VERSION_MARK));
        fs::remove_dir_all(dist).unwrap();
    }
}
