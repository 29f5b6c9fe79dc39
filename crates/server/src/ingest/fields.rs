//! A JSON object whose values stay as they are written: numbers keep their digits.

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Names and values in the order in which they stand; of two with one name the last counts, in the place of the first.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Fields<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Fields<'a> {
    /// Reads an object.
    ///
    /// # Errors
    /// Why it is none, for people.
    pub(crate) fn parse(text: &'a str) -> Result<Self, String> {
        // What some editors write in front of a file.
        let text = text.trim_start_matches('\u{feff}');
        serde_json::from_str(text).map_err(|error| {
            if !text.trim_start().starts_with('[') {
                return told(&error);
            }
            // What is wrong within a list comes before that it is one.
            match serde_json::from_str::<IgnoredAny>(text) {
                Ok(_) => "it is a list: send one object".to_string(),
                Err(error) => told(&error),
            }
        })
    }

    /// The value under a name, as it is written; `null` is none.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(n, _)| n == name)?;
        Some(value.as_ref()).filter(|value| *value != "null")
    }

    /// The value under a name, if it is a text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// The value under a name, if it is an object.
    pub(crate) fn object(&self, name: &str) -> Option<Fields<'_>> {
        Fields::parse(self.raw(name)?).ok()
    }

    /// Whether `true` stands under a name.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.raw(name) == Some("true")
    }

    /// Puts a value under a name, in the place of what is there.
    pub(crate) fn set(&mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(n, _)| *n == name) {
            Some(field) => field.1 = value,
            None => self.0.push((name, value)),
        }
    }

    /// Puts a text under a name.
    pub(crate) fn set_text(&mut self, name: impl Into<Cow<'a, str>>, value: &str) {
        self.set(name, quoted(value));
    }

    /// Takes what stands under a name away; `null` is none.
    pub(crate) fn take(&mut self, name: &str) -> Option<Cow<'a, str>> {
        let at = self.0.iter().position(|(n, _)| n == name)?;
        Some(self.0.remove(at).1).filter(|value| *value != "null")
    }

    /// Takes over what another object has and this one has not.
    pub(crate) fn fill(&mut self, other: &Fields<'a>) {
        for (name, value) in &other.0 {
            if self.raw(name).is_none() {
                self.set(name.clone(), value.clone());
            }
        }
    }

    /// The same, on its own feet.
    pub(crate) fn owned(self) -> Fields<'static> {
        let own = |text: Cow<'a, str>| Cow::Owned(text.into_owned());
        Fields(self.0.into_iter().map(|(name, value)| (own(name), own(value))).collect())
    }

    /// Whether nothing stands in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The object on one line.
    pub(crate) fn write(&self) -> String {
        let mut out = String::from("{");
        for (name, value) in &self.0 {
            if out.len() > 1 {
                out.push(',');
            }
            out.push_str(&quoted(name));
            out.push(':');
            out.push_str(value);
        }
        out.push('}');
        one_line(out)
    }
}

/// Why a text is no object, for people.
fn told(error: &serde_json::Error) -> String {
    match error.classify() {
        serde_json::error::Category::Data => "it is no JSON object".to_string(),
        serde_json::error::Category::Eof => "it is no JSON object: it stops before it is finished".to_string(),
        _ => format!(
            "it is no JSON object: what stands at line {}, column {} does not belong there",
            error.line(),
            error.column()
        ),
    }
}

/// A text as JSON writes it.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// JSON without line ends: in JSON they only stand between values.
pub(crate) fn one_line(json: impl Into<String>) -> String {
    let json: String = json.into();
    if json.contains(['\n', '\r']) { json.replace(['\n', '\r'], " ") } else { json }
}

/// The items of a list, as they are written; none if it is no list.
pub(crate) fn items(raw: &str) -> Option<Vec<&str>> {
    let items: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
    Some(items.into_iter().map(RawValue::get).collect())
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut found = Fields::default();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if found.0.len() >= MOST {
                        return Err(A::Error::custom("too many names"));
                    }
                    found.set(name, value.get());
                }
                Ok(found)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// Names of one object at most: each is looked for among those before it. An event of the largest size holds no more.
const MOST: usize = 6_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_as_they_are_written() {
        let mut fields = Fields::parse("{\"total\": 19.90, \"a\":\n{\"b\" : 1e400},\r\n \"total\": 0.10}").unwrap();
        fields.set_text("x", "\"\n");
        assert_eq!(fields.write(), r#"{"total":0.10,"a":{"b" : 1e400},"x":"\"\n"}"#);
        assert_eq!(fields.take("total").as_deref(), Some("0.10"));
        assert_eq!(Fields::parse("{\"a\":null}").unwrap().raw("a"), None);
    }

    #[test]
    fn what_is_no_object_says_so() {
        assert_eq!(Fields::parse("1").unwrap_err(), "it is no JSON object");
        assert_eq!(Fields::parse(" [1]").unwrap_err(), "it is a list: send one object");
        assert!(Fields::parse("[1,").unwrap_err().contains("stops"));
        assert!(Fields::parse("{\"a\":").unwrap_err().contains("stops"));
        assert!(Fields::parse("{a:1}").unwrap_err().contains("line 1, column 2"));
        let many: Vec<String> = (0..=MOST).map(|n| format!("\"k{n}\":1")).collect();
        assert!(Fields::parse(&format!("{{{}}}", many.join(","))).is_err());
    }
}
