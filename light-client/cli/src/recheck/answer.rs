//! What changed, with both verdicts.

use std::io::Write;

use serde::Serialize;

use crate::{
    answer::Header,
    args::{Failure, Format, INTERRUPTED},
    csv,
    earlier::Ruled,
    json,
    judged::Kind,
    moment,
    words::{Lang, Text, clean, labelled},
};

/// A document whose verdict is another one now.
#[derive(Debug, Serialize)]
pub(super) struct Change<'a> {
    pub(super) file: &'a str,
    pub(super) sha256: &'a str,
    pub(super) earlier: &'a Ruled,
    /// None if the file is missing or has other bytes.
    pub(super) now: Option<Ruled>,
    /// The newer bundle that says so, if one does.
    pub(super) newer_file: Option<&'a str>,
}

/// How many of which kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Summary {
    /// False if the run was interrupted.
    pub(super) complete: bool,
    pub(super) documents: usize,
    pub(super) changed: usize,
    pub(super) now_invalid: usize,
    pub(super) missing: usize,
    /// Files that the list does not have.
    pub(super) unlisted: usize,
}

impl Summary {
    pub(super) const fn add(&mut self, change: &Change<'_>) {
        self.changed += 1;
        match &change.now {
            None => self.missing += 1,
            Some(Ruled {
                kind: Kind::Invalid,
                ..
            }) => self.now_invalid += 1,
            Some(_) => {}
        }
    }

    /// 0 nothing changed, 1 something is invalid or missing now, 2 other changes.
    pub(super) const fn code(&self) -> u8 {
        match self {
            Self {
                complete: false, ..
            } => INTERRUPTED,
            Self { changed: 0, .. } => 0,
            Self {
                now_invalid: 0,
                missing: 0,
                ..
            } => 2,
            Self { .. } => 1,
        }
    }
}

/// Writes changes in one format.
pub(super) struct Answers<W> {
    format: Format,
    lang: Lang,
    out: W,
    rows: usize,
}

impl<W: Write> Answers<W> {
    pub(super) fn begin(
        format: Format,
        lang: Lang,
        header: &Header,
        mut out: W,
    ) -> Result<Self, Failure> {
        match format {
            Format::Text => {}
            Format::Json => json::open(header, &mut out)?,
            Format::Jsonl => json::write(header, &mut out)?,
            Format::Csv => {
                csv::write_preamble(header, &mut out)?;
                csv::write_line(&mut out, COLUMNS.map(ToOwned::to_owned))?;
            }
        }
        Ok(Self {
            format,
            lang,
            out,
            rows: 0,
        })
    }

    pub(super) fn write(&mut self, change: &Change<'_>) -> Result<(), Failure> {
        match self.format {
            Format::Text => self.write_text(change)?,
            Format::Json => {
                json::separate(self.rows, &mut self.out)?;
                let object = serde_json::to_string(change).map_err(std::io::Error::from)?;
                self.out.write_all(object.as_bytes())?;
            }
            Format::Jsonl => json::write(change, &mut self.out)?,
            Format::Csv => csv::write_line(&mut self.out, cells(change))?,
        }
        self.rows += 1;
        Ok(())
    }

    pub(super) fn end(mut self, summary: &Summary) -> Result<(), Failure> {
        match self.format {
            Format::Text => self.write_numbers(summary)?,
            Format::Json => json::close(summary, &mut self.out)?,
            Format::Jsonl => json::write_summary(summary, &mut self.out)?,
            Format::Csv => csv::write_end(summary.complete, summary.documents, &mut self.out)?,
        }
        Ok(self.out.flush()?)
    }

    fn write_text(&mut self, change: &Change<'_>) -> Result<(), Failure> {
        let lang = self.lang;
        writeln!(self.out, "{}", clean(change.file))?;
        let line = |label: Text, text: &str| format!("  {}", labelled(label.of(lang), text, lang));
        let earlier = ruled(change.earlier, lang);
        writeln!(self.out, "{}", line(Text::new("当时", "Then"), &earlier))?;
        let now = match &change.now {
            Some(now) => ruled(now, lang),
            None => Text::new("文件不在或已改动", "the file is missing or was changed")
                .of(lang)
                .to_owned(),
        };
        writeln!(self.out, "{}", line(Text::new("现在", "Now"), &now))?;
        if let Some(newer) = change.newer_file {
            let label = Text::new("依据", "According to");
            writeln!(self.out, "{}", line(label, &clean(newer)))?;
        }
        Ok(writeln!(self.out)?)
    }

    fn write_numbers(&mut self, summary: &Summary) -> Result<(), Failure> {
        let Summary {
            documents,
            changed,
            now_invalid,
            missing,
            ..
        } = summary;
        match self.lang {
            Lang::Zh => writeln!(
                self.out,
                "共重新核对 {documents} 份：{changed} 份有变化，其中 {now_invalid} 份现在无效，\
                 {missing} 份不在或已改动。"
            )?,
            Lang::En => writeln!(
                self.out,
                "{documents} documents rechecked: {changed} changed, of which {now_invalid} are \
                 invalid now and {missing} missing or altered."
            )?,
        }
        if !summary.complete {
            let text = Text::new("中途停止。", "Interrupted.");
            writeln!(self.out, "{}", text.of(self.lang))?;
        }
        Ok(())
    }
}

const COLUMNS: [&str; 9] = [
    "file",
    "sha256",
    "earlier_verdict",
    "earlier_reason",
    "earlier_as_of",
    "verdict",
    "reason",
    "as_of",
    "newer_file",
];

/// A missing file is `missing` in the column of the verdict.
fn cells(change: &Change<'_>) -> [String; 9] {
    let time = |ruled: &Ruled| ruled.as_of_ms.map(moment::rfc3339).unwrap_or_default();
    let (earlier, now) = (change.earlier, change.now.as_ref());
    [
        csv::safe(change.file),
        change.sha256.to_owned(),
        earlier.kind.name().to_owned(),
        earlier.reason.clone().unwrap_or_default(),
        time(earlier),
        now.map_or("missing", |now| now.kind.name()).to_owned(),
        now.and_then(|now| now.reason.clone()).unwrap_or_default(),
        now.map(time).unwrap_or_default(),
        csv::safe(change.newer_file.unwrap_or_default()),
    ]
}

fn ruled(ruled: &Ruled, lang: Lang) -> String {
    let word = match ruled.kind {
        Kind::Valid => Text::new("有效", "valid"),
        Kind::Invalid => Text::new("无效", "invalid"),
        Kind::Undetermined => Text::new("无法确定", "undetermined"),
    };
    let mut text = word.of(lang).to_owned();
    if let Some(reason) = &ruled.reason {
        text.push_str(&match lang {
            Lang::Zh => format!("（{}）", clean(reason)),
            Lang::En => format!(" ({})", clean(reason)),
        });
    }
    if let Some(as_of_ms) = ruled.as_of_ms {
        let time = moment::rfc3339(as_of_ms);
        text.push_str(&match lang {
            Lang::Zh => format!("，截至 {time}"),
            Lang::En => format!(", as of {time}"),
        });
    }
    text
}
