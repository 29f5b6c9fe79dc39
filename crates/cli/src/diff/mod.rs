//! `journey diff`: what a change of a program does to customers, by playing what they did through the old one and the new.

mod difference;
mod flight;
mod gate;
mod json;
mod pair;
mod side;
mod text;
mod why;

use crate::end::{End, Ending, Failure};
use crate::inputs::{self, say_skipped};
use crate::words::{number, span};
use crate::{load, output};
use clap::{Args, ValueEnum};
use gate::Limit;
use journey::Input;
use journey::value::show_instant;
use side::{Played, Side};
use std::path::{Path, PathBuf};
use text::About;
use why::Whys;

/// What `journey diff` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The program as it is: a .journey file, a folder of them, or git:REF:PATH, such as git:main:shop.
    old: String,
    /// The program as it is to be, likewise.
    new: String,
    /// Inputs in order of arrival, one JSON object a line (Segment spec), or a .csv file; `-` is standard input, `.gz` is unpacked.
    #[arg(long, value_name = "FILE")]
    events: PathBuf,
    /// Stop here, such as 2026-03-31T00:00:00Z; what is due at this moment still happens.
    #[arg(long, value_name = "MOMENT", value_parser = inputs::until)]
    until: Option<i64>,
    /// What becomes of the people who are inside a journey at this moment, if the new program takes over then.
    #[arg(long, value_name = "MOMENT", value_parser = inputs::until, conflicts_with_all = ["until", "fail_on"])]
    at: Option<i64>,
    /// Fail where a change does more than this: "people > 5%, messages > +10%, messages < -10%".
    #[arg(long, value_name = "LIMITS", value_parser = limits)]
    fail_on: Option<Limits>,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One object.
    Json,
    /// For the comment of a pull request.
    Markdown,
}

/// All that stands behind `--fail-on`: one value, so that clap does not part it.
#[derive(Debug, Clone)]
struct Limits(Vec<Limit>);

fn limits(text: &str) -> Result<Limits, String> {
    gate::parse(text).map(Limits)
}

pub(crate) fn run(arguments: &Arguments) -> Ending {
    for side in [&arguments.old, &arguments.new] {
        load::not_both_stdin(Path::new(side), &arguments.events)?;
    }
    if arguments.old == "-" && arguments.new == "-" {
        return Err(Failure::Unusable(
            "the two programs cannot both be standard input: name a file or a folder for one of them".into(),
        ));
    }
    let (old, new) = (Side::open(&arguments.old)?, Side::open(&arguments.new)?);
    let sides = [&old, &new];
    let inputs = read(arguments)?;
    if let Some(at) = arguments.at {
        let (all, when) = (flight::flight(&old, &new, &inputs, at)?, show_instant(at));
        match arguments.format {
            Format::Json => output::exactly(&format!("{:#}\n", flight::json(&all, &when)))?,
            Format::Text | Format::Markdown => output::print(&flight::text(&all, &when))?,
        }
        return Ok(End::Good);
    }
    let (was, is) = (Played::of(&old, &inputs, arguments.until)?, Played::of(&new, &inputs, arguments.until)?);
    let all = difference::compare(sides, [&was, &is]);
    let whys = Whys::of(sides, &inputs, arguments.until, all.examples.values().flatten());
    let whys = whys.map_err(|error| error.to_string())?;
    let names = [old.name.as_str(), new.name.as_str()];
    let about = About { names, period: period(&inputs, arguments.until, &new), all: &all, whys: &whys };
    match arguments.format {
        Format::Json => output::exactly(&json::json(&about))?,
        Format::Markdown => output::exactly(&text::markdown(&about))?,
        Format::Text if all.is_empty() => output::print(&format!(
            "nothing differs for any of {} people: the same messages at the same times\n",
            number(all.people)
        ))?,
        Format::Text => output::print(&text::text(&about))?,
    }
    let broken = gate::broken(arguments.fail_on.as_ref().map_or(&[], |limits| &limits.0), &all);
    broken.iter().for_each(|why| output::say(&format!("over the limit: {why}")));
    Ok(End::good_if(broken.is_empty()))
}

/// Reads all inputs; lines that cannot be used are told of.
fn read(arguments: &Arguments) -> Result<Vec<Input>, Failure> {
    let mut all = vec![];
    let skipped = inputs::each(&arguments.events, |_, input| {
        all.push(input);
        Ok(())
    })?;
    say_skipped(skipped);
    if all.is_empty() {
        return Err(Failure::Unusable(format!(
            "no line of {} can be used, so there is nothing to compare{}",
            arguments.events.display(),
            if skipped > 0 { "" } else { ": it is empty" }
        )));
    }
    Ok(all)
}

/// `, 2026-06-01 to 2026-08-31 (Europe/Paris)`
fn period(inputs: &[Input], until: Option<i64>, side: &Side) -> String {
    let is_played = |at: &i64| until.is_none_or(|until| *at <= until);
    let arrived = || inputs.iter().map(|input| input.arrived).filter(is_played);
    let ends = arrived().min().zip(arrived().max());
    ends.map_or(String::new(), |ends| format!(", {}", span(side.typed.charter.timezone, ends)))
}
