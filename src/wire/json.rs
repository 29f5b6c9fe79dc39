//! JSON with exact numbers, and names in snake case.

use crate::source::snake_case;
use crate::value::{Type, Value, parse_date, parse_instant, parse_local, parse_minute};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use smol_str::SmolStr;
use std::borrow::Cow;
use std::fmt;

/// Values nested deeper than this are not looked at.
const MAX_DEPTH: usize = 32;

/// A JSON value. Numbers are exact decimals, names of objects stand in snake case.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Json {
    /// `null`, or something that cannot be told exactly.
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, read from its digits.
    Number(Decimal),
    /// A text.
    Text(SmolStr),
    /// A list.
    List(Vec<Json>),
    /// Names and values, in the order in which they stand; of two that are the same in snake case the last counts.
    Object(Vec<(SmolStr, Json)>),
}

impl Json {
    /// Reads a text of JSON.
    ///
    /// ```
    /// use journey::Json;
    ///
    /// let properties = Json::parse(r#"{"cartId": "c-17", "total": 80.50}"#)?;
    /// assert_eq!(properties.get("cart_id").and_then(Json::text), Some("c-17"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with it, as the JSON reader says.
    pub fn parse(text: &str) -> Result<Json, serde_json::Error> {
        let raw: &RawValue = serde_json::from_str(text)?;
        Self::from_raw(raw)
    }

    pub(super) fn from_raw(raw: &RawValue) -> Result<Json, serde_json::Error> {
        read(raw, 0)
    }

    /// The value under a name in snake case.
    pub fn get(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Object(fields) => fields.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A value of the program as inputs write it.
    pub(crate) fn of(value: &Value) -> Json {
        match value {
            Value::Missing => Json::Null,
            Value::Bool(b) => Json::Bool(*b),
            Value::Number(n) => Json::Number(*n),
            Value::Text(text) => Json::Text(text.clone()),
            Value::List(items) => Json::List(items.iter().map(Json::of).collect()),
            other => Json::Text(SmolStr::new(other.to_string())),
        }
    }

    /// The value at the end of a path of names.
    pub(crate) fn walk(&self, path: &[SmolStr]) -> Option<&Json> {
        path.iter().try_fold(self, |at, name| at.get(name))
    }

    /// The value as one of a type: `Ok(None)` where it is absent, `Err` where it is of another type.
    /// A local moment is left for `zoned` to place.
    pub(crate) fn typed(&self, ty: &Type, zoned: &dyn Fn(chrono::NaiveDateTime) -> i64) -> Result<Option<Value>, ()> {
        let moment = |text: &str| parse_instant(text).or_else(|| parse_local(text).map(zoned)).map(Value::Moment);
        let value = match (ty, self) {
            (_, Json::Null) => return Ok(None),
            (Type::Bool, Json::Bool(b)) => Value::Bool(*b),
            (Type::Number, Json::Number(n)) => Value::Number(*n),
            (Type::Text, Json::Text(t)) => Value::Text(t.clone()),
            (Type::Choice(options), Json::Text(t)) if options.contains(t) => Value::Text(t.clone()),
            (Type::Date, Json::Text(t)) => Value::Date(parse_date(t).ok_or(())?),
            (Type::Time, Json::Text(t)) => Value::Time(parse_minute(t).ok_or(())?),
            (Type::Moment, Json::Text(t)) => moment(t).ok_or(())?,
            (Type::DateOrMoment, Json::Text(t)) => parse_date(t).map(Value::Date).or_else(|| moment(t)).ok_or(())?,
            (Type::Duration, Json::Text(t)) => {
                Value::Duration(crate::syntax::token::parse_duration(t).map_err(|_| ())?.millis)
            }
            (Type::List(of), Json::List(items)) => {
                let items: Result<Vec<Option<Value>>, ()> = items.iter().map(|item| item.typed(of, zoned)).collect();
                Value::List(items?.into_iter().map(Option::unwrap_or_default).collect())
            }
            (Type::Any, Json::Bool(b)) => Value::Bool(*b),
            (Type::Any, Json::Number(n)) => Value::Number(*n),
            (Type::Any, Json::Text(t)) => Value::Text(t.clone()),
            (Type::Any, Json::List(items)) => Value::List(
                items.iter().map(|item| item.typed(&Type::Any, zoned).ok().flatten().unwrap_or_default()).collect(),
            ),
            // An object is there, and nothing can be compared with it.
            (Type::Any, Json::Object(_)) => Value::List(vec![]),
            _ => return Err(()),
        };
        Ok(Some(value))
    }
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// The fields of an object, not yet looked into.
struct Fields<'a>(Vec<(SmolStr, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some(Text(name)) = map.next_key()? {
                    fields.push((snake(&name), map.next_value()?));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// Snake case, without work for what is in it already.
fn snake(name: &str) -> SmolStr {
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if plain { SmolStr::new(name) } else { SmolStr::new(snake_case(name)) }
}

fn read(raw: &RawValue, depth: usize) -> Result<Json, serde_json::Error> {
    let text = raw.get();
    Ok(match text.as_bytes().first() {
        Some(b'{') if depth < MAX_DEPTH => {
            let Fields(fields) = serde_json::from_str(text)?;
            let mut out = Vec::with_capacity(fields.len());
            for (name, value) in fields {
                out.push((name, read(value, depth + 1)?));
            }
            Json::Object(out)
        }
        Some(b'[') if depth < MAX_DEPTH => {
            let items: Vec<&RawValue> = serde_json::from_str(text)?;
            Json::List(items.into_iter().map(|item| read(item, depth + 1)).collect::<Result<_, _>>()?)
        }
        Some(b'"') => {
            let Text(text) = serde_json::from_str(text)?;
            Json::Text(SmolStr::new(text))
        }
        Some(b't') => Json::Bool(true),
        Some(b'f') => Json::Bool(false),
        Some(b'-' | b'0'..=b'9') => number(text).map_or(Json::Null, Json::Number),
        _ => Json::Null,
    })
}

/// A number from its digits; none where a decimal of 28 digits cannot hold it.
fn number(text: &str) -> Option<Decimal> {
    let parsed = if text.contains(['e', 'E']) {
        Decimal::from_scientific(text).ok()
    } else {
        Decimal::from_str_exact(text).ok()
    };
    parsed.map(|n| n.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        let json = Json::parse(r#"{"a":0.1,"b":123456789012345678901234,"c":1e2,"cartId":1.50}"#).unwrap();
        let shown = |name: &str| match json.get(name) {
            Some(Json::Number(n)) => n.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(shown("a"), "0.1");
        assert_eq!(shown("b"), "123456789012345678901234");
        assert_eq!(shown("c"), "100");
        assert_eq!(shown("cart_id"), "1.5");
    }

    #[test]
    fn what_is_nested_too_deep_is_not_looked_at() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        // The reader may refuse it or pass it over; it must come back.
        let _ = Json::parse(&deep);
    }
}
