//! Fields as rows: named, translated where they are codes, and in the order of their type.

use credentials_schemas::credential::{ClaimKind, ClaimSpec};

use crate::i18n::{Key, Lang};
use crate::report::{Field, Report, name};
use crate::words::Sort;

mod invoice;
mod lines;

pub use lines::{Column, LineTable};

/// How a value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// A picture in a `data:` URL.
    AsPicture,
    /// Only when asked for: onlookers need not see it.
    OnRequest,
    /// At once.
    Openly,
}

/// One field for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Claim name or JSON pointer.
    pub path: String,
    /// Its name.
    pub label: String,
    /// Its value.
    pub value: String,
    /// How it is shown.
    pub show: Show,
}

impl Row {
    /// The language of a value that has words in it: documents are not translated.
    pub fn lang(&self) -> Option<&'static str> {
        let has_chinese = self
            .value
            .chars()
            .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        has_chinese.then_some(Lang::Zh.tag())
    }
}

/// The rows of a document.
pub struct Rows {
    /// Fields that the document's type names, in its order.
    pub known: Vec<Row>,
    /// All others, under their technical names.
    pub other: Vec<Row>,
}

/// The rows of a verdict's document.
pub fn of(lang: Lang, report: &Report) -> Rows {
    let fields = report.proved_fields();
    let find = |wanted: &str| fields.iter().find(|field| name(&field.path) == wanted);
    let known: Vec<Row> = match Sort::of(Some(report)) {
        Sort::Credential(credential) => credential
            .claims()
            .iter()
            .filter_map(|spec| find(spec.name).map(|field| claim(lang, spec, field)))
            .collect(),
        Sort::Invoice => {
            let labels = invoice::LABELS.iter();
            labels
                .filter_map(|(wanted, key)| {
                    find(wanted).map(|field| invoice::row(lang, *key, field))
                })
                .collect()
        }
        Sort::Other => Vec::new(),
    };
    let is_other = |field: &&Field| {
        !known.iter().any(|row| row.path == field.path) && !invoice::is_line(&field.path)
    };
    let other = fields.iter().filter(is_other).map(unnamed).collect();
    Rows { known, other }
}

fn claim(lang: Lang, spec: &ClaimSpec, field: &Field) -> Row {
    let label = match lang {
        Lang::Zh => spec.label_zh,
        Lang::En => spec.label_en,
    };
    let (value, show) = match spec.kind {
        ClaimKind::Code(codes) => {
            let known = codes.iter().find(|known| known.code == field.value);
            let words = known.map(|known| match lang {
                Lang::Zh => known.name_zh,
                Lang::En => known.name_en,
            });
            (words.unwrap_or(&field.value).to_owned(), Show::Openly)
        }
        ClaimKind::Flag => (flag(lang, &field.value), Show::Openly),
        ClaimKind::Portrait if is_picture(&field.value) => (field.value.clone(), Show::AsPicture),
        ClaimKind::DocumentNumber => (field.value.clone(), Show::OnRequest),
        ClaimKind::Text { .. } if spec.name == "address" => (field.value.clone(), Show::OnRequest),
        ClaimKind::Date | ClaimKind::Portrait | ClaimKind::Text { .. } => {
            (field.value.clone(), Show::Openly)
        }
    };
    Row {
        path: field.path.clone(),
        label: label.to_owned(),
        value,
        show,
    }
}

fn unnamed(field: &Field) -> Row {
    let show = if is_personal(&field.value) {
        Show::OnRequest
    } else {
        Show::Openly
    };
    Row {
        path: field.path.clone(),
        label: name(&field.path).to_owned(),
        value: field.value.clone(),
        show,
    }
}

fn flag(lang: Lang, value: &str) -> String {
    match value {
        "true" => lang.text(Key::Yes).to_owned(),
        "false" => lang.text(Key::No).to_owned(),
        other => other.to_owned(),
    }
}

fn is_picture(url: &str) -> bool {
    url.starts_with("data:image/jpeg;base64,") || url.starts_with("data:image/png;base64,")
}

/// Whether a value is a person's number: 17 digits and a check digit.
fn is_personal(value: &str) -> bool {
    value.len() == 18
        && value.bytes().take(17).all(|byte| byte.is_ascii_digit())
        && value.ends_with(|last: char| last.is_ascii_digit() || last == 'X')
}

#[cfg(test)]
mod tests {
    use credentials_schemas::credential::CredentialType;

    use super::*;

    fn shown(claim_name: &str, value: &str) -> Row {
        let claims = CredentialType::ResidentIdentity
            .claims()
            .iter()
            .chain(CredentialType::Degree.claims());
        let spec = claims
            .into_iter()
            .find(|spec| spec.name == claim_name)
            .expect("a claim of the table");
        claim(
            Lang::En,
            spec,
            &Field {
                path: claim_name.to_owned(),
                value: value.to_owned(),
            },
        )
    }

    #[test]
    fn only_numbers_of_people_are_personal() {
        assert!(is_personal("990103199205160011"));
        assert!(is_personal("11010519491231002X"));
        assert!(!is_personal("91990105MA0DEM002H"));
        assert!(!is_personal("26991000000000001017"));
    }

    #[test]
    fn codes_and_flags_translate_and_texts_do_not() {
        assert_eq!(shown("degree_level", "master").value, "Master");
        assert_eq!(shown("degree_level", "magister").value, "magister");
        assert_eq!(shown("age_over_18", "true").value, "yes");
        assert_eq!(shown("name", "李明").value, "李明");
    }

    #[test]
    fn numbers_and_addresses_wait_to_be_asked_for_and_only_pictures_are_pictures() {
        assert_eq!(
            shown("document_number", "990103199205160011").show,
            Show::OnRequest
        );
        assert_eq!(shown("address", "海州市").show, Show::OnRequest);
        assert_eq!(
            shown("portrait", "data:image/png;base64,AAAA").show,
            Show::AsPicture
        );
        assert_eq!(
            shown("portrait", "https://elsewhere/p.png").show,
            Show::Openly
        );
    }
}
