//! T57, T58: whatever ran in the page could reach nobody. The same page without its policy can,
//! so it is the policy that stops it.

use std::io::{ErrorKind, Read as _};
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use e2e::{Browser, Look};
use serde_json::{Value, json};

use crate::page;

/// Ways out that a script might try; each is named, and what becomes of it reported.
const ATTEMPTS: &str = "
    const [url, done] = [arguments[0], arguments[arguments.length - 1]];
    const refused = [];
    document.addEventListener('securitypolicyviolation', (event) =>
        refused.push(event.effectiveDirective));
    const element = (tag, attributes) => {
        const made = Object.assign(document.createElement(tag), attributes);
        document.body.append(made);
    };
    const ways = [
        () => fetch(url, { mode: 'no-cors' }).catch(() => {}),
        () => { const request = new XMLHttpRequest(); request.open('GET', url); request.send(); },
        () => navigator.sendBeacon(url, 'document'),
        () => new WebSocket(url.replace('http', 'ws')),
        () => new EventSource(url),
        () => element('img', { src: url }),
        () => element('iframe', { src: url }),
        () => element('link', { rel: 'stylesheet', href: url }),
        () => element('object', { data: url }),
        () => element('video', { src: url }),
        () => import(url).catch(() => {}),
        () => new Worker(URL.createObjectURL(new Blob([`fetch('${url}')`]))),
    ];
    for (const way of ways) { try { way(); } catch { refused.push('thrown'); } }
    setTimeout(() => done(refused), 1500);";

/// A server that only listens.
struct Doorbell(TcpListener);

impl Doorbell {
    fn listen() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        Ok(Self(listener))
    }

    fn address(&self) -> Result<String> {
        Ok(format!("http://{}/leak", self.0.local_addr()?))
    }

    /// How many of those who came said anything. Chromium opens a connection for a frame before it
    /// asks the policy, and closes it without a word.
    fn requests(&self) -> Result<usize> {
        let mut count = 0;
        loop {
            match self.0.accept() {
                Ok((mut visitor, _)) => {
                    visitor.set_nonblocking(false)?;
                    visitor.set_read_timeout(Some(Duration::from_millis(200)))?;
                    count += usize::from(visitor.read(&mut [0; 1]).is_ok_and(|read| read > 0));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(count),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Tries every way out of the page in `file`: what its policy refused, and how many requests came.
async fn tried(file: &Path) -> Result<(Vec<String>, usize)> {
    let doorbell = Doorbell::listen()?;
    let browser = Browser::open("single-file-network", Look::ENGLISH).await?;
    browser.go(&page::address(file)).await?;
    browser.see("not-uploaded").await?;
    let arguments = vec![json!(doorbell.address()?)];
    let refused = browser.evaluate_async(ATTEMPTS, arguments).await?;
    let refused = refused.as_array().context("no list")?;
    let refused = refused.iter().filter_map(Value::as_str).map(str::to_owned);
    let refused = refused.collect();
    browser.close().await?;
    Ok((refused, doorbell.requests()?))
}

#[tokio::test]
async fn t58_nothing_leaves_the_page() -> Result<()> {
    let (refused, requests) = tried(&page::file()?).await?;
    assert_eq!(requests, 0, "{refused:?}");
    // Objects and workers are refused earlier, as a text is no address of a script.
    for directive in [
        "connect-src",
        "frame-src",
        "img-src",
        "media-src",
        "require-trusted-types-for",
        "script-src-elem",
        "style-src-elem",
    ] {
        assert!(
            refused.iter().any(|found| found == directive),
            "{directive}: {refused:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn t58_without_its_policy_the_page_could_be_left() -> Result<()> {
    let text = std::fs::read_to_string(page::file()?)?;
    let start = text.find("<meta http-equiv=\"Content-Security-Policy\"");
    let start = start.context("the page has no policy")?;
    let end = start + text[start..].find('>').context("the tag does not end")?;
    let folder = tempfile::tempdir()?;
    let without = folder.path().join("without-policy.html");
    std::fs::write(&without, [&text[..start], &text[end + 1..]].concat())?;
    let (_, requests) = tried(&without).await?;
    assert!(requests > 0);
    Ok(())
}

#[tokio::test]
async fn t57_no_other_script_runs_in_the_page() -> Result<()> {
    const ATTEMPTS: &str = "
        const done = arguments[arguments.length - 1];
        window.intruded = [];
        const script = (attributes) =>
            document.body.append(Object.assign(document.createElement('script'), attributes));
        const ways = [
            () => script({ textContent: 'intruded.push(1)' }),
            () => script({ src: 'data:text/javascript,intruded.push(2)' }),
            () => script({ src: URL.createObjectURL(new Blob(['intruded.push(3)'])) }),
            () => document.body.setAttribute('onclick', 'intruded.push(4)') ?? document.body.click(),
            () => { document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=intruded.push(5)>'); },
            () => setTimeout('intruded.push(6)', 0),
            () => { location.href = 'javascript:intruded.push(7)'; },
            () => document.write('<script>intruded.push(8)</scr' + 'ipt>'),
        ];
        let thrown = 0;
        for (const way of ways) { try { way(); } catch { thrown += 1; } }
        setTimeout(() => done([window.intruded, thrown, typeof program, typeof wasm_bindgen]), 800);";
    let browser = Browser::open("single-file-network", Look::ENGLISH).await?;
    page::open(&browser).await?;
    let answer = browser.evaluate_async(ATTEMPTS, Vec::new()).await?;
    assert_eq!(answer[0], json!([]), "{answer}");
    // Markup made of text is refused as such, before anything in it could run.
    assert!(
        answer[1].as_u64().is_some_and(|thrown| thrown >= 4),
        "{answer}"
    );
    // Nor is the checking program within anybody's reach.
    assert_eq!(
        (&answer[2], &answer[3]),
        (&json!("undefined"), &json!("undefined"))
    );
    browser.close().await
}
