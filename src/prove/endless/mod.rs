//! Rounds that come back to where they began without any time passing: through what journeys emit, start and set, and
//! through entries, waits, goals, exits and segments.
//!
//! Blocks of steps are the places (`blocks.rs`), and what one does at once is an arrow to each block that this can set going
//! (`arrows.rs`, which looks them up in `index.rs`). A round is a circle of arrows (`components.rs`). It must be possible
//! again and again: what an entry leads to (a goal, an exit, what stands behind a wait) needs somebody who enters again, and
//! a segment that is entered needs something that leaves it.

mod arrows;
mod blocks;
mod components;
mod index;

use crate::ir::{Engagement, EventId, Expr, Journey, Program, SetTarget};
use crate::source::Span;
use arrows::Arrows;
use components::components;
use smol_str::SmolStr;

/// The first step of each round of these journeys.
pub(crate) fn endless(program: &Program, journeys: &[&Journey]) -> Vec<Span> {
    let blocks = blocks::of(program, journeys);
    if blocks.iter().all(|block| block.acts.is_empty()) {
        return vec![];
    }
    let mut arrows = Arrows::of(program, &blocks);
    let mut alive = vec![true; blocks.len()];
    loop {
        let next: Vec<Vec<usize>> =
            arrows.from.iter().map(|list| list.iter().map(|arrow| arrow.to).collect()).collect();
        let rounds = components(&next, &alive);
        if !arrows.drop_dead(&blocks, &mut alive, &rounds) {
            return arrows.first_of_each(&alive, &rounds);
        }
    }
}

/// What sets a block going.
enum Cause<'a> {
    /// One of these events, where a condition may hold of it.
    Event(Vec<EventId>, Option<&'a Expr>),
    /// Somebody comes into a segment, or leaves it.
    Segment(usize, bool),
    /// A message is engaged with.
    Engaged(Engagement),
    /// A condition comes true.
    True(&'a Expr),
}

/// What a block is to its journey.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It lets in; the first one is what `start` begins.
    Entry { is_first: bool },
    /// It needs somebody inside, and is the end of that entry.
    End,
    /// It needs somebody inside: what stands behind a wait.
    Behind,
}

/// Steps that are done at once when something sets them going.
struct Block<'a> {
    journey: usize,
    part: Part,
    causes: Vec<Cause<'a>>,
    /// Whether somebody can enter once more without any time passing and without a goal or an exit.
    ends: bool,
    acts: Vec<Act<'a>>,
    /// The blocks with which it goes on at once.
    then: Vec<usize>,
}

/// What a step brings about.
#[derive(Clone, Copy)]
struct Act<'a> {
    what: What<'a>,
    span: Span,
}

#[derive(Clone, Copy)]
enum What<'a> {
    Emit(&'a SmolStr, &'a [(SmolStr, Expr)]),
    Start(usize),
    Set(&'a SetTarget, &'a Expr),
}

/// An arrow: the block that is set going, by which act (none: it is what comes next), and the change of a segment that it may
/// be.
#[derive(Clone, Copy)]
struct Arrow {
    to: usize,
    span: Option<Span>,
    /// The segment, and whether it is entered.
    turns: Option<(usize, bool)>,
}
