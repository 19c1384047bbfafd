//! The part of JSON Schema 2020-12 that our schemas use; any other keyword fails the test.

use credentials_schemas::json::{Json, Limits, parse};
use credentials_schemas::schema;
use regex::Regex;

/// The place and the keyword that refuse a value.
pub(crate) type Refusal = (String, &'static str);

pub(crate) fn check_invoice(value: &Json) -> Result<(), Refusal> {
    check(&load(schema::INVOICE), value)
}

pub(crate) fn load(text: &str) -> Json {
    parse(text.as_bytes(), Limits::default()).unwrap()
}

pub(crate) fn check(schema: &Json, value: &Json) -> Result<(), Refusal> {
    Checker { root: schema }.check(schema, value, "")
}

struct Checker<'a> {
    root: &'a Json,
}

impl Checker<'_> {
    fn check(&self, schema: &Json, value: &Json, at: &str) -> Result<(), Refusal> {
        for (keyword, argument) in schema.as_object().unwrap() {
            self.keyword(keyword, argument, schema, value, at)?;
        }
        Ok(())
    }

    fn keyword(
        &self,
        keyword: &str,
        argument: &Json,
        schema: &Json,
        value: &Json,
        at: &str,
    ) -> Result<(), Refusal> {
        let text = value.as_str();
        let length = |text: &str| text.chars().count();
        let (holds, keyword) = match keyword {
            "$schema" | "$id" | "$defs" | "title" | "description" | "then" | "else" => {
                return Ok(());
            }
            "$ref" => {
                let target = argument.as_str().unwrap().strip_prefix('#').unwrap();
                return self.check(self.root.at(target).unwrap(), value, at);
            }
            "if" => {
                let branch = if self.check(argument, value, at).is_ok() {
                    "then"
                } else {
                    "else"
                };
                return schema
                    .member(branch)
                    .map_or(Ok(()), |branch| self.check(branch, value, at));
            }
            "properties" => return self.properties(argument, value, at),
            "items" => return self.items(argument, value, at),
            "not" => (self.check(argument, value, at).is_err(), "not"),
            "type" => (is_of_type(value, argument.as_str().unwrap()), "type"),
            "const" => (value == argument, "const"),
            "enum" => (argument.as_array().unwrap().contains(value), "enum"),
            "pattern" => {
                let pattern = Regex::new(argument.as_str().unwrap()).unwrap();
                (text.is_none_or(|text| pattern.is_match(text)), "pattern")
            }
            "minLength" => (
                text.is_none_or(|text| length(text) >= size(argument)),
                "minLength",
            ),
            "maxLength" => (
                text.is_none_or(|text| length(text) <= size(argument)),
                "maxLength",
            ),
            "minItems" => (count(value).is_none_or(|n| n >= size(argument)), "minItems"),
            "maxItems" => (count(value).is_none_or(|n| n <= size(argument)), "maxItems"),
            "minimum" => (
                value
                    .as_i64()
                    .is_none_or(|n| n >= argument.as_i64().unwrap()),
                "minimum",
            ),
            "required" => (has_all(value, argument), "required"),
            "additionalProperties" => {
                assert_eq!(argument, &Json::Bool(false));
                let known = schema.member("properties").unwrap();
                let members = value.as_object().unwrap_or_default();
                (
                    members.iter().all(|(name, _)| known.member(name).is_some()),
                    "additionalProperties",
                )
            }
            "dependentRequired" => {
                let mut rules = argument.as_object().unwrap().iter();
                let holds = |(name, needs): &(String, Json)| {
                    value.member(name).is_none() || has_all(value, needs)
                };
                (rules.all(holds), "dependentRequired")
            }
            other => unreachable!("keyword {other} is not used by our schemas"),
        };
        if holds {
            Ok(())
        } else {
            Err((at.to_owned(), keyword))
        }
    }

    fn properties(&self, argument: &Json, value: &Json, at: &str) -> Result<(), Refusal> {
        for (name, schema) in argument.as_object().unwrap() {
            if let Some(member) = value.member(name) {
                self.check(schema, member, &format!("{at}/{name}"))?;
            }
        }
        Ok(())
    }

    fn items(&self, argument: &Json, value: &Json, at: &str) -> Result<(), Refusal> {
        for (index, item) in value.as_array().unwrap_or_default().iter().enumerate() {
            self.check(argument, item, &format!("{at}/{index}"))?;
        }
        Ok(())
    }
}

fn is_of_type(value: &Json, name: &str) -> bool {
    match name {
        "string" => value.as_str().is_some(),
        "boolean" => value.as_bool().is_some(),
        "integer" => value.as_i64().is_some(),
        "array" => value.as_array().is_some(),
        "object" => value.as_object().is_some(),
        other => unreachable!("type {other} is not used by our schemas"),
    }
}

fn size(argument: &Json) -> usize {
    argument.as_number().unwrap().parse().unwrap()
}

fn count(value: &Json) -> Option<usize> {
    value.as_array().map(<[Json]>::len)
}

fn has_all(value: &Json, names: &Json) -> bool {
    let names = names.as_array().unwrap().iter();
    value.as_object().is_none()
        || names
            .filter_map(Json::as_str)
            .all(|name| value.member(name).is_some())
}
