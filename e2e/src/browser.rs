//! A headless Chromium, spoken to in the words of a journey: go, see, click, type.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use serde_json::json;
use thirtyfour::error::{WebDriverError, WebDriverResult};
use thirtyfour::extensions::query::ElementQueryable as _;
use thirtyfour::prelude::{By, DesiredCapabilities, WebDriver, WebElement};
use thirtyfour::{ChromiumLikeCapabilities as _, LoggingPrefsLogLevel};

use crate::chromedriver::Chromedriver;
use crate::look::{Look, Screen};

/// How long a person would wait for something to appear before giving up, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(100);

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

    /// Waits until the element is on the page and visible.
    ///
    /// # Errors
    /// When it does not appear; the error tells what the page shows and logs instead.
    pub async fn see(&self, test_id: &str) -> Result<WebElement> {
        self.see_css(&css_of(test_id)).await
    }

    /// Waits until the element is visible and its attribute has this value.
    ///
    /// # Errors
    /// As [`Self::see`].
    pub async fn see_with(
        &self,
        test_id: &str,
        attribute: &str,
        value: &str,
    ) -> Result<WebElement> {
        self.see_css(&format!("{}[{attribute}='{value}']", css_of(test_id)))
            .await
    }

    /// Waits until the first element that a CSS selector finds is visible.
    ///
    /// # Errors
    /// As [`Self::see`].
    pub async fn see_css(&self, css: &str) -> Result<WebElement> {
        let start = Instant::now();
        loop {
            // An element may be replaced between being found and being looked at.
            let error = match self.first_displayed(css).await {
                Ok(Some(element)) => return Ok(element),
                Ok(None) => None,
                Err(error) => Some(error),
            };
            if start.elapsed() > self.patience {
                return Err(self.explain(&format!("{css} did not appear"), error).await);
            }
            tokio::time::sleep(POLL).await;
        }
    }

    async fn first_displayed(&self, css: &str) -> WebDriverResult<Option<WebElement>> {
        for element in self.driver.find_all(By::Css(css)).await? {
            if element.is_displayed().await? {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    /// Waits until the element is on the page, visible or not: file inputs are hidden.
    ///
    /// # Errors
    /// As [`Self::see`].
    pub async fn find(&self, test_id: &str) -> Result<WebElement> {
        let css = css_of(test_id);
        match self
            .driver
            .query(By::Css(css.as_str()))
            .wait(self.patience, POLL)
            .first()
            .await
        {
            Ok(element) => Ok(element),
            Err(error) => Err(self
                .explain(&format!("{css} is not there"), Some(error))
                .await),
        }
    }

    /// Whether the element is on the page now.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn shows(&self, test_id: &str) -> Result<bool> {
        let css = css_of(test_id);
        Ok(self
            .driver
            .query(By::Css(css.as_str()))
            .nowait()
            .exists()
            .await?)
    }

    /// Clicks the element once it is visible.
    ///
    /// # Errors
    /// When it does not appear or something covers it.
    pub async fn click(&self, test_id: &str) -> Result<()> {
        let element = self.see(test_id).await?;
        element.scroll_into_view().await?;
        match element.click().await {
            Ok(()) => Ok(()),
            Err(error) => Err(self
                .explain(&format!("{test_id} cannot be clicked"), Some(error))
                .await),
        }
    }

    /// Types into the element once it is visible.
    ///
    /// # Errors
    /// When it does not appear or takes no text.
    pub async fn type_into(&self, test_id: &str, text: &str) -> Result<()> {
        Ok(self.see(test_id).await?.send_keys(text).await?)
    }

    /// Chooses a file for a file input, hidden or not.
    ///
    /// # Errors
    /// When the input or the file is not there.
    pub async fn choose_file(&self, test_id: &str, file: &Path) -> Result<()> {
        let path = file.to_str().context("the file's path is not UTF-8")?;
        Ok(self.find(test_id).await?.send_keys(path).await?)
    }

    /// The text of the element, once it is visible.
    ///
    /// # Errors
    /// As [`Self::see`].
    pub async fn text(&self, test_id: &str) -> Result<String> {
        self.see(test_id).await?;
        let script = format!(
            "return document.querySelector(\"{}\").innerText",
            css_of(test_id)
        );
        let text = self.evaluate(&script).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// An attribute of the element, once it is visible.
    ///
    /// # Errors
    /// As [`Self::see`]; also when it has no such attribute.
    pub async fn attribute(&self, test_id: &str, attribute: &str) -> Result<String> {
        self.see(test_id).await?;
        let element = format!("document.querySelector(\"{}\")", css_of(test_id));
        let value = self
            .evaluate(&format!("return {element}.getAttribute('{attribute}')"))
            .await?;
        let value = value.as_str().map(str::to_owned);
        value.with_context(|| format!("{test_id} has no attribute {attribute}"))
    }

    /// Whether the button or field can be used, once it is visible.
    ///
    /// # Errors
    /// As [`Self::see`].
    pub async fn is_enabled(&self, test_id: &str) -> Result<bool> {
        self.see(test_id).await?;
        let script = format!(
            "return !document.querySelector(\"{}\").disabled",
            css_of(test_id)
        );
        Ok(self.evaluate(&script).await?.as_bool().unwrap_or_default())
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
        let script = json!({ "source": source });
        self.driver
            .cdp()
            .send_raw("Page.addScriptToEvaluateOnNewDocument", script)
            .await?;
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

fn css_of(test_id: &str) -> String {
    format!("[data-testid='{test_id}']")
}
