//! `no-consent-rule`: marketing on channels for which the law asks for a yes.

use super::Finding;
use super::rule_without_subject;
use super::view::{Sent, View};
use crate::diagnostic::{Diagnostic, Edit, Fix, Level};
use crate::source::Span;
use crate::syntax::tree::{ItemKind, RuleKind};
use std::collections::BTreeSet;

pub(super) const FINDING: Finding = Finding {
    name: "no-consent-rule",
    level: Level::Warning,
    title: "Marketing goes by sms, mms or push, and no line asks for consent",
    meaning: "Without a line `consent required`, somebody who has never been asked counts as somebody who agreed. In most \
              countries text messages and notifications that sell something need a yes that was given before.",
    customers: "People get advertising on their phones that they never agreed to, and may complain to the regulator.",
    bad: "\
journey offers:
  on cart_abandoned: sms offer
  goal order_placed
",
    good: "\
charter: consent required for sms
journey offers:
  on cart_abandoned: sms offer
  goal order_placed
",
    allow: Some("Where consent is asked for before the inputs reach the program, and the reason says where."),
    fix: Some(
        "With `--unsafe` it adds a line `consent required` for the channel to the charter. Whoever has not agreed gets \
         nothing by it from then on.",
    ),
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    if view.lost("consent") || !view.knows_charter {
        return;
    }
    let mut told: Vec<&str> = Vec::new();
    let agreed = view.agreed();
    for sent in &view.sends {
        let channel = sent.what.channel.text.as_str();
        if !matches!(channel, "sms" | "mms" | "push") || told.contains(&channel) || sent.is_transactional() {
            continue;
        }
        if is_named(view, sent) || is_in(&agreed, sent.what.span) {
            continue;
        }
        told.push(channel);
        let finding = FINDING.at(
            sent.what.span,
            format!("People who never agreed to {channel} get marketing by it"),
            format!("write `consent required for {channel}` in the charter"),
        );
        out.push(match charter_line(view, sent.what.span.file, &format!("consent required for {channel}")) {
            Some(edit) => finding.with_fix(Fix { edits: vec![edit], safe: false }),
            None => finding,
        });
    }
}

/// Whether a place lies in one of these steps, which lie behind each other.
fn is_in(steps: &BTreeSet<Span>, place: Span) -> bool {
    let before = steps.range(..=Span { end: u32::MAX, ..place }).next_back();
    before.is_some_and(|step| step.file == place.file && place.end <= step.end)
}

/// Whether a consent line names the channel or the category of a send.
fn is_named(view: &View<'_>, sent: &Sent<'_>) -> bool {
    let mut lists = view.rules().filter_map(|rule| match &rule.kind {
        RuleKind::Consent(list) => Some(list),
        _ => None,
    });
    lists.any(|list| {
        list.iter().any(|subject| {
            let name = &subject.name.text;
            // What is nearly the channel is told of by itself.
            let called = rule_without_subject::also_called(name, &sent.what.channel.text);
            let first = sent.what.channel.text == *name || sent.category == *name || called;
            first && subject.category.as_ref().is_none_or(|category| sent.category == category.text)
        })
    })
}

/// The edit that adds a line to the charter; to a new one, on top of this file, where there is none.
pub(super) fn charter_line(view: &View<'_>, file: u16, line: &str) -> Option<Edit> {
    let charter = view.items().find(|item| matches!(item.kind, ItemKind::Charter(_)));
    let Some(charter) = charter else {
        let text = &view.sources.get(usize::from(file))?.text;
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() as u32 } else { 0 };
        return Some(Edit { span: Span::new(file, start, start), text: format!("charter:\n  {line}\n\n") });
    };
    let ItemKind::Charter(rules) = &charter.kind else { return None };
    let first = rules.first()?;
    let head = view.text(Span::new(charter.span.file, charter.span.start, first.span.start));
    let end = charter.span.start + head.find(':')? as u32 + 1;
    let behind = Span::new(charter.span.file, end, end);
    // Behind the `:` on its line, or on a line of its own with the indentation of the others.
    let text = match head.rsplit_once('\n') {
        Some((_, indent)) => format!("\n{indent}{line}"),
        None => format!(" {line},"),
    };
    Some(Edit { span: behind, text })
}
