//! Filters of texts.

use crate::render::html::escape as escaped;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use liquid_core::{Runtime, Value, ValueView};

pub(super) fn escape(input: &dyn ValueView, _: &[Value], _: &dyn Runtime) -> Result<Value, String> {
    Ok(Value::scalar(escaped::text(&input.to_kstr(), false, false)))
}

/// Characters of a text, things of a list.
pub(super) fn size(input: &dyn ValueView, _: &[Value], _: &dyn Runtime) -> Result<Value, String> {
    let many = match (input.as_array(), input.as_object()) {
        (Some(list), _) => list.size(),
        (None, Some(object)) => object.size(),
        (None, None) => i64::try_from(input.to_kstr().chars().count()).unwrap_or(i64::MAX),
    };
    Ok(Value::scalar(many))
}

/// At nothing, a text is divided into its characters; empty pieces at the end are left out.
pub(super) fn split(input: &dyn ValueView, asked: &[Value], _: &dyn Runtime) -> Result<Value, String> {
    let text = input.to_kstr();
    let at = asked.first().map(|at| at.to_kstr().into_string()).unwrap_or_default();
    let mut pieces: Vec<String> = match at.as_str() {
        "" => text.chars().map(String::from).collect(),
        " " => text.split_whitespace().map(str::to_owned).collect(),
        at => text.split(at).map(str::to_owned).collect(),
    };
    while pieces.last().is_some_and(String::is_empty) {
        pieces.pop();
    }
    Ok(Value::Array(pieces.into_iter().map(Value::scalar).collect()))
}

pub(super) fn remove_last(input: &dyn ValueView, asked: &[Value], _: &dyn Runtime) -> Result<Value, String> {
    Ok(last(input, asked, ""))
}

pub(super) fn replace_last(input: &dyn ValueView, asked: &[Value], _: &dyn Runtime) -> Result<Value, String> {
    let by = asked.get(1).map(|by| by.to_kstr().into_string()).unwrap_or_default();
    Ok(last(input, asked, &by))
}

fn last(input: &dyn ValueView, asked: &[Value], by: &str) -> Value {
    let text = input.to_kstr().into_string();
    let sought = asked.first().map(|sought| sought.to_kstr().into_string()).unwrap_or_default();
    let made = text.rsplit_once(sought.as_str()).map(|(before, after)| format!("{before}{by}{after}"));
    Value::scalar(made.unwrap_or(text))
}

pub(super) fn base64_encode(input: &dyn ValueView, _: &[Value], _: &dyn Runtime) -> Result<Value, String> {
    Ok(Value::scalar(STANDARD.encode(input.to_kstr().as_bytes())))
}

pub(super) fn base64_url_safe_encode(input: &dyn ValueView, _: &[Value], _: &dyn Runtime) -> Result<Value, String> {
    Ok(Value::scalar(URL_SAFE.encode(input.to_kstr().as_bytes())))
}

pub(super) fn base64_decode(input: &dyn ValueView, _: &[Value], _: &dyn Runtime) -> Result<Value, String> {
    decoded(STANDARD.decode(input.to_kstr().as_bytes()).ok())
}

pub(super) fn base64_url_safe_decode(input: &dyn ValueView, _: &[Value], _: &dyn Runtime) -> Result<Value, String> {
    decoded(URL_SAFE.decode(input.to_kstr().as_bytes()).ok())
}

fn decoded(bytes: Option<Vec<u8>>) -> Result<Value, String> {
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.map(Value::scalar).ok_or_else(|| "this is no text in Base64".to_owned())
}
