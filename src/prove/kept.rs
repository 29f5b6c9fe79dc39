//! What stays known of a person on the way when something is done, or when time passes.

use crate::ir::{AttributeId, Expr, MessageId, Program, SegmentId};

/// Whether a condition is about the entry's event and what is written in the program alone: no wait changes it.
pub(super) fn is_fixed(cond: &Expr) -> bool {
    let mut fixed = true;
    cond.visit(&mut |part| {
        fixed &= matches!(
            part,
            Expr::Const(_)
                | Expr::EntryProperty(_)
                | Expr::Compare(..)
                | Expr::OneOf(..)
                | Expr::Contains(..)
                | Expr::Between(..)
                | Expr::Known(_)
                | Expr::Not(_)
                | Expr::And(_)
                | Expr::Or(_)
        );
    });
    fixed
}

/// Whether a message that is asked for can change how a condition comes out.
pub(super) fn is_changed_by_sends(program: &Program, cond: &Expr, messages: &[MessageId]) -> bool {
    any_part(program, cond, &mut |part| match part {
        Expr::Engaged(_, Some(of)) => messages.contains(of),
        Expr::Engaged(_, None) | Expr::Sent | Expr::Suppressed | Expr::Rate(..) => true,
        _ => false,
    })
}

/// Whether an attribute that is set can change how a condition comes out.
pub(super) fn is_changed_by_setting(program: &Program, cond: &Expr, attribute: AttributeId) -> bool {
    any_part(program, cond, &mut |part| matches!(part, Expr::Attribute(id) if *id == attribute))
}

/// Whether a part of a condition, or of a segment that it names, is of this kind.
fn any_part(program: &Program, cond: &Expr, is: &mut impl FnMut(&Expr) -> bool) -> bool {
    let (mut found, mut seen, mut next): (bool, Vec<SegmentId>, usize) = (false, vec![], 0);
    let mut look = |cond: &Expr, seen: &mut Vec<SegmentId>| {
        cond.visit(&mut |part| {
            found |= is(part);
            if let Expr::In(id) = part
                && !seen.contains(id)
            {
                seen.push(*id);
            }
        });
    };
    look(cond, &mut seen);
    while let Some(id) = seen.get(next).copied() {
        next += 1;
        if let Some(segment) = program.segments.get(id.index()) {
            look(&segment.cond, &mut seen);
        }
    }
    found
}
