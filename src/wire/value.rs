//! Values as JSON.

use crate::value::Value;
use serde::Serialize;
use serde::ser::Serializer;
use serde_json::value::RawValue;
use smol_str::SmolStr;

/// Values by name.
pub(super) struct Named<'a>(pub(super) &'a [(SmolStr, Value)]);

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name.as_str(), Shown(value))))
    }
}

/// A value as inputs write it.
pub(super) struct Shown<'a>(pub(super) &'a Value);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Missing => serializer.serialize_none(),
            Value::Bool(b) => serializer.serialize_bool(*b),
            // The digits of an exact decimal are a number of JSON as they stand.
            Value::Number(n) => match RawValue::from_string(n.normalize().to_string()) {
                Ok(number) => number.serialize(serializer),
                Err(_) => serializer.serialize_none(),
            },
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items.iter().map(Shown)),
            Value::Thing(fields) => Named(fields).serialize(serializer),
            other => serializer.collect_str(other),
        }
    }
}
