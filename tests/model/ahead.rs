//! What an entry will surely do next, by walking the tree from where it stands.

use super::{Block, Person, State, calendar};
use journey::ir::{Avoid, StepKind};

impl Person<'_> {
    /// Whether an entry holds a send that a rule avoids, or is about to do one in time.
    pub(super) fn is_about_to(&self, at: usize, rule: &Avoid) -> bool {
        let inside = &self.inside[at];
        if inside.gone || self.control(inside.journey).is_some() {
            return false;
        }
        let mut since = self.clock;
        match &inside.state {
            State::Held { alternative, .. } => return self.send_at(at, *alternative).channel == rule.other,
            State::Deciding { .. } => return false,
            State::Waiting { since: began } => since = *began,
            State::Ready => {}
        }
        let mut blocks: Vec<Block<'_>> = inside.blocks.clone();
        let mut time = self.clock;
        for _ in 0..100_000 {
            if time > self.clock + rule.within {
                return false;
            }
            let Some(block) = blocks.last() else { return false };
            let Some(step) = block.steps.get(block.at) else {
                let round = block.round;
                let steps = block.steps;
                blocks.pop();
                let Some(parent) = blocks.last_mut() else { return false };
                match (&parent.steps[parent.at].kind, round) {
                    (StepKind::Repeat { until: Some(_), .. }, Some(_)) => return false,
                    (StepKind::Repeat { times, every, .. }, Some((count, began))) if count < *times => {
                        time = time.max(began + every);
                        blocks.push(Block { steps, at: 0, round: Some((count + 1, time)) });
                    }
                    _ => parent.at += 1,
                }
                since = time;
                continue;
            };
            match &step.kind {
                StepKind::Wait(d) => time = time.max(since + d),
                StepKind::WaitUntil { until, or_exit } => match self.until_of(at, until, since) {
                    Some(moment) if moment >= time => time = moment,
                    _ if *or_exit => return false,
                    _ => {}
                },
                StepKind::WaitBetween { from, to, days } => {
                    while !calendar::inside(&self.zone(), time, *from, *to, *days) {
                        time = (time.div_euclid(1_800_000) + 1) * 1_800_000;
                    }
                }
                StepKind::Send(sends) if sends[0].channel == rule.other => return true,
                StepKind::BestOf(sends) if sends.iter().any(|s| s.channel == rule.other) => return true,
                StepKind::Repeat { until: None, steps, .. } => {
                    blocks.push(Block { steps, at: 0, round: Some((1, time)) });
                    since = time;
                    continue;
                }
                StepKind::If { .. }
                | StepKind::Match { .. }
                | StepKind::Split { .. }
                | StepKind::Repeat { .. }
                | StepKind::WaitFor { .. }
                | StepKind::Exit => return false,
                _ => {}
            }
            since = time;
            blocks.last_mut().unwrap().at += 1;
        }
        false
    }
}
