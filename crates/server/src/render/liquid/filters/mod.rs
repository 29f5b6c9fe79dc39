//! Filters of Liquid that are ours: those that calculate, so that money is exact; dates, so that "now" is the moment of the
//! send; and those that the reader of Liquid we stand on does not have.

mod dates;
mod lists;
mod numbers;
mod texts;

use super::state::refuse;
use liquid_core::parser::{FilterArguments, ParameterReflection};
use liquid_core::{Error, Expression, Filter, FilterReflection, ParseFilter, Result, Runtime, Value, ValueView};
use std::fmt;

/// What a filter does with its input and what stands behind the `:`. What goes wrong is told in words.
type Does = fn(&dyn ValueView, &[Value], &dyn Runtime) -> Result<Value, String>;

/// A filter of ours.
#[derive(Clone, Copy)]
pub(super) struct Own {
    name: &'static str,
    /// How many values it takes, the fewest and the most.
    takes: (usize, usize),
    does: Does,
}

/// All of them.
pub(super) const OWN: &[Own] = &[
    own("abs", (0, 0), numbers::abs),
    own("at_least", (1, 1), numbers::at_least),
    own("at_most", (1, 1), numbers::at_most),
    own("ceil", (0, 0), numbers::ceil),
    own("decimals", (1, 1), numbers::decimals),
    own("divided_by", (1, 1), numbers::divided_by),
    own("floor", (0, 0), numbers::floor),
    own("minus", (1, 1), numbers::minus),
    own("modulo", (1, 1), numbers::modulo),
    own("plus", (1, 1), numbers::plus),
    own("round", (0, 1), numbers::round),
    own("times", (1, 1), numbers::times),
    own("sum", (0, 1), numbers::sum),
    own("date", (1, 1), dates::date),
    own("find", (1, 2), lists::find),
    own("find_index", (1, 2), lists::find_index),
    own("has", (1, 2), lists::has),
    own("reject", (1, 2), lists::reject),
    own("h", (0, 0), texts::escape),
    own("size", (0, 0), texts::size),
    own("split", (1, 1), texts::split),
    own("remove_last", (1, 1), texts::remove_last),
    own("replace_last", (1, 2), texts::replace_last),
    own("base64_encode", (0, 0), texts::base64_encode),
    own("base64_decode", (0, 0), texts::base64_decode),
    own("base64_url_safe_encode", (0, 0), texts::base64_url_safe_encode),
    own("base64_url_safe_decode", (0, 0), texts::base64_url_safe_decode),
];

const fn own(name: &'static str, takes: (usize, usize), does: Does) -> Own {
    Own { name, takes, does }
}

impl FilterReflection for Own {
    fn name(&self) -> &str {
        self.name
    }

    fn description(&self) -> &str {
        self.name
    }

    fn positional_parameters(&self) -> &'static [ParameterReflection] {
        &[]
    }

    fn keyword_parameters(&self) -> &'static [ParameterReflection] {
        &[]
    }
}

impl ParseFilter for Own {
    fn parse(&self, mut arguments: FilterArguments<'_>) -> Result<Box<dyn Filter>> {
        let asked: Vec<Expression> = arguments.positional.collect();
        let (fewest, most) = self.takes;
        if !(fewest..=most).contains(&asked.len()) || arguments.keyword.next().is_some() {
            let takes = if fewest == most { most.to_string() } else { format!("{fewest} to {most}") };
            return Err(Error::with_msg(format!("the filter `{}` takes {takes} values", self.name)));
        }
        Ok(Box::new(Applied { own: *self, asked }))
    }

    fn reflection(&self) -> &dyn FilterReflection {
        self
    }
}

struct Applied {
    own: Own,
    asked: Vec<Expression>,
}

impl fmt::Debug for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.own.name)
    }
}

impl fmt::Display for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.own.name)
    }
}

impl Filter for Applied {
    fn evaluate(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<Value> {
        let asked: Result<Vec<Value>> =
            self.asked.iter().map(|expression| Ok(expression.evaluate(runtime)?.into_owned())).collect();
        (self.own.does)(input, &asked?, runtime)
            .map_err(|problem| refuse(runtime, format!("`| {}`: {problem}", self.own.name)))
    }
}
