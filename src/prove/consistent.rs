//! Whether several conditions can all be so at one moment (satisfiability), over every thing that they speak about at once.
//!
//! The values that they tell apart are tried one thing after the other, and a branch is left as soon as a condition cannot
//! come out any more as it must. The work is bounded: where it is not done in time, the answer is that they can.

use super::cells::{Axis, Cell as Place, axes, cells, is_small};
use super::truth::World;
use crate::ir::{Expr, Program, SegmentId};
use std::cell::Cell;

/// A condition, and whether it holds; else it does not, be it false or unknown.
pub(super) type Asked<'a> = (&'a Expr, bool);

/// More things than this are not tried together.
const THINGS: usize = 12;
/// So often conditions are looked at for one answer.
const STEPS: usize = 2_000;

/// How much may still be looked at, for all answers about one journey: work grows with the journeys, whatever they ask.
#[derive(Debug)]
pub(super) struct Fuel(Cell<usize>);

impl Fuel {
    pub(super) fn new() -> Self {
        Self(Cell::new(40_000))
    }
}

/// Whether all of these can be so at one moment.
pub(super) fn can_be(program: &Program, fuel: &Fuel, all: &[Asked<'_>]) -> bool {
    if fuel.0.get() == 0 {
        return true;
    }
    let small: Vec<Asked<'_>> = all.iter().filter(|(cond, _)| is_small(cond)).copied().collect();
    let conds = with_segments(program, small.iter().map(|(cond, _)| *cond));
    let mut things: Vec<(Axis, Vec<Place>)> = vec![];
    for axis in axes(program, conds.iter().copied()) {
        // A segment is as its condition is, where that is looked into.
        if let Axis::Holds(Expr::In(id)) = &axis
            && program.segments.get(id.index()).is_some_and(|segment| conds.iter().any(|cond| **cond == segment.cond))
        {
            continue;
        }
        if let Some(cells) = cells(program, &axis, conds.iter().copied()) {
            things.push((axis, cells));
        }
    }
    // Few values first: what contradicts itself shows soon.
    things.sort_by_key(|(_, cells)| cells.len());
    things.truncate(THINGS);
    let steps = STEPS.min(fuel.0.get());
    let mut search = Search { program, all: &small, things: &things, steps, cost: conds.len() };
    let can = search.from(&mut vec![]);
    fuel.0.set(fuel.0.get().saturating_sub(steps - search.steps));
    can
}

/// Conditions, with those of the segments that they name.
pub(super) fn with_segments<'a>(program: &'a Program, conds: impl Iterator<Item = &'a Expr>) -> Vec<&'a Expr> {
    let mut out: Vec<&Expr> = conds.filter(|cond| is_small(cond)).collect();
    let mut seen: Vec<SegmentId> = Vec::new();
    let mut next = 0;
    while let Some(cond) = out.get(next).copied() {
        next += 1;
        cond.visit(&mut |part| {
            if let Expr::In(id) = part
                && !seen.contains(id)
            {
                seen.push(*id);
                out.extend(program.segments.get(id.index()).map(|segment| &segment.cond).filter(|cond| is_small(cond)));
            }
        });
    }
    out
}

struct Search<'a> {
    program: &'a Program,
    all: &'a [Asked<'a>],
    things: &'a [(Axis, Vec<Place>)],
    steps: usize,
    /// What one look costs.
    cost: usize,
}

impl<'a> Search<'a> {
    /// Whether there are values for the other things with which all is as it must be.
    fn from(&mut self, chosen: &mut Vec<(&'a Axis, &'a Place)>) -> bool {
        let program = self.program;
        let world =
            World::new(program, |part: &Expr| chosen.iter().find_map(|(axis, cell)| axis.fact(program, cell, part)));
        let mut is_open = false;
        for (cond, holds) in self.all {
            let truth = world.truth(cond);
            let (fits, other) =
                if *holds { (truth.may_hold(), truth.may_fail()) } else { (truth.may_fail(), truth.may_hold()) };
            if !fits {
                return false;
            }
            is_open |= other;
        }
        self.steps = self.steps.saturating_sub(self.cost);
        let Some((axis, cells)) = self.things.get(chosen.len()).filter(|_| is_open && self.steps > 0) else {
            return true;
        };
        for cell in cells {
            chosen.push((axis, cell));
            let found = self.from(chosen);
            chosen.pop();
            if found {
                return true;
            }
        }
        false
    }
}
