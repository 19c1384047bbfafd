//! What is on the page: waited for, read, and used as a person would.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use thirtyfour::error::WebDriverResult;
use thirtyfour::extensions::query::ElementQueryable as _;
use thirtyfour::prelude::{By, WebElement};

use super::Browser;

const POLL: Duration = Duration::from_millis(100);

impl Browser {
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
        self.choose_files(test_id, &[file]).await
    }

    /// Chooses several files at once.
    ///
    /// # Errors
    /// As [`Self::choose_file`].
    pub async fn choose_files(&self, test_id: &str, files: &[&Path]) -> Result<()> {
        let paths: Option<Vec<&str>> = files.iter().map(|file| file.to_str()).collect();
        let paths = paths.context("a file's path is not UTF-8")?;
        Ok(self
            .find(test_id)
            .await?
            .send_keys(paths.join("\n"))
            .await?)
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
}

fn css_of(test_id: &str) -> String {
    format!("[data-testid='{test_id}']")
}
