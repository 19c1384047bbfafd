//! A page of HTML that needs nothing but itself: no script, no network, no file beside it.

use crate::words::{Lang, Languages, Text};

/// One thing in both languages, with what was found filled in.
#[derive(Debug, Clone)]
pub(super) struct Said {
    zh: String,
    en: String,
}

impl Said {
    pub(super) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }

    fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

impl From<Text> for Said {
    fn from(text: Text) -> Self {
        Self::new(text.of(Lang::Zh), text.of(Lang::En))
    }
}

/// What stands beside a label.
pub(super) enum Value {
    /// Words.
    Said(Said),
    /// A text that is the same in every language.
    Plain(String),
    /// Hexadecimal digits; the class says what they are, to programs that read the report.
    Hex(&'static str, String),
}

/// A page in the making. Everything that is put on it is escaped here, and only here.
pub(super) struct Page {
    languages: Languages,
    html: String,
}

/// Browsers may load and run nothing for this page, whatever is on it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
const STYLE: &str = include_str!("report.css");

impl Page {
    pub(super) fn new(languages: Languages, title: Text) -> Self {
        let root = match languages {
            Languages::Zh | Languages::Both => "zh-CN",
            Languages::En => "en",
        };
        let mut page = Self {
            languages,
            html: String::new(),
        };
        let words: Vec<&str> = languages
            .each()
            .iter()
            .map(|lang| title.of(*lang))
            .collect();
        let name = words.join(" · ");
        page.html = format!(
            "<!DOCTYPE html>\n<html lang=\"{root}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{name}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        );
        page.heading(1, title);
        page
    }

    pub(super) fn heading(&mut self, level: u8, text: Text) {
        let spans = self.spans(&text.into());
        self.line(&format!("<h{level}>{spans}</h{level}>"));
    }

    /// A paragraph in each language.
    pub(super) fn paragraph(&mut self, class: &str, said: &Said) {
        for lang in self.languages.each() {
            let (tag, text) = (tag(*lang), escape(said.of(*lang)));
            self.line(&format!("<p class=\"{class}\" lang=\"{tag}\">{text}</p>"));
        }
    }

    /// A table of labels and values.
    pub(super) fn facts(&mut self, rows: impl IntoIterator<Item = (Text, Value)>) {
        self.line("<table class=\"facts\">");
        for (label, value) in rows {
            let (label, value) = (self.spans(&label.into()), self.value(&value));
            self.line(&format!("<tr><th>{label}</th><td>{value}</td></tr>"));
        }
        self.line("</table>");
    }

    /// A table with a line of headings.
    pub(super) fn table(&mut self, headings: &[Text], rows: impl IntoIterator<Item = Vec<Value>>) {
        let cells: String = headings
            .iter()
            .map(|text| format!("<th>{}</th>", self.spans(&(*text).into())))
            .collect();
        self.line(&format!(
            "<table class=\"list\"><thead><tr>{cells}</tr></thead>"
        ));
        for row in rows {
            let cells: String = row
                .iter()
                .map(|value| format!("<td>{}</td>", self.value(value)))
                .collect();
            self.line(&format!("<tr>{cells}</tr>"));
        }
        self.line("</table>");
    }

    /// Numbered steps.
    pub(super) fn steps(&mut self, steps: impl IntoIterator<Item = Said>) {
        self.line("<ol>");
        for said in steps {
            let spans = self.spans(&said);
            self.line(&format!("<li>{spans}</li>"));
        }
        self.line("</ol>");
    }

    /// What to type.
    pub(super) fn commands(&mut self, text: &str) {
        let text = escape(text);
        self.line(&format!("<pre>{text}</pre>"));
    }

    /// Lines for a hand to fill in.
    pub(super) fn blanks(&mut self, labels: &[Text]) {
        let blanks: String = labels
            .iter()
            .map(|text| format!("<div>{}</div>", self.spans(&(*text).into())))
            .collect();
        self.line(&format!("<div class=\"blanks\">{blanks}</div>"));
    }

    pub(super) fn finish(mut self) -> String {
        self.line("</body>\n</html>");
        self.html
    }

    fn value(&self, value: &Value) -> String {
        match value {
            Value::Said(said) => self.spans(said),
            Value::Plain(text) => escape(text),
            Value::Hex(class, digits) => {
                format!("<code class=\"{class}\">{}</code>", escape(digits))
            }
        }
    }

    fn spans(&self, said: &Said) -> String {
        let spans = self.languages.each().iter().map(|lang| {
            let (tag, text) = (tag(*lang), escape(said.of(*lang)));
            format!("<span lang=\"{tag}\">{text}</span>")
        });
        spans.collect::<Vec<_>>().join(" ")
    }

    fn line(&mut self, html: &str) {
        self.html.push_str(html);
        self.html.push('\n');
    }
}

const fn tag(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_put_on_the_page_becomes_markup() {
        let mut page = Page::new(Languages::Both, Text::new("标题", "title"));
        let bad = "<script>alert('x')</script>&\"";
        page.paragraph("p", &Said::new(bad, bad));
        page.facts([(Text::new("名", "name"), Value::Plain(bad.to_owned()))]);
        page.commands(bad);
        let html = page.finish();
        assert!(!html.contains("<script"), "{html}");
        assert_eq!(html.matches("&lt;script&gt;alert(&#39;x&#39;)").count(), 4);
    }
}
