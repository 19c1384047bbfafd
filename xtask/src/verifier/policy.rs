//! What the page is allowed to do: run itself, and nothing else.

use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};

/// The page's Content-Security-Policy: no address may be reached, no script and no style but its
/// own two, recognised by their hashes.
///
/// # Security
/// `connect-src` and all other fetches fall under `default-src 'none'`. `data:` is for portraits,
/// which lie in the document itself. No text becomes markup or a script (`trusted-types 'none'`).
///
/// # Standard
/// Content Security Policy Level 3 §6; WebAssembly CSP (`wasm-unsafe-eval`); Trusted Types.
pub(super) fn of(script: &str, style: &str) -> String {
    let (script, style) = (hash(script), hash(style));
    let rules = [
        "default-src 'none'",
        &format!("script-src {script} 'wasm-unsafe-eval'"),
        &format!("style-src {style}"),
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ];
    rules.join("; ")
}

/// A source expression that matches this text and no other.
fn hash(text: &str) -> String {
    let digest = Base64::encode_string(&Sha256::digest(text.as_bytes()));
    format!("'sha256-{digest}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_may_be_fetched_and_only_the_pages_own_script_runs() {
        let policy = of("", "a{}");
        assert!(policy.starts_with("default-src 'none'; "));
        // The hash of the empty text, as everybody knows it.
        let script = "script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' ";
        assert!(policy.contains(script), "{policy}");
        for loophole in ["connect-src", "unsafe-inline", "'unsafe-eval'", "http", "*"] {
            assert!(!policy.contains(loophole), "{loophole}");
        }
    }
}
