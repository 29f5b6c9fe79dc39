//! Whether a condition can come out one way only, given what is known to hold at that moment (entailment).

use super::cells::{Axis, Cell, axes, cells, is_small};
use super::consistent::{self, Fuel, with_segments};
use super::covers;
use super::truth::World;
use crate::ir::{Expr, Program};
use crate::kleene::Truth;
use crate::source::Span;

/// Something known where a condition is asked.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) cond: Expr,
    /// Whether it holds; else it does not, be it false or unknown.
    pub(super) holds: bool,
    /// Where it is written.
    pub(super) place: Span,
    /// The things that it speaks about.
    axes: Vec<Axis>,
}

impl Given {
    pub(super) fn new(program: &Program, cond: Expr, holds: bool, place: Span) -> Self {
        let axes = if is_small(&cond) { axes(program, std::iter::once(&cond)) } else { vec![] };
        Self { cond, holds, place, axes }
    }

    /// Whether it says something about one of these things.
    fn is_about(&self, axes: &[Axis]) -> bool {
        self.axes.iter().any(|axis| axes.contains(axis))
    }
}

/// Of what is known, the newest that says something about these things.
pub(super) fn about<'a>(given: &[&'a Given], axes: &[Axis]) -> Vec<&'a Given> {
    given.iter().rev().filter(|given| given.is_about(axes)).take(GIVEN).copied().collect()
}

/// The one way in which a condition comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settled {
    /// Whether it always holds; by its own bounds, where its values are known. Else it never does.
    pub(crate) always: bool,
    /// What settles it; none: its own bounds.
    pub(crate) by: Option<Span>,
}

/// So many known things are looked at.
const GIVEN: usize = 16;

/// Whether a condition can come out one way only.
pub(super) fn settle(program: &Program, fuel: &Fuel, given: &[&Given], cond: &Expr) -> Option<Settled> {
    if !is_small(cond) {
        return None;
    }
    // By itself first: then nothing else is to blame.
    let alone = by_literals(program, cond)
        .or_else(|| by_cells(program, &[], cond))
        .or_else(|| by_all(program, fuel, &[], cond));
    if let Some(always) = alone {
        return Some(Settled { always, by: None });
    }
    by_given(program, fuel, &about(given, &axes(program, std::iter::once(cond))), cond)
}

/// Whether what is known settles a condition.
pub(super) fn by_given(program: &Program, fuel: &Fuel, given: &[&Given], cond: &Expr) -> Option<Settled> {
    if !is_small(cond) || given.is_empty() {
        return None;
    }
    for known in given {
        let always = match known.holds {
            true => covers::expr(cond, &known.cond).then_some(true),
            // Where the wider one does not hold, the narrower does not.
            false => covers::expr(&known.cond, cond).then_some(false),
        };
        if let Some(always) = always.or_else(|| by_cells(program, &[known], cond)) {
            return Some(Settled { always, by: Some(known.place) });
        }
    }
    let by = given.first().map(|known| known.place);
    if given.len() > 1
        && let Some(always) = by_cells(program, given, cond)
    {
        return Some(Settled { always, by });
    }
    by_all(program, fuel, given, cond).map(|always| Settled { always, by })
}

/// By all things together; what is alone with one thing was looked at already.
fn by_all(program: &Program, fuel: &Fuel, given: &[&Given], cond: &Expr) -> Option<bool> {
    let conds = with_segments(program, given.iter().map(|given| &given.cond).chain([cond]));
    if axes(program, conds.into_iter()).len() < 2 {
        return None;
    }
    let mut all: Vec<_> = given.iter().map(|given| (&given.cond, given.holds)).collect();
    // What is known can contradict itself: then it says nothing.
    let mut can = |holds: bool| {
        all.push((cond, holds));
        let can = consistent::can_be(program, fuel, &all);
        all.pop();
        can
    };
    match (can(true), can(false)) {
        (false, true) => Some(false),
        (true, false) => Some(true),
        _ => None,
    }
}

fn by_literals(program: &Program, cond: &Expr) -> Option<bool> {
    World::new(program, |_: &Expr| None).truth(cond).certain()
}

fn by_cells(program: &Program, given: &[&Given], cond: &Expr) -> Option<bool> {
    for axis in axes(program, std::iter::once(cond)) {
        let Some(cells) = possible(program, given, std::iter::once(cond), &axis) else { continue };
        let mut truths = cells.iter().map(|cell| {
            let truth = World::new(program, |part: &Expr| axis.fact(program, cell, part)).truth(cond);
            (cell, truth)
        });
        if cells.is_empty() {
            continue;
        }
        if truths.clone().all(|(_, truth)| !truth.may_hold()) {
            return Some(false);
        }
        // Bounds that cover all values say nothing of a missing one; that much is allowed for, and told.
        let is_missing = |cell: &Cell| given.is_empty() && matches!(cell, Cell::Value(value) if value.is_missing());
        let known = truths.clone().filter(|(cell, _)| !is_missing(cell)).count();
        if known > 0 && truths.all(|(cell, truth)| truth == Truth::YES || truth == Truth::UNKNOWN && is_missing(cell)) {
            return Some(true);
        }
    }
    None
}

/// Whether a condition surely holds.
pub(super) fn surely(program: &Program, given: &[&Given], cond: &Expr) -> bool {
    if !is_small(cond) {
        return false;
    }
    let all = about(given, &axes(program, std::iter::once(cond)));
    let follows = |given: &&Given| given.holds && covers::expr(cond, &given.cond);
    let holds_in = |axis: &Axis| {
        let cells = possible(program, &all, std::iter::once(cond), axis).unwrap_or_default();
        let holds =
            |cell: &Cell| World::new(program, |part: &Expr| axis.fact(program, cell, part)).truth(cond) == Truth::YES;
        !cells.is_empty() && cells.iter().all(holds)
    };
    by_literals(program, cond) == Some(true)
        || all.iter().any(follows)
        || axes(program, std::iter::once(cond)).iter().any(holds_in)
}

/// The cells of a thing in which all that is known can be so; none: they are too many.
pub(super) fn possible<'a>(
    program: &Program,
    given: &[&'a Given],
    conds: impl Iterator<Item = &'a Expr>,
    axis: &Axis,
) -> Option<Vec<Cell>> {
    let all = given.iter().map(|given| &given.cond).chain(conds);
    let mut cells = cells(program, axis, all)?;
    cells.retain(|cell| {
        let world = World::new(program, |part: &Expr| axis.fact(program, cell, part));
        given.iter().all(|given| match given.holds {
            true => world.truth(&given.cond).may_hold(),
            false => world.truth(&given.cond).may_fail(),
        })
    });
    Some(cells)
}
