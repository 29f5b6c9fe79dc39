//! What stands around every filter of a text: something missing stays missing, and nothing grows without bound.

use super::MOST_BYTES;
use super::output::{name_of, written};
use super::state::{refuse, state};
use liquid_core::parser::{FilterArguments, ParameterReflection};
use liquid_core::{Expression, Filter, FilterReflection, ParseFilter, Result, Runtime, Value, ValueView};
use std::fmt;

/// A filter with its guard.
#[derive(Clone)]
pub(super) struct Guarded(pub(super) Box<dyn ParseFilter>);

impl FilterReflection for Guarded {
    fn name(&self) -> &str {
        self.0.reflection().name()
    }

    fn description(&self) -> &str {
        self.0.reflection().description()
    }

    fn positional_parameters(&self) -> &'static [ParameterReflection] {
        self.0.reflection().positional_parameters()
    }

    fn keyword_parameters(&self) -> &'static [ParameterReflection] {
        self.0.reflection().keyword_parameters()
    }
}

impl ParseFilter for Guarded {
    fn parse(&self, arguments: FilterArguments<'_>) -> Result<Box<dyn Filter>> {
        let positional: Vec<Expression> = arguments.positional.collect();
        let keyword: Vec<(&str, Expression)> = arguments.keyword.collect();
        let asked = positional.iter().chain(keyword.iter().map(|(_, value)| value)).cloned().collect();
        let inner = self.0.parse(FilterArguments {
            positional: Box::new(positional.into_iter()),
            keyword: Box::new(keyword.into_iter()),
        })?;
        Ok(Box::new(Guard { name: self.name().to_owned(), inner, asked }))
    }

    fn reflection(&self) -> &dyn FilterReflection {
        self
    }
}

#[derive(Debug)]
struct Guard {
    name: String,
    inner: Box<dyn Filter>,
    /// What stands behind the `:`.
    asked: Vec<Expression>,
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Filter for Guard {
    fn evaluate(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<Value> {
        let is_default = self.name == "default";
        let has_hole = || input.as_array().is_some_and(|list| list.values().any(|item| item.is_nil()));
        if !is_default && (input.is_nil() || self.name == "join" && has_hole()) {
            return Ok(Value::Nil);
        }
        // What is there needs no other value.
        if is_default {
            state(runtime).because = None;
            if !input.query_state(liquid_core::model::State::DefaultValue) {
                return Ok(input.to_value());
            }
        }
        for expression in self.asked.iter().filter(|asked| matches!(asked, Expression::Variable(_))) {
            if expression.evaluate(runtime)?.is_nil() {
                let name = name_of(&written(expression));
                state(runtime).because = Some(name);
                return Ok(Value::Nil);
            }
        }
        self.fits(input, runtime)?;
        let made = self.inner.evaluate(input, runtime)?;
        if size(&made) > MOST_BYTES {
            return Err(refuse(runtime, format!("what `| {}` gives has more than {MOST_BYTES} bytes", self.name)));
        }
        Ok(made)
    }
}

impl Guard {
    /// Refuses what would be too big before it is made: each of these can multiply.
    fn fits(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<()> {
        let asked = |at: usize| {
            self.asked
                .get(at)
                .and_then(|of| of.evaluate(runtime).ok())
                .map_or_else(String::new, |v| v.to_kstr().into_string())
        };
        let bytes = match self.name.as_str() {
            "replace" => {
                let (text, from) = (input.to_kstr(), asked(0));
                let times =
                    if from.is_empty() { text.chars().count() + 1 } else { text.matches(from.as_str()).count() };
                times.saturating_mul(asked(1).len())
            }
            "join" => input.as_array().map_or(0, |list| list.values().count().saturating_mul(asked(0).len())),
            // One place for each byte.
            "split" => input.to_kstr().len().saturating_mul(16),
            _ => 0,
        };
        if bytes > 16 * MOST_BYTES {
            return Err(refuse(runtime, format!("what `| {}` gives has more than {MOST_BYTES} bytes", self.name)));
        }
        Ok(())
    }
}

/// About how many bytes a value takes.
fn size(value: &Value) -> usize {
    match value {
        Value::Scalar(scalar) if scalar.type_name() == "string" => scalar.to_kstr().len(),
        Value::Array(items) => items.iter().map(|item| 16 + size(item)).sum(),
        Value::Object(fields) => fields.iter().map(|(name, value)| 16 + name.len() + size(value)).sum(),
        _ => 8,
    }
}
