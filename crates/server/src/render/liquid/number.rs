//! Exact numbers in a language that has floats.

use journey::rust_decimal::Decimal;
use journey::rust_decimal::prelude::ToPrimitive;
use liquid_core::{Value, ValueView};
use std::collections::HashMap;

/// The digits of numbers that their float does not show: Liquid holds a float, and people read the digits.
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbers {
    digits: HashMap<u64, String>,
}

impl Numbers {
    /// A number as Liquid holds it.
    pub(crate) fn value(&mut self, number: Decimal) -> Value {
        let number = number.normalize();
        if let (0, Some(whole)) = (number.scale(), number.to_i64()) {
            return Value::scalar(whole);
        }
        let digits = number.to_string();
        let float: f64 = digits.parse().unwrap_or_default();
        if float.to_string() != digits {
            self.digits.insert(float.to_bits(), digits);
        }
        Value::scalar(float)
    }

    /// The number that a value is; a text that reads as one is one.
    pub(super) fn number(&self, value: &dyn ValueView) -> Option<Decimal> {
        let text = self.shown(value)?;
        let text = text.trim();
        if value.as_scalar()?.type_name() == "boolean" {
            return None;
        }
        Decimal::from_str_exact(text).ok()
    }

    /// A scalar as people read it.
    pub(super) fn shown(&self, value: &dyn ValueView) -> Option<String> {
        let scalar = value.as_scalar()?;
        if scalar.type_name() == "fractional number"
            && let Some(digits) = scalar.to_float().and_then(|float| self.digits.get(&float.to_bits()))
        {
            return Some(digits.clone());
        }
        Some(scalar.to_kstr().into_string())
    }
}

/// Whether it is whole by its kind: what Liquid divides without a rest.
pub(super) fn is_whole(value: &dyn ValueView) -> bool {
    value.as_scalar().is_some_and(|scalar| {
        scalar.type_name() == "whole number" || scalar.type_name() == "string" && scalar.to_integer().is_some()
    })
}
