//! `unused`: something declared that nothing uses, and allowances that silence nothing (`allow`).

use super::Finding;
use super::view::View;
use crate::check::NameKind;
use crate::diagnostic::{Diagnostic, Level};
use crate::source::{Span, snake_case};
use crate::syntax::tree::{Item, ItemKind, Name};
use smol_str::SmolStr;

pub(super) const FINDING: Finding = Finding {
    name: "unused",
    level: Level::Warning,
    title: "Something is declared and never used",
    meaning: "No line of the program names this event, message, audience, segment or channel; or an allowance in a comment \
              silences nothing. Something was renamed in one place and not in the other, or is left over.",
    customers: "None by itself. Often it is the trace of a step that was meant to be there.",
    bad: "\
segment vip: sum of order_placed.total in last 365d >= 500
journey cart:
  on cart_abandoned: email recs
  goal order_placed
",
    good: "\
segment vip: sum of order_placed.total in last 365d >= 500
journey cart:
  for in vip
  on cart_abandoned: email recs
  goal order_placed
",
    allow: Some("For what a journey to come will use."),
    fix: Some("It takes the declaration, or the comment, away. One with comments in its lines it leaves alone."),
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    // What stands on a line that is wrong, or below it, may use anything: nothing is taken away before it is mended.
    if view.whole.is_none() {
        return;
    }
    for item in view.items() {
        let (word, kind, name): (_, _, &Name) = match &item.kind {
            ItemKind::Event { name, .. } => ("event", NameKind::Event, name),
            ItemKind::Message { name, .. } => ("message", NameKind::Message, name),
            ItemKind::Audience { name, .. } => ("audience", NameKind::Audience, name),
            ItemKind::Segment { name, .. } => ("segment", NameKind::Segment, name),
            ItemKind::Channel { name, .. } => ("channel", NameKind::Channel, name),
            _ => continue,
        };
        let resolved = if kind == NameKind::Event { SmolStr::new(snake_case(&name.text)) } else { name.text.clone() };
        if !view.names.resolutions.uses(kind, &resolved).is_empty() {
            continue;
        }
        let finding = FINDING.at(
            name.span,
            format!("The {word} `{}` is declared, and nothing uses it", name.text),
            "use it, or take this away",
        );
        out.push(match whole(view, item) {
            Some(span) => finding.with_safe_fix(span, ""),
            None => finding,
        });
    }
}

/// The lines of an item, if no notes would be lost with them.
fn whole(view: &View<'_>, item: &Item) -> Option<Span> {
    let span = view.whole_item(item);
    (!view.text(span).contains('#')).then_some(span)
}
