//! Filters of lists of things.

use liquid_core::model::ValueViewCmp;
use liquid_core::{Runtime, Value, ValueView};

pub(super) fn find(input: &dyn ValueView, asked: &[Value], _: &dyn Runtime) -> Result<Value, String> {
    Ok(items(input).into_iter().find(|item| fits(item, asked)).unwrap_or_default())
}

pub(super) fn find_index(input: &dyn ValueView, asked: &[Value], _: &dyn Runtime) -> Result<Value, String> {
    let at = items(input).iter().position(|item| fits(item, asked)).and_then(|at| i64::try_from(at).ok());
    Ok(at.map_or(Value::Nil, Value::scalar))
}

pub(super) fn has(input: &dyn ValueView, asked: &[Value], _: &dyn Runtime) -> Result<Value, String> {
    Ok(Value::scalar(items(input).iter().any(|item| fits(item, asked))))
}

pub(super) fn reject(input: &dyn ValueView, asked: &[Value], _: &dyn Runtime) -> Result<Value, String> {
    Ok(Value::Array(items(input).into_iter().filter(|item| !fits(item, asked)).collect()))
}

fn items(input: &dyn ValueView) -> Vec<Value> {
    match input.as_array() {
        Some(list) => list.values().map(ValueView::to_value).collect(),
        None => vec![input.to_value()],
    }
}

/// Whether a thing has the property that was named, or has it as the value that was given.
fn fits(item: &Value, asked: &[Value]) -> bool {
    let Some(name) = asked.first().map(|name| name.to_kstr().into_string()) else { return false };
    let Some(found) = item.as_object().and_then(|object| object.get(&name)) else { return false };
    match asked.get(1) {
        Some(value) => ValueViewCmp::new(found) == ValueViewCmp::new(value),
        None => found.query_state(liquid_core::model::State::Truthy),
    }
}
