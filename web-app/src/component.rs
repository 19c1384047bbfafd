//! The building blocks of the pages; each wraps one family of classes of `static/app.css`.

pub(crate) mod document_card;
pub(crate) mod document_fields;
pub(crate) mod file_drop;
pub(crate) mod footer;
pub(crate) mod guide;
pub(crate) mod header;
pub(crate) mod icon;
pub(crate) mod page_title;
pub(crate) mod question;
pub(crate) mod remove_dialog;
pub(crate) mod secret;
pub(crate) mod technical;
pub(crate) mod trust_warning;
pub(crate) mod update_banner;
pub(crate) mod verdict_card;
