//! Times what a visitor waits for, in Chromium: documents of a consortium of thirty, cold and known,
//! ten years of hand-offs, a long invoice, and the first verdict of a first visit.
//!
//! CPU time of the page's main thread, medians; `cargo xtask bench light-client` runs it on the
//! packaged verifier with the files of `light-client/examples/bench_scene.rs`.

#![expect(clippy::print_stdout, reason = "printing is its purpose")]

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use e2e::{Browser, Look, target_folder};
use serde_json::json;

/// Headers of the scene: half of them are seen before anything is timed.
const HEADERS: usize = 48;
/// Starts of a case that needs a new instance each time.
const STARTS: usize = 15;

/// Makes instances of one compiled module, each with its own memory, and runs a case in a task of
/// the page's own: what the driver runs directly is not counted as script.
const LOAD: &str = r"
    const [glue, wasm, files, done] = arguments;
    const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    window.files = Object.fromEntries(Object.entries(files).map(([name, hex]) => [name, bytes(hex)]));
    WebAssembly.compile(bytes(wasm)).then((compiled) => {
        window.instance = async () => {
            const blob = new Blob([glue], { type: 'text/javascript' });
            const module = await import(URL.createObjectURL(blob));
            window.start = () => { module.initSync({ module: compiled }); return module; };
        };
        done(true);
    }).catch((error) => done(String(error)));
";

struct Bench {
    browser: Browser,
}

impl Bench {
    async fn open(module: &Path, scene: &Path) -> Result<Self> {
        let browser = Browser::open("bench", Look::ENGLISH).await?;
        browser.go("data:text/html,<title>bench</title>").await?;
        let glue = fs::read_to_string(module.join("light_client.js"))?;
        let wasm = fs::read(module.join("light_client_bg.wasm"))?;
        let mut files = serde_json::Map::new();
        for entry in fs::read_dir(scene)? {
            let path = entry?.path();
            let name = path.file_name().context("a name")?.to_string_lossy();
            files.insert(name.into_owned(), json!(hex::encode(fs::read(&path)?)));
        }
        let arguments = vec![json!(glue), json!(hex::encode(&wasm)), files.into()];
        let loaded = browser.evaluate_async(LOAD, arguments).await?;
        ensure!(loaded == json!(true), "the module does not load: {loaded}");
        Ok(Self { browser })
    }

    /// Runs `script`, which says whether all held; returns the milliseconds of the processor.
    async fn time(&self, script: &str) -> Result<f64> {
        let run = format!(
            "const done = arguments[arguments.length - 1]; setTimeout(() => {{ \
             let held; try {{ held = (() => {{ {script} }})(); }} catch (error) {{ held = String(error); }} \
             done(held); }}, 0);"
        );
        let before = self.browser.script_cpu_seconds().await?;
        let held = self.browser.evaluate_async(&run, Vec::new()).await?;
        let spent = self.browser.script_cpu_seconds().await? - before;
        ensure!(held == json!(true), "a case does not hold: {held}");
        ensure!(spent > 0.0, "Chromium counted no CPU time");
        Ok(spent * 1e3)
    }

    /// A new instance, not yet started.
    async fn instance(&self) -> Result<()> {
        let ready = "const done = arguments[0]; window.instance().then(() => done(true));";
        let ready = self.browser.evaluate_async(ready, Vec::new()).await?;
        ensure!(ready == json!(true), "no new instance: {ready}");
        Ok(())
    }

    async fn start(&self, trust: &str) -> Result<()> {
        self.instance().await?;
        let start = format!(
            "window.verifier = new (window.start().Verifier)(files['{trust}']); return true;"
        );
        self.time(&start).await.map(|_| ())
    }

    fn valid(name: &str, now: u64) -> String {
        format!(
            "return window.verifier.verify(files['{name}'], 86400000n, {now}n)\
             .startsWith('{{\"headline\":{{\"kind\":\"valid\"');"
        )
    }
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn print(what: &str, times: &mut [f64], target: &str) {
    println!("  {what:<58} {:>9.3} ms   (target {target})", median(times));
}

async fn documents(bench: &Bench, now: u64, same_now: u64) -> Result<()> {
    let mut cold = Vec::new();
    for start in 0..STARTS {
        bench.instance().await?;
        let verdict = Bench::valid(&format!("header-{start}.tally"), now);
        let script = format!(
            "window.verifier = new (window.start().Verifier)(files['headers.trust']); {verdict}"
        );
        cold.push(bench.time(&script).await?);
    }
    print("one document, 21 signatures, new instance", &mut cold, "15");
    bench.start("headers.trust").await?;
    let mut known = Vec::new();
    for header in 0..HEADERS {
        let verdict = Bench::valid(&format!("header-{header}.tally"), now);
        let spent = bench.time(&verdict).await?;
        if header >= HEADERS / 2 {
            known.push(spent);
        }
    }
    print(
        "the same, tables of the keys ready, new header",
        &mut known,
        "5",
    );
    bench.start("same.trust").await?;
    let mut same = Vec::new();
    for document in 0..HEADERS {
        let verdict = Bench::valid(&format!("same-{document}.tally"), same_now);
        let spent = bench.time(&verdict).await?;
        if document >= HEADERS / 2 {
            same.push(spent);
        }
    }
    print("next document under a known header", &mut same, "1");
    let mut long = Vec::new();
    for _ in 0..STARTS {
        long.push(
            bench
                .time(&Bench::valid("lines-4000.tally", same_now))
                .await?,
        );
    }
    print("invoice of 4,000 lines, known header", &mut long, "100");
    Ok(())
}

async fn ten_years(bench: &Bench, scene: &Path) -> Result<()> {
    let cases = [
        ("years-4", "n = 4, all keys fresh", "24 kB, 200"),
        ("years-30", "n = 30, 4 keys of 30 fresh", "70 kB, 600"),
        ("years-30-fresh", "n = 30, all keys fresh", "70 kB, 600"),
    ];
    for (name, what, target) in cases {
        let mut times = Vec::new();
        for _ in 0..STARTS {
            bench.start(&format!("{name}.trust")).await?;
            let follow =
                format!("window.verifier.catch_up(files['{name}.catch-up']); return true;");
            times.push(bench.time(&follow).await?);
        }
        let size = fs::metadata(scene.join(format!("{name}.catch-up")))?.len();
        let what = format!("ten years, 40 changes, {what}: {size} bytes");
        print(&what, &mut times, target);
    }
    Ok(())
}

const FIRST_VISIT: &str = r"<!doctype html><title>first visit</title><script type=module>
    import init, { Verifier } from './light_client.js';
    const file = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
    const [, trust, bundle] = await Promise.all([init(), file('headers.trust'), file('header-0.tally')]);
    const verdict = new Verifier(trust).verify(bundle, 86400000n, NOWn);
    window.verdict = [verdict, performance.now()];
</script>";

/// From the click to the verdict, wall time, nothing cached: a new browser each time, and a server
/// on this machine, so that no network is counted.
async fn first_verdict(module: &Path, scene: &Path, now: u64) -> Result<()> {
    let page = FIRST_VISIT.replace("NOW", &now.to_string());
    let mut router = Router::new().route("/", get(|| async { Html(page) }));
    let mut files: Vec<PathBuf> = Vec::new();
    for name in ["light_client.js", "light_client_bg.wasm"] {
        files.push(module.join(name));
    }
    for name in ["headers.trust", "header-0.tally"] {
        files.push(scene.join(name));
    }
    for file in files {
        let name = file.file_name().context("a name")?.to_string_lossy();
        let (path, bytes) = (format!("/{name}"), fs::read(&file)?);
        let kind = match file.extension().and_then(|end| end.to_str()) {
            Some("js") => "text/javascript",
            Some("wasm") => "application/wasm",
            _ => "application/octet-stream",
        };
        let answer = move || async move { ([("content-type", kind)], bytes) };
        router = router.route(&path, get(answer));
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let browser = Browser::open("bench", Look::ENGLISH).await?;
        browser.go(&url).await?;
        let wait = "const done = arguments[0]; const look = () => window.verdict ? done(window.verdict) \
             : setTimeout(look, 10); look();";
        let found = browser.evaluate_async(wait, Vec::new()).await?;
        let valid = found[0].as_str().unwrap_or_default();
        ensure!(valid.contains(r#""kind":"valid""#), "{valid}");
        times.push(found[1].as_f64().context("a time")?);
        browser.close().await?;
    }
    print(
        "first visit to first verdict (wall time, local server)",
        &mut times,
        "300",
    );
    Ok(())
}

#[tokio::main]
async fn main() -> Result<()> {
    let module = target_folder("verifier")?;
    let scene = target_folder("bench-scene")?;
    let number = |name: &str| -> Result<u64> { Ok(fs::read_to_string(scene.join(name))?.parse()?) };
    let (now, same_now) = (number("now")?, number("same-now")?);
    println!("in Chromium, a consortium of 30, CPU time of the page, medians");
    let bench = Bench::open(&module, &scene).await?;
    documents(&bench, now, same_now).await?;
    ten_years(&bench, &scene).await?;
    bench.browser.close().await?;
    first_verdict(&module, &scene, now).await
}
