//! Pictures of codes: what is in them is judged like the file, without a network.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, ensure};
use e2e::{Browser, Language, Look, Vector, vectors};
use serde_json::json;
use tally_qr::{Code, Picture};

use super::verdicts::{compare, shown_of};
use crate::page;

/// What a camera and a browser make of a drawing: turned, on a table, in another format.
const PHOTOGRAPH: &str = "
    const [png, type, degrees, done] = arguments;
    const bytes = Uint8Array.from(png.match(/../g), (pair) => parseInt(pair, 16));
    const take = async () => {
        const drawing = await createImageBitmap(new Blob([bytes]));
        const side = Math.ceil(1.5 * Math.max(drawing.width, drawing.height));
        const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side });
        const context = canvas.getContext('2d');
        context.fillStyle = '#d9d2c5';
        context.fillRect(0, 0, side, side);
        context.translate(side / 2, side / 2);
        context.rotate(degrees * Math.PI / 180);
        context.drawImage(drawing, -drawing.width / 2, -drawing.height / 2);
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, 0.8));
        const taken = new Uint8Array(await blob.arrayBuffer());
        return [blob.type, Array.from(taken, (byte) => byte.toString(16).padStart(2, '0')).join('')];
    };
    take().then(done, (error) => done([String(error), '']));";

/// From now on the page counts what its policy refuses.
const COUNT_REFUSALS: &str = "window.refused = [];
    document.addEventListener('securitypolicyviolation', (event) =>
        refused.push(event.effectiveDirective));";

/// A page without a network, and a folder for pictures.
struct Desk {
    browser: Browser,
    folder: tempfile::TempDir,
}

impl Desk {
    async fn open(look: Look) -> Result<Self> {
        let browser = Browser::open("single-file-pictures", look).await?;
        browser.cut_network().await?;
        page::open(&browser).await?;
        browser.evaluate(COUNT_REFUSALS).await?;
        let folder = tempfile::tempdir()?;
        Ok(Self { browser, folder })
    }

    fn keep(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let file = self.folder.path().join(name);
        fs::write(&file, bytes)?;
        Ok(file)
    }

    /// A photograph of a drawing.
    async fn photograph(&self, drawing: &Picture, kind: &str, degrees: f64) -> Result<Vec<u8>> {
        let png = hex::encode(drawing.to_png());
        let arguments = vec![json!(png), json!(kind), json!(degrees)];
        let taken = self.browser.evaluate_async(PHOTOGRAPH, arguments).await?;
        ensure!(taken[0] == json!(kind), "{}", taken[0]);
        let hex = taken[1].as_str().unwrap_or_default();
        hex::decode(hex).map_err(|_| anyhow!("{hex}"))
    }

    /// The page says of this picture what it is to say of the vector.
    async fn agree(&self, vector: &Vector, name: &str, bytes: &[u8], in_: Language) -> Result<()> {
        let file = self.keep(name, bytes)?;
        let shown = shown_of(&self.browser, vector, &file, name).await?;
        compare(vector, &shown, in_)
    }

    /// The page says why it has no answer.
    async fn refuse(&self, name: &str, bytes: &[u8], reason: &str, words: &str) -> Result<()> {
        let file = self.keep(name, bytes)?;
        self.browser.choose_file("file-input", &file).await?;
        self.browser.see_with("problem", "data-file", name).await?;
        let found = self.browser.attribute("problem", "data-reason").await?;
        let said = self.browser.text("problem").await?;
        assert_eq!(found, reason, "{name}: {said}");
        assert!(said.contains(words), "{name}: {said}");
        assert!(!self.browser.shows("verdict").await?, "{name}");
        Ok(())
    }

    /// Nothing of all that needed more than the policy allows.
    async fn close(self) -> Result<()> {
        let refused = self.browser.evaluate("return window.refused").await?;
        assert_eq!(refused, json!([]));
        self.browser.close().await
    }
}

/// A vector of `compact`, and its file's code.
fn vector(suite: &str, name: &str) -> Result<Vector> {
    let vector = vectors("compact", suite)?.into_iter();
    let mut named = vector.filter(|vector| vector.name == name);
    named.next().with_context(|| name.to_owned())
}

/// The code of a compact proof, as `tallystick compact` draws it.
fn proof_code(file: &Path) -> Result<Picture> {
    Ok(Code::of_bytes(&fs::read(file)?)?.to_picture(6))
}

/// The short code, as `tallystick compact --short` draws it.
fn short_code(file: &Path) -> Result<Picture> {
    let text = fs::read_to_string(file)?;
    let place = text.find('#').context("no address")? + 1;
    Ok(Code::of_address(&text[..place], &text[place..])?.to_picture(6))
}

/// Two pictures on one page.
fn beside(one: &Picture, other: &Picture) -> Picture {
    let (left, height) = (one.width(), one.height().max(other.height()));
    Picture::from_luma(left + other.width(), height, |x, y| {
        match x.checked_sub(left) {
            None => one.shade(x, y),
            Some(x) => other.shade(x, y),
        }
    })
}

#[tokio::test]
async fn a_code_in_a_picture_is_judged_like_its_file() -> Result<()> {
    let desk = Desk::open(Look::CHINESE).await?;
    let (proof, short) = (vector("sm", "blue.tally")?, vector("sm", "code.code")?);
    let (large, small) = (proof_code(&proof.path)?, short_code(&short.path)?);
    let language = Language::Chinese;
    desk.agree(&proof, "code.png", &large.to_png(), language)
        .await?;
    desk.browser.picture("code").await?;
    for (name, kind, degrees) in [
        ("straight.jpg", "image/jpeg", 0.0),
        ("turned.jpg", "image/jpeg", 17.0),
        ("upside-down.webp", "image/webp", 183.0),
        ("turned.png", "image/png", 90.0),
    ] {
        let photograph = desk.photograph(&large, kind, degrees).await?;
        desk.agree(&proof, name, &photograph, language).await?;
    }
    let both = beside(&small, &large);
    let both = desk.photograph(&both, "image/jpeg", 5.0).await?;
    desk.agree(&proof, "both.jpg", &both, language).await?;
    let alone = desk.photograph(&small, "image/jpeg", 30.0).await?;
    desk.agree(&short, "short.jpg", &alone, language).await?;
    desk.close().await
}

#[tokio::test]
async fn an_altered_code_in_a_picture_is_told_like_its_file() -> Result<()> {
    let desk = Desk::open(Look::ENGLISH).await?;
    for name in ["blue.tally", "amount-altered.tally", "commit-forged.tally"] {
        let vector = vector("intl", name)?;
        let code = proof_code(&vector.path)?;
        let photograph = desk.photograph(&code, "image/jpeg", 8.0).await?;
        let name = format!("{name}.jpg");
        desk.agree(&vector, &name, &photograph, Language::English)
            .await?;
    }
    desk.close().await
}

#[tokio::test]
async fn a_picture_of_more_pixels_than_are_looked_at_is_made_smaller() -> Result<()> {
    let desk = Desk::open(Look::ENGLISH).await?;
    let vector = vector("sm", "blue.tally")?;
    let code = proof_code(&vector.path)?;
    // 48 million pixels; with twelve of them for each module's side the code survives.
    let sheet = Picture::from_luma(8_000, 6_000, |x, y| {
        let inside = x.checked_sub(3_000).zip(y.checked_sub(2_000));
        inside.map_or(255, |(x, y)| code.shade(x / 2, y / 2))
    });
    desk.agree(&vector, "sheet.png", &sheet.to_png(), Language::English)
        .await?;
    desk.close().await
}

#[tokio::test]
async fn a_picture_without_a_document_is_refused_in_words() -> Result<()> {
    let blank = Picture::from_luma(600, 400, |_, _| 255).to_png();
    let stranger = Code::of_bytes(b"https://haizhou.example/menu")?;
    let stranger = stranger.to_picture(4).to_png();
    let cut = &stranger[..stranger.len() / 2];
    let photo = b"\0\0\0\x24ftypheic\0\0\0\0mif1heic";
    let cases = [
        ("blank.png", &*blank, "picture_without_code"),
        ("menu.png", &*stranger, "picture_without_code"),
        ("IMG_0001.HEIC", &photo[..], "picture_unreadable"),
        ("start.png", &cut[..20], "picture_unreadable"),
    ];
    for (look, no_code, unreadable) in [
        (
            Look::CHINESE.on_phone(),
            "没有读到可以核对的二维码",
            "打不开这张图片",
        ),
        (
            Look::ENGLISH.dark(),
            "No code that can be checked",
            "cannot open the picture",
        ),
    ] {
        let desk = Desk::open(look).await?;
        for (name, bytes, reason) in cases {
            let is_open = reason == "picture_without_code";
            let words = if is_open { no_code } else { unreadable };
            desk.refuse(name, bytes, reason, words).await?;
        }
        desk.browser.picture("refused").await?;
        desk.close().await?;
    }
    Ok(())
}
