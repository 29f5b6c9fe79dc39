//! Which block sets which other going, and which of these arrows can be gone along for ever.

use super::blocks::is_news;
use super::index::Index;
use super::{Act, Arrow, Block, Cause, Part};
use crate::ir::Program;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The arrows between blocks.
pub(super) struct Arrows {
    pub(super) from: Vec<Vec<Arrow>>,
    /// For each block, what can turn a segment without setting anything going: acts of it, with the segment and the way.
    turns: Vec<Vec<(usize, bool, Span)>>,
}

impl Arrows {
    /// All that blocks can set going.
    pub(super) fn of<'a>(program: &'a Program, blocks: &[Block<'a>]) -> Arrows {
        let index = &Index::of(program, blocks);
        // Exits by a condition, by journey.
        let mut by_condition: HashMap<usize, Vec<usize>> = HashMap::new();
        let stands = |cause: &Cause<'_>| matches!(cause, Cause::True(cond) if !is_news(cond));
        for (at, block) in blocks.iter().enumerate() {
            if block.part == Part::End && block.causes.iter().any(stands) {
                by_condition.entry(block.journey).or_default().push(at);
            }
        }
        let mut arrows = Arrows { from: vec![], turns: vec![] };
        for block in blocks {
            let (mut from, mut turns) = (vec![], vec![]);
            from.extend(block.then.iter().map(|to| Arrow { to: *to, span: None, turns: None }));
            for act in &block.acts {
                index.targets(blocks, act, &mut from);
                let touched = index.segments_of(act);
                turns.extend(touched.into_iter().flat_map(|segment| {
                    let ways = [true, false].into_iter().filter(move |way| index.may_turn(act, segment, *way));
                    ways.map(move |way| (segment, way, act.span)).collect::<Vec<_>>()
                }));
            }
            // Who enters may leave at once by a condition that holds already.
            let entered: BTreeMap<usize, Option<Span>> = from
                .iter()
                .filter_map(|arrow| blocks.get(arrow.to).map(|target| (target, arrow.span)))
                .filter(|(target, _)| matches!(target.part, Part::Entry { .. }))
                .map(|(target, span)| (target.journey, span))
                .collect();
            for (journey, span) in entered {
                let exits = by_condition.get(&journey).into_iter().flatten();
                let may_leave = |at: &&usize| {
                    let causes = blocks.get(**at).map_or(&[][..], |exit| &exit.causes);
                    let holds = |act: &Act<'_>| {
                        causes.iter().any(|cause| matches!(cause, Cause::True(cond) if index.may_hold(act, cond)))
                    };
                    block.acts.iter().any(holds)
                };
                from.extend(exits.filter(may_leave).map(|at| Arrow { to: *at, span, turns: None }));
            }
            arrows.from.push(from);
            arrows.turns.push(turns);
        }
        arrows
    }

    /// Takes away what cannot go on in its round for ever; says whether there was anything.
    pub(super) fn drop_dead(&mut self, blocks: &[Block<'_>], alive: &mut [bool], rounds: &[usize]) -> bool {
        let lives = |at: usize, alive: &[bool]| alive.get(at) == Some(&true);
        let round = |at: usize| rounds.get(at).copied();
        // Who is entered by a block of each round, who may leave in it, and how segments turn in it.
        let mut entered: BTreeSet<(usize, Option<usize>)> = BTreeSet::new();
        let mut left: BTreeSet<(usize, Option<usize>)> = BTreeSet::new();
        let mut turned: HashMap<(usize, Option<usize>, bool), BTreeSet<Span>> = HashMap::new();
        let mut see = |does: &BTreeSet<(usize, Option<usize>)>| {
            let arrows = |at: usize| self.from.get(at).into_iter().flatten();
            let targets = |at: usize| arrows(at).filter_map(|arrow| blocks.get(arrow.to));
            for (at, of) in does {
                let ends = targets(*at)
                    .filter(|target| target.part == Part::End || target.part == Part::Behind && target.ends);
                left.extend(ends.map(|target| (target.journey, *of)));
            }
            for (at, of) in does {
                for target in targets(*at) {
                    let key = (target.journey, *of);
                    if matches!(target.part, Part::Entry { .. }) && (target.ends || left.contains(&key)) {
                        entered.insert(key);
                    }
                }
                for (segment, way, span) in self.turns.get(*at).into_iter().flatten() {
                    turned.entry((*segment, *of, *way)).or_default().insert(*span);
                }
            }
            entered.clone()
        };
        let living = || self.from.iter().enumerate().filter(|(at, _)| lives(*at, alive));
        let inside = see(&living().map(|(at, _)| (at, round(at))).collect());
        // What a round sets going beside itself lets in and out, too, if it can act each time.
        let acts = |arrow: &Arrow, of: Option<usize>| {
            let beside = blocks.get(arrow.to).filter(|_| round(arrow.to) != of);
            beside
                .is_some_and(|block| matches!(block.part, Part::Entry { .. }) || inside.contains(&(block.journey, of)))
        };
        let beside = living().flat_map(|(at, arrows)| arrows.iter().map(move |arrow| (arrow, round(at))));
        see(&beside.filter(|(arrow, of)| acts(arrow, *of)).map(|(arrow, of)| (arrow.to, of)).collect());
        let mut gone = false;
        for (at, block) in blocks.iter().enumerate() {
            if !lives(at, alive) {
                continue;
            }
            let key = (block.journey, round(at));
            let goes_on = match block.part {
                Part::Entry { .. } => block.ends || left.contains(&key),
                Part::End | Part::Behind => entered.contains(&key),
            };
            if !goes_on && let Some(alive) = alive.get_mut(at) {
                *alive = false;
                gone = true;
            }
        }
        // A segment is entered again and again only if something else leaves it, and the other way round.
        for (at, arrows) in self.from.iter_mut().enumerate() {
            let before = arrows.len();
            arrows.retain(|arrow| {
                let Some((segment, way)) = arrow.turns else { return true };
                if round(at) != round(arrow.to) || !lives(at, alive) {
                    return true;
                }
                let there = turned.get(&(segment, round(at), way));
                let back = turned.get(&(segment, round(at), !way));
                there.zip(back).is_some_and(|(there, back)| there.len() > 1 || back.iter().any(|b| !there.contains(b)))
            });
            gone |= arrows.len() < before;
        }
        gone
    }

    /// The first act of each round.
    pub(super) fn first_of_each(&self, alive: &[bool], rounds: &[usize]) -> Vec<Span> {
        let mut first: BTreeMap<usize, Span> = BTreeMap::new();
        for (at, arrows) in self.from.iter().enumerate() {
            for arrow in arrows {
                let (Some(round), Some(other)) = (rounds.get(at), rounds.get(arrow.to)) else { continue };
                if round == other && alive.get(at) == Some(&true) && alive.get(arrow.to) == Some(&true) {
                    let Some(span) = arrow.span else { continue };
                    let place = first.entry(*round).or_insert(span);
                    *place = (*place).min(span);
                }
            }
        }
        first.into_values().collect()
    }
}
