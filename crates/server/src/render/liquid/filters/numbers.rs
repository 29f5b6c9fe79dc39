//! Filters that calculate: with exact decimals, since money is never a float.

use crate::render::liquid::number::is_whole;
use crate::render::liquid::state::state;
use journey::rust_decimal::{Decimal, RoundingStrategy};
use liquid_core::{Runtime, Value, ValueView};

type Made = Result<Value, String>;

fn number(value: &dyn ValueView, runtime: &dyn Runtime) -> Result<Decimal, String> {
    let found = state(runtime).numbers.number(value);
    found.ok_or_else(|| format!("`{}` is no number", value.to_kstr().chars().take(60).collect::<String>()))
}

fn operand(asked: &[Value], runtime: &dyn Runtime) -> Result<Decimal, String> {
    number(asked.first().ok_or("a number is to stand behind it")?, runtime)
}

fn made(number: Option<Decimal>, runtime: &dyn Runtime) -> Made {
    let number = number.ok_or("the number would be too big")?;
    Ok(state(runtime).numbers.value(number))
}

pub(super) fn abs(input: &dyn ValueView, _: &[Value], runtime: &dyn Runtime) -> Made {
    made(Some(number(input, runtime)?.abs()), runtime)
}

pub(super) fn at_least(input: &dyn ValueView, asked: &[Value], runtime: &dyn Runtime) -> Made {
    made(Some(number(input, runtime)?.max(operand(asked, runtime)?)), runtime)
}

pub(super) fn at_most(input: &dyn ValueView, asked: &[Value], runtime: &dyn Runtime) -> Made {
    made(Some(number(input, runtime)?.min(operand(asked, runtime)?)), runtime)
}

pub(super) fn ceil(input: &dyn ValueView, _: &[Value], runtime: &dyn Runtime) -> Made {
    made(Some(number(input, runtime)?.ceil()), runtime)
}

pub(super) fn floor(input: &dyn ValueView, _: &[Value], runtime: &dyn Runtime) -> Made {
    made(Some(number(input, runtime)?.floor()), runtime)
}

pub(super) fn plus(input: &dyn ValueView, asked: &[Value], runtime: &dyn Runtime) -> Made {
    made(number(input, runtime)?.checked_add(operand(asked, runtime)?), runtime)
}

pub(super) fn minus(input: &dyn ValueView, asked: &[Value], runtime: &dyn Runtime) -> Made {
    made(number(input, runtime)?.checked_sub(operand(asked, runtime)?), runtime)
}

pub(super) fn times(input: &dyn ValueView, asked: &[Value], runtime: &dyn Runtime) -> Made {
    made(number(input, runtime)?.checked_mul(operand(asked, runtime)?), runtime)
}

/// As Liquid has it: by a whole number it goes without a rest, where the other is whole too.
pub(super) fn divided_by(input: &dyn ValueView, asked: &[Value], runtime: &dyn Runtime) -> Made {
    let (number, by) = (number(input, runtime)?, operand(asked, runtime)?);
    let quotient = number.checked_div(by).ok_or("nothing can be divided by 0")?;
    if is_whole(input) && asked.first().is_some_and(|by| is_whole(by)) {
        return made(Some(quotient.floor()), runtime);
    }
    // As many digits as a float shows: a third has no end.
    made(quotient.round_sf(15), runtime)
}

pub(super) fn modulo(input: &dyn ValueView, asked: &[Value], runtime: &dyn Runtime) -> Made {
    let (number, by) = (number(input, runtime)?, operand(asked, runtime)?);
    let rest = number.checked_rem(by).ok_or("nothing can be divided by 0")?;
    // The sign is that of what it is divided by.
    let rest = if !rest.is_zero() && rest.is_sign_negative() != by.is_sign_negative() { rest + by } else { rest };
    made(Some(rest), runtime)
}

pub(super) fn round(input: &dyn ValueView, asked: &[Value], runtime: &dyn Runtime) -> Made {
    made(Some(rounded(input, places(asked)?, runtime)?), runtime)
}

/// A number as a price is written, with as many places as are asked for: a text, since a number would lose its zeros.
pub(super) fn decimals(input: &dyn ValueView, asked: &[Value], runtime: &dyn Runtime) -> Made {
    let places = places(asked)?;
    let number = rounded(input, places, runtime)?;
    // No price is -0.00.
    let number = if number.is_zero() { Decimal::ZERO } else { number };
    Ok(Value::scalar(format!("{number:.*}", usize::try_from(places).unwrap_or(0))))
}

fn places(asked: &[Value]) -> Result<u32, String> {
    let places = match asked.first() {
        Some(places) => places.as_scalar().and_then(|n| n.to_integer()).ok_or("places are a whole number")?,
        None => 0,
    };
    Ok(u32::try_from(places.clamp(0, 28)).unwrap_or(0))
}

fn rounded(input: &dyn ValueView, places: u32, runtime: &dyn Runtime) -> Result<Decimal, String> {
    let number = number(input, runtime)?;
    Ok(number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero))
}

pub(super) fn sum(input: &dyn ValueView, asked: &[Value], runtime: &dyn Runtime) -> Made {
    let list = input.as_array().ok_or("this is no list")?;
    let name = asked.first().map(|name| name.to_kstr().into_string());
    let mut total = Decimal::ZERO;
    for item in list.values() {
        let item = match &name {
            Some(name) => {
                item.as_object().and_then(|object| object.get(name)).ok_or("a thing of the list has it not")?
            }
            None => item,
        };
        total = total.checked_add(number(item, runtime)?).ok_or("the number would be too big")?;
    }
    made(Some(total), runtime)
}
