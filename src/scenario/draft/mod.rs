//! Drafts of tests: people are made up and played until together they reach every step and branch of a journey, as far as
//! that is found. Nothing is left to chance: the same program gives the same drafts.

mod pool;
mod search;
mod write;

use super::coverage::{Coverage, Item};
use crate::ir;
use crate::program::Program;
use crate::source::SourceFile;

/// Draft tests of a journey.
#[derive(Debug, Clone)]
pub struct Drafts {
    /// The tests as they are written in a file; empty: no way into the journey was found.
    pub text: String,
    /// How many tests they are.
    pub tests: usize,
    /// Steps and branches of the journey that none of them reaches.
    pub missed: Vec<Item>,
    /// How many steps and branches the journey has.
    pub all: usize,
}

/// Drafts tests of a journey that together reach its steps and branches. They say what the program does now, be it
/// right or wrong: somebody has to read them.
///
/// ```
/// use journey::{Program, SourceFile, scenario};
///
/// let source = SourceFile::new("cart.journey", "on cart_abandoned: email recs; if opened within 1d then sms offer");
/// let (program, typed) = Program::compile_typed(vec![source]).map_err(|e| e.to_string())?;
/// let drafts = scenario::draft(&program, &typed, "cart").ok_or("no journey")?;
/// assert_eq!(drafts.missed.len(), 0);
/// println!("{}", drafts.text);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn draft(program: &Program, typed: &ir::Program, journey: &str) -> Option<Drafts> {
    let journey = typed.journeys.iter().find(|j| j.name == journey)?;
    let mut coverage = Coverage::of(typed);
    coverage.only(&journey.name);
    let found = search::search(program, typed, journey, &coverage);
    let mut text = String::new();
    for (number, sketch) in found.iter().enumerate() {
        write::test(program, typed, journey, sketch, number + 1, &mut coverage, &mut text);
    }
    // In the form that `journey fmt` writes.
    let text = crate::syntax::format(&SourceFile::new("drafts.journey", text.as_str())).unwrap_or(text);
    let missed: Vec<Item> = coverage.items().iter().filter(|item| !item.reached).cloned().collect();
    Some(Drafts { text, tests: found.len(), missed, all: coverage.items().len() })
}
