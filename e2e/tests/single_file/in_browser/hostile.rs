//! T47, T57: what a document or a file is called is text, whatever it looks like.

use anyhow::{Context as _, Result};
use credentials_schemas::json::Json;
use e2e::{Browser, Look};
use ed25519_dalek::{Signer as _, SigningKey};
use light_client::document::{Algorithm, CredentialDraft, CredentialIssuer, UnixSeconds};
use light_client::id::DocumentType;
use light_client::key::{KeyKind, PublicKey, Signature};

use crate::page;

const HOSTILE: &str = "<img src=x onerror=\"document.title='owned'\">";

/// A credential of a bare key, rightly signed, whose every word would like to be markup.
fn credential() -> Result<String> {
    let key = SigningKey::from_bytes(&[5; 32]);
    let public = PublicKey::new(KeyKind::Ed25519, key.verifying_key().as_bytes())?;
    let issuer = CredentialIssuer::DidKey(public);
    let text = || Json::String(HOSTILE.to_owned());
    let draft = CredentialDraft {
        algorithm: Algorithm::of(KeyKind::Ed25519),
        issuer: &issuer,
        document_type: &DocumentType::parse("urn:example:hostile:1").context("a type")?,
        issued_at: UnixSeconds(1_790_000_000),
        valid_from: None,
        valid_until: None,
        holder_key: None,
        status: None,
        clear: &[(HOSTILE.to_owned(), text())],
        selective: &[("name".to_owned(), text())],
    };
    let unsigned = draft.prepare(&[[7; 16]])?;
    let signature = Signature(key.sign(unsigned.signing_input()).to_bytes());
    Ok(unsigned.with_signature(&signature))
}

#[tokio::test]
async fn t57_names_in_documents_stay_text() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let name = format!("{}.sd-jwt", HOSTILE.replace('"', "'"));
    let file = folder.path().join(&name);
    std::fs::write(&file, credential()?)?;

    let browser = Browser::open("single-file-hostile", Look::ENGLISH).await?;
    page::open(&browser).await?;
    browser.choose_file("file-input", &file).await?;
    browser
        .see_with("verdict", "data-reason", "bare_did_key")
        .await?;
    let title = browser.evaluate("return document.querySelector('.result > h2').textContent");
    assert_eq!(title.await?, name);
    let fields =
        "return [...document.querySelectorAll('[data-field]')].map((row) => row.textContent)";
    let fields = browser.evaluate(fields).await?;
    let fields = fields.as_array().context("no list")?;
    assert_eq!(fields.len(), 2, "{fields:?}");
    for field in fields {
        assert!(
            field.as_str().is_some_and(|text| text.contains(HOSTILE)),
            "{field}"
        );
    }
    let intruders = "return document.querySelectorAll('img, iframe, object').length";
    assert_eq!(browser.evaluate(intruders).await?, 0);
    let title = browser.evaluate("return document.title").await?;
    assert_eq!(title, "Check documents offline");
    browser.picture("hostile").await?;
    browser.close().await
}
