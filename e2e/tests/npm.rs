//! The package in a browser: the module that people import, and the page that they embed.
//!
//! `cargo xtask npm` makes the package. Node's own test of it is `light-client/npm/test.mjs`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::Path as UrlPath;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use e2e::{Browser, Look, target_folder, trust_stores, vector_folder, vectors};
use serde_json::{Value, json};

/// What the example asks for: a bundle whose verdict is the same at any time, and its trust store.
const SCENE: [(&str, &str); 2] = [("F1.tally", "revoked.tally"), ("city.trust", "test.trust")];
const NOW_MS: u64 = 1_790_000_003_000;

/// What a WebView may lack, gone before any script runs.
const BARE_WEBVIEW: &str = "
    for (const [owner, name] of [
        [Navigator.prototype, 'credentials'], [Navigator.prototype, 'mediaDevices'],
        [Navigator.prototype, 'serviceWorker'], [Navigator.prototype, 'clipboard'],
        [globalThis, 'SharedArrayBuffer'], [globalThis, 'Worker'], [globalThis, 'indexedDB'],
        [globalThis, 'PublicKeyCredential'], [globalThis, 'BarcodeDetector'],
        [globalThis, 'crypto'],
    ]) delete owner[name];";

/// Imports the package by its address, as a bundler's output would, and judges every vector.
const JUDGE: &str = "
    const [origin, cases, done] = arguments;
    const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    const options = ({ max_age_ms: maxAgeMs, now_ms: nowMs }) => ({ maxAgeMs, nowMs });
    const ask = {
        document: (verifier, asked) => verifier.verifyToJson(bytes(asked.file), options(asked)),
        conflict: (verifier, { file }) => JSON.stringify(verifier.verifyConflict(bytes(file))),
        conflict_alone: (verifier, { file }) => JSON.stringify(verifier.conflictAlone(bytes(file))),
        deposit: (verifier, asked) => JSON.stringify(
            verifier.verifyDeposit(bytes(asked.file), bytes(asked.deposit), options(asked))),
    };
    import(`${origin}/browser.js`).then(async ({ open }) => {
        const judge = async ([trust, asked]) => ask[asked.kind](await open(bytes(trust)), asked);
        done(await Promise.all(cases.map(judge)));
    }).catch((error) => done(String(error)));";

/// What a native app sends to the window of its WebView, and gets back.
const ASK: &str = "
    const [trust, file, done] = arguments;
    const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data: { tallystick, verdicts } }) => done({
        tallystick,
        verdicts: verdicts.map(({ name, verdict }) => [name, verdict.headline.kind]),
    });
    const files = [{ name: 'F1.tally', bytes: bytes(file) }];
    window.postMessage({ trust: [bytes(trust)], files }, '*', [port2]);";

/// Serves the package, and the example's files, on a port of its own.
async fn serve() -> Result<String> {
    let package = target_folder("npm")?;
    ensure!(
        package.join("browser.js").is_file(),
        "{} is not built; run `cargo xtask npm`",
        package.display()
    );
    let start = get(|| async { Html("<!doctype html><title>npm</title>") });
    let bundles = vector_folder("bundle/sm")?;
    let file = get(move |UrlPath(name): UrlPath<String>| {
        let answer = answer(&package, &bundles, &name);
        async move { answer }
    });
    let routes = Router::new().route("/", start).route("/{name}", file);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok(origin)
}

fn answer(package: &Path, bundles: &Path, name: &str) -> Response {
    let scene = SCENE.iter().find(|(wanted, _)| *wanted == name);
    let path = scene.map_or_else(|| package.join(name), |(_, vector)| bundles.join(vector));
    let kind = match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some(_) | None => "application/octet-stream",
    };
    match fs::read(path) {
        Ok(bytes) => ([(header::CONTENT_TYPE, kind)], Bytes::from(bytes)).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

#[tokio::test]
async fn in_browser_the_package_gives_every_verdict() -> Result<()> {
    let origin = serve().await?;
    let browser = Browser::open("npm", Look::ENGLISH).await?;
    browser.go(&origin).await?;
    for kind in ["bundle", "compact", "conflict", "deposit"] {
        for suite in ["sm", "intl"] {
            let vectors = vectors(kind, suite)?;
            let (stores, places) = trust_stores(&vectors)?;
            let stores: Vec<String> = stores.iter().map(hex::encode).collect();
            let asked = vectors.iter().zip(places);
            let asked =
                asked.map(|(vector, place)| json!([stores[place], vector.asked().to_json()]));
            let arguments = vec![json!(origin), asked.collect()];
            let answers = browser.evaluate_async(JUDGE, arguments).await?;
            let answers = answers.as_array().with_context(|| answers.to_string())?;
            ensure!(answers.len() == vectors.len(), "{} answers", answers.len());
            for (vector, answer) in vectors.iter().zip(answers) {
                let text = Some(&*vector.verdict_text);
                assert_eq!(answer.as_str(), text, "{kind}/{suite}/{}", vector.name);
            }
        }
    }
    browser.close().await
}

#[tokio::test]
async fn in_browser_the_example_embeds_the_page() -> Result<()> {
    let origin = serve().await?;
    let example = fs::read_to_string(target_folder("npm")?.join("example.html"))?;
    ensure!(example.lines().count() <= 20, "the example is too long");
    let browser = Browser::open("npm", Look::CHINESE.on_phone()).await?;
    browser.go(&format!("{origin}/example.html")).await?;
    let verdict = "
        const done = arguments[arguments.length - 1];
        const look = () => (document.title ? done(document.title) : setTimeout(look, 100));
        look();";
    let title = browser.evaluate_async(verdict, Vec::new()).await?;
    browser.picture("embedded").await?;
    browser.close().await?;
    assert_eq!(title, "invalid");
    Ok(())
}

#[tokio::test]
async fn in_browser_a_bare_webview_gets_its_answer_by_a_port() -> Result<()> {
    let origin = serve().await?;
    let bundles = vector_folder("bundle/sm")?;
    let read = |name: &str| fs::read(bundles.join(name)).map(hex::encode);
    let browser = Browser::open("npm", Look::ENGLISH.on_phone()).await?;
    let clock = format!("Date.now = () => {NOW_MS};");
    let before = [BARE_WEBVIEW, &clock].concat();
    browser.before_each_page(&before).await?;
    browser.go(&format!("{origin}/embed.html")).await?;
    let lacking = "return [navigator.credentials, navigator.mediaDevices, globalThis.Worker,
        globalThis.crypto, globalThis.SharedArrayBuffer].every((it) => !it)";
    let lacking = browser.evaluate(lacking).await?;
    let arguments = vec![json!(read("test.trust")?), json!(read("identity.tally")?)];
    let answer = browser.evaluate_async(ASK, arguments).await?;
    browser.picture("webview").await?;
    // Served by a website, it says so: only a file on one's own disk is one's own copy.
    let provider = browser.text("provider").await?;
    browser.close().await?;
    assert_eq!(lacking, Value::Bool(true));
    let expected = json!({ "tallystick": "verdicts", "verdicts": [["F1.tally", "valid"]] });
    assert_eq!(answer, expected);
    assert!(
        provider.contains("a page from this portal (127.0.0.1:"),
        "{provider}"
    );
    Ok(())
}
