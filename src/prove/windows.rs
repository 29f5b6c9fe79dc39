//! What the windows of a journey ask about.

use crate::ir::{Branch, Journey, MessageId, StepKind, visit_steps};
use std::collections::BTreeSet;

/// More messages than this are rare, and are taken as sent at any time.
const MESSAGES: usize = 8;

/// The messages that windows ask about by their names.
pub(super) fn asked_about(journey: &Journey) -> BTreeSet<MessageId> {
    let mut messages = BTreeSet::new();
    for block in journey.blocks() {
        visit_steps(block, &mut |step| {
            if let StepKind::If { arms, .. } = &step.kind {
                arms.iter().for_each(|arm| of_branch(&arm.cond, &mut messages));
            }
        });
    }
    messages
}

fn of_branch(branch: &Branch, messages: &mut BTreeSet<MessageId>) {
    match branch {
        Branch::Ask(..) => {}
        Branch::Window { engagement, .. } => {
            messages.extend(engagement.iter().flatten().flatten());
            while messages.len() > MESSAGES {
                messages.pop_last();
            }
        }
        Branch::Not(inner) => of_branch(inner, messages),
        Branch::And(parts) | Branch::Or(parts) => parts.iter().for_each(|part| of_branch(part, messages)),
    }
}
