//! Tests of whole documents: samples, one mutation per rule, properties, schemas, vectors.

#![expect(
    clippy::unwrap_used,
    reason = "a sample that does not parse is a failed test"
)]

mod edit;
mod json_schema;
mod prop_draft;
mod prop_json;
mod prop_rules;
mod prop_words;
mod rules;
mod samples;
mod schemas;
mod size;
mod vectors;
