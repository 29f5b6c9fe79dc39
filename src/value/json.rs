//! JSON with exact numbers, and names in snake case.

use super::duration::parse_duration;
use super::thing::thing;
use super::{Type, Value, parse_date, parse_instant, parse_local, parse_minute};
use crate::source::snake_case;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;
use smol_str::SmolStr;
use std::borrow::Cow;

/// Values nested deeper than this are not looked at.
const MAX_DEPTH: usize = 32;

/// A JSON value. Numbers are exact decimals, names of objects stand in snake case.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
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

    pub(crate) fn from_raw(raw: &RawValue) -> Result<Json, serde_json::Error> {
        Reader { text: raw.get(), at: 0 }.value(0)
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
            Value::Thing(fields) => {
                Json::Object(fields.iter().map(|(name, value)| (name.clone(), Json::of(value))).collect())
            }
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
            (Type::Duration, Json::Text(t)) => Value::Duration(parse_duration(t).map_err(|_| ())?.millis),
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
            (Type::Any, Json::Object(fields)) => thing(fields, None, zoned),
            (Type::Thing(kept), Json::Object(fields)) => thing(fields, Some(kept), zoned),
            (Type::Thing(_), Json::List(items)) => {
                Value::List(items.iter().map(|item| item.typed(ty, zoned).ok().flatten().unwrap_or_default()).collect())
            }
            (Type::Thing(_), _) => return self.typed(&Type::Any, zoned),
            _ => return Err(()),
        };
        Ok(Some(value))
    }
}

/// Reads a text that is known to be JSON, in one pass: what is nested too deep is passed over.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// The next byte that is no space.
    fn next(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes over a sign, if it is the next.
    fn passes(&mut self, sign: u8) -> bool {
        let passes = self.next() == Some(sign);
        self.at += usize::from(passes);
        passes
    }

    /// From here on as far as bytes are of a kind.
    fn take(&mut self, is_inside: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let end = self.at + rest.iter().take_while(|byte| is_inside(**byte)).count();
        let taken = self.text.get(self.at..end).unwrap_or_default();
        self.at = end;
        taken
    }

    fn value(&mut self, depth: usize) -> Result<Json, serde_json::Error> {
        Ok(match self.next() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => {
                self.pass_over();
                Json::Null
            }
            Some(b'{') => {
                self.at += 1;
                let mut fields = Vec::new();
                while self.next() == Some(b'"') {
                    let name = self.string(snake)?;
                    self.passes(b':');
                    fields.push((name, self.value(depth + 1)?));
                    self.passes(b',');
                }
                self.passes(b'}');
                Json::Object(fields)
            }
            Some(b'[') => {
                self.at += 1;
                let mut items = Vec::new();
                while !self.passes(b']') && self.next().is_some() {
                    items.push(self.value(depth + 1)?);
                    self.passes(b',');
                }
                Json::List(items)
            }
            Some(b'"') => Json::Text(self.string(|text| SmolStr::new(text))?),
            Some(b'-' | b'0'..=b'9') => {
                let digits = self.take(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
                number(digits).map_or(Json::Null, Json::Number)
            }
            _ => match self.take(|byte| byte.is_ascii_lowercase()) {
                "true" => Json::Bool(true),
                "false" => Json::Bool(false),
                "null" => Json::Null,
                _ => {
                    // Nothing else is JSON: it ends here.
                    self.at = self.text.len();
                    Json::Null
                }
            },
        })
    }

    /// The next text as it is written, with its quotes.
    fn quoted(&mut self) -> &'a str {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let mut end = 1;
        loop {
            match rest.get(end) {
                Some(b'\\') => end += 2,
                Some(b'"') | None => break,
                Some(_) => end += 1,
            }
        }
        let taken = self.text.get(self.at..self.at + end + 1).unwrap_or_default();
        self.at += end + 1;
        taken
    }

    fn string(&mut self, made: impl Fn(&str) -> SmolStr) -> Result<SmolStr, serde_json::Error> {
        let quoted = self.quoted();
        if quoted.contains('\\') {
            let Text(text) = serde_json::from_str(quoted)?;
            return Ok(made(&text));
        }
        Ok(made(quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default()))
    }

    /// Passes over a list or an object.
    fn pass_over(&mut self) {
        let mut open = 0usize;
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'"' => {
                    self.quoted();
                    continue;
                }
                b'{' | b'[' => open += 1,
                b'}' | b']' => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return;
            }
        }
    }
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// Snake case, without work for what is in it already.
fn snake(name: &str) -> SmolStr {
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if plain { SmolStr::new(name) } else { SmolStr::new(snake_case(name)) }
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
        let deep = format!("[{}\"]\\\"[\"{}, 7]", "[".repeat(100_000), "]".repeat(100_000));
        let Json::List(items) = Json::parse(&deep).unwrap() else { panic!("a list") };
        assert_eq!(items[1..], [Json::Number(7.into())], "what follows is read");
        let mut depth = 1;
        let mut inner = &items[0];
        while let Json::List(items) = inner {
            (depth, inner) = (depth + 1, &items[0]);
        }
        assert_eq!((depth, inner), (MAX_DEPTH, &Json::Null));
    }

    #[test]
    fn spaces_and_escapes_stand_anywhere() {
        let text = " { \"a\\u0042c\" : [ ] , \"d\": [ {} ,\t-0.50 , \"\\\\\" ,\"\\\"\", \"\u{e9}\\n\", null ,true,false ] , \"\":1e2 } ";
        let json = Json::parse(text).unwrap();
        let text = |text: &str| Json::Text(text.into());
        let items = vec![
            Json::Object(vec![]),
            Json::Number("-0.5".parse().unwrap()),
            text("\\"),
            text("\""),
            text("\u{e9}\n"),
            Json::Null,
            Json::Bool(true),
            Json::Bool(false),
        ];
        let fields = [("a_bc", Json::List(vec![])), ("d", Json::List(items)), ("", Json::Number(100.into()))];
        assert_eq!(json, Json::Object(fields.map(|(name, value)| (name.into(), value)).to_vec()));
        for broken in ["\"\\ud800\"", "{\"a\\ud800\":1}", "[1,]", "{\"a\" 1}", "01", "nul", "\"\u{1}\"", ""] {
            assert!(Json::parse(broken).is_err(), "{broken}");
        }
    }
}
