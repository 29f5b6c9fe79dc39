//! What can stand in a text.

use super::liquid::Numbers;
use journey::Json;
use journey::chrono_tz::Tz;
use journey::smol_str::SmolStr;
use journey::value::{Value, parse_instant};
use liquid_core::Value as Filling;
use liquid_core::model::{Object, Scalar};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashMap};

/// What can stand in a text: `event.…` and `profile.…` (the `reads` of a send), what `with` gives (its `values`), and what
/// the host provides.
///
/// A name that is not among them is missing, and so is one whose value is `null`.
#[derive(Debug, Clone, Default)]
pub struct Values {
    named: HashMap<String, Filling>,
    numbers: Numbers,
    pub(super) now: Option<i64>,
    pub(super) zone: Option<Tz>,
}

/// What an effect's line of JSON says of them.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, default)]
    values: BTreeMap<String, &'a RawValue>,
    #[serde(borrow, default)]
    reads: BTreeMap<String, &'a RawValue>,
    at: Option<String>,
}

impl Values {
    /// Those of a send: what [`journey::EffectKind::Sent`] bears.
    pub fn of(values: &[(SmolStr, Value)], reads: &[(SmolStr, Value)]) -> Values {
        let mut made = Values::default();
        for (name, value) in values.iter().chain(reads) {
            let filling = made.filling_of(value);
            made.named.insert(name.to_string(), filling);
        }
        made
    }

    /// Those of a send as its line of JSON has them: `values` and `reads`, and `at`, where they are given.
    ///
    /// # Errors
    /// What is wrong with the JSON.
    pub fn from_json(line: &str) -> Result<Values, String> {
        let line: Line<'_> =
            serde_json::from_str(line).map_err(|error| format!("these are no values of a send: {error}"))?;
        let mut made = Values { now: line.at.as_deref().and_then(parse_instant), ..Values::default() };
        for (name, raw) in line.values.into_iter().chain(line.reads) {
            let json =
                Json::parse(raw.get()).map_err(|error| format!("`{name}` has no value that can be read: {error}"))?;
            made.put(&name, &json);
        }
        Ok(made)
    }

    /// With a value that the host knows, under the name that stands in texts: `unsubscribe_url`, `profile.id`.
    #[must_use]
    pub fn with(mut self, name: &str, value: &Json) -> Values {
        self.put(name, value);
        self
    }

    /// With the instant at which the send was asked for, in milliseconds since 1970: what `'now' | date: …` says.
    #[must_use]
    pub fn at(mut self, instant: i64) -> Values {
        self.now = Some(instant);
        self
    }

    /// With the person's time zone: moments are shown by its clock. Without one they are shown in UTC.
    #[must_use]
    pub fn zone(mut self, zone: Tz) -> Values {
        self.zone = Some(zone);
        self
    }

    fn put(&mut self, name: &str, value: &Json) {
        let filling = self.filling(value);
        self.named.insert(name.to_owned(), filling);
    }

    /// By the name under which it was given.
    pub(super) fn named(&self, name: &str) -> Option<&Filling> {
        self.named.get(name)
    }

    pub(super) fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    fn filling_of(&mut self, value: &Value) -> Filling {
        match value {
            Value::Missing => Filling::Nil,
            Value::Bool(b) => Filling::scalar(*b),
            Value::Number(n) => self.numbers.value(*n),
            Value::Text(text) => Filling::scalar(text.to_string()),
            Value::List(items) => Filling::Array(items.iter().map(|item| self.filling_of(item)).collect()),
            Value::Thing(fields) => {
                let mut object = Object::new();
                for (name, value) in fields {
                    let value = self.filling_of(value);
                    object.insert(name.to_string().into(), value);
                }
                Filling::Object(object)
            }
            // As the effect's line writes them.
            other => Filling::scalar(other.to_string()),
        }
    }

    fn filling(&mut self, value: &Json) -> Filling {
        match value {
            Json::Bool(b) => Filling::scalar(*b),
            Json::Number(n) => self.numbers.value(*n),
            Json::Text(text) => Filling::scalar(text.to_string()),
            Json::List(items) => Filling::Array(items.iter().map(|item| self.filling(item)).collect()),
            Json::Object(fields) => {
                let mut object = Object::new();
                for (name, value) in fields {
                    let value = self.filling(value);
                    object.insert(name.to_string().into(), value);
                }
                Filling::Object(object)
            }
            _ => Filling::Nil,
        }
    }
}

/// A text as a scalar, for paths.
pub(super) fn text(text: &str) -> Scalar {
    Scalar::new(text.to_owned())
}
