//! A headless Chromium, spoken to in the words of a journey: go, see, click, type.

mod elements;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use serde_json::json;
use thirtyfour::error::WebDriverError;
use thirtyfour::prelude::{DesiredCapabilities, WebDriver};
use thirtyfour::{ChromiumLikeCapabilities as _, LoggingPrefsLogLevel};

use crate::chromedriver::Chromedriver;
use crate::look::{Look, Screen};

/// How long a person would wait for something to appear before giving up, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What Chromium needs to run without a screen, as root, in a container.
const FLAGS: [&str; 4] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
];

/// One browser with one page, seen in one [`Look`].
pub struct Browser {
    // Dropped before its driver, so that the session ends while there is someone to end it.
    driver: WebDriver,
    look: Look,
    patience: Duration,
    pictures: PathBuf,
    taken: AtomicU32,
    _chromedriver: Chromedriver,
}

impl Browser {
    /// Opens an empty browser whose pictures go to `e2e/artifacts/<journey>`.
    ///
    /// # Errors
    /// When Chromium or its driver cannot be started.
    pub async fn open(journey: &str, look: Look) -> Result<Self> {
        let chromedriver = Chromedriver::start()?;
        let mut capabilities = DesiredCapabilities::chrome();
        for flag in FLAGS {
            capabilities.add_arg(flag)?;
        }
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        let driver = WebDriver::new(chromedriver.url(), capabilities)
            .await
            .context("Chromium cannot be started; `cargo xtask setup` installs it")?;
        let pictures = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("artifacts")
            .join(journey);
        std::fs::create_dir_all(&pictures)?;
        let browser = Self {
            driver,
            look,
            patience: PATIENCE,
            pictures,
            taken: AtomicU32::new(0),
            _chromedriver: chromedriver,
        };
        browser.look_through(look).await?;
        Ok(browser)
    }

    /// Waits for another time than usual before giving up.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Sets theme and screen as the operating system would.
    async fn look_through(&self, look: Look) -> Result<()> {
        let (width, height, scale, mobile) = match look.screen {
            Screen::Desktop => (1280, 900, 1, false),
            Screen::Phone => (390, 844, 3, true),
        };
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": mobile,
        });
        let theme = json!({
            "features": [{ "name": "prefers-color-scheme", "value": look.theme.code() }],
        });
        let cdp = self.driver.cdp();
        cdp.send_raw("Emulation.setDeviceMetricsOverride", metrics)
            .await?;
        cdp.send_raw(
            "Emulation.setTouchEmulationEnabled",
            json!({ "enabled": mobile }),
        )
        .await?;
        cdp.send_raw("Emulation.setEmulatedMedia", theme).await?;
        Ok(())
    }

    /// Goes to a page, in the language of this look. A fragment stays behind the query.
    ///
    /// # Errors
    /// When the page does not load at all.
    pub async fn go(&self, url: &str) -> Result<()> {
        let (page, fragment) = url
            .split_once('#')
            .map_or((url, None), |(p, f)| (p, Some(f)));
        let joint = if page.contains('?') { '&' } else { '?' };
        let mut url = format!("{page}{joint}lang={}", self.look.language.code());
        if let Some(fragment) = fragment {
            url = format!("{url}#{fragment}");
        }
        self.driver
            .goto(url.as_str())
            .await
            .with_context(|| format!("cannot go to {url}"))
    }

    /// Runs JavaScript that ends in `return` and gives its value.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn evaluate(&self, script: &str) -> Result<serde_json::Value> {
        Ok(self
            .driver
            .execute(script, Vec::new())
            .await?
            .json()
            .clone())
    }

    /// Runs JavaScript with arguments; it answers by calling its last argument.
    ///
    /// # Errors
    /// When the script throws or does not answer.
    pub async fn evaluate_async(
        &self,
        script: &str,
        arguments: Vec<serde_json::Value>,
    ) -> Result<serde_json::Value> {
        Ok(self
            .driver
            .execute_async(script, arguments)
            .await?
            .json()
            .clone())
    }

    /// CPU time that the page's main thread has spent in JavaScript and wasm so far, in seconds.
    ///
    /// # Errors
    /// When Chromium does not tell.
    pub async fn script_cpu_seconds(&self) -> Result<f64> {
        let cdp = self.driver.cdp();
        cdp.send_raw("Performance.enable", json!({ "timeDomain": "threadTicks" }))
            .await?;
        let answer = cdp.send_raw("Performance.getMetrics", json!({})).await?;
        let metrics = answer["metrics"].as_array().context("no metrics")?;
        let script = metrics
            .iter()
            .find(|metric| metric["name"] == "ScriptDuration");
        script
            .and_then(|metric| metric["value"].as_f64())
            .context("no ScriptDuration")
    }

    /// Waits until the service worker has everything that is needed without a network.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn ready_for_offline(&self) -> Result<()> {
        let script = "const done = arguments[arguments.length - 1];\
            navigator.serviceWorker.ready.then(() => done('ready'), (e) => done(String(e)));";
        let answer = self.evaluate_async(script, Vec::new()).await?;
        match answer.as_str() {
            Some("ready") => Ok(()),
            _ => Err(anyhow!("the service worker is not ready: {answer}")),
        }
    }

    /// From the next page on, the device's clock is ahead by this much.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn shift_clock(&self, ahead_ms: u64) -> Result<()> {
        let source = format!("const now = Date.now; Date.now = () => now() + {ahead_ms};");
        self.before_each_page(&source).await
    }

    /// From the next page on, this script runs before any of a page or of what it embeds.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn before_each_page(&self, source: &str) -> Result<()> {
        let script = json!({ "source": source });
        self.driver
            .cdp()
            .send_raw("Page.addScriptToEvaluateOnNewDocument", script)
            .await?;
        Ok(())
    }

    /// Takes the network away, as an aeroplane does.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn cut_network(&self) -> Result<()> {
        let nothing = json!({
            "offline": true, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0,
        });
        let cdp = self.driver.cdp();
        cdp.send_raw("Network.enable", json!({})).await?;
        cdp.send_raw("Network.emulateNetworkConditions", nothing)
            .await?;
        Ok(())
    }

    /// From now on the device's clock stands at this time, until another page is opened.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn set_clock(&self, now_ms: u64) -> Result<()> {
        self.evaluate(&format!("Date.now = () => {now_ms}")).await?;
        Ok(())
    }

    /// Keeps a picture of the page, numbered in the order taken.
    ///
    /// # Errors
    /// When the browser gives none or the file cannot be written.
    pub async fn picture(&self, name: &str) -> Result<PathBuf> {
        let number = self.taken.fetch_add(1, Ordering::Relaxed) + 1;
        let file = self
            .pictures
            .join(format!("{}-{number:02}-{name}.png", self.look));
        self.driver
            .screenshot(&file)
            .await
            .context("the browser gives no picture")?;
        Ok(file)
    }

    /// Ends the session.
    ///
    /// # Errors
    /// When the browser does not end.
    pub async fn close(self) -> Result<()> {
        Ok(self.driver.quit().await?)
    }

    /// What a person would report: where, what is on the page, what the console says, a picture.
    async fn explain(&self, what: &str, error: Option<WebDriverError>) -> anyhow::Error {
        let error = error.map_or_else(String::new, |error| format!(": {error}"));
        let url = self
            .driver
            .current_url()
            .await
            .map_or_else(|_| "?".to_owned(), String::from);
        let text = self
            .evaluate("return document.body ? document.body.innerText : ''")
            .await;
        let text = text
            .ok()
            .and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_default();
        let console = self.driver.browser_log().await.unwrap_or_default();
        let console: Vec<String> = console.into_iter().map(|entry| entry.message).collect();
        let picture = self.picture("FAILED").await;
        let picture = picture.map_or_else(|_| "none".to_owned(), |file| file.display().to_string());
        anyhow!(
            "{what}{error}\n  page: {url}\n  picture: {picture}\n  console: {}\n  text: {text}",
            console.join("\n    ")
        )
    }
}
